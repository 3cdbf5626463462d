"""Reading a calendar file: RFC 5545, by libraries; here are the limits and what counts.

Runs in a process of its own (`child.py`): what repeats in a file can be made to keep one busy.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any, Final

import recurring_ical_events
from icalendar import Calendar, Event

from rollbook.core.calendar_file.found import (
    AHEAD,
    BEFORE,
    MOST_EVENTS,
    MOST_FOUND,
    CalendarFile,
    CalendarFileRefused,
)
from rollbook.core.scheduling.schedule import LONGEST_PAUSE, LONGEST_REASON, Pause

_DAY: Final = timedelta(days=1)
_RULES: Final = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_NO_DAYS: Final = ("BYHOUR", "BYMINUTE", "BYSECOND")
_YEARS: Final = range(1970, 2101)


def read_events(data: bytes, today: date) -> CalendarFile:
    """Return the file's all-day events from a year before `today` to three years after it.

    Raises CalendarFileRefused.
    """
    calendar = _calendar(data)
    events = calendar.walk("VEVENT")
    if len(events) > MOST_EVENTS:
        raise CalendarFileRefused(why=f"It has more than {MOST_EVENTS:,} events.")
    whole = [event for event in events if _is_of_days(event)]
    kept = Calendar()
    for event in whole:
        _check_rule(event)
        if not _is_called_off(event):
            kept.add_component(event)
    try:
        found = recurring_ical_events.of(kept).between(today - BEFORE, today + AHEAD)
    except Exception:  # noqa: BLE001 - libraries meet what no program writes, and fail in any way
        raise CalendarFileRefused(why="One of its events has days that make no sense.") from None
    return CalendarFile(_periods(found), len(events) - len(whole))


def _calendar(data: bytes) -> Any:
    try:
        return Calendar.from_ical(data)
    except Exception:  # noqa: BLE001 - the same
        raise CalendarFileRefused(
            why="It is no calendar. Export one as iCalendar (.ics) from the program that keeps it."
        ) from None


def _is_of_days(event: Event) -> bool:
    """Whether the event lasts whole days, in years of people who go to school."""
    start = _dt(event, "DTSTART")
    return isinstance(start, date) and not isinstance(start, datetime) and start.year in _YEARS


def _dt(event: Event, name: str) -> Any:
    """What is written twice, or is no date, has none."""
    return getattr(event.get(name), "dt", None)


def _is_called_off(event: Event) -> bool:
    return str(event.get("STATUS", "")).upper() == "CANCELLED"


def _check_rule(event: Event) -> None:
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        frequencies = {str(each).upper() for each in rule.get("FREQ", [])}
        has_no_end = any(str(each) == "0" for each in rule.get("INTERVAL", []))
        if not frequencies <= _RULES or has_no_end or any(part in rule for part in _NO_DAYS):
            raise CalendarFileRefused(why="One of its events repeats several times a day.")


def _periods(found: Iterable[Event]) -> tuple[Pause, ...]:
    periods = {_period(event) for event in found} - {None}
    if len(periods) > MOST_FOUND:
        raise CalendarFileRefused(
            why=f"It names more than {MOST_FOUND:,} periods of days. Export the school calendar "
            "alone."
        )
    by_day = attrgetter("first", "last", "reason")
    return tuple(sorted((each for each in periods if each is not None), key=by_day))


def _period(event: Event) -> Pause | None:
    """None where it lasts more than a year, or is no longer of whole days."""
    first, end = _dt(event, "DTSTART"), _dt(event, "DTEND")
    if isinstance(first, datetime) or isinstance(end, datetime) or not isinstance(first, date):
        return None
    last = max(end - _DAY, first) if isinstance(end, date) else first
    return None if last - first > LONGEST_PAUSE else Pause(first, last, _title(event))


def _title(event: Event) -> str:
    text = str(event.get("SUMMARY", ""))[: 4 * LONGEST_REASON]
    words = "".join(each if each.isprintable() else " " for each in text).split()
    return " ".join(words)[:LONGEST_REASON].rstrip()
