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
from rollbook.core.scheduling.schedule import LONGEST_REASON, Pause
from rollbook.core.scheduling.school_days import LONGEST_BREAK

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
    read = whole + _moved_days(events, whole)
    kept = Calendar()
    for event in read:
        _check_rule(event)
        kept.add_component(event)
    try:
        found = recurring_ical_events.of(kept).between(today - BEFORE, today + AHEAD)
    except Exception:  # noqa: BLE001 - libraries meet what no program writes, and fail in any way
        raise CalendarFileRefused(why="One of its events has days that make no sense.") from None
    return _sorted_out(found, timed=len(events) - len(read))


def _calendar(data: bytes) -> Any:
    try:
        return Calendar.from_ical(data)
    except Exception:  # noqa: BLE001 - the same
        raise CalendarFileRefused(
            why="It isn't a calendar file. Export the calendar as iCalendar (.ics)."
        ) from None


def _is_of_days(event: Event) -> bool:
    """Whether the event lasts whole days, in years of people who go to school."""
    start = _dt(event, "DTSTART")
    return isinstance(start, date) and not isinstance(start, datetime) and start.year in _YEARS


def _moved_days(events: Iterable[Event], whole: Iterable[Event]) -> list[Event]:
    """Return what moves single days of events that repeat: to a time of day, or to another decade.

    Without it such a day would still be found where it was before.
    """
    series = {str(event.get("UID", "")) for event in whole if "RRULE" in event or "RDATE" in event}
    moved = [
        event
        for event in events
        if "RECURRENCE-ID" in event
        and str(event.get("UID", "")) in series
        and not _is_of_days(event)
    ]
    for event in moved:
        event.setdefault("DTSTART", event["RECURRENCE-ID"])  # left out where a day is called off
    return moved


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


def _sorted_out(found: Iterable[Event], *, timed: int) -> CalendarFile:
    """Return the days that can be days off, and count what cannot."""
    periods: set[Pause] = set()
    too_long = called_off = 0
    for event in found:
        period = _period(event)
        if _is_called_off(event):
            called_off += 1
        elif period is None:
            timed += 1
        elif period.days > LONGEST_BREAK:
            too_long += 1
        else:
            periods.add(period)
    if len(periods) > MOST_FOUND:
        raise CalendarFileRefused(
            why=(
                f"It has more than {MOST_FOUND:,} periods of days. Export only the school calendar."
            )
        )
    by_day = attrgetter("first", "last", "reason")
    return CalendarFile(tuple(sorted(periods, key=by_day)), timed, too_long, called_off)


def _period(event: Event) -> Pause | None:
    """None where it is not, or no longer, of whole days."""
    first, end = _dt(event, "DTSTART"), _dt(event, "DTEND")
    if isinstance(first, datetime) or isinstance(end, datetime) or not isinstance(first, date):
        return None
    last = max(end - _DAY, first) if isinstance(end, date) else first
    return Pause(first, last, _title(event))


def _title(event: Event) -> str:
    text = str(event.get("SUMMARY", ""))[: 4 * LONGEST_REASON]
    words = "".join(each if each.isprintable() else " " for each in text).split()
    return " ".join(words)[:LONGEST_REASON].rstrip()
