"""A schedule as people type it: "2:00 AM, 14:30", "mon-fri", "12/21/2026 to 1/3/2027 Winter"."""

import re
from collections.abc import Iterable
from datetime import time
from typing import Any, Final

from rollbook.core.quantities import clock_text
from rollbook.core.scheduling.schedule import (
    EVERY_DAY,
    LONGEST_REASON,
    MONDAY_TO_FRIDAY,
    Pause,
    Schedule,
    ScheduleRefused,
)
from rollbook.core.scheduling.school_days import CalendarRefused, SchoolCalendar
from rollbook.core.scheduling.typed_days import NoSuchDay, read_period

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_TWELVE_HOURS = re.compile(r"(0?[1-9]|1[0-2])(?::([0-5]\d))?\s*(am|pm)", re.IGNORECASE)
_DAY_HOURS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
LONGEST_CALENDAR: Final = 60_000
"""Letters of its days off as people type them."""

USUAL_DAYS: Final = "mon-fri"
"""The days of the week of a calendar that names none."""

_THROUGH = re.compile(r"\s*(?:\.\.+|…|[-–—]+|\b(?:to|through|thru|until|till)\b)\s*", re.IGNORECASE)
_AND = re.compile(r"[,;&+]|\band\b", re.IGNORECASE)
_NAMED_DAYS: Final = {
    "daily": EVERY_DAY,
    "every day": EVERY_DAY,
    "everyday": EVERY_DAY,
    "all": EVERY_DAY,
    "all days": EVERY_DAY,
    "weekdays": MONDAY_TO_FRIDAY,
    "weekday": MONDAY_TO_FRIDAY,
    "every weekday": MONDAY_TO_FRIDAY,
    "weekends": EVERY_DAY - MONDAY_TO_FRIDAY,
    "weekend": EVERY_DAY - MONDAY_TO_FRIDAY,
}
_ADVICE: Final = (
    "Write one day as 11/11/2026 Veterans Day, and several as 12/21/2026 to 1/3/2027 Winter break."
)


def read_times(text: str) -> list[str]:
    """Return times as a schedule's JSON writes them. Raises ScheduleRefused."""
    return [_time(part.strip()) for part in text.split(",") if part.strip()]


def read_days(text: str) -> list[int]:
    """Return the numbers of days: "weekdays", "mon-fri", "mon, wed", "daily".

    Raises ScheduleRefused.
    """
    found: set[int] = set()
    for part in filter(None, (part.strip() for part in _AND.split(text))):
        if part.lower() in _NAMED_DAYS:
            found |= _NAMED_DAYS[part.lower()]
            continue
        first, *rest = (name.strip() for name in _THROUGH.split(part, maxsplit=1))
        start, end = _day(first), _day(("".join(rest)) or first)
        found |= {day % 7 for day in range(start, end + (1 if end >= start else 8))}
    return sorted(found)


def read_pauses(lines: Iterable[str]) -> list[dict[str, str]]:
    """Return pauses as JSON writes them, one for each line. Raises ScheduleRefused."""
    return [_pause(line.strip()) for line in lines if line.strip()]


def read_promise(text: str) -> str | None:
    """Return by when data is promised, as a schedule's JSON writes it; None for "" and "none".

    Raises ScheduleRefused.
    """
    if text.strip().lower() in ("", "none"):
        return None
    try:
        return _time(text.strip())
    except ScheduleRefused as refused:
        raise ScheduleRefused({"current_by": refused.faults["times"]}) from None


def read_calendar(weekdays: str, days_off: str) -> SchoolCalendar:
    """Return a calendar as people write it: "mon-fri", and a line for each holiday or break.

    Raises CalendarRefused.
    """
    if len(days_off) > LONGEST_CALENDAR:
        raise CalendarRefused({"days_off": f"Use at most {LONGEST_CALENDAR:,} characters."})
    try:
        days = frozenset(read_days(weekdays))
    except ScheduleRefused as refused:
        raise CalendarRefused({"weekdays": refused.faults["days"]}) from None
    return SchoolCalendar(days, read_days_off(days_off.splitlines()))


def read_days_off(lines: Iterable[str]) -> tuple[Pause, ...]:
    """Return the holidays and breaks that the lines name. Raises CalendarRefused."""
    return tuple(_day_off(line.strip()) for line in lines if line.strip())


def times_text(schedule: Schedule) -> str:
    """Return what `read_times` reads."""
    return ", ".join(clock_text(moment) for moment in schedule.times)


def days_text(schedule: Schedule) -> str:
    """Return the days in words."""
    return weekdays_text(schedule.days)


def weekdays_text(days: frozenset[int]) -> str:
    """Return days of the week in words."""
    if days == EVERY_DAY:
        return "every day"
    if days == MONDAY_TO_FRIDAY:
        return "Monday to Friday"
    return ", ".join(DAYS[day] for day in sorted(days))


def promise_text(schedule: Schedule) -> str:
    """Return what `read_promise` reads."""
    return clock_text(schedule.current_by) if schedule.current_by else ""


def _time(text: str) -> str:
    if match := _TWELVE_HOURS.fullmatch(text):
        afternoon = 12 if match[3].lower() == "pm" else 0
        moment = time(int(match[1]) % 12 + afternoon, int(match[2] or 0))
    elif match := _DAY_HOURS.fullmatch(text):
        moment = time(int(match[1]), int(match[2]))
    else:
        raise ScheduleRefused({"times": f"“{text}” isn't a time. Write 2:00 AM or 14:30."})
    return moment.isoformat("minutes")


def _day(text: str) -> int:
    short = text.lower().rstrip(".")
    for number, name in enumerate(DAYS):
        if len(short) >= 2 and name.lower().startswith(short.removesuffix("s") or short):
            return number
    raise ScheduleRefused(
        {"days": f"“{text}” isn't a day. Write weekdays, mon-fri, or mon, wed, fri."}
    )


def _pause(line: str) -> dict[str, Any]:
    try:
        pause = read_period(line)
    except ValueError as fault:
        raise ScheduleRefused({"pauses": _unread(line, "a pause", fault)}) from None
    return {"first": f"{pause.first}", "last": f"{pause.last}", "reason": pause.reason}


def _day_off(line: str) -> Pause:
    try:
        return read_period(line)
    except ValueError as fault:
        raise CalendarRefused({"days_off": _unread(line, "a day off", fault)}) from None


def _unread(line: str, what: str, fault: ValueError) -> str:
    why = f"{fault} " if isinstance(fault, NoSuchDay) else ""
    return f"We can't read “{line[:LONGEST_REASON]}” as {what}. {why}{_ADVICE}"
