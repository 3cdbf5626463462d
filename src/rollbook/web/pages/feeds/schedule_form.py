"""The form of a feed's schedule: times, days and pauses as people write them."""

from collections.abc import Mapping
from typing import Any

from django import forms

from rollbook.core.scheduling.parsing import (
    DAYS,
    promise_text,
    read_pauses,
    read_promise,
    read_times,
    times_text,
)
from rollbook.core.scheduling.schedule import MOST_REHEARSE_HOURS, Schedule, ScheduleRefused
from rollbook.core.scheduling.typed_days import typed_periods
from rollbook.web.error_texts import add_to_form


class ScheduleForm(forms.Form):
    """On or off, when, and when not. Its zone is the district's."""

    is_on = forms.BooleanField(required=False, label="Import this feed automatically")
    times = forms.CharField(
        max_length=300,
        label="Times",
        help_text="Like 2:00 AM, or several: 2:00 AM, 1:30 PM.",
    )
    days = forms.TypedMultipleChoiceField(
        coerce=int,
        choices=tuple(enumerate(DAYS)),
        widget=forms.CheckboxSelectMultiple,
        label="Days",
    )
    pauses = forms.CharField(
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        label="Pauses",
        help_text="Holidays and summer, one per line: 12/21/2026 to 1/3/2027 Winter break."
        " No imports and no alerts on these days.",
    )

    current_by = forms.CharField(
        required=False,
        max_length=20,
        label="Current by",
        help_text="Alert us if data isn't current by this time on a school day, like 6:30 AM. Leave"
        " blank for no alert.",
    )
    rehearse_hours = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=MOST_REHEARSE_HOURS,
        label="Check ahead",
        help_text="Check the file this many hours before each import, without"
        " saving anything. We email"
        " you only if it would be held or fail, and you can decide in advance."
        " Leave blank to skip.",
    )

    def __init__(self, *args: Any, zone: str, **options: Any) -> None:
        self._zone = zone
        super().__init__(*args, **options)
        self.fields["rehearse_hours"].unit = "hours before"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["schedule"] = {"is_on": data["is_on"], "days": data.get("days", [])}
        readers = (("times", read_times), ("pauses", _pauses), ("current_by", read_promise))
        for name, read in readers:
            try:
                data["schedule"][name] = read(data.get(name, ""))
            except ScheduleRefused as refused:
                add_to_form(self, refused)
        data["schedule"]["rehearse_hours"] = data.get("rehearse_hours") or 0
        if not self.errors:
            try:
                Schedule.from_json(data["schedule"] | {"zone": self._zone})
            except ScheduleRefused as refused:
                add_to_form(self, refused)
        return data


def initial_of(schedule: Schedule) -> Mapping[str, Any]:
    """Return what the form of a schedule begins with."""
    return {
        "is_on": schedule.is_on,
        "times": times_text(schedule),
        "days": sorted(schedule.days),
        "pauses": typed_periods(schedule.pauses),
        "current_by": promise_text(schedule),
        "rehearse_hours": schedule.rehearse_hours or None,
    }


def _pauses(text: str) -> list[dict[str, str]]:
    return read_pauses(text.splitlines())
