"""Changing the district's calendar: two of the district's settings, with their audit event."""

from collections.abc import Iterable

from rollbook.core.errors import UsageError
from rollbook.core.scheduling.parsing import (
    USUAL_DAYS,
    read_calendar,
    read_days_off,
)
from rollbook.core.scheduling.schedule import Pause
from rollbook.core.scheduling.school_days import CalendarRefused, SchoolCalendar
from rollbook.core.scheduling.typed_days import kept_periods
from rollbook.records.district import DAYS_OFF, SCHOOL_WEEK, values
from rollbook.records.operations.district import change_settings
from rollbook.records.operations.seen import version_of
from rollbook.records.school_calendar import stored_days_off
from rollbook.records.setting_faults import kept_day


class NoSuchDayOff(UsageError):
    """The calendar has no holiday or break that begins on {day}.

    Nothing was changed."""

    reason = "no_such_day_off"


def set_calendar(weekdays: str, days_off: str, *, actor: str, seen: str = "") -> None:
    """Replace the calendar; with no days of the week there is none, and its days off are kept.

    `seen`: the version of all settings that a page showed. Raises UsageError.
    """
    try:
        days_off = kept_periods(read_calendar(weekdays.strip() or USUAL_DAYS, days_off).days_off)
    except CalendarRefused:
        if weekdays.strip():
            raise
    changed = {SCHOOL_WEEK.key: weekdays.strip(), DAYS_OFF.key: days_off}
    change_settings(changed, actor=actor, seen=seen)


def set_weekdays(weekdays: str, *, actor: str) -> None:
    """Set the days of the week with school; "" for no calendar. Days off are not touched.

    Raises UsageError.
    """
    change_settings({SCHOOL_WEEK.key: weekdays.strip()}, actor=actor)


def add_days_off(lines: Iterable[str], *, actor: str) -> int:
    """Add holidays and breaks as people write them; return how many are new. Raises UsageError.

    Where there was no calendar and one is new, it has school from Monday to Friday.
    """
    now = values()
    known, given = _days_off_now(), read_days_off(lines)
    days = {(each.first, each.last) for each in known}
    new = [each for each in given if (each.first, each.last) not in days]
    if new:
        weekdays = now[SCHOOL_WEEK.key] or USUAL_DAYS
        changed = {SCHOOL_WEEK.key: weekdays, DAYS_OFF.key: _text([*known, *new])}
        change_settings(changed, actor=actor, seen=version_of(now))
    return len(new)


def remove_day_off(first: str, *, actor: str) -> None:
    """Take out what begins on that day, 12/21/2026. Raises UsageError."""
    seen, known = version_of(values()), _days_off_now()
    left = [each for each in known if f"{each.first}" != kept_day(first)]
    if len(left) == len(known):
        raise NoSuchDayOff(day=first[:10])
    change_settings({DAYS_OFF.key: _text(left)}, actor=actor, seen=seen)


def _days_off_now() -> tuple[Pause, ...]:
    """Return the days off that are stored, with a calendar or without.

    Raises CalendarRefused where they cannot be used: adding to them would replace them.
    """
    return read_calendar(USUAL_DAYS, stored_days_off()).days_off


def _text(days_off: Iterable[Pause]) -> str:
    return kept_periods(SchoolCalendar(days_off=tuple(days_off)).days_off)
