"""When a planned run is rehearsed: some hours before it, once, and never made up afterwards.

Pure: the clock is passed in. Moments are aware and in UTC, so that an hour is an hour on a night
whose clock changes.
"""

from datetime import datetime, timedelta
from typing import Final

from rollbook.core.scheduling.due import next_runs
from rollbook.core.scheduling.schedule import Schedule

MARGIN: Final = timedelta(minutes=30)
"""So long before its run no rehearsal begins: nobody could still decide."""

DEADLINE: Final = timedelta(minutes=5)
"""So long before its run a rehearsal is stopped that has not ended: the run needs its feed."""

_MOMENT: Final = timedelta(microseconds=1)


def due_rehearsal(
    schedule: Schedule, rehearsed_for: datetime | None, *, now: datetime
) -> datetime | None:
    """Return the planned run that is to be rehearsed now; only ever the next one.

    The caller that begins the rehearsal stores that moment as `rehearsed_for`, in the same
    transaction: so no run is rehearsed twice, also where the clock jumps back. A run that was put
    before the rehearsed one since is rehearsed itself.
    """
    run = _next_run(schedule, now)
    if run is None or not _is_new(schedule, run, rehearsed_for, now=now):
        return None
    return run if run - _ahead(schedule) <= now < run - MARGIN else None


def next_rehearsal(
    schedule: Schedule, rehearsed_for: datetime | None, *, now: datetime
) -> datetime | None:
    """Return when a rehearsal is due next, `now` where one is; None where none is to come before
    the run after the next two."""
    if due_rehearsal(schedule, rehearsed_for, now=now) is not None:
        return now
    if not schedule.rehearse_hours:
        return None
    runs = next_runs(schedule, now, count=2)
    since = now
    for run in runs:
        begins = max(run - _ahead(schedule), since)
        is_new = _is_new(schedule, run, rehearsed_for, now=now)
        if is_new and now < begins < run - MARGIN:
            return begins
        since = run
    return None


def rehearsal_at(schedule: Schedule, run: datetime, *, since: datetime) -> datetime | None:
    """Return when the rehearsal of a run begins, where it begins at or after `since`: now, or the
    run before it. None where there is none: too little time is left."""
    begins = max(run - _ahead(schedule), since)
    return begins if schedule.rehearse_hours and begins < run - MARGIN else None


def is_worth_trying(run: datetime, *, at: datetime) -> bool:
    """Tell whether a rehearsal that has failed may be tried again at a moment."""
    return at < run - MARGIN


def is_too_late(run: datetime, *, now: datetime) -> bool:
    """Tell whether the rehearsal of `run` has to end now, whatever it has found."""
    return now >= run - DEADLINE


def _is_new(
    schedule: Schedule, run: datetime, rehearsed_for: datetime | None, *, now: datetime
) -> bool:
    """Tell whether the next run is yet to be rehearsed.

    Where a later one was rehearsed, either the clock has jumped back: its rehearsal lies ahead. Or
    the schedule has changed since then: that one is planned no more, or this one came before it.
    """
    if rehearsed_for is None or run > rehearsed_for:
        return True
    if run == rehearsed_for:
        return False
    planned = next(iter(next_runs(schedule, rehearsed_for - _MOMENT, count=1)), None)
    return planned != rehearsed_for or now >= rehearsed_for - _ahead(schedule)


def _next_run(schedule: Schedule, now: datetime) -> datetime | None:
    if not schedule.rehearse_hours:
        return None
    return next(iter(next_runs(schedule, now, count=1)), None)


def _ahead(schedule: Schedule) -> timedelta:
    return timedelta(hours=schedule.rehearse_hours)
