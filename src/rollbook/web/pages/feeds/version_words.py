"""Changes of a feed's settings in the words of the pages that set them."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms

from rollbook.core.feed_settings import IGNORE
from rollbook.records.queries.feed_changes import SettingChange
from rollbook.records.queries.feeds import field_headers
from rollbook.web.pages.feeds.form import FeedForm

NAMES: Final = {
    "blank_markers": "Text that means blank",
    "other_columns": "Unknown columns",
    "schedule.is_on": "Schedule",
    "schedule.times": "Times of the schedule",
    "schedule.days": "Days of the schedule",
    "schedule.pauses": "Days without an import",
    "schedule.current_by": "Current by",
    "schedule.rehearse_hours": "Check ahead (hours)",
}
"""Settings that the feed's form does not have."""
VALUES: Final[Mapping[str, Mapping[Any, str]]] = {
    "other_columns": {"warn": "warn about each", "note": "one note"},
    "schedule.is_on": {True: "on", False: "off"},
    "schedule.rehearse_hours": {0: "never"},
}


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
    if isinstance(value, dict):  # a pause of the schedule
        return " ".join(map(str, value.values()))
    return str(value)
