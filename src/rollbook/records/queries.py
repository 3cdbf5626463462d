"""Every question that is asked of the records."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from django.db import connection
from django.db.models import Count, Min

from rollbook.core.catalogue.students import Catalogue, student_catalogue
from rollbook.core.catalogue.terms import Term
from rollbook.core.errors import Message, UsageError
from rollbook.core.issues import Issue, IssueGroup, Severity
from rollbook.core.report import Report
from rollbook.core.rules import FeedRules
from rollbook.records.models import JOB_TYPE, Feed, IssueRow, Job, JobEvent, RejectedRow, TermRow
from rollbook.records.outcome import Outcome, outcome_of


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


def read_terms() -> list[Term]:
    """Return this district's terms in their order."""
    rows = TermRow.objects.order_by("position")
    return [Term(row.name, row.starts_on, row.ends_on) for row in rows]


def read_catalogue() -> Catalogue:
    """Return the catalogue with this district's terms."""
    return student_catalogue(read_terms())


def headers() -> dict[str, str]:
    """Return the header of each field, this district's terms included."""
    return {name: field.header for name, field in read_catalogue().by_name.items()}


def feeds() -> list[Feed]:
    """Return the feeds that are in use, by name."""
    return list(Feed.objects.filter(removed_at=None).order_by("name"))


def feed_by_name(name: str) -> Feed:
    """Return one feed. Raises UsageError that lists the feeds."""
    for feed in feeds():
        if feed.name == name:
            return feed
    known = ", ".join(feed.name for feed in feeds())
    raise UsageError(
        what=f"There is no feed of the name {name}. The feeds are: {known}. Add one with "
        "`rollbook feeds add`."
    )


def feed_rules(feed: Feed) -> FeedRules:
    """Return how the feed wants its file treated. Its choices were checked when they were set."""
    return FeedRules(
        required=tuple(feed.required),
        worksheet=feed.worksheet or None,
        percent_scale=cast(Any, feed.percent_scale),
        half_days=cast(Any, feed.half_days),
        blanks=cast(Any, feed.blanks),
        new_students=cast(Any, feed.new_students),
        leading_zeros=feed.leading_zeros,
        rejected_limit=feed.rejected_limit,
        missing_limit=feed.missing_limit if feed.is_roster else 100,
        headers=feed.headers,
        values=feed.values,
        blank_markers=tuple(feed.blank_markers),
    )


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


def jobs(*, feed: str | None, limit: int) -> list[JobView]:
    """Return the newest jobs first."""
    found = _jobs()
    if feed is not None:
        found = found.filter(input_data__feed_id=feed_by_name(feed).pk)
    return [job_view(job) for job in found[:limit]]


def job(number: int | None) -> JobView:
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


def given_of(number: int) -> dict[str, Any]:
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


def progress(number: int) -> JobProgress | None:
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


def issues(number: int, *, limit: int | None) -> list[Issue]:
    """Return the job's issues in the order of the file, those of the whole file first."""
    rows = IssueRow.objects.filter(job_id=number).order_by("row_number", "id")
    first = rows.filter(row_number=None)[:limit]
    found = [issue_of(row) for row in first]
    rest = None if limit is None else limit - len(found)
    return found + [issue_of(row) for row in rows.exclude(row_number=None)[:rest]]


def every_issue(number: int) -> Iterator[Issue]:
    """Return all of the job's issues in that order, however many, without holding them."""
    rows = IssueRow.objects.filter(job_id=number).order_by("row_number", "id")
    for part in (rows.filter(row_number=None), rows.exclude(row_number=None)):
        yield from map(issue_of, part.iterator())


def issue_groups(number: int) -> list[IssueGroup]:
    """Return one group per code and column, errors first, then the most frequent."""
    groups = (
        IssueRow.objects.filter(job_id=number)
        .values("severity", "code", "column_header")
        .annotate(count=Count("id"), first=Min("id"))
        .order_by("severity", "-count", "code")
    )
    found = list(groups)
    examples = IssueRow.objects.in_bulk([group["first"] for group in found])
    return [IssueGroup(issue_of(examples[group["first"]]), group["count"]) for group in found]


def newest_stored() -> JobView | None:
    """Return the newest import of any feed that stored something."""
    found = _jobs().filter(status=Job.Status.COMPLETED, output_data__report__stored=True).first()
    return None if found is None else job_view(found)


def student_count() -> int:
    """Return how many students have figures."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from public.student_data_snapshots")
        return int(cursor.fetchone()[0])


def rejected_rows(number: int) -> Iterator[tuple[int, list[str]]]:
    """Return the job's rejected rows as the file wrote them, in its order."""
    for row in RejectedRow.objects.filter(job_id=number).order_by("row_number").iterator():
        yield row.row_number, row.cells


def has_rejected_rows(report: Mapping[str, Any], number: int) -> bool:
    """Tell whether rows of the job were rejected, also where they are deleted by now."""
    return bool(report["counts"]["rejected"]) or RejectedRow.objects.filter(job_id=number).exists()


def row_errors(number: int) -> dict[int, list[str]]:
    """Return the sentences of the job's errors by row number."""
    found: dict[int, list[str]] = {}
    errors = IssueRow.objects.filter(job_id=number, severity=Severity.ERROR)
    for row in errors.exclude(row_number=None).order_by("row_number", "id").iterator():
        where = f"{row.column_header}: " if row.column_header else ""
        found.setdefault(row.row_number or 0, []).append(where + row.message)
    return found


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


def issue_of(row: IssueRow) -> Issue:
    """Return a row of `issues` as the core knows it."""
    return Issue(
        code=row.code,
        severity=Severity(row.severity),
        message=row.message,
        row=row.row_number,
        student_id=row.student_id,
        column=row.column_header,
        field=row.field,
        value=row.value,
    )
