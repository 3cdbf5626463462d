"""A feed's columns as a file of feeds has them, and what the file may say of each.

Kinds, lengths and ranges are those of the table: a new setting is in the file without a word here.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models

from rollbook.core.feed_file import schedule_table
from rollbook.records.district import district_zone
from rollbook.records.models import Feed
from rollbook.records.queries.feeds import NoSuchFeed, active_feeds
from rollbook.records.queries.schedules import schedule_of

SETTINGS: Final = (
    "host", "port", "username", "folder", "pattern", "host_key", "legacy_algorithms", "is_roster",
    "sign_in_seconds", "required", "worksheet", "encoding", "layout", "other_columns",
    "percent_scale", "half_days", "blanks", "new_students", "leading_zeros", "rejected_limit",
    "missing_limit", "names_limit", "ssid_limit", "school_limit", "grade_limit", "new_limit",
    "one_school_limit", "moved_limit", "promotion_on", "blanked_limit", "shifted_limit",
    "unchanged_for", "recipients",
    "webhook", "headers", "values", "blank_markers", "schedule",
    "after_import", "after_import_folder", "after_import_ending", "files",
)  # fmt: skip
"""What an administrator sets of a feed: columns of its table."""
CONNECTION: Final = {
    "host", "port", "username", "folder", "pattern", "host_key", "legacy_algorithms",
    "sign_in_seconds", "after_import", "after_import_folder", "after_import_ending",
}  # fmt: skip
"""What needs a server."""
MAPPING: Final = ("headers", "values", "blank_markers")
OWN_TABLES: Final = ("schedule", "headers", "values")
"""They come after the others, because in TOML a table ends with the next one."""
IN_FILE: Final = tuple(
    sorted((name for name in SETTINGS if name != "webhook"), key=lambda name: name in OWN_TABLES)
)
"""Settings that a file has. A webhook's address may hold a secret."""


def file_settings(feed: Feed) -> dict[str, Any]:
    """Return all that a file has of `feed`; what needs a server is left out where it has none."""
    of_server = CONNECTION | {"schedule"}
    names = [name for name in IN_FILE if feed.host or name not in of_server]
    return {name: _written(feed, name) for name in names}


def feeds_as_tables(names: Collection[str] | None = None) -> dict[str, dict[str, Any]]:
    """Return what a file has of the feeds `names`, None for all. Raises NoSuchFeed."""
    there = {feed.name: feed for feed in active_feeds()}
    for name in names or ():
        if name not in there:
            raise NoSuchFeed(name=name, known=", ".join(there))
    return {name: file_settings(there[name]) for name in there if names is None or name in names}


def setting_fault(name: str, value: object) -> str:
    """Return what is wrong with the kind, length or range of `value`, "" where nothing is."""
    column = Feed._meta.get_field(name)
    if isinstance(column, models.BooleanField):
        return "" if isinstance(value, bool) else "write true or false."
    if isinstance(column, models.IntegerField):
        return _number_fault(name, value)
    if isinstance(column, ArrayField):
        if not isinstance(value, list):
            return 'write a list of texts in quotes, such as [] or ["one", "two"].'
        return next(filter(None, (_text_fault(each, column.base_field) for each in value)), "")
    if isinstance(column, models.JSONField):
        return ""  # read by those who know its parts
    return _text_fault(value, column)


@dataclass(frozen=True, slots=True)
class Shapes:
    """How a kind of file writes a mapping, where it is written otherwise."""

    headers: str
    values: str


IN_TOML: Final = Shapes(
    "it has to be a table, [feeds.NAME.headers].",
    "it has to be a table for each field, [feeds.NAME.values.FIELD].",
)
IN_JSON: Final = Shapes(
    'it has to be an object, such as {"Days Out": "absences_ytd"}.',
    'it has to be an object for each field, such as {"grade": {"Kinder": "K"}}.',
)


def mapping_fault(name: str, value: object, shapes: Shapes = IN_TOML) -> str:
    """Return what is wrong with the shape of one of MAPPING."""
    if name == "blank_markers":
        return setting_fault(name, value)
    shape = shapes.values if name == "values" else shapes.headers
    if not isinstance(value, dict):
        return shape
    tables = value.values() if name == "values" else [value]
    if not all(isinstance(table, dict) for table in tables):
        return shape
    texts = [text for table in tables for pair in table.items() for text in pair]
    if any(not isinstance(text, str) or "\0" in text for text in texts):
        return "it has something that isn't text in quotes."
    return ""


def _written(feed: Feed, name: str) -> Any:
    value = getattr(feed, name)
    if name == "schedule":
        return schedule_table(schedule_of(feed, district_zone()))
    if name == "headers":
        return dict(sorted(value.items()))
    if name == "values":
        return {field: dict(sorted(texts.items())) for field, texts in sorted(value.items())}
    return value


def _number_fault(name: str, value: object) -> str:
    low, high = _range(name)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        return f"write a whole number from {low:,} to {high:,}."
    return ""


def _range(name: str) -> tuple[int, int]:
    """Return the least and the greatest number that the table takes."""
    bounds = {"gte": -(2**31), "lte": 2**31 - 1}
    for constraint in Feed._meta.constraints:
        if isinstance(constraint, models.CheckConstraint):
            for part in getattr(constraint.condition, "children", ()):
                column, _, lookup = part[0].rpartition("__")
                if column == name and lookup in bounds:
                    bounds[lookup] = part[1]
    return bounds["gte"], bounds["lte"]


def _text_fault(value: object, column: Any) -> str:
    if not isinstance(value, str):
        return "write a text in quotes."
    if "\0" in value:
        return "it has a character that text can't have."
    longest = column.max_length
    if longest is not None and len(value) > longest:
        return f"it has more than {longest:,} characters."
    return ""
