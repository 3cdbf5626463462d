"""The nightly clean-up: what has been kept long enough is deleted, as a job of its own.

What today's figures refer to stays, however old: whose import a value came from is always told.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from django.db import connection, transaction

from rollbook.core.planning import due
from rollbook.core.schedule import Schedule
from rollbook.records.database import translated
from rollbook.records.district import (
    AUDIT_DAYS,
    ISSUES_DAYS,
    JOBS_DAYS,
    days_of,
    district_zone,
)
from rollbook.records.models import JOB_TYPE, Job
from rollbook.records.operations import audit, jobs

CLEAN_UP: Final = "rollbook_clean_up"
"""Type of the job that a clean-up is."""

AT: Final = time(3, 30)
"""Of the district's clock: after the imports of the night."""

AT_ONCE: Final = 20_000
"""Rows that one statement deletes, so that nobody waits long for a lock."""

CLEANERS: Final = 0x526F6D65
"""Key of the lock that lets one worker clean up."""


@translated()
def clean_up(now: datetime) -> Mapping[str, int] | None:
    """Delete what is old, once a night; return how much of what, None where it is not time."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [CLEANERS])
        if not cursor.fetchone()[0]:
            return None
        try:
            return _clean_up(cursor, now) if _is_time(now) else None
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [CLEANERS])


def _is_time(now: datetime) -> bool:
    """Whether the hour has come since the last clean-up, or since there is anything at all."""
    ours = Job.objects.filter(job_type__in=(JOB_TYPE, CLEAN_UP))
    last = ours.filter(job_type=CLEAN_UP).order_by("-id").first() or ours.order_by("id").first()
    if last is None:
        return False
    nightly = Schedule(zone=district_zone().key, times=(AT,), is_on=True)
    return due(nightly, last.created_at.astimezone(UTC), now=now) is not None


def _clean_up(cursor: Any, now: datetime) -> Mapping[str, int]:
    job = Job.objects.create(
        job_type=CLEAN_UP, status=Job.Status.RUNNING, input_data={}, created_at=now,
        started_at=now, attempts=1, max_attempts=1,
    )  # fmt: skip
    removed = {
        "issues": _issues(cursor, now - timedelta(days=days_of(ISSUES_DAYS))),
        "imports": _jobs(cursor, now - timedelta(days=days_of(JOBS_DAYS))),
        "progress": _progress(cursor),
        "audit": _audit(now - timedelta(days=days_of(AUDIT_DAYS))),
    }
    with transaction.atomic():
        Job.objects.filter(pk=job.pk).update(
            status=Job.Status.COMPLETED, completed_at=jobs.now(), output_data={"removed": removed}
        )
        if any(removed.values()):
            audit.record("clean-up", "records.expired", subject=f"job {job.pk}", after=removed)
    return removed


def _issues(cursor: Any, before: datetime) -> int:
    """Problems and rejected rows hold students' values: they go first."""
    old = "select id from public.jobs where job_type = %s and completed_at < %s"
    return sum(
        _in_parts(cursor, table, f"job_id in ({old})", [JOB_TYPE, _naive(before)])
        for table in ("rollbook.issues", "rollbook.rejected_rows")
    )


def _jobs(cursor: Any, before: datetime) -> int:
    """Jobs with all that belongs to them, but not those that are referred to or compared with."""
    cursor.execute(
        "select id from public.jobs j where job_type = any(%s) and completed_at < %s"
        " and not exists (select from public.student_data_snapshots s where s.import_job_id = j.id)"
        " and id not in (select max(id) from public.jobs where job_type = %s"
        " and output_data->'report'->>'stored' = 'true' group by input_data->>'feed_id')"
        " order by id limit %s",
        [[JOB_TYPE, CLEAN_UP], _naive(before), JOB_TYPE, AT_ONCE],
    )
    old = [number for (number,) in cursor.fetchall()]
    with transaction.atomic():
        for table in ("issues", "rejected_rows", "job_events", "job_progress", "job_attempts",
                      "mails", "stored_files"):  # fmt: skip
            if table == "stored_files":
                cursor.execute(
                    "delete from rollbook.stored_file_chunks where file_id in"
                    " (select id from rollbook.stored_files where job_id = any(%s))",
                    [old],
                )
            cursor.execute(f"delete from rollbook.{table} where job_id = any(%s)", [old])  # noqa: S608 - our own names
        cursor.execute("delete from public.jobs where id = any(%s)", [old])
    return len(old)


def _progress(cursor: Any) -> int:
    cursor.execute(
        "delete from rollbook.job_progress where job_id in"
        " (select id from public.jobs where output_data is not null)"
    )
    return int(cursor.rowcount)


def _audit(before: datetime) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        # What the trigger of the table asks for; it still refuses what is younger than a year.
        cursor.execute("select set_config('rollbook.retention', 'on', true)")
        return _in_parts(cursor, "rollbook.audit_events", "at < %s", [before])


def _in_parts(cursor: Any, table: str, condition: str, values: list[Any]) -> int:
    removed = 0
    while True:
        part = f"select ctid from {table} where {condition} limit {AT_ONCE}"  # noqa: S608 - ours
        cursor.execute(f"delete from {table} where ctid = any(array({part}))", values)  # noqa: S608
        gone = int(cursor.rowcount)
        removed += gone
        if gone < AT_ONCE:
            return removed


def _naive(moment: datetime) -> datetime:
    """The specified tables keep time without a zone, in UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None)
