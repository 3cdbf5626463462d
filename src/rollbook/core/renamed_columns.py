"""A column that is gone while a similar one came: probably the same one under another header."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from rollbook.core.catalogue.field import Field, Name
from rollbook.core.catalogue.students import (
    Catalogue,
    is_ignored_header,
    is_of_other_term,
    normalize_header,
)
from rollbook.core.column_examples import takes
from rollbook.core.feed_settings import FeedRules
from rollbook.core.mapping import HeaderMeaning

ALIKE: Final = 0.6
"""Of two headers, from 0 to 1: the share of their letters that they have in common, in order."""


@dataclass(frozen=True, slots=True)
class LastColumn:
    """The column of a field in the last file that had one, and all headers of that file."""

    header: str
    file: Sequence[str]


@dataclass(frozen=True, slots=True)
class Renaming:
    """`header` came where `before` was, and its values fit the field. A person decides."""

    field: Field
    before: str
    header: str
    examples: Sequence[str]


def renamed_columns(
    before: Mapping[str, LastColumn],
    columns: Iterable[HeaderMeaning],
    catalogue: Catalogue,
    rules: FeedRules,
) -> list[Renaming]:
    """Return the columns that were probably renamed, in the order of the file.

    `before`: field -> its last column. Only an unknown column can be one that was not beside that
    one, and whose values are known and fit; and only where neither it nor the field has a second
    candidate.
    """
    columns = list(columns)
    gone = _gone(before, columns, catalogue, rules)
    found = [
        Renaming(field, last.header, column.header, column.examples)
        for column in columns
        if column.how == "unknown" and column.unknown_term is None and column.examples
        for field, last in gone
        if _is_alike(field, last, column) and takes(field, column.examples, rules)
    ]
    fields = Counter(each.field.name for each in found)
    headers = Counter(each.header for each in found)
    return [each for each in found if fields[each.field.name] == headers[each.header] == 1]


def _gone(
    before: Mapping[str, LastColumn],
    columns: Sequence[HeaderMeaning],
    catalogue: Catalogue,
    rules: FeedRules,
) -> list[tuple[Field, LastColumn]]:
    """The fields that no column has any more, unless the feed itself gave the header up."""
    meant = {column.field.name for column in columns if column.field is not None}
    there = {normalize_header(column.header) for column in columns}
    return [
        (field, last)
        for name, last in before.items()
        if (field := catalogue.by_name.get(name)) is not None
        and name not in meant
        and normalize_header(last.header) not in there
        and not is_ignored_header(last.header, rules)
    ]


def _is_alike(field: Field, last: LastColumn, column: HeaderMeaning) -> bool:
    key = normalize_header(column.header)
    if is_of_other_term(column.header, field) or key in map(normalize_header, last.file):
        return False
    if field in column.nearest:
        return True
    # Any text is a name, so values prove nothing there: *Mother Last Name* is not *Last Name*.
    before = normalize_header(last.header)
    return not isinstance(field.type, Name) and SequenceMatcher(None, before, key).ratio() >= ALIKE
