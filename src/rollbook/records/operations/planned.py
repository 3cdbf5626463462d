"""Runs that nobody asks for by hand: planned ones when they are due, and second attempts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from rollbook.core.planning import due
from rollbook.core.retries import PAUSES, next_attempt
from rollbook.records.database import translated
from rollbook.records.district import district_zone
from rollbook.records.models import JOB_TYPE, Feed, Job, JobAttempt, JobEvent
from rollbook.records.operations import files, jobs
from rollbook.records.operations.findings import forget_findings
from rollbook.records.operations.requests import (
    check_free,
    create_job,
    enqueue,
    lock_requests,
)
from rollbook.records.queries import JobView, feeds, job_view
from rollbook.records.schedules import next_planned, schedule_of

SCHEDULE = "schedule"
"""Who has started a planned run."""

MOST_ATTEMPTS = len(PAUSES) + 1
AT_ONCE = 50
"""Ended runs that are seen to in one transaction."""


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
def queue_due(now: datetime, *, told: Callable[[Queued], None] = lambda _: None) -> list[int]:
    """Queue the planned runs that are due, each once however many ask; return the jobs' numbers.

    While an import of the feed runs or waits, its planned run waits too. `told` is called in the
    transaction of each.
    """
    queued, zone = [], district_zone()
    for feed in feeds():
        if not feed.host or due(schedule_of(feed, zone), feed.planned_at, now=now) is None:
            continue
        with transaction.atomic(), connection.cursor() as cursor:
            lock_requests(cursor, feed)
            feed.refresh_from_db()  # another may have been faster, or somebody changed it
            planned = due(schedule_of(feed, zone), feed.planned_at, now=now)
            if planned is None or feed.removed_at is not None or not _is_free(feed):
                continue
            Feed.objects.filter(pk=feed.pk).update(planned_at=planned)
            given = {
                "feed": feed.name, "feed_id": feed.pk, "started_by": SCHEDULE, "dry_run": False,
                "force": False, "upload": None, "planned_at": planned.isoformat(),
            }  # fmt: skip
            job = create_job(cursor, given, max_attempts=MOST_ATTEMPTS)
            told(Queued(job, feed, planned))
            queued.append(job)
    return queued


def see_to_ended(*, random: float) -> list[Ended]:
    """Put the ended runs on record that nobody has seen to yet, and decide on another attempt.

    To be called in a transaction: what the caller makes of them (a mail) is kept with the record,
    so that each end is seen to exactly once, by whichever worker.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select j.id from public.jobs j"
            " where j.job_type = %s and j.output_data is not null and j.status <> 'running'"
            " and not exists (select from rollbook.job_attempts a"
            " where a.job_id = j.id and a.number = j.attempts)"
            " order by j.id limit %s for update skip locked",
            [JOB_TYPE, AT_ONCE],
        )
        numbers = [number for (number,) in cursor.fetchall()]
    return [_see_to(row, random) for row in Job.objects.filter(pk__in=numbers).order_by("pk")]


@translated()
def retry_due(now: datetime) -> list[int]:
    """Queue the failed jobs anew whose pause is over; return their numbers."""
    waiting = JobAttempt.objects.filter(retry_at__lte=now, retried_at=None).order_by("id")
    retried = []
    for attempt in waiting:
        with transaction.atomic(), connection.cursor() as cursor:
            row = Job.objects.select_for_update().filter(pk=attempt.job_id).first()
            taken = JobAttempt.objects.filter(pk=attempt.pk, retried_at=None)
            if not taken.update(retried_at=now) or row is None:
                continue
            if _retry(cursor, row, attempt.number):
                retried.append(row.pk)
    return retried


def _is_free(feed: Feed) -> bool:
    try:
        check_free(feed)
    except jobs.ImportRunning:
        return False
    return True


def _see_to(row: Any, random: float) -> Ended:
    job, output = job_view(row), row.output_data
    retry_at = None
    if row.status == Job.Status.FAILED and row.attempts < row.max_attempts and job.ended_at:
        is_transient = bool(output.get("is_transient"))
        retry_at = next_attempt(row.attempts, is_transient, ended_at=job.ended_at, random=random)
    if retry_at is not None and _is_planned_before(row, retry_at):
        retry_at = None
    JobAttempt.objects.create(
        job_id=row.pk, number=row.attempts, started_at=job.started_at, ended_at=job.ended_at,
        reason=job.report["reason"], message=job.report["message"], retry_at=retry_at,
    )  # fmt: skip
    if retry_at is not None:
        words = f"Attempt {row.attempts} of {row.max_attempts} failed. The next one is at "
        JobEvent.objects.create(
            job_id=row.pk, at=timezone.now(), kind="log", message=f"{words}{retry_at:%H:%M} UTC."
        )
    return Ended(job, row.attempts, retry_at)


def _is_planned_before(row: Any, retry_at: datetime) -> bool:
    """Tell whether the next planned run is the better second attempt."""
    feed = Feed.objects.filter(pk=row.input_data["feed_id"]).first()
    if feed is None or feed.removed_at is not None:
        return True
    planned = next_planned(feed, row.completed_at.astimezone(UTC))
    return planned is not None and planned <= retry_at


def _retry(cursor: Any, row: Any, attempt: int) -> bool:
    """Let a failed job wait for a worker again, unless the feed was imported otherwise since."""
    feed = Feed.objects.get(pk=row.input_data["feed_id"])
    lock_requests(cursor, feed)
    later = Job.objects.filter(job_type=JOB_TYPE, pk__gt=row.pk, input_data__feed_id=feed.pk)
    is_idle = row.status != Job.Status.FAILED or row.attempts != attempt or feed.removed_at
    if is_idle or later.exclude(input_data__dry_run=True).exists() or not _is_free(feed):
        return False
    forget_findings(cursor, row.pk)
    if not row.input_data.get("upload"):  # otherwise the stored bytes are what is imported
        files.drop_file(cursor, row.pk)
    row.status, row.output_data, row.error_message = Job.Status.PENDING, None, None
    row.started_at = row.completed_at = None
    row.save()
    enqueue(cursor, row.pk)
    return True
