"""Rehearsals of planned runs: queued some hours before, and ended before the run is due."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from rollbook.core.errors import UsageError
from rollbook.core.scheduling.due import due
from rollbook.core.scheduling.rehearsal import due_rehearsal, is_too_late, next_rehearsal
from rollbook.core.scheduling.schedule import Schedule, ScheduleRefused
from rollbook.records.database import translated
from rollbook.records.district import district_zone
from rollbook.records.models import Feed, Job, JobInput
from rollbook.records.models.job_input import SCHEDULE
from rollbook.records.operations import jobs
from rollbook.records.operations.queueing import (
    check_free,
    create_job,
    request_cancel,
    try_lock_requests,
)
from rollbook.records.queries.feeds import active_feeds
from rollbook.records.queries.jobs import progress_of
from rollbook.records.queries.schedules import schedule_of

ENDS: Final = "end of rehearsals"
"""Who stops a rehearsal that has not ended in time."""


@translated()
def feeds_to_rehearse(now: datetime) -> list[Feed]:
    """Return the feeds whose next run is to be rehearsed now."""
    zone = district_zone()
    return [feed for feed in active_feeds() if _due(feed, now, zone=zone) is not None]


@translated()
def queue_rehearsal(feed: Feed, now: datetime) -> int | None:
    """Queue the rehearsal of the feed's next run if it is due, once however many ask; return the
    job's number. While an import of the feed runs or waits it waits too: None."""
    with transaction.atomic(), connection.cursor() as cursor:
        if not try_lock_requests(cursor, feed):
            return None
        feed.refresh_from_db()  # another worker may have been faster, or a person changed it
        run = _due(feed, now, zone=district_zone())
        if run is None or feed.removed_at is not None:
            return None
        try:
            check_free(feed)
        except jobs.ImportRunning:
            return None
        Feed.objects.filter(pk=feed.pk).update(rehearsed_for=run)
        asked = JobInput.for_feed(feed, started_by=SCHEDULE, dry_run=True)
        return create_job(cursor, replace(asked, rehearses=run))


@translated()
def end_late_rehearsals(now: datetime) -> list[int]:
    """Stop the rehearsals that wait or run though their run is about to begin; return their
    numbers."""
    under_way = ((row.pk, row.asked.rehearses) for row in Job.imports.under_way())
    late = [number for number, run in under_way if run is not None and is_too_late(run, now=now)]
    for number in late:
        progress = progress_of(number)
        if progress is None or not progress.is_cancelling:
            with suppress(UsageError):  # it has ended meanwhile
                request_cancel(number, actor=ENDS)
    return late


@translated()
def next_rehearsed(now: datetime) -> datetime | None:
    """Return when the next rehearsal is due; None where none is to come soon."""
    zone = district_zone()
    found = (
        next_rehearsal(schedule, feed.rehearsed_for, now=now)
        for feed in active_feeds()
        if (schedule := _schedule(feed, zone)) is not None
    )
    return min((at for at in found if at is not None), default=None)


def _due(feed: Feed, now: datetime, *, zone: ZoneInfo) -> datetime | None:
    """Return the run; none while an earlier one is to be begun, which comes first."""
    schedule = _schedule(feed, zone)
    if schedule is None or due(schedule, feed.planned_at, now=now) is not None:
        return None
    return due_rehearsal(schedule, feed.rehearsed_for, now=now)


def _schedule(feed: Feed, zone: ZoneInfo) -> Schedule | None:
    """Return by what a feed is rehearsed; None where it is not."""
    try:
        schedule = schedule_of(feed, zone)
    except ScheduleRefused:  # beginning the run tells that
        return None
    return schedule if feed.host and schedule.rehearse_hours else None
