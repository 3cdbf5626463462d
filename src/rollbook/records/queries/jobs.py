"""Questions about jobs: one, the newest, how far a running one is."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from rollbook.core.errors import Message, UsageError
from rollbook.core.report import Report
from rollbook.records.models import JOB_TYPE, Feed, Job, JobEvent
from rollbook.records.outcome import Outcome, outcome_of
from rollbook.records.queries.feeds import feed_by_name


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as people and programs see it. `report` is the object of the contract."""

    number: int
    feed: str
    started_by: str
    started_at: datetime | None
    ended_at: datetime | None
    report: dict[str, Any]
    header: tuple[str, ...]
    feed_id: int | None = None
    rules: Mapping[str, Any] = field(default_factory=dict)
    """The feed's settings that the import used, as far as a file's meaning depends on them."""
    changes: Mapping[str, Any] = field(default_factory=dict)
    """Students who changed per field and school; see core/loading/changes."""

    message: Message = field(default_factory=lambda: Message(""))
    """What everybody may read of a run that did not complete, in its parts."""

    @property
    def outcome(self) -> Outcome:
        return outcome_of(self.report)


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far a running job is: `done` of `total` in the unit of the phase, seconds by phase."""

    phase: str
    done: int
    total: int | None
    seconds: dict[str, float]
    heartbeat_at: datetime
    is_cancelling: bool


@dataclass(frozen=True, slots=True)
class LastImport:
    """The last completed import of a feed that stored something, or found nothing to store."""

    job: int
    sha256: str | None
    settings: str | None


def last_import(feed: Feed) -> LastImport | None:
    """Return the feed's last completed import; dry runs and "nothing new" do not count."""
    found = (
        _jobs()
        .filter(input_data__feed_id=feed.pk, status=Job.Status.COMPLETED)
        .filter(output_data__report__stored=True)
        .first()
    )
    if found is None:
        return None
    output = found.output_data or {}
    return LastImport(found.pk, output["report"]["file"].get("sha256"), output.get("settings"))


def last_completed_at(feed: Feed) -> datetime | None:
    """Return when the feed's last completed import ended."""
    last = last_import(feed)
    return None if last is None else Job.objects.get(pk=last.job).completed_at


def newest_jobs(*, feed: str | None, limit: int) -> list[JobView]:
    """Return the newest jobs first."""
    found = _jobs()
    if feed is not None:
        found = found.filter(input_data__feed_id=feed_by_name(feed).pk)
    return [job_view(job) for job in found[:limit]]


def job_by_number(number: int | None) -> JobView:
    """Return one job, or the newest that found a new file. Raises UsageError."""
    looked = _jobs().exclude(output_data__report__reason="file_unchanged")
    found = looked.first() if number is None else _jobs().filter(pk=number).first()
    if found is None:
        raise UsageError(
            what="No import has run yet."
            if number is None
            else f"There is no job {number}. `rollbook jobs list` shows those that there are."
        )
    return job_view(found)


def input_of(number: int) -> dict[str, Any]:
    """Return what was asked of a job: feed, who, how. Raises Job.DoesNotExist."""
    given: dict[str, Any] = _jobs().get(pk=number).input_data
    return given


def last_header(feed: Feed) -> tuple[str, ...]:
    """Return the header of the newest file of the feed that was read; () where none was."""
    found = _jobs().filter(input_data__feed_id=feed.pk, output_data__header__0__isnull=False)
    newest = found.first()
    return () if newest is None else tuple(newest.output_data["header"])


def job_events(number: int, after: int = 0) -> list[JobEvent]:
    """Return the job's log, the lines after the one with the number `after`."""
    return list(JobEvent.objects.filter(job_id=number, id__gt=after).order_by("id"))


def progress_of(number: int) -> JobProgress | None:
    """Return how far a job is, as it last said; None before its first word."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select phase, done, total, seconds, heartbeat_at, cancel_requested_at is not null"
            " from rollbook.job_progress where job_id = %s",
            [number],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    phase, done, total, seconds, heartbeat_at, is_cancelling = row
    return JobProgress(phase, done, total, json.loads(seconds), heartbeat_at, is_cancelling)


def newest_stored() -> JobView | None:
    """Return the newest import of any feed that stored something."""
    found = _jobs().filter(status=Job.Status.COMPLETED, output_data__report__stored=True).first()
    return None if found is None else job_view(found)


def _jobs() -> Any:
    return Job.objects.filter(job_type=JOB_TYPE).order_by("-id")


def job_view(row: Job) -> JobView:
    """Return a row of `jobs` as people and programs see it."""
    given, output = row.input_data or {}, row.output_data or {}
    report = output.get("report")
    if report is None:
        running = Report(dry_run=given.get("dry_run", False))
        running.status = row.status
        report = running.as_object(row.pk)
    return JobView(
        number=row.pk,
        feed=given.get("feed", ""),
        started_by=given.get("started_by", ""),
        started_at=row.started_at.astimezone(UTC) if row.started_at else None,
        ended_at=row.completed_at.astimezone(UTC) if row.completed_at else None,
        report=report,
        header=tuple(output.get("header", ())),
        feed_id=given.get("feed_id"),
        rules=output.get("rules", {}),
        changes=output.get("changes", {}),
        # A job that ended before messages had parts has it in one piece.
        message=Message(**(output.get("message") or {"what": report["message"] or ""})),
    )
