"""A promise by the clock: on each school day a feed's data is current by a time of day.

Pure: the clock is passed in. It is kept where, at that time, a good import has ended that began no
earlier than the last planned run; where the schedule is off, after the same time on the day before.
So an import that only repeats an older file keeps nothing, and neither does last night's where
tonight's has failed, nor one by hand that had fetched its file before tonight's run was due.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from rollbook.core.scheduling.due import first_moment, next_runs, planned_runs
from rollbook.core.scheduling.schedule import Schedule
from rollbook.core.scheduling.school_days import LOOKS_BACK, USUAL_WEEK, SchoolCalendar

_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)


def promised_after(
    schedule: Schedule, calendar: SchoolCalendar | None, after: datetime, *, set_at: datetime
) -> Iterator[datetime]:
    """Yield in ascending order the moments later than `after` by which data is to be current.

    One on each school day: without a calendar, Monday to Friday. None on a day on which the
    schedule pauses, none before the first run planned after `set_at`, when the schedule was set,
    and none where nothing is promised. It looks no further than LOOKS_BACK days.
    """
    begins = _begins(schedule, set_at)
    if schedule.current_by is None or begins is None:
        return
    zone, days = ZoneInfo(schedule.zone), calendar or USUAL_WEEK
    first = after.astimezone(zone).date()
    for day in (first + _DAY * ahead for ahead in range(LOOKS_BACK)):
        if days.is_school_day(day) and not (schedule.is_on and schedule.pause_on(day)):
            at = first_moment(day, schedule.current_by, zone)
            if at > max(after, begins):
                yield at


def promised_between(
    schedule: Schedule,
    calendar: SchoolCalendar | None,
    after: datetime,
    until: datetime,
    *,
    set_at: datetime,
) -> list[datetime]:
    """Return the promised moments later than `after`, up to and with `until`, as above."""
    found = promised_after(schedule, calendar, after, set_at=set_at)
    return list(takewhile(lambda at: at <= until, found))


def last_promised(
    schedule: Schedule, calendar: SchoolCalendar | None, now: datetime, *, set_at: datetime
) -> datetime | None:
    """Return the promised moment that passed last."""
    # Where the clock has changed since, as many days may lie on one more date.
    since = max(set_at, now - _DAY * (LOOKS_BACK - 2))
    return max(promised_between(schedule, calendar, since, now, set_at=set_at), default=None)


def is_current(schedule: Schedule, began_at: datetime | None, at: datetime) -> bool:
    """Tell whether the data of the good import that began at `began_at` is what was promised for
    `at`. A planned run began no earlier than it was planned."""
    return began_at is not None and began_at >= _needed_from(schedule, at)


def _begins(schedule: Schedule, set_at: datetime) -> datetime | None:
    """Return after which moment something is promised: a run must have been due before."""
    if not schedule.is_on:
        return set_at
    return next(iter(next_runs(schedule, set_at, count=1)), None)


def _needed_from(schedule: Schedule, at: datetime) -> datetime:
    """Return when the import must have begun at the earliest."""
    if not schedule.is_on:
        zone = ZoneInfo(schedule.zone)
        assert schedule.current_by is not None
        day_before = at.astimezone(zone).date() - _DAY
        return first_moment(day_before, schedule.current_by, zone) + _INSTANT
    # Most schedules have a run each night, the others nearly all one a week, but for a pause.
    for days in (1, 8, LOOKS_BACK):
        # A run that is planned for the very moment cannot be done by then, so it is not asked for.
        runs = planned_runs(schedule, at - _DAY * days, at - _INSTANT)
        if last := max(runs, default=None):
            return last
    return at - _DAY * LOOKS_BACK
