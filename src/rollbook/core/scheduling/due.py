"""What a schedule means on the clock: which runs are next, due, or missed. The clock is passed in.

Moments are aware and in UTC. A planned run is the first moment at which the district's clock shows
its time or a later one: so 2:00 AM comes once on a night whose clock skips it (at 3:00 AM), and
1:30 AM once on a night that has it twice.
"""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from rollbook.core.scheduling.schedule import Schedule


def next_runs(schedule: Schedule, after: datetime, *, count: int) -> tuple[datetime, ...]:
    """Return the first `count` planned runs later than `after`; none while it is off."""
    return tuple(islice(planned_runs(schedule, after), count))


def due(schedule: Schedule, last_planned: datetime | None, *, now: datetime) -> datetime | None:
    """Return the planned run to begin now: the latest since `last_planned`, however many passed.

    The caller that begins it stores it as `last_planned`, in the same transaction; one that sets or
    switches on a schedule stores that moment. So a new time does not run for the past, and a clock
    that jumps back begins nothing again. None was never switched on: nothing is due.
    A run is made up however late, unless a pause has begun since.
    """
    if not schedule.is_on or last_planned is None:
        return None
    # There is a planned day in each week; where there was none, a pause has taken it.
    since = max(last_planned, now - timedelta(days=8))
    latest = max(_planned(schedule, since, now), default=None)
    if latest is None or _has_paused(schedule, latest, now):
        return None
    return latest


def missed(
    schedule: Schedule, last_good: datetime | None, *, now: datetime, grace: timedelta
) -> int:
    """Count the planned runs since the last success that are over by more than `grace`.

    A feed without success is judged from when it was switched on: pass that moment. With None
    nothing was expected yet.
    """
    if last_good is None:
        return 0
    return sum(1 for _ in planned_runs(schedule, last_good, now - grace))


def planned_runs(
    schedule: Schedule, after: datetime, until: datetime | None = None
) -> Iterator[datetime]:
    """Yield in ascending order the planned runs later than `after`, up to and with `until`; none
    while it is off."""
    return _planned(schedule, after, until) if schedule.is_on else iter(())


def first_moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the first moment, in UTC, at which the clock of `zone` shows that day and time, or a
    later one where it skips that."""
    wall = datetime.combine(day, at)
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    # The clock skips this time. Read with the offset after the skip (fold=1) it lies before the
    # skip, read with the offset before it lies behind: the skip is between.
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    offset = moment.astimezone(zone).utcoffset()
    seconds = bisect_left(
        range(int((moment - early).total_seconds())),
        True,
        key=lambda second: (
            (early + timedelta(seconds=second)).astimezone(zone).utcoffset() == offset
        ),
    )
    return early + timedelta(seconds=seconds)


def _planned(
    schedule: Schedule, after: datetime, until: datetime | None = None
) -> Iterator[datetime]:
    """Yield in ascending order the planned runs later than `after`, up to and with `until`."""
    zone = ZoneInfo(schedule.zone)
    previous = after
    first = after.astimezone(zone).toordinal()
    # A clock set back over midnight repeats the end of a day when the next has already begun.
    last = until.astimezone(zone).toordinal() + 1 if until else date.max.toordinal()
    for day in map(date.fromordinal, range(first, last + 1)):
        if day.weekday() not in schedule.days or schedule.pause_on(day):
            continue
        for run in (first_moment(day, at, zone) for at in schedule.times):
            if until and run > until:
                return
            # Two times that the clock skips in one night are one run.
            if run > previous:
                yield run
                previous = run


def _has_paused(schedule: Schedule, since: datetime, now: datetime) -> bool:
    zone = ZoneInfo(schedule.zone)
    first, last = since.astimezone(zone).date(), now.astimezone(zone).date()
    return any(pause.first <= last and pause.last >= first for pause in schedule.pauses)
