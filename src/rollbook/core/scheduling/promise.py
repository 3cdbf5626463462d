"""A promise by the clock: on each school day a feed's data is current by a time of day.

Pure: the clock is passed in. It is kept where, at that time, the last good import is newer than
the last planned run, and than the same time on the day before. So an import that only repeats an
older file keeps nothing, and neither does last night's where tonight's has failed.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from rollbook.core.scheduling.due import first_moment, planned_runs
from rollbook.core.scheduling.schedule import Schedule
from rollbook.core.scheduling.school_days import LOOKS_BACK, USUAL_WEEK, SchoolCalendar

_DAY = timedelta(days=1)


def promised_after(
    schedule: Schedule, calendar: SchoolCalendar | None, after: datetime
) -> Iterator[datetime]:
    """Yield in ascending order the moments later than `after` by which data is to be current.

    One on each school day: without a calendar, Monday to Friday. None on a day on which the
    schedule pauses, and none where nothing is promised. It looks no further than LOOKS_BACK days.
    """
    if schedule.current_by is None:
        return
    zone, days = ZoneInfo(schedule.zone), calendar or USUAL_WEEK
    first = after.astimezone(zone).date()
    for day in (first + _DAY * ahead for ahead in range(LOOKS_BACK)):
        if days.is_school_day(day) and not (schedule.is_on and schedule.pause_on(day)):
            at = first_moment(day, schedule.current_by, zone)
            if at > after:
                yield at


def promised_between(
    schedule: Schedule, calendar: SchoolCalendar | None, after: datetime, until: datetime
) -> list[datetime]:
    """Return the promised moments later than `after`, up to and with `until`, as above."""
    found = promised_after(schedule, calendar, after)
    return list(takewhile(lambda at: at <= until, found))


def last_promised(
    schedule: Schedule, calendar: SchoolCalendar | None, after: datetime, now: datetime
) -> datetime | None:
    """Return the promised moment that passed last, one later than `after`."""
    since = max(after, now - _DAY * (LOOKS_BACK - 1))
    return max(promised_between(schedule, calendar, since, now), default=None)


def is_current(schedule: Schedule, good_at: datetime | None, at: datetime) -> bool:
    """Tell whether the data that an import brought at `good_at` is what was promised for `at`."""
    return good_at is not None and good_at > _needed_after(schedule, at)


def _needed_after(schedule: Schedule, at: datetime) -> datetime:
    """Return when the import must have ended at the earliest."""
    zone = ZoneInfo(schedule.zone)
    assert schedule.current_by is not None
    day_before = first_moment(at.astimezone(zone).date() - _DAY, schedule.current_by, zone)
    # A run that is planned for the very moment cannot be done by then, so it is not asked for.
    runs = planned_runs(schedule, day_before, at - timedelta(microseconds=1))
    return max(runs, default=day_before)
