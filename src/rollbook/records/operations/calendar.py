"""Changing the district's calendar: two of the district's settings, with their audit event."""

from collections.abc import Iterable

from rollbook.core.errors import UsageError
from rollbook.core.scheduling.parsing import days_off_text, read_calendar, read_days_off
from rollbook.core.scheduling.schedule import Pause
from rollbook.records.district import DAYS_OFF, SCHOOL_WEEK, values
from rollbook.records.operations.district import change_settings
from rollbook.records.operations.seen import version_of
from rollbook.records.school_calendar import district_calendar

USUAL_WEEK = "mon-fri"


class NoSuchDayOff(UsageError):
    """The calendar has no holiday or break that begins on {day}.

    Nothing was changed."""

    reason = "no_such_day_off"


def set_calendar(weekdays: str, days_off: str, *, actor: str, seen: str = "") -> None:
    """Replace the calendar; with no days of the week there is none, and its days off are kept.

    `seen`: the version of all settings that a page showed. Raises UsageError.
    """
    if weekdays.strip():
        days_off = days_off_text(read_calendar(weekdays, days_off).days_off)
    changed = {SCHOOL_WEEK.key: weekdays.strip(), DAYS_OFF.key: days_off}
    change_settings(changed, actor=actor, seen=seen)


def add_days_off(lines: Iterable[str], *, actor: str, seen: str = "") -> int:
    """Add holidays and breaks as people write them; return how many are new. Raises UsageError.

    Where there was no calendar, it has school from Monday to Friday.
    """
    seen = seen or version_of(values())
    known, given = days_off_now(), read_days_off(lines)
    days = {(each.first, each.last) for each in known}
    new = [each for each in given if (each.first, each.last) not in days]
    _save([*known, *new], actor=actor, seen=seen)
    return len(new)


def remove_day_off(first: str, *, actor: str) -> None:
    """Take out what begins on that day, 2026-12-21. Raises UsageError."""
    seen, known = version_of(values()), days_off_now()
    left = [each for each in known if f"{each.first}" != first]
    if len(left) == len(known):
        raise NoSuchDayOff(day=first[:10])
    _save(left, actor=actor, seen=seen)


def days_off_now() -> tuple[Pause, ...]:
    """Return the holidays and breaks of the calendar."""
    calendar = district_calendar()
    return calendar.days_off if calendar else ()


def _save(days_off: Iterable[Pause], *, actor: str, seen: str) -> None:
    weekdays = values()[SCHOOL_WEEK.key] or USUAL_WEEK
    set_calendar(weekdays, days_off_text(days_off), actor=actor, seen=seen)
