"""Changes of a feed's settings in the words of the pages that set them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from typing import Any, Final

from django import forms

from rollbook.core.errors import RollbookError
from rollbook.core.feed_settings import IGNORE
from rollbook.core.quantities import clock_text, typed_day
from rollbook.core.scheduling.parsing import read_days, weekdays_text
from rollbook.core.scheduling.schedule import Pause
from rollbook.core.scheduling.typed_days import typed_period
from rollbook.records.queries.feed_changes import SettingChange
from rollbook.records.queries.feeds import field_headers
from rollbook.web.pages.feeds.form import FeedForm

NAMES: Final = {
    "blank_markers": "Text that means blank",
    "other_columns": "Unknown columns",
    "schedule.is_on": "Schedule",
    "schedule.times": "Times of the schedule",
    "schedule.days": "Days of the schedule",
    "schedule.pauses": "Pauses",
    "schedule.current_by": "Current by",
    "schedule.rehearse_hours": "Check ahead (hours)",
}
"""Settings that the feed's form does not have."""
VALUES: Final[Mapping[str, Mapping[Any, str]]] = {
    "other_columns": {"warn": "warn about each", "note": "one note"},
    "schedule.is_on": {True: "on", False: "off"},
    "schedule.rehearse_hours": {0: "never"},
}


def _times(texts: Iterable[str]) -> str:
    return ", ".join(clock_text(time.fromisoformat(each)) for each in texts)


def _days(names: Iterable[str]) -> str:
    return weekdays_text(frozenset(read_days(", ".join(names))))


def _pauses(found: Iterable[Mapping[str, str]]) -> str:
    """Return pauses in the order of the year; the database keeps no order of what is in one."""
    pauses = sorted(
        (
            date.fromisoformat(each["first"]),
            date.fromisoformat(each["last"]),
            each.get("reason", ""),
        )
        for each in found
    )
    return "; ".join(typed_period(Pause(*each)) for each in pauses)


WRITERS: Final[Mapping[str, Callable[[Any], str]]] = {
    "schedule.times": _times,
    "schedule.days": _days,
    "schedule.pauses": _pauses,
    "schedule.current_by": lambda text: _times([text]) if text else "",
    "promotion_on": lambda text: typed_day(date.fromisoformat(text)) if text else "",
}
"""Settings that are kept in program's notation, and who writes them for people."""


def change_lines(changes: Iterable[SettingChange]) -> list[tuple[str, str, str]]:
    """Return what each change is about, and its value before and after; "" for none."""
    fields, headers = FeedForm().fields, field_headers()
    return [
        (
            _name(each.setting, fields, headers),
            _value(each.setting, each.before, fields, headers),
            _value(each.setting, each.after, fields, headers),
        )
        for each in changes
    ]


def _name(setting: str, fields: Mapping[str, forms.Field], headers: Mapping[str, str]) -> str:
    kind, _, rest = setting.partition(".")
    if kind == "headers":
        return f"Column “{rest}”"
    if kind == "values":
        field, _, text = rest.partition(".")
        return f"“{text}” in {headers.get(field, field)}"
    label = fields[setting].label if setting in fields else None
    return NAMES.get(setting) or str(label or setting)


def _value(
    setting: str, value: Any, fields: Mapping[str, forms.Field], headers: Mapping[str, str]
) -> str:
    if value is None:
        return ""
    if setting.startswith("headers."):
        return "ignored" if value == IGNORE else headers.get(value, str(value))
    if setting in WRITERS:
        try:
            return WRITERS[setting](value) or "none"
        except (ValueError, TypeError, KeyError, AttributeError, RollbookError):
            pass  # as another version of Rollbook wrote it
    known = VALUES.get(setting) or dict(_choices(fields.get(setting)))
    if isinstance(value, list):
        listed = [_text(each) for each in value]
        return known.get(",".join(listed)) or ", ".join(listed) or "none"
    return _text(value) if isinstance(value, dict) else known.get(value) or _text(value)


def _choices(field: forms.Field | None) -> Iterable[tuple[Any, str]]:
    """Yield the values of a field that has a list of them, and what the form calls each."""
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        for value, label in choices:
            yield value, str(label)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return " ".join(map(str, value.values()))
    return str(value)
