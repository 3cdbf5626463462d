"""When a worker ticks: when something is due, when it is called, otherwise once a minute."""

from contextlib import suppress
from datetime import datetime
from typing import Final

from rollbook.automation.alarm import AT_LEAST
from rollbook.core.scheduling.schedule import ScheduleRefused
from rollbook.records.database import translated
from rollbook.records.district import district_zone
from rollbook.records.models import Job
from rollbook.records.operations.promises import next_judged
from rollbook.records.operations.rehearsals import next_rehearsed
from rollbook.records.queries.feeds import active_feeds
from rollbook.records.queries.follow_ups import next_due
from rollbook.records.queries.schedules import next_run, schedule_of

BUSY: Final = 15.0
"""Seconds between two ticks while an import runs or waits, or something went wrong."""

IDLE: Final = 60.0
"""Seconds between two ticks where nothing is due: a call may be lost, and another clock may have
changed."""


@translated()
def pause_after(now: datetime) -> float:
    """Return how many seconds a worker may sleep that has just planned."""
    if Job.imports.under_way().exists():
        return BUSY
    others = filter(None, [next_due(now, busy=False), next_judged(now), next_rehearsed(now)])
    at = min([*_planned(now), *others], default=None)
    if at is None:
        return IDLE
    left = (at - now).total_seconds()
    return min(max(left, AT_LEAST), IDLE) if left > 0 else BUSY


def _planned(now: datetime) -> list[datetime]:
    zone, found = district_zone(), []
    for feed in active_feeds():
        with suppress(ScheduleRefused):
            if feed.host and (at := next_run(schedule_of(feed, zone), now)):
                found.append(at)
    return found
