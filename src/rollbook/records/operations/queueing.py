"""Wishes of people: import this, stop that. A worker carries them out."""

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, BinaryIO, NamedTuple

from django.db import connection, transaction

from rollbook.core.errors import UsageError
from rollbook.core.events import Phase
from rollbook.records.database import connect, translated
from rollbook.records.locks import FEED_REQUESTS
from rollbook.records.models import JOB_TYPE, Feed, Job, JobAttempt, JobInput
from rollbook.records.operations import audit, files, jobs
from rollbook.records.operations.installation_key import secret_key
from rollbook.records.operations.runner import call_for_job
from rollbook.records.outcome import Outcome
from rollbook.records.queries.jobs import job_by_number
from rollbook.records.queries.progress import progress_of

QUEUE = "imports"
TASK = "run_job"


class Upload(NamedTuple):
    """A file that a person has uploaded."""

    name: str
    file: BinaryIO
    size: int


class InBucket(NamedTuple):
    """A file that a person has uploaded to the bucket, under a name there that says nothing."""

    name: str
    key: str


def request_import(
    feed: Feed,
    *,
    started_by: str,
    dry_run: bool = False,
    force: bool = False,
    upload: Upload | InBucket | None = None,
    environ: Mapping[str, str] = os.environ,
) -> int:
    """Write down that `feed` is to be imported, and queue it; return the job's number.

    `upload` is imported instead of what the feed's server has. Raises ImportRunning where an
    import of this feed runs or waits, or another request has just begun one: no request waits
    until the other's upload is stored. Raises FunctionNotCalled where no function could be called
    for it.
    """
    if upload is None and not feed.host:
        raise UsageError(
            what=f"The feed {feed.name} has no server.",
            advice="Choose a file for it.",
            field="file",
        )
    with connect(autocommit=True) as visible:
        jobs.mark_interrupted(visible)
    with translated(), transaction.atomic(), connection.cursor() as cursor:
        if not try_lock_requests(cursor, feed):
            raise jobs.ImportRunning(None)
        check_free(feed)
        asked = JobInput.for_feed(feed, started_by=started_by, dry_run=dry_run, force=force)
        if isinstance(upload, InBucket):
            asked = replace(asked, in_bucket=upload.key)
        job = create_job(cursor, replace(asked, upload=upload.name if upload else None))
        if isinstance(upload, Upload):
            key = secret_key(environ)
            files.store(cursor, job, file=upload.file, size=upload.size, key=key)
        call_for_job(job, keeps_waiting=False, environ=environ)
    return job


def create_job(
    cursor: Any, asked: JobInput, *, max_attempts: int = 1, is_queued: bool = True
) -> int:
    """Write a waiting job and queue it, in the transaction of `cursor`; return its number.

    The caller holds the lock of `lock_requests`; without `is_queued` it runs the job.
    """
    given = {"upload": None} | asked.to_json()
    row = Job.objects.create(
        job_type=JOB_TYPE,
        status=Job.Status.PENDING,
        input_data=given,
        created_at=jobs.now(),
        max_attempts=max_attempts,
    )
    jobs.mark_as_ours(cursor, row.pk)
    # The audit log is permanent: it says that a file was uploaded, not what its name is.
    after = given | {"upload": bool(asked.upload)}
    after.pop("in_bucket", None)
    audit.record(asked.started_by, "import.requested", subject=f"job {row.pk}", after=after)
    if is_queued:
        enqueue(cursor, row.pk)
    return row.pk


class JobOver(UsageError):
    """Import {number} is already over, so there is nothing to stop.

    Nothing was changed."""

    reason = "job_over"

    def __init__(self, number: int) -> None:
        super().__init__(number=number)


def request_cancel(job: int, *, actor: str) -> bool:
    """Stop a waiting job at once, a running one within two seconds; True.

    Of a failed job that is to be tried again, the next attempt is called off; False. No mail tells
    of that: the person who calls it off knows that the import failed. Raises UsageError.
    """
    outcome = job_by_number(job).outcome
    if outcome.is_over:
        if call_off(job, actor=actor):
            return False
        raise JobOver(job)
    with translated(), transaction.atomic(), connection.cursor() as cursor:
        waiting = Job.objects.select_for_update().filter(pk=job, status=Job.Status.PENDING)
        if outcome is Outcome.WAITING and waiting.exists():
            jobs.end_cancelled(cursor, job)
        else:
            cursor.execute(
                "insert into rollbook.job_progress (job_id, cancel_requested_at, cancelled_by)"
                " values (%s, now(), %s) on conflict (job_id) do update set"
                " cancel_requested_at = coalesce(rollbook.job_progress.cancel_requested_at, now()),"
                " cancelled_by = excluded.cancelled_by",
                [job, actor],
            )
        audit.record(actor, "import.cancel_requested", subject=f"job {job}")
    return True


@translated()
@transaction.atomic
def skip_wait(job: int, *, actor: str) -> None:
    """Have a running import take its file as it is, without waiting until it is complete.

    It hears of it within a second. Raises UsageError where it does not wait.
    """
    progress = progress_of(job)
    is_running = job_by_number(job).outcome is Outcome.RUNNING
    if not is_running or progress is None or progress.phase != Phase.ARRIVING:
        raise UsageError(what=f"Job {job} doesn't wait for its file.")
    with connection.cursor() as cursor:
        cursor.execute(
            "update rollbook.job_progress set wait_skipped_at = now() where job_id = %s", [job]
        )
        message = "An administrator skipped the wait, so the file is imported as it is."
        jobs.add_event(cursor, job, kind="log", message=message)
    audit.record(actor, "import.wait_skipped", subject=f"job {job}")


@translated()
@transaction.atomic
def call_off(job: int, *, actor: str) -> bool:
    """Call the next attempt of a failed job off; tell whether there was one."""
    waiting = JobAttempt.objects.select_for_update().filter(job_id=job, retried_at=None)
    promised = waiting.exclude(retry_at=None).first()
    if promised is None:
        return False
    cancel_next_attempt(promised, why="It was canceled.")
    audit.record(actor, "import.attempt_called_off", subject=f"job {job}")
    return True


def cancel_next_attempt(promised: JobAttempt, *, why: str) -> None:
    """Let a failed attempt be the last one."""
    promised.retry_at = None
    promised.save()
    message = f"There will be no attempt {promised.number + 1}. {why}"
    with connection.cursor() as cursor:
        jobs.add_event(cursor, promised.job_id, kind="log", message=message)


def lock_requests(cursor: Any, feed: Feed) -> None:
    """Let one request of a feed at a time decide, until the transaction of `cursor` ends."""
    cursor.execute("select pg_advisory_xact_lock(%s, %s)", [FEED_REQUESTS, feed.pk])


def try_lock_requests(cursor: Any, feed: Feed) -> bool:
    """The same, for callers that can try again: an upload being stored holds it for long."""
    cursor.execute("select pg_try_advisory_xact_lock(%s, %s)", [FEED_REQUESTS, feed.pk])
    return bool(cursor.fetchone()[0])


def check_free(feed: Feed) -> None:
    """Raise ImportRunning where an import of the feed runs or waits."""
    if (found := Job.imports.of_feed(feed.pk).under_way().newest()) is not None:
        raise jobs.ImportRunning(found.pk)


def enqueue(cursor: Any, job: int) -> None:
    """Hand a waiting job to the workers, in the transaction of `cursor`."""
    # By its name, so that the records need not know the worker. Without a lock of the queue's: ours
    # is free the moment a worker dies, the queue's only when it has been missed for a while.
    cursor.execute(
        "select procrastinate_defer_jobs_v1(array[row(%s, %s, 0, null, null, %s::jsonb, null)"
        "::procrastinate_job_to_defer_v1])",
        [QUEUE, TASK, json.dumps({"job": job})],
    )


def requeue_lost() -> list[int]:
    """Queue again the waiting jobs that the queue knows nothing of; return their numbers."""
    with translated(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "select j.id from rollbook.import_index i join public.jobs j on j.id = i.job_id"
            " where not i.is_ended"
            " and j.status = 'pending' and rollbook.is_import(j.id, j.job_type, j.input_data)"
            " and j.output_data is null"
            " and not exists (select from procrastinate_jobs q where q.task_name = %s"
            " and q.status in ('todo', 'doing') and q.args->>'job' = j.id::text)"
            " for update of j skip locked",
            [TASK],
        )
        lost = [job for (job,) in cursor.fetchall()]
        for job in lost:
            enqueue(cursor, job)
    return lost


@translated()
def waiting_jobs() -> list[int]:
    """Return the jobs that wait to be carried out, the oldest first."""
    waiting = Job.imports.under_way().filter(status=Job.Status.PENDING)
    return list(waiting.order_by("pk").values_list("pk", flat=True))


@translated()
def take_off_queue(job: int) -> None:
    """Have the queue forget a job that is carried out without it, where there is no worker."""
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from procrastinate_jobs where task_name = %s and status = 'todo'"
            " and args->>'job' = %s",
            [TASK, str(job)],
        )
