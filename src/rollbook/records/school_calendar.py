"""The district's calendar of school days, out of its settings."""

from collections.abc import Mapping
from typing import Final

from rollbook.core.scheduling.parsing import read_calendar, read_days_off
from rollbook.core.scheduling.school_days import CalendarRefused, SchoolCalendar
from rollbook.core.scheduling.typed_days import typed_periods
from rollbook.records.district import DAYS_OFF, SCHOOL_WEEK, values
from rollbook.records.models import Setting

OF_CALENDAR: Final = (SCHOOL_WEEK, DAYS_OFF)
"""The settings that make the calendar."""


def district_calendar() -> SchoolCalendar | None:
    """Return the calendar; None where the district keeps none.

    What another program wrote and cannot be used counts as not written, as of every setting.
    """
    return calendar_in(values(OF_CALENDAR))


def calendar_in(found: Mapping[str, str]) -> SchoolCalendar | None:
    """Return the calendar of settings that `values` has given; None where they keep none."""
    weekdays = found[SCHOOL_WEEK.key]
    return read_calendar(weekdays, found[DAYS_OFF.key]) if weekdays else None


def stored_days_off() -> str:
    """Return the holidays and breaks as they are stored: without a calendar, and unusable, too."""
    row = Setting.objects.filter(key=DAYS_OFF.key).first()
    return row.value if row else DAYS_OFF.default


def typed_days_off() -> str:
    """Return them as people type them; as they are stored where they cannot be used."""
    stored = stored_days_off()
    try:
        return typed_periods(read_days_off(stored.splitlines()))
    except CalendarRefused:
        return stored
