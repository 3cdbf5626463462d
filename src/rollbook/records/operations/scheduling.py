"""Runs that are not started by hand: planned ones when they are due, and second attempts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from rollbook.core.scheduling.due import due
from rollbook.core.scheduling.rehearsal import is_worth_trying
from rollbook.core.scheduling.retries import PAUSES, next_attempt
from rollbook.core.scheduling.schedule import ScheduleRefused
from rollbook.core.statements import Statements
from rollbook.records.database import translated
from rollbook.records.district import district_zone
from rollbook.records.models import Feed, Job, JobAttempt, JobInput
from rollbook.records.models.job_input import SCHEDULE
from rollbook.records.operations import files, jobs
from rollbook.records.operations.findings import forget_findings
from rollbook.records.operations.import_index import index_import
from rollbook.records.operations.queueing import (
    cancel_next_attempt,
    check_free,
    create_job,
    enqueue,
    try_lock_requests,
)
from rollbook.records.queries.advance_decisions import is_to_come
from rollbook.records.queries.feeds import active_feeds
from rollbook.records.queries.jobs import JobView, job_view
from rollbook.records.queries.schedules import next_planned, schedule_of

MOST_ATTEMPTS = len(PAUSES) + 1
_SQL: Final = Statements(__package__, "scheduling.sql")


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that has ended and has just been seen to."""

    job: JobView
    attempt: int
    retry_at: datetime | None


@dataclass(frozen=True, slots=True)
class Queued:
    """A planned run that has just been queued."""

    job: int
    feed: Feed
    planned: datetime


@translated()
def due_feeds(now: datetime) -> list[Feed]:
    """Return the feeds whose planned run is to begin; what is wrong with one affects no other."""
    zone = district_zone()
    return [feed for feed in active_feeds() if feed.host and _may_be_due(feed, now, zone=zone)]


@translated()
def queue_planned(
    feed: Feed, now: datetime, *, on_queued: Callable[[Queued], None] = lambda _: None
) -> int | None:
    """Queue the feed's planned run if it is due, once however many ask; return the job's number.

    While an import of the feed runs or waits, or a person's request is being stored, its
    planned run waits too: None. `on_queued` is called in the transaction.
    """
    zone = district_zone()
    if _due(feed, now, zone=zone) is None:
        return None
    with transaction.atomic(), connection.cursor() as cursor:
        if not try_lock_requests(cursor, feed):
            return None
        feed.refresh_from_db()  # another worker may have been faster, or a person changed it
        planned = _due(feed, now, zone=zone)
        if planned is None or feed.removed_at is not None or not _is_free(feed):
            return None
        note_begun(feed, planned)
        asked = replace(JobInput.for_feed(feed, started_by=SCHEDULE), planned_at=planned)
        job = create_job(cursor, asked, max_attempts=MOST_ATTEMPTS)
        on_queued(Queued(job, feed, planned))
    return job


def note_begun(feed: Feed, planned: datetime) -> None:
    """Note that the feed's run that was planned for this moment has begun, and all before it."""
    Feed.objects.filter(pk=feed.pk).update(planned_at=planned)


@translated()
def ended_jobs() -> list[int]:
    """Return the jobs whose last run has ended and is not recorded yet."""
    with connection.cursor() as cursor:
        _run(cursor, "find_unrecorded")
        return [number for (number,) in cursor.fetchall()]


def record_end(job: int, *, random: float) -> Ended | None:
    """Put an ended run on record and decide on another attempt; None where another has done it.

    To be called in a transaction: what the caller makes of it (a mail) is kept with the record, so
    that each end is recorded exactly once, whichever worker does it.
    """
    with connection.cursor() as cursor:
        _run(cursor, "lock_unrecorded", job=job)
        if not cursor.rowcount:
            return None
    return _store_attempt(Job.objects.get(pk=job), random)


@translated()
def retries_due(now: datetime) -> list[int]:
    """Return the attempts (their keys) whose pause is over and whose job is not queued again."""
    waiting = JobAttempt.objects.filter(retry_at__lte=now, retried_at=None).order_by("id")
    return list(waiting.values_list("pk", flat=True))


@translated()
def retry(attempt: int, now: datetime) -> int | None:
    """Queue the job of a failed attempt again; return its number, None where it is not queued.

    A promise is kept: while the feed is busy it waits. It is idle where the job has gone on
    otherwise, its feed is gone, or a later run of the feed has ended, which is reported itself.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        waiting = JobAttempt.objects.select_for_update(skip_locked=True)
        promised = waiting.filter(pk=attempt, retried_at=None).first()
        if promised is None:
            return None
        row = Job.objects.select_for_update().filter(pk=promised.job_id).first()
        feed = _feed_of(row)
        if row is None or feed is None or _is_idle(row, feed, promised.number, now=now):
            cancel_next_attempt(promised, why="There is nothing left for it to do.")
            return None
        if not try_lock_requests(cursor, feed) or not _is_free(feed):
            return None
        _queue_again(cursor, row)
        promised.retried_at = now
        promised.save()
    return promised.job_id


def _run(cursor: Any, name: str, **values: object) -> None:
    parts = {"unrecorded": _SQL.compose("unrecorded", {})}
    _SQL.run(cursor, name, parts=parts, **values)


def _due(feed: Feed, now: datetime, *, zone: ZoneInfo) -> datetime | None:
    return due(schedule_of(feed, zone), feed.planned_at, now=now)


def _may_be_due(feed: Feed, now: datetime, *, zone: ZoneInfo) -> bool:
    """Where its schedule cannot be read, beginning the run tells that."""
    try:
        return _due(feed, now, zone=zone) is not None
    except ScheduleRefused:
        return True


def _is_free(feed: Feed) -> bool:
    try:
        check_free(feed)
    except jobs.ImportRunning:
        return False
    return True


def _store_attempt(row: Job, random: float) -> Ended:
    job = job_view(row)
    report, retry_at = job.report, None
    if row.status == Job.Status.FAILED and row.attempts < row.max_attempts and job.ended_at:
        is_transient, ended_at = report.is_transient, job.ended_at
        retry_at = next_attempt(row.attempts, is_transient, ended_at=ended_at, random=random)
    if retry_at is not None and _is_planned_before(row, retry_at):
        retry_at = None
    JobAttempt.objects.create(
        job_id=row.pk,
        number=row.attempts,
        started_at=job.started_at,
        ended_at=job.ended_at,
        reason=report.reason,
        message=report.message_text,
        retry_at=retry_at,
    )
    if retry_at is not None:
        words = f"Attempt {row.attempts} of {row.max_attempts} failed. The next one is at "
        with connection.cursor() as cursor:
            jobs.add_event(cursor, row.pk, kind="log", message=f"{words}{retry_at:%H:%M} UTC.")
    return Ended(job, row.attempts, retry_at)


def _is_planned_before(row: Job, retry_at: datetime) -> bool:
    """Tell whether the next planned run is the better second attempt; so it is where a rehearsal of
    it would come too late."""
    if (run := row.asked.rehearses) is not None:
        return not is_worth_trying(run, at=retry_at)
    feed = _feed_of(row)
    if feed is None or feed.removed_at is not None:
        return True
    planned = next_planned(feed, row.completed_at.astimezone(UTC))
    return planned is not None and planned <= retry_at


def _feed_of(row: Job | None) -> Feed | None:
    return Feed.objects.filter(pk=row.asked.feed_id).first() if row else None


def _is_idle(row: Job, feed: Feed, attempt: int, *, now: datetime) -> bool:
    """Tell whether a promised attempt has nothing left to do."""
    if row.status != Job.Status.FAILED or row.attempts != attempt or feed.removed_at:
        return True
    if (run := row.asked.rehearses) is not None:
        return not is_worth_trying(run, at=now) or not is_to_come(feed, run)
    later = Job.imports.of_feed(feed.pk).after(row.pk).ended().writing()
    # To stop a later import is not to ask for none at all.
    return later.except_reason(jobs.Cancelled.reason).exists()


def _queue_again(cursor: Any, row: Job) -> None:
    """Let a failed job wait for a worker again."""
    forget_findings(cursor, row.pk)
    if not row.asked.upload:  # otherwise the stored bytes are what is imported
        files.drop_file(cursor, row.pk)
    row.wait_again()
    row.save()
    index_import(cursor, row.pk)
    enqueue(cursor, row.pk)
