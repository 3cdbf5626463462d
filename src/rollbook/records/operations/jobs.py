"""One job's record: begun, reported, ended. Its connection commits at once, so that others see it.

"Running" is an advisory lock per feed, held by that connection: the server frees it the moment
the process dies, however it dies. So a job that is `running` without its lock was interrupted.
"""

import json
import time
from datetime import UTC, datetime
from typing import Any

import psycopg

from rollbook.core.errors import RollbookError
from rollbook.core.report import Report
from rollbook.records.locks import FEED_RUNNING
from rollbook.records.models import JOB_TYPE, Feed, JobInput, JobOutput
from rollbook.records.models.job_output import message_parts
from rollbook.records.operations.audit import origin

LOCK_PATIENCE = 0.5
"""Seconds to wait for a lock that is perhaps held for a moment only."""

SESSION = "rollbook job "
"""How every database session of a running job calls itself, with the job's number behind it."""

Connection = psycopg.Connection[Any]


class ImportRunning(RollbookError):
    """Another import of this feed is running ({which}).

    Nothing was changed by this one.

    Wait for it to end, or look at it with `rollbook jobs show{number}`."""

    reason = "import_running"
    exit_code = 5

    def __init__(self, job: int | None) -> None:
        which = "it has only just begun" if job is None else f"job {job}"
        super().__init__(job=job, which=which, number="" if job is None else f" {job}")


class Cancelled(RollbookError):
    """The import was stopped before it was done.

    Nothing was changed.

    Start it again when you are ready."""

    reason = "cancelled"


class Interrupted(RollbookError):
    """The process that ran this import ended before it was done.

    Nothing was changed.

    Start the import again."""

    reason = "interrupted"
    is_transient = True


def start_job(connection: Connection, feed: Feed, asked: JobInput) -> int:
    """Take the feed's lock and begin a job; return its number. Raises ImportRunning."""
    if not _wait_for_lock(connection, feed.pk):
        raise ImportRunning(_running_job(connection, feed.pk))
    _interrupt_running(connection, feed.pk)
    given = asked.to_json()
    with connection.transaction():
        row = connection.execute(
            "insert into public.jobs (job_type, status, input_data, created_at, started_at,"
            " attempts, max_attempts) values (%s, 'running', %s, %s, %s, 1, 1) returning id",
            [JOB_TYPE, json.dumps(given), now(), now()],
        ).fetchone()
        assert row is not None
        _audit(
            connection.cursor(), asked.started_by, action="import.started", job=row[0], after=given
        )
    return int(row[0])


def claim_job(connection: Connection, job: int, feed_id: int) -> bool:
    """Take the feed's lock and begin a waiting job; False where it is no longer waiting.

    Raises ImportRunning.
    """
    if not _wait_for_lock(connection, feed_id):
        raise ImportRunning(_running_job(connection, feed_id))
    _interrupt_running(connection, feed_id)
    claimed = connection.execute(
        "update public.jobs set status = 'running', started_at = %s, attempts = attempts + 1"
        " where id = %s"
        " and job_type = %s and status = 'pending' and output_data is null returning id",
        [now(), job, JOB_TYPE],
    ).fetchone()
    return claimed is not None


def end_job(
    cursor: psycopg.Cursor[Any], job: int, *, report: Report, settings: str, started_by: str
) -> bool:
    """Write a job's outcome and its audit event with `cursor`, in whatever transaction it is in.

    A completed import calls this in the transaction of its merge: both are there, or neither.
    Returns False, and writes nothing, where the job no longer runs: its outcome is stored, or
    others have given it up because it stood still.
    """
    status = {"held": "pending"}.get(report.status, report.status)
    outcome = JobOutput(report, settings).to_json(job)
    cursor.execute(
        "update public.jobs set status = %s, output_data = %s, error_message = %s,"
        " completed_at = %s where id = %s and status = 'running'",
        [status, json.dumps(outcome), report.message_text, now(), job],
    )
    if not cursor.rowcount:
        return False
    after = {"reason": report.reason, "dry_run": report.dry_run, "stored": report.stored}
    _audit(cursor, started_by, action=f"import.{report.status}", job=job, after=after)
    return True


def name_session(connection: Connection, job: int) -> None:
    """Let `connection` be known as one of the job's, so that `end_frozen` finds it."""
    connection.execute("select set_config('application_name', %s, false)", [f"{SESSION}{job}"])


def add_event(cursor: Any, job: int, *, kind: str, message: str) -> None:
    """Add a line to the job's log, in the transaction of `cursor` (or connection).

    It must hold no student's value.
    """
    cursor.execute(
        "insert into rollbook.job_events (job_id, at, kind, message) values (%s, %s, %s, %s)",
        [job, datetime.now(UTC), kind, message],
    )


def end_cancelled(cursor: Any, job: int) -> None:
    """Write that a job was stopped, unless its outcome is stored already."""
    cursor.execute(
        f"{_FAIL} where id = %s and status in ('pending', 'running') and output_data is null"
        f" {_FAILED}",
        [*_failure(Cancelled()), job],
    )
    _note_failed(cursor, cursor.fetchall(), Cancelled())


def end_frozen(connection: Connection, *, older_than: float) -> list[int]:
    """End the database sessions of running jobs without a heartbeat for so many seconds.

    Their machine has lost its power or its network, or is frozen. That frees the feed's lock,
    and the rows that the import's own transaction holds; `mark_interrupted` does the rest.
    """
    found = connection.execute(
        "select p.job_id, pg_terminate_backend(a.pid) from rollbook.job_progress p"
        " join public.jobs j on j.id = p.job_id and j.status = 'running'"
        " join pg_stat_activity a on a.datname = current_database()"
        " and a.application_name = %s || p.job_id"
        " where p.heartbeat_at < now() - make_interval(secs => %s)",
        [SESSION, older_than],
    ).fetchall()
    return sorted({job for job, _ in found})


def mark_interrupted(connection: Connection) -> list[int]:
    """Mark every running job whose process has died; return their numbers."""
    found = connection.execute(
        "select distinct input_data->>'feed_id' from public.jobs"
        " where status = 'running' and job_type = %s",
        [JOB_TYPE],
    ).fetchall()
    ended: list[int] = []
    for feed_id in (int(text) for (text,) in found):
        if _lock(connection, feed_id):
            ended += _interrupt_running(connection, feed_id)
            connection.execute("select pg_advisory_unlock(%s, %s)", [FEED_RUNNING, feed_id])
    return ended


def _wait_for_lock(connection: Connection, feed_id: int) -> bool:
    """Take the feed's lock, waiting a moment.

    `mark_interrupted` holds it while it looks, and the server needs an instant to notice that an
    import before this one has ended; neither is a reason to refuse.
    """
    deadline = time.monotonic() + LOCK_PATIENCE
    while not _lock(connection, feed_id):
        if time.monotonic() > deadline:
            return False
        time.sleep(LOCK_PATIENCE / 10)
    return True


def _lock(connection: Connection, feed_id: int) -> bool:
    row = connection.execute(
        "select pg_try_advisory_lock(%s, %s)", [FEED_RUNNING, feed_id]
    ).fetchone()
    return bool(row and row[0])


def _running_job(connection: Connection, feed_id: int) -> int | None:
    row = connection.execute(
        "select max(id) from public.jobs where status = 'running' and job_type = %s"
        " and input_data->>'feed_id' = %s",
        [JOB_TYPE, str(feed_id)],
    ).fetchone()
    return row[0] if row else None


def _interrupt_running(connection: Connection, feed_id: int) -> list[int]:
    """Mark the feed's running jobs. The caller holds the feed's lock, so no process runs them."""
    error = Interrupted()
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(
            f"{_FAIL} where status = 'running' and job_type = %s and input_data->>'feed_id' = %s"
            f" {_FAILED}",
            [*_failure(error), JOB_TYPE, str(feed_id)],
        )
        return _note_failed(cursor, cursor.fetchall(), error)


def _note_failed(cursor: Any, failed: list[Any], error: RollbookError) -> list[int]:
    """Put the end of the jobs that `_FAIL` has written on record; return their numbers.

    The actor is the person who started the job, as at every other end of it.
    """
    for job, started_by, is_dry_run in failed:
        after = {"reason": error.reason, "dry_run": is_dry_run, "stored": False}
        add_event(cursor, job, kind="failed", message=str(error))
        _audit(cursor, started_by, action="import.failed", job=job, after=after)
    return [job for job, *_ in failed]


_FAIL = (
    "update public.jobs set status = 'failed', error_message = %s, completed_at = %s,"
    " output_data = jsonb_build_object('is_transient', %s::boolean, 'message', %s::jsonb,"
    " 'report', %s::jsonb"
    " || jsonb_build_object('job', id, 'dry_run', coalesce(input_data->'dry_run', 'false')))"
)
"""How a job ends whose own process does not say so."""

_FAILED = (
    "returning id, coalesce(input_data->>'started_by', ''),"
    " coalesce((input_data->>'dry_run')::boolean, false)"
)
"""What `_note_failed` is told."""


def _failure(error: RollbookError) -> list[Any]:
    """What `_FAIL` is filled with."""
    report = Report()
    report.fail(error)
    told = [json.dumps(message_parts(report)), json.dumps(report.as_object(None))]
    return [str(error), now(), error.is_transient, *told]


def _audit(
    cursor: psycopg.Cursor[Any], actor: str, *, action: str, job: int, after: dict[str, Any]
) -> None:
    cursor.execute(
        "insert into rollbook.audit_events (at, actor, action, subject, after, origin)"
        " values (%s, %s, %s, %s, %s, %s)",
        [datetime.now(UTC), actor, action, f"job {job}", json.dumps(after), origin()],
    )


def now() -> datetime:
    """Return the time as the specified tables hold it: UTC without a time zone."""
    return datetime.now(UTC).replace(tzinfo=None)
