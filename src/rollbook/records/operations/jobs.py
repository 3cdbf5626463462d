"""One job's record: begun, reported, ended. Its connection commits at once, so that others see it.

"Running" is an advisory lock per feed, held by that connection: the server frees it the moment
the process dies, however it dies. So a job that is `running` without its lock was interrupted.
"""

import json
import time
from datetime import datetime
from typing import Any, Final

import psycopg

from rollbook.core.errors import RollbookError
from rollbook.core.report import Report
from rollbook.core.statements import Executes, Statements
from rollbook.data_api.errors import BeyondLimits
from rollbook.records import clock
from rollbook.records.locks import FEED_RUNNING
from rollbook.records.models import JOB_TYPE, Feed, JobInput, JobOutput
from rollbook.records.models.job_output import message_parts
from rollbook.records.operations.audit import origin
from rollbook.records.operations.import_index import index_changed, index_import
from rollbook.records.operations.previews import forget_preview
from rollbook.records.unusual import NOTHING, UnusualChanges

_SQL: Final = Statements(__package__, "jobs.sql")

LOCK_PATIENCE = 0.5
"""Seconds to wait for a lock that is perhaps held for a moment only."""

SESSION = "rollbook job "
"""How every database session of a running job calls itself, with the job's number behind it."""

BY_SCHOOL: Final = ("roster", "inserted", "updated")
"""Numbers of an outcome that grow with the schools that a file names."""

Connection = psycopg.Connection[Any]


class ImportRunning(RollbookError):
    """This feed is already importing ({which}).

    Nothing was changed by this one.

    Wait until it finishes."""

    reason = "import_running"
    exit_code = 5

    def __init__(self, job: int | None) -> None:
        which = "it has only just begun" if job is None else f"job {job}"
        super().__init__(job=job, which=which)


class Cancelled(RollbookError):
    """This import was stopped.

    Nothing was changed.

    Import again when you are ready."""

    reason = "cancelled"


class Interrupted(RollbookError):
    """The process that ran this import ended before it was done.

    Nothing was changed.

    Import again."""

    reason = "interrupted"
    is_transient = True


def start_job(connection: Connection, feed: Feed, asked: JobInput) -> int:
    """Take the feed's lock and begin a job; return its number. Raises ImportRunning."""
    if not _wait_for_lock(connection, feed.pk):
        raise ImportRunning(_running_job(connection, feed.pk))
    _interrupt_running(connection, feed.pk)
    given = asked.to_json()
    with connection.transaction():
        found = _SQL.run(
            connection, "insert_job", job_type=JOB_TYPE, asked=json.dumps(given), now=now()
        )
        (job,) = found.fetchone()
        mark_as_ours(connection, job)
        record_event(connection, asked.started_by, action="import.started", job=job, after=given)
    return int(job)


def mark_as_ours(connection: Executes, job: int) -> None:
    """Write the number of a new job into what was asked of it, so that a copy of it is no job."""
    _SQL.run(connection, "mark_as_ours", job=job)
    index_import(connection, job)


def insert_trial(connection: Connection) -> int:
    """Return the number of a job that exists in this transaction alone, to be rolled back."""
    _SQL.run(connection, "insert_trial", job_type=JOB_TYPE)
    return 0


def claim_job(connection: Connection, job: int, feed_id: int) -> bool:
    """Take the feed's lock and begin a waiting job; False where it is no longer waiting.

    Raises ImportRunning.
    """
    if not _wait_for_lock(connection, feed_id):
        raise ImportRunning(_running_job(connection, feed_id))
    _interrupt_running(connection, feed_id)
    with connection.transaction():
        is_claimed = _SQL.run(connection, "claim_job", job=job, now=now()).fetchone() is not None
        index_import(connection, job)
        if is_claimed:
            forget_preview(connection, job)
    return is_claimed


def end_job(
    cursor: psycopg.Cursor[Any],
    job: int,
    *,
    report: Report,
    settings: str,
    started_by: str,
    unusual: UnusualChanges = NOTHING,
) -> bool:
    """Write a job's outcome and its audit event with `cursor`, in whatever transaction it is in.

    A completed import calls this in the transaction of its merge: both are there, or neither.
    Returns False, and writes nothing, where the job no longer runs: its outcome is stored, or
    others have given it up because it stood still.
    """
    output = JobOutput(report, settings, unusual)
    status = {"held": "pending"}.get(report.status, report.status)
    _SQL.run(
        cursor,
        "end_job",
        job=job,
        status=status,
        output=_stored(output, job, cursor.connection),
        message=report.message_text,
        now=now(),
    )
    if not cursor.rowcount:
        return False
    index_import(cursor, job)
    after = {"reason": report.reason, "dry_run": report.dry_run, "stored": report.stored}
    record_event(cursor, started_by, action=f"import.{report.status}", job=job, after=after)
    return True


def _stored(output: JobOutput, job: int, connection: Any) -> str:
    """Return what is kept of the outcome: no more than the way to the database carries back.

    Where it is longer, the numbers of schools are left out, and of a failed import, which has no
    fix-it file, the file's header. Raises BeyondLimits where that is not enough.
    """
    kept = output.to_json(job)
    text = json.dumps(kept)
    room = getattr(connection, "largest_value", len(text))
    for name in BY_SCHOOL:
        if len(text) > room:
            kept["changes"] = {kind: each for kind, each in kept["changes"].items() if kind != name}
            text = json.dumps(kept)
    if len(text) > room and output.report.status == "failed":
        text = json.dumps(kept | {"header": ()})
    if len(text) > room:
        raise BeyondLimits("what is kept of this import")
    return text


def name_session(connection: Connection, job: int) -> None:
    """Let `connection` be known as one of the job's, so that `end_frozen` finds it."""
    _SQL.run(connection, "name_session", session=f"{SESSION}{job}")


def add_event(cursor: Any, job: int, *, kind: str, message: str) -> None:
    """Add a line to the job's log, in the transaction of `cursor` (or connection).

    It must hold no student's value.
    """
    _SQL.run(cursor, "insert_event", job=job, at=clock.now(), kind=kind, message=message)


def end_cancelled(cursor: Any, job: int) -> None:
    """Write that a job was stopped, unless its outcome is stored already."""
    _fail(cursor, Cancelled(), which="a_job_without_outcome", job=job)


def end_unbegun(cursor: Any, job: int, error: RollbookError) -> None:
    """Write that a job failed before it was begun, unless its outcome is stored already."""
    _fail(cursor, error, which="a_waiting_job", job=job)


def end_frozen(connection: Connection, *, older_than: float) -> list[int]:
    """End the database sessions of running jobs without a heartbeat for so many seconds.

    Their machine has lost its power or its network, or is frozen. That frees the feed's lock,
    and the rows that the import's own transaction holds; `mark_interrupted` does the rest.
    """
    found = _SQL.run(connection, "end_frozen_sessions", prefix=SESSION, older_than=older_than)
    return sorted({job for job, _ in found.fetchall()})


def mark_interrupted(connection: Connection) -> list[int]:
    """Mark every running job whose process has died; return their numbers."""
    index_changed(connection)
    found = _SQL.run(connection, "feeds_with_running_jobs")
    ended: list[int] = []
    for (feed_id,) in found.fetchall():
        if _lock(connection, feed_id):
            ended += _interrupt_running(connection, feed_id)
            _SQL.run(connection, "unlock_feed", lock=FEED_RUNNING, feed_id=feed_id)
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
    found = _SQL.run(connection, "try_lock_feed", lock=FEED_RUNNING, feed_id=feed_id)
    return bool(found.fetchone()[0])


def _running_job(connection: Connection, feed_id: int) -> int | None:
    found = _SQL.run(connection, "running_job", feed_id=feed_id)
    newest: int | None = found.fetchone()[0]
    return newest


def _interrupt_running(connection: Connection, feed_id: int) -> list[int]:
    """Mark the feed's running jobs. The caller holds the feed's lock, so no process runs them."""
    with connection.transaction(), connection.cursor() as cursor:
        return _fail(cursor, Interrupted(), which="running_jobs_of_a_feed", feed_id=feed_id)


def _fail(cursor: Any, error: RollbookError, *, which: str, **values: object) -> list[int]:
    """Write that jobs have failed, in the transaction of `cursor`; return their numbers.

    The actor is the person who started the job, as at every other end of it.
    """
    report = Report()
    report.fail(error)
    _SQL.run(
        cursor,
        "fail_jobs",
        parts={"which": _SQL.compose(which, {})},
        message=report.message_text,
        is_transient=error.is_transient,
        parts_of_message=json.dumps(message_parts(report)),
        report=json.dumps(report.as_object(None)),
        now=now(),
        **values,
    )
    failed = cursor.fetchall()
    for job, started_by, is_dry_run in failed:
        index_import(cursor, job)
        after = {"reason": error.reason, "dry_run": is_dry_run, "stored": False}
        add_event(cursor, job, kind="failed", message=str(error))
        record_event(cursor, started_by, action="import.failed", job=job, after=after)
    return [job for job, *_ in failed]


def record_event(cursor: Any, actor: str, *, action: str, job: int, after: dict[str, Any]) -> None:
    """Write an audit event about a job, in the transaction of `cursor`."""
    _SQL.run(
        cursor,
        "insert_audit_event",
        at=clock.now(),
        actor=actor,
        action=action,
        subject=f"job {job}",
        after=json.dumps(after),
        origin=origin(),
    )


def now() -> datetime:
    """Return the time as the specified tables hold it: UTC without a time zone."""
    return clock.now().replace(tzinfo=None)
