"""The district's calendar: which days are school days, and how old data is by them.

The clock is passed in. Moments are aware; a day is one of the district's clock.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from operator import attrgetter
from typing import Final
from zoneinfo import ZoneInfo

from rollbook.core.errors import FieldsRefused
from rollbook.core.quantities import typed_day
from rollbook.core.scheduling.due import first_moment
from rollbook.core.scheduling.schedule import (
    EVERY_DAY,
    LONGEST_REASON,
    MONDAY_TO_FRIDAY,
    Pause,
)

MOST_DAYS_OFF: Final = 500
"""Holidays and breaks of one calendar: about twenty a school year."""

LONGEST_BREAK: Final = 100
"""Days: no summer has more, and a wrong year in a last day does."""

LOOKS_BACK: Final = 400
"""Days: longer than any summer, and no calendar keeps a process busy."""


class CalendarRefused(FieldsRefused):
    """The calendar wasn't saved: {why}

    Nothing was changed."""

    reason = "calendar_refused"


@dataclass(frozen=True, slots=True)
class SchoolCalendar:
    """The days of the week with school, and the days off among them.

    Making one raises CalendarRefused. Days off are kept in ascending order.
    """

    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    """Monday is 0."""
    days_off: tuple[Pause, ...] = ()
    _firsts: tuple[date, ...] = field(init=False, repr=False, compare=False)
    _lasts: tuple[date, ...] = field(init=False, repr=False, compare=False)
    """The last day off of all that begin no later."""

    def __post_init__(self) -> None:
        days_off = tuple(sorted(self.days_off, key=attrgetter("first", "last", "reason")))
        if faults := _faults(self.weekdays, days_off):
            raise CalendarRefused(faults)
        object.__setattr__(self, "days_off", days_off)
        object.__setattr__(self, "_firsts", tuple(each.first for each in days_off))
        lasts = accumulate((each.last for each in days_off), max)
        object.__setattr__(self, "_lasts", tuple(lasts))

    def is_school_day(self, day: date) -> bool:
        """Tell whether there is school on `day`."""
        if day.weekday() not in self.weekdays:
            return False
        begun = bisect_right(self._firsts, day)
        return begun == 0 or self._lasts[begun - 1] < day

    @property
    def last_day_off(self) -> date | None:
        """The last day off that it knows; None where it knows none."""
        return self._lasts[-1] if self._lasts else None


def school_moment(calendar: SchoolCalendar, now: datetime, zone: ZoneInfo) -> datetime:
    """Return `now` on a school day, otherwise the end of the last one: there the clock stops.

    By it data grows old and runs are missed on school days only.
    """
    day = now.astimezone(zone).date()
    if calendar.is_school_day(day):
        return now
    ends = day
    for _ in range(LOOKS_BACK):
        ends, day = day, day - timedelta(days=1)
        if calendar.is_school_day(day):
            break
    return min(first_moment(ends, time(), zone), now)


def school_days_since(
    calendar: SchoolCalendar, since: datetime, now: datetime, zone: ZoneInfo
) -> int:
    """Count the school days that have begun after the day of `since`, up to LOOKS_BACK days."""
    first, last = (moment.astimezone(zone).date() for moment in (since, now))
    days = range(min((last - first).days, LOOKS_BACK))
    return sum(calendar.is_school_day(last - timedelta(days=back)) for back in days)


def old_before(
    calendar: SchoolCalendar, now: datetime, *, limit: int, zone: ZoneInfo
) -> datetime | None:
    """Return the moment before which everything is more than `limit` school days ago.

    None where nothing counts as old: with a limit of 0, or one that LOOKS_BACK days cannot pass.
    The same as `school_days_since(...) > limit`, for many moments at once.
    """
    today = now.astimezone(zone).date()
    passed = 0
    for back in range(LOOKS_BACK if limit > 0 else 0):
        day = today - timedelta(days=back)
        passed += calendar.is_school_day(day)
        if passed > limit:
            return first_moment(day, time(), zone)
    return None


def school_time(
    calendar: SchoolCalendar, since: datetime, now: datetime, zone: ZoneInfo
) -> timedelta:
    """Return how much of the time between two moments was on school days, of LOOKS_BACK days."""
    passed = timedelta()
    first, last = (moment.astimezone(zone).date() for moment in (since, now))
    for back in range(min((last - first).days, LOOKS_BACK) + 1):
        day = last - timedelta(days=back)
        if calendar.is_school_day(day):
            begins, ends = (
                first_moment(each, time(), zone) for each in (day, day + timedelta(days=1))
            )
            passed += max(min(ends, now) - max(begins, since), timedelta())
    return passed


def _faults(weekdays: frozenset[int], days_off: tuple[Pause, ...]) -> dict[str, str]:
    found = {
        "weekdays": _weekdays_fault(weekdays),
        "days_off": next(filter(None, map(_day_off_fault, days_off)), ""),
    }
    if len(days_off) > MOST_DAYS_OFF:
        found["days_off"] = (
            f"{len(days_off):,} holidays and breaks are too many. Keep at most {MOST_DAYS_OFF}, "
            "and remove those of past years."
        )
    return {name: sentence for name, sentence in found.items() if sentence}


def _weekdays_fault(weekdays: frozenset[int]) -> str:
    if not weekdays:
        return "Choose at least one day of the week with school, such as mon-fri."
    return "" if weekdays <= EVERY_DAY else "A day is a number from 0, Monday, to 6, Sunday."


def _day_off_fault(off: Pause) -> str:
    if off.last < off.first:
        return (
            f"The break from {typed_day(off.first)} ends on {typed_day(off.last)}, before it "
            "starts. Choose a later last day."
        )
    if off.days > LONGEST_BREAK:
        part = off.first + timedelta(days=LONGEST_BREAK - 1)
        return (
            f"The break from {typed_day(off.first)} to {typed_day(off.last)} has {off.days:,} "
            f"days. Check its last day. If it's right, write several breaks of at most "
            f"{LONGEST_BREAK} days, the first of them {typed_day(off.first)} to {typed_day(part)}."
        )
    if len(off.reason) > LONGEST_REASON:
        return f"A break's name has at most {LONGEST_REASON} characters. Shorten it."
    return ""


ALL_DAYS: Final = SchoolCalendar(EVERY_DAY)
"""Without a calendar data grows old on each day."""

USUAL_WEEK: Final = SchoolCalendar()
"""Without a calendar a promise is for Monday to Friday."""
