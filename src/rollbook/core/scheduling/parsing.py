"""A schedule as people type it: "2:00 AM, 14:30", "mon-fri", "2026-12-21 to 2027-01-03 Winter"."""

import re
from collections.abc import Iterable
from datetime import date, time
from typing import Any, Final

from rollbook.core.quantities import clock_text
from rollbook.core.scheduling.schedule import EVERY_DAY, Pause, Schedule, ScheduleRefused

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_TWELVE_HOURS = re.compile(r"(0?[1-9]|1[0-2])(?::([0-5]\d))?\s*(am|pm)", re.IGNORECASE)
_DAY_HOURS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_PAUSE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s*(?:\.\.|to|–|until)\s*(\d{4}-\d{2}-\d{2}))?(.*)")


def read_times(text: str) -> list[str]:
    """Return times as a schedule's JSON writes them. Raises ScheduleRefused."""
    return [_time(part.strip()) for part in text.split(",") if part.strip()]


def read_days(text: str) -> list[int]:
    """Return the numbers of days: "mon-fri", "mon, wed", "daily". Raises ScheduleRefused."""
    if text.strip().lower() in ("daily", "every day"):
        return sorted(EVERY_DAY)
    found: set[int] = set()
    for part in filter(None, (part.strip() for part in text.split(","))):
        first, _, last = (name.strip() for name in part.partition("-"))
        start, end = _day(first), _day(last or first)
        found |= {day % 7 for day in range(start, end + (1 if end >= start else 8))}
    return sorted(found)


def read_pauses(lines: Iterable[str]) -> list[dict[str, str]]:
    """Return pauses as JSON writes them, one for each line. Raises ScheduleRefused."""
    return [_pause(line.strip()) for line in lines if line.strip()]


def times_text(schedule: Schedule) -> str:
    """Return what `read_times` reads."""
    return ", ".join(clock_text(moment) for moment in schedule.times)


def days_text(schedule: Schedule) -> str:
    """Return the days in words."""
    if schedule.days == EVERY_DAY:
        return "every day"
    if schedule.days == frozenset(range(5)):
        return "Monday to Friday"
    return ", ".join(DAYS[day] for day in sorted(schedule.days))


def pause_text(pause: Pause) -> str:
    """Return what `read_pauses` reads."""
    until = "" if pause.last == pause.first else f" to {pause.last}"
    return f"{pause.first}{until} {pause.reason}".rstrip()


def _time(text: str) -> str:
    if match := _TWELVE_HOURS.fullmatch(text):
        afternoon = 12 if match[3].lower() == "pm" else 0
        moment = time(int(match[1]) % 12 + afternoon, int(match[2] or 0))
    elif match := _DAY_HOURS.fullmatch(text):
        moment = time(int(match[1]), int(match[2]))
    else:
        raise ScheduleRefused({"times": f"“{text}” is no time. Write 2:00 AM or 14:30."})
    return moment.isoformat("minutes")


def _day(text: str) -> int:
    for number, name in enumerate(DAYS):
        if len(text) >= 2 and name.lower().startswith(text.lower()):
            return number
    raise ScheduleRefused({"days": f"“{text}” is no day. Write mon-fri, or mon, wed, fri."})


def _pause(line: str) -> dict[str, Any]:
    match = _PAUSE.fullmatch(line)
    try:
        first = date.fromisoformat(match[1] if match else "")
        last = date.fromisoformat(match[2]) if match and match[2] else first
    except ValueError:
        raise ScheduleRefused(
            {"pauses": f"“{line}” is no pause. Write 2026-12-21 to 2027-01-03 Winter break."}
        ) from None
    reason = (match[3] if match else "").strip(" :,")
    return {"first": f"{first}", "last": f"{last}", "reason": reason}
