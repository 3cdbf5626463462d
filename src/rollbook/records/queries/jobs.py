"""Questions about jobs: one, the newest, the last that stored something."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from rollbook.core.catalogue.students import is_fix_it_file, normalize_header
from rollbook.core.errors import Message, UsageError
from rollbook.core.feed_settings import FeedRules
from rollbook.core.limits.table import LIMITS
from rollbook.core.profile.filled import FIRST, Before, compared, with_nights
from rollbook.core.profile.spread import Spreads
from rollbook.core.renamed_columns import LastColumn
from rollbook.core.report import Report
from rollbook.core.sources.arrival import Served
from rollbook.records.models import Approval, AuditEvent, Feed, Job, JobEvent, JobInput
from rollbook.records.outcome import Outcome, outcome_of
from rollbook.records.queries.feeds import feed_by_name
from rollbook.records.queries.school_years import Switch, last_switch
from rollbook.records.unusual import NOTHING, UnusualChanges

FILES_REMEMBERED = 10
"""Imports whose files are compared with the next one, by their time and by how full they are."""
UNDERSTOOD_BY = ("layout", "worksheet")
"""The settings that say what the columns of a file are, beside the mapping of each."""


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as people and programs see it."""

    number: int
    feed: str
    started_by: str
    started_at: datetime | None
    ended_at: datetime | None
    report: Report
    feed_id: int = 0
    is_of_stored_file: bool = False
    """Whether its file was uploaded, or held and approved: no server is asked."""
    unusual: UnusualChanges = NOTHING
    planned_at: datetime | None = None
    """The moment of the schedule, of a planned run; `rehearses`: the run that it rehearses."""
    rehearses: datetime | None = None
    in_advance: str = ""
    """Of a rehearsal that would hold its file, its state where that was looked up."""

    @property
    def message(self) -> Message:
        """What everybody may read of a run that did not complete, in its parts."""
        return self.report.message or Message("")

    @property
    def outcome(self) -> Outcome:
        return outcome_of(self.report)

    @property
    def is_fix_it(self) -> bool:
        """Whether its file has corrected rows of another one."""
        return is_fix_it_file(self.report.header)

    @property
    def would_be_held(self) -> bool:
        """Whether it is a rehearsal, of a file that its run would hold."""
        return self.rehearses is not None and self.outcome is Outcome.NEEDS_REVIEW


@dataclass(frozen=True, slots=True)
class LastImport:
    """The last completed import of a feed that stored something, or found nothing to store."""

    job: int
    sha256: str | None
    settings: str | None
    brought: tuple[str, ...] = ()
    """The fields that its file brought."""
    fingerprint: str | None = None
    """Of their values as it left them; None where an earlier version did not keep it."""
    header: tuple[str, ...] = ()
    """The file's."""
    started_at: datetime | None = field(default=None, compare=False)


def last_import(feed: Feed) -> LastImport | None:
    """Return the feed's last completed import; dry runs and "nothing new" do not count."""
    row = Job.imports.of_feed(feed.pk).stored().newest()
    if row is None or (output := row.came_to) is None:
        return None
    report = output.report
    return LastImport(
        row.pk,
        report.file.get("sha256"),
        output.settings,
        report.brought,
        report.fingerprint,
        report.header,
        row.started_at,
    )


def newest_file(feed: Feed) -> int | None:
    """Return the feed's newest import that stored something; an outdated file's does not count."""
    row = Job.imports.of_feed(feed.pk).stored().up_to_date().newest()
    return None if row is None else row.pk


def columns_before(feed: Feed, rules: FeedRules) -> Before:
    """Return how full the columns of the feed's last files were that said something of them.

    `rules` are those by which the next one is read. Files that people bring by hand, to a feed
    without a server, may hold anything: of these it is only known which columns the last one had.
    """
    stored = Job.imports.of_feed(feed.pk).stored().of_whole_files()
    rows = stored.newest_first()[:FILES_REMEMBERED]
    switch = last_switch()
    ended = [
        (row.asked, _of_this_year(row.pk, output.report, switch))
        for row in rows
        if (output := row.came_to) is not None
    ]
    known = [each for each in ended if each[1].filled.rows and not each[1].is_outdated]
    if not known:
        return FIRST
    last = known[0][1]
    if not feed.host:
        return Before(last=last.filled.fields.keys())
    files = [
        (report.filled, bool(asked.approved) and _was_beyond(report, "blanked"))
        for asked, report in known
    ]
    headers = {name: text for filled, _ in reversed(files) for name, text in filled.headers.items()}
    is_alike = all(last.rules.get(name) == getattr(rules, name) for name in UNDERSTOOD_BY)
    nights = [
        (_spreads(report, rules), bool(asked.approved) and _was_beyond(report, "shifted"))
        for asked, report in known
    ]
    before = compared(files, _let_go(headers, rules) if is_alike else headers.keys())
    return with_nights(before, nights)


def _of_this_year(job: int, report: Report, switch: Switch | None) -> Report:
    """Return what an import found, without columns of which the school year has since turned: what
    last year counted is no measure of the new one."""
    names = () if switch is None else switch.was_of_last_year(job, report.brought)
    return replace(report, filled=report.filled.without(names))


def _was_beyond(report: Report, kind: str) -> bool:
    """Tell whether an import was beyond its limit of a kind, whatever else held it."""
    setting = f"{kind}_limit"
    measure, percent = report.measures.get(kind), report.rules.get(setting)
    if measure is None or not isinstance(percent, int):
        return False
    limits: dict[str, Any] = {setting: percent}
    return LIMITS[kind].is_beyond(measure, FeedRules(**limits))


def _spreads(report: Report, rules: FeedRules) -> Spreads:
    """Return how the values of a file were spread, of columns that are still read in this way."""
    if any(report.rules.get(name) != getattr(rules, name) for name in UNDERSTOOD_BY):
        return {}
    changed = _said(report.rules.get("headers") or {}) ^ _said(rules.headers)
    fields = {meant for _, meant in changed}
    return {name: each for name, each in report.filled.spreads().items() if name not in fields}


def _said(headers: Mapping[str, str]) -> set[tuple[str, str]]:
    return {(normalize_header(text), meant) for text, meant in headers.items()}


def _let_go(headers: Mapping[str, str], rules: FeedRules) -> set[str]:
    """Return the fields whose header the feed itself takes for something else, or ignores."""
    said = {normalize_header(text): meant for text, meant in rules.headers.items()}
    return {
        name for name, text in headers.items() if said.get(normalize_header(text), name) != name
    }


def served_files(feed: Feed) -> list[Served]:
    """Return the files of the feed's last completed imports from its server, the last one first."""
    rows = Job.imports.of_feed(feed.pk).stored().from_server().newest_first()
    outputs = (row.came_to for row in rows[:FILES_REMEMBERED])
    return [output.report.served for output in outputs if output and output.report.served]


def newest_jobs(*, feed: str | None, limit: int) -> list[JobView]:
    """Return the newest jobs first."""
    found = Job.imports.newest_first()
    if feed is not None:
        found = found.of_feed(feed_by_name(feed).pk)
    return [job_view(job) for job in found[:limit]]


class NoSuchJob(UsageError):
    """There is no import {number}.

    Nothing was changed."""

    reason = "no_such_job"


def job_by_number(number: int | None) -> JobView:
    """Return one job, or the newest that found a new file. Raises UsageError."""
    if number is None:
        found = Job.imports.except_reason("file_unchanged").newest()
        if found is None:
            raise UsageError(what="No import has run yet.", means="")
    elif (found := Job.imports.filter(pk=number).first()) is None:
        raise NoSuchJob(number=number)
    return job_view(found)


def input_of(number: int) -> JobInput:
    """Return what was asked of a job. Raises Job.DoesNotExist."""
    return Job.imports.get(pk=number).asked


def was_approved(number: int, approval: Approval) -> bool:
    """Tell whether the audit log has this decision on the import, of exactly what it accepts."""
    decided = AuditEvent.objects.filter(action="import.approved", subject=f"job {number}")
    return decided.filter(after__accepted=dict(approval.accepted)).exists()


def is_tried_again(number: int) -> bool:
    """Tell whether the attempt of a job that runs is not its last one."""
    row = Job.imports.get(pk=number)
    return row.attempts < row.max_attempts


def last_header(feed: Feed) -> tuple[str, ...]:
    """Return the header of the newest file of the feed that was read; () where none was."""
    row = Job.imports.of_feed(feed.pk).with_header().newest()
    output = None if row is None else row.came_to
    return () if output is None else output.report.header


def last_columns(feed: Feed) -> dict[str, LastColumn]:
    """Return, by field, the column that it had last in the feed's last files."""
    rows = Job.imports.of_feed(feed.pk).stored().up_to_date().newest_first()[:FILES_REMEMBERED]
    files = [output.report for row in rows if (output := row.came_to) is not None]
    return {
        name: LastColumn(text, report.header)
        for report in reversed(files)
        for name, text in report.filled.headers.items()
    }


def job_events(number: int, after: int = 0, most: int | None = None) -> list[JobEvent]:
    """Return the job's log, at most `most` lines after the one with the number `after`."""
    return list(JobEvent.objects.filter(job_id=number, id__gt=after).order_by("id")[:most])


def newest_stored() -> JobView | None:
    """Return the newest import of any feed that stored a file, not corrected rows of one."""
    found = Job.imports.stored().of_whole_files().newest()
    return None if found is None else job_view(found)


def job_view(row: Job) -> JobView:
    """Return a row of `jobs` as people and programs see it."""
    asked, output = row.asked, row.came_to
    return JobView(
        number=row.pk,
        feed=asked.feed,
        started_by=asked.started_by,
        started_at=row.started_at.astimezone(UTC) if row.started_at else None,
        ended_at=row.completed_at.astimezone(UTC) if row.completed_at else None,
        report=output.report if output else Report(status=row.status, dry_run=asked.dry_run),
        feed_id=asked.feed_id,
        is_of_stored_file=bool(asked.upload or asked.in_bucket),
        unusual=output.unusual if output else NOTHING,
        rehearses=asked.rehearses,
        planned_at=asked.planned_at,
    )
