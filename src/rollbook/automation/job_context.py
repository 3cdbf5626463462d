"""All that one job has while it runs: what was asked, what its stages share, where it is told."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import cache, partial
from typing import Any, Final

from rollbook.automation.job_log import AlsoLogged, WholeWrites, both
from rollbook.automation.progress_reporter import Heartbeat
from rollbook.core.catalogue.students import is_fix_it_file
from rollbook.core.events import Listener
from rollbook.core.feed_settings import FeedRules
from rollbook.core.first_file import FirstFile
from rollbook.core.import_context import ImportContext
from rollbook.core.issues import Findings
from rollbook.core.layouts.enrollments import is_of_its_day
from rollbook.core.limits.older_file import EarlierFiles
from rollbook.core.limits.table import NOTHING, Accepted
from rollbook.core.report import Report
from rollbook.core.sources.arrival import AT_ONCE, Arrival
from rollbook.core.sources.named_file import NamedFile
from rollbook.core.sources.renamed_files import NewName
from rollbook.core.sources.source import Fetched
from rollbook.core.timer import PhaseTimer
from rollbook.home import home, scratch_file
from rollbook.records import clock, unusual
from rollbook.records.database import translated
from rollbook.records.district import district_zone
from rollbook.records.models import AdvanceDecision, Approval, Feed, JobInput
from rollbook.records.operations.findings import IssueTable
from rollbook.records.operations.jobs import Connection
from rollbook.records.queries.advance_decisions import decision_for, obstacle
from rollbook.records.queries.earlier_files import earlier_files
from rollbook.records.queries.feeds import feed_rules, read_catalogue
from rollbook.records.queries.field_owners import others_fields
from rollbook.records.queries.file_names import names_beside, names_seen
from rollbook.records.queries.first_files import first_file
from rollbook.records.queries.grades import grades_not_stored
from rollbook.records.queries.jobs import (
    LastImport,
    columns_before,
    last_import,
    served_files,
    was_approved,
)
from rollbook.records.queries.meaning import settings_fingerprint
from rollbook.records.queries.protections import outdated_since
from rollbook.records.queries.school_years import school_year, set_aside_since, year_before
from rollbook.records.queries.schools import confirmed_schools
from rollbook.records.queries.stored_values import is_other_by_values, stored_values_fingerprint
from rollbook.records.queries.unusual import earlier_changes
from rollbook.records.unusual import UnusualChanges, unusual_changes

OVERWRITTEN: Final = (
    "The file is the same as last time, but another feed, another program or a person has changed "
    "its values since then. So it was read again."
)
PASSED_OVER: Final = (
    "The decision in advance on rehearsal {rehearsal} doesn't count: {why}. So the file was "
    "checked as usual."
)
OF_ANOTHER_DAY: Final = (
    "The file is the same as last time, but enrollments in it may have started or ended since "
    "then. So it was read again."
)


@dataclass(frozen=True, slots=True)
class JobContext:
    """One job that runs. Nothing in it is replaced; report, findings and timer are written to."""

    number: int
    feed: Feed
    asked: JobInput
    environ: Mapping[str, str]
    visible: Connection
    """Commits at once, so that others see events and issues, and holds the feed's lock."""
    issues: IssueTable
    timer: PhaseTimer
    heartbeat: Heartbeat
    stages: ImportContext
    settings: str
    """Fingerprint of all that the meaning of a file depends on, beside its bytes."""
    last: LastImport | None
    """The import whose file would be the same; None where that does not matter."""
    earlier: Sequence[Any]
    """What the feed's last imports changed."""
    files_seen: "FilesSeen"

    @property
    def report(self) -> Report:
        return self.stages.report

    @property
    def is_stored_file(self) -> bool:
        """Whether the file comes out of the store, where it is already."""
        return self.asked.upload is not None

    def decided_on(self, sha256: str) -> AdvanceDecision | None:
        """Return what was decided in advance for a planned run's file of these bytes, under the
        settings of this run."""
        if self.asked.planned_at is None:
            return None
        with translated():
            decision = decision_for(self.feed.pk, self.asked.planned_at)
            if decision is None:
                return None
            why = obstacle(decision, sha256=sha256, settings=self.settings)
        if why is None:
            return decision
        self.stages.findings.note(PASSED_OVER.format(rehearsal=decision.job_id, why=why.words))
        return None

    @property
    def is_rehearsal(self) -> bool:
        """Whether a schedule asked for this check: of what it would change, little is kept."""
        return self.asked.rehearses is not None

    @property
    def unusual(self) -> UnusualChanges:
        """What it changes unusually, once that is counted. A file without students is told so, one
        that failed changes nothing, and a fix-it file has its own rows."""
        report = self.report
        if report.status == "failed" or is_fix_it_file(report.header):
            return unusual.NOTHING
        return unusual_changes(report.changes if report.counts.total else {}, self.earlier)

    def is_unchanged(self, sha256: str) -> bool:
        """Tell whether the last import had a file of these bytes under the same settings, and what
        it left is still there: nothing else has written a value that the file brings.

        A file that tells when enrollments begin and end means something else on another day.
        """
        last = self.last
        if last is None or (last.sha256, last.settings) != (sha256, self.settings):
            return False
        with translated():
            if set_aside_since(last.job):
                return False  # what was stored is no longer as it left it, and meant to be so
        if is_of_its_day(last.header, self.stages.rules) and not self._was_today(last):
            self.stages.findings.note(OF_ANOTHER_DAY)
            return False
        with translated():
            now = stored_values_fingerprint(self.visible, self.feed.pk, last.brought)
        is_left = now == last.fingerprint
        if last.fingerprint is not None and is_other_by_values(now, last.fingerprint):
            self.stages.findings.note(OVERWRITTEN)
        return is_left

    def _was_today(self, last: LastImport) -> bool:
        at, zone = last.started_at, self.stages.zone
        return at is not None and at.astimezone(zone).date() == self.stages.today()


@dataclass(slots=True)
class FilesSeen:
    """What a run learns of its feed's files beside the one that it reads."""

    feed: Feed
    names: Sequence[NewName] | None = None
    """Under which other names the file has probably come, as they are noted with the job's end;
    None before a folder was read."""
    _earlier: dict[str, EarlierFiles] = field(default_factory=dict)
    """By the SHA-256 of a file, because several stages ask."""

    def earlier(self, fetched: Fetched) -> EarlierFiles:
        """Return what the feed has stored already, as the file is compared with it."""
        if (sha256 := fetched.sha256) not in self._earlier:
            with translated():
                self._earlier[sha256] = earlier_files(self.feed.pk, sha256=sha256)
        return self._earlier[sha256]

    def beside(self, fetched: Fetched) -> Sequence[NewName]:
        """Look at what lies beside the file that was fetched."""
        if fetched.served is None:
            return ()
        is_known = self.earlier(fetched).same_bytes is not None
        with translated():
            self.names = names_beside(self.feed, fetched, is_known=is_known)
        return self.names

    def instead(self, others: Sequence[NamedFile]) -> None:
        """Look at what is there where no file matched."""
        self.names = names_seen(self.feed, others)


def _timer(
    report: Report, listener: Listener, visible: Connection, job: int, findings: Findings
) -> PhaseTimer:
    logged = AlsoLogged(listener, visible, job, report=report, findings=findings)
    return PhaseTimer(report, logged)


def job_context(
    number: int,
    feed: Feed,
    asked: JobInput,
    *,
    visible: Connection,
    listener: Listener,
    environ: Mapping[str, str],
    is_tried_again: bool = False,
) -> JobContext:
    """Return the context of a job that has just begun.

    `is_tried_again`: another attempt follows where a server's file is not complete yet.
    """
    catalogue, rules = read_catalogue(), _rules(feed, asked)
    schools, others = confirmed_schools(), others_fields(feed)
    settings = settings_fingerprint(
        catalogue, rules, schools=schools, lacking=grades_not_stored(), others=others
    )
    report, issues = _report(feed, asked, rules), IssueTable(visible, number)
    seen = FilesSeen(feed)
    findings = Findings(WholeWrites(issues))
    heartbeat = Heartbeat(number, report, findings)
    timer = _timer(report, both(listener, heartbeat.listen), visible, number, findings)
    stages = ImportContext(
        catalogue=catalogue,
        rules=rules,
        report=report,
        findings=findings,
        listener=timer,
        scratch=partial(scratch_file, home(environ)),
        arrival=_arrival(feed, asked, heartbeat, is_tried_again=is_tried_again),
        accepted=_accepted(number, asked.approved, settings=settings),
        schools=schools,
        before=columns_before(feed, rules),
        outdated_since=lambda fetched: _outdated_since(feed, fetched, report),
        earlier_files=seen.earlier,
        newer_names=seen.beside,
        first_file=cache(lambda: _first_file(feed, number)),
        others=others,
        year=school_year(),
        year_before=year_before(clock.now()),
        feed_id=feed.pk,
        job_id=number,
        clock=clock.now,
        zone=district_zone(),
    )
    last, earlier = None if asked.force else last_import(feed), earlier_changes(feed, number)
    mine = (number, feed, asked, environ, visible, issues, timer, heartbeat, stages, settings)
    return JobContext(*mine, last, earlier, seen)


def _rules(feed: Feed, asked: JobInput) -> FeedRules:
    rules = feed_rules(feed)
    return rules if asked.encoding is None else replace(rules, encoding=asked.encoding)


def _report(feed: Feed, asked: JobInput, rules: FeedRules) -> Report:
    return Report(
        dry_run=asked.dry_run,
        rules=asdict(replace(rules, own_layouts=())),
        version=feed.version,
        served=asked.served,
    )


def _outdated_since(feed: Feed, fetched: Fetched, report: Report) -> datetime | None:
    modified = report.served.modified if report.served else None
    with translated():
        return outdated_since(feed.pk, sha256=fetched.sha256, modified=modified or None)


def _first_file(feed: Feed, number: int) -> FirstFile:
    with translated():
        return first_file(feed.pk, number)


def _arrival(feed: Feed, asked: JobInput, heartbeat: Heartbeat, *, is_tried_again: bool) -> Arrival:
    if asked.upload is not None:
        return AT_ONCE
    served = served_files(feed)
    return Arrival(
        last=served[0] if served else None,
        before=tuple(each.modified for each in served),
        is_tried_again=is_tried_again and asked.rehearses is None,  # that is to tell at once
        unchanged_for=0.0 if asked.no_wait else feed.unchanged_for,
        is_skipped=lambda: heartbeat.was_skipped,
    )


def _accepted(number: int, approved: Approval | None, *, settings: str) -> Accepted:
    """Return what was accepted of a held import; under other settings it was something else.

    Other programs may write into the row that says so; what counts is on record.
    """
    if approved is None or approved.settings != settings or not was_approved(number, approved):
        return NOTHING
    return approved.accepted
