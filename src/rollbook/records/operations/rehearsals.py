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
from rollbook.records import clock
from rollbook.records.database import connect, translated
from rollbook.records.district import district_zone
from rollbook.records.models import Feed, Job, JobInput
from rollbook.records.models.job_input import SCHEDULE
from rollbook.records.operations import jobs
from rollbook.records.operations.queueing import (
    check_free,
    create_job,
    lock_requests,
    request_cancel,
    try_lock_requests,
)
from rollbook.records.operations.runner import call_for_job
from rollbook.records.operations.scheduling import MOST_ATTEMPTS
from rollbook.records.queries.advance_decisions import is_still_planned
from rollbook.records.queries.feeds import active_feeds
from rollbook.records.queries.jobs import job_by_number
from rollbook.records.queries.progress import progress_of
from rollbook.records.queries.schedules import schedule_of

ENDS: Final = "end of rehearsals"
"""Who stops a rehearsal that has not ended in time."""


class NoRehearsal(UsageError):
    """Import {number} isn't a rehearsal.

    Nothing was changed."""

    reason = "no_rehearsal"

    def __init__(self, number: int) -> None:
        super().__init__(number=number)


class TooLateToRehearse(UsageError):
    """The import that rehearsal {number} was for is starting, or is no longer scheduled.

    Nothing was changed.

    Look at the feed's last import. If it is held, decide there."""

    reason = "too_late_to_rehearse"

    def __init__(self, number: int) -> None:
        super().__init__(number=number)


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
        # One whose server does not answer is tried again, as its run would be.
        return create_job(cursor, replace(asked, rehearses=run), max_attempts=MOST_ATTEMPTS)


def rehearse_again(number: int, *, actor: str) -> int:
    """Queue one more rehearsal of the run that `number` was one of, under the settings of now;
    return the job's number. Raises UsageError, ImportRunning, FunctionNotCalled."""
    with connect(autocommit=True) as visible:
        jobs.mark_interrupted(visible)
    with translated(), transaction.atomic(), connection.cursor() as cursor:
        found = job_by_number(number)
        feed, run = Feed.objects.filter(pk=found.feed_id).first(), found.rehearses
        if feed is None or run is None:
            raise NoRehearsal(number)
        lock_requests(cursor, feed)
        if not is_still_planned(found) or is_too_late(run, now=clock.now()):
            raise TooLateToRehearse(number)
        check_free(feed)
        asked = JobInput.for_feed(feed, started_by=actor, dry_run=True)
        job = create_job(cursor, replace(asked, rehearses=run))
        call_for_job(job, keeps_waiting=False)
    return job


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
    run = due_rehearsal(schedule, feed.rehearsed_for, now=now)
    is_begun = run is not None and feed.planned_at is not None and run <= feed.planned_at
    return None if is_begun else run  # a clock that jumps back plans it once more


def _schedule(feed: Feed, zone: ZoneInfo) -> Schedule | None:
    """Return by what a feed is rehearsed; None where it is not."""
    try:
        schedule = schedule_of(feed, zone)
    except ScheduleRefused:  # beginning the run tells that
        return None
    return schedule if feed.host and schedule.rehearse_hours else None
