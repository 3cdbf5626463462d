"""The nightly clean-up: what has been kept long enough is deleted, as a job of its own.

What today's data refers to stays, however old: which import a value came from is always known.
"""

import sys
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django.db import connection, transaction
from psycopg import sql

from rollbook.core.errors import kind_and_place
from rollbook.core.loading.last_years import LOOKED_FOR
from rollbook.core.scheduling.due import due
from rollbook.core.scheduling.schedule import Schedule
from rollbook.core.statements import Statements
from rollbook.records import locks
from rollbook.records.database import translated
from rollbook.records.district import (
    AUDIT_DAYS,
    CHANGES_DAYS,
    ISSUES_DAYS,
    JOBS_DAYS,
    days_of,
    district_zone,
)
from rollbook.records.models import CLEAN_UP, Job
from rollbook.records.operations import audit, jobs, previews
from rollbook.records.operations.import_index import index_all
from rollbook.records.queries.clean_ups import (
    ALERT_AFTER,
    failed_since,
    failures,
    last_done,
)

AT: Final = time(3, 30)
"""Of the district's clock: after the imports of the night."""

TRY_AGAIN: Final = timedelta(hours=1)
"""From the beginning of a clean-up that failed to the next one."""

AT_ONCE: Final = 20_000
"""Rows that one statement deletes, so that no process waits long for a lock."""


OF_JOBS: Final = (
    "issue_blocks", "issue_kinds", "rejected_rows", "job_events", "job_progress", "job_attempts",
    "job_notes", "mails", "stored_files", "server_files", "webhook_messages", "import_index",
    "student_changes", "presence_changes", "import_changes", "undo_kept", "advance_decisions",
    "incomplete_rows", "row_fixes",
)  # fmt: skip
"""Tables whose rows belong to one job."""

_SQL: Final = Statements(__package__, "retention.sql")


@translated()
def clean_up(
    now: datetime, *, alert: Callable[[int], None] = lambda _: None
) -> Mapping[str, int] | None:
    """Delete what is old, once a night; return how much of what, None where it is not time.

    One that fails is tried again every hour. After ALERT_AFTER failures `alert` is called once with
    their number, in the transaction that writes the last one down.
    """
    with connection.cursor() as cursor:
        _SQL.run(cursor, "try_lock", lock=locks.CLEAN_UP)
        if not cursor.fetchone()[0]:
            return None
        try:
            _end_broken_off()
            return _clean_up(cursor, now, alert=alert) if _is_time(now) else None
        finally:
            _SQL.run(cursor, "unlock", lock=locks.CLEAN_UP)


def _end_broken_off() -> None:
    """The holder of the lock is alone: what still "runs" has died."""
    done = last_done()
    running = Job.clean_ups.filter(status=Job.Status.RUNNING).after(done.pk if done else 0)
    running.update(
        status=Job.Status.FAILED, completed_at=jobs.now(), error_message="It was broken off."
    )


def _is_time(now: datetime) -> bool:
    """Whether the hour has come since it was last done, or since there is anything at all."""
    done = last_done()
    since = done or Job.imports.order_by("id").first()
    if since is None:
        return False
    failed = failed_since(done).newest()
    if failed is not None and failed.created_at.astimezone(UTC) + TRY_AGAIN > now:
        return False
    nightly = Schedule(zone=district_zone().key, times=(AT,), is_on=True)
    return due(nightly, since.created_at.astimezone(UTC), now=now) is not None


def _clean_up(cursor: Any, now: datetime, *, alert: Callable[[int], None]) -> Mapping[str, int]:
    job = _begun(now)
    removed: dict[str, int] | None = None
    try:
        removed = _delete(cursor, now)
    finally:
        if removed is None:
            _note_failure(job.pk, alert=alert)
    with transaction.atomic():
        Job.objects.filter(pk=job.pk).update(
            status=Job.Status.COMPLETED, completed_at=jobs.now(), output_data={"removed": removed}
        )
        if any(removed.values()):
            audit.record("clean-up", "records.expired", subject=f"job {job.pk}", after=removed)
    return removed


def _begun(now: datetime) -> Job:
    with transaction.atomic():
        job = Job.objects.create(
            job_type=CLEAN_UP,
            status=Job.Status.RUNNING,
            input_data={},
            created_at=now,
            started_at=now,
            attempts=1,
            max_attempts=1,
        )
        job.input_data = {"job": job.pk}  # so that a copy of the row is known
        job.save(update_fields=["input_data"])
    return job


def _note_failure(job: int, *, alert: Callable[[int], None]) -> None:
    error = sys.exception()
    what = kind_and_place(type(error), error.__traceback__) if error else "unknown"
    with transaction.atomic():
        Job.objects.filter(pk=job).update(
            status=Job.Status.FAILED, completed_at=jobs.now(), error_message=what
        )
        if failures() == ALERT_AFTER:
            alert(ALERT_AFTER)


def _delete(cursor: Any, now: datetime) -> dict[str, int]:
    """Delete each kind of thing that is older than its setting says."""
    index_all(cursor)  # another program may have changed rows of ours in a table of its own
    of_issues = now - timedelta(days=days_of(ISSUES_DAYS))
    of_changes = now - timedelta(days=days_of(CHANGES_DAYS))
    compared = (now - LOOKED_FOR).date()  # first days of years whose files may have older counts
    return {
        "issues": _issues(cursor, of_issues),
        "changes": _changes(cursor, of_changes, checks=of_issues, compared=compared),
        "protections": _in_parts(
            cursor,
            "protected_values",
            which="ended_long_ago",
            before=of_changes,
        ),
        "imports": _jobs(cursor, now - timedelta(days=days_of(JOBS_DAYS)))
        + _left_behind(cursor, of_issues, changes=of_changes, compared=compared),
        "mails": _mails(cursor, now - timedelta(days=days_of(JOBS_DAYS))),
        "progress": _progress(cursor),
        "requests": _in_parts(cursor, "access_idempotentrequest", which="old_requests", now=now),
        "audit": _audit(now - timedelta(days=days_of(AUDIT_DAYS))),
    }


def _issues(cursor: Any, before: datetime) -> int:
    """Problems and rejected rows hold students' values: they go first."""
    old = {"before": before}
    _SQL.run(cursor, "old_issues", parts={"which": _SQL.compose("of_old_imports", {})}, **old)
    [(removed,)] = cursor.fetchall()
    for table in ("issue_blocks", "issue_kinds"):
        _in_parts(cursor, table, which="of_old_imports", **old)
    _SQL.run(cursor, "forget_brought", parts={"which": _SQL.compose("of_old_imports", {})}, **old)
    rows = ("rejected_rows", "incomplete_rows", "row_fixes")
    return int(removed) + sum(
        _in_parts(cursor, each, which="of_old_imports", **old) for each in rows
    )


def _changes(cursor: Any, before: datetime, *, checks: datetime, compared: date) -> int:
    """Compact the record of old imports, each in one transaction; return how many they were."""
    for table in previews.TABLES:
        _in_parts(cursor, table, which="of_old_checks", before=checks)
    _SQL.run(cursor, "old_changes", before=before, compared=compared)
    old = cursor.fetchall()
    for job, fields in old:
        with transaction.atomic():
            _SQL.run(cursor, "supersede", job=job, fields=fields)
            for name in ("drop_undone", "drop_before", "drop_presence", "note_compact"):
                _SQL.run(cursor, name, job=job)
    if old:  # once, for it reads the whole record
        _SQL.run(cursor, "drop_superseded")
    return len(old)


def _jobs(cursor: Any, before: datetime) -> int:
    """Jobs with all that belongs to them, but not those that are referred to or compared with."""
    _SQL.run(
        cursor,
        "old_jobs",
        clean_up=CLEAN_UP,
        before=_naive(before),
        at_once=AT_ONCE,
    )
    return _with_all(cursor, [number for (number,) in cursor.fetchall()])


def _left_behind(cursor: Any, before: datetime, *, changes: datetime, compared: date) -> int:
    """What is left of jobs that another program has deleted: problems hold students' values."""
    numbers = (sql.SQL("select job_id from {}").format(_table(table)) for table in OF_JOBS)
    parts = {"numbers": sql.SQL(" union ").join(numbers)}
    when = {"before": _naive(before), "since": before, "changes": changes, "compared": compared}
    _SQL.run(cursor, "gone_jobs", parts=parts, at_once=AT_ONCE, **when)
    return _with_all(cursor, [number for (number,) in cursor.fetchall()])


def _with_all(cursor: Any, old: list[int]) -> int:
    """Delete these jobs with all that belongs to them."""
    with transaction.atomic():
        _SQL.run(cursor, "delete_chunks", jobs=old)
        for table in OF_JOBS:
            _SQL.run(cursor, "delete_of_jobs", parts={"table": _table(table)}, jobs=old)
        _SQL.run(cursor, "delete_jobs", jobs=old)
    return len(old)


def _mails(cursor: Any, before: datetime) -> int:
    """Mails that belong to no import."""
    return _in_parts(cursor, "mails", which="old_without_import", before=before)


def _progress(cursor: Any) -> int:
    _SQL.run(cursor, "delete_progress")
    return int(cursor.rowcount)


def _audit(before: datetime) -> int:
    """By the owner's function, which leaves what is younger than a year: we may not delete."""
    removed = 0
    while True:
        with connection.cursor() as cursor:
            _SQL.run(cursor, "expire_audit", before=before, at_once=AT_ONCE)
            gone = int(cursor.fetchone()[0])
        removed += gone
        if gone < AT_ONCE:
            return removed


def _in_parts(cursor: Any, table: str, *, which: str, **values: object) -> int:
    parts = {"table": _table(table), "which": _SQL.compose(which, {})}
    removed = 0
    while True:
        _SQL.run(cursor, "delete_some", parts=parts, at_once=AT_ONCE, **values)
        gone = int(cursor.rowcount)
        removed += gone
        if gone < AT_ONCE:
            return removed


def _table(name: str) -> sql.Identifier:
    return sql.Identifier("rollbook", name)


def _naive(moment: datetime) -> datetime:
    """The specified tables keep time without a zone, in UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None)
