"""What came of a job, written once: its report with its audit event, in one transaction."""

from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any, BinaryIO

import psycopg

from rollbook.automation.commit import commit, uninterrupted
from rollbook.automation.job_context import JobContext
from rollbook.automation.job_log import SAME_FILE, last_word
from rollbook.core.catalogue.students import is_fix_it_file
from rollbook.core.errors import DiskFull, RollbookError, is_disk_full, kind_and_place
from rollbook.core.fetching import Unchanged
from rollbook.core.issues import private_detail
from rollbook.core.report import EXIT_CODE_OF_HELD, Report
from rollbook.core.sources.after_import import ImportedFile
from rollbook.core.sources.errors import FileNotFound
from rollbook.records.models import AdvanceDecision, Feed
from rollbook.records.operations import files, jobs
from rollbook.records.operations.advance_decisions import DiscardedInAdvance, use_decision
from rollbook.records.operations.field_owners import claim_fields
from rollbook.records.operations.file_names import note_new_names
from rollbook.records.operations.installation_key import secret_key
from rollbook.records.operations.previews import Preview
from rollbook.records.operations.server_files import note_files
from rollbook.records.queries.standings import is_old_file
from rollbook.records.queries.stored_values import stored_values_fingerprint


class Unforeseen(RollbookError):
    """Something unforeseen went wrong ({what}).

    Nothing was changed.

    Please report this line with your version of Rollbook."""


@dataclass(frozen=True, slots=True)
class JobResult:
    """What a job came to, with the exit code of the contract."""

    job: int | None
    report: Report
    exit_code: int


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """The bytes of a file that is here, and how many they are."""

    file: BinaryIO
    size: int


class OutcomeWriter:
    """Writes what came of one job, unless others have given the job up meanwhile."""

    def __init__(self, context: JobContext) -> None:
        self._context = context
        self._report = context.report
        self.is_written = False
        """Whether the outcome is committed: whatever goes wrong afterwards does not change it."""
        self._unchanged: Unchanged | None = None
        self._exit_code = 0

    def commit(
        self,
        merging: psycopg.Connection[Any],
        taken: Sequence[ImportedFile],
        *,
        decided: AdvanceDecision | None = None,
    ) -> None:
        """Commit the outcome with the merge, or without it where nothing is to be stored.

        `taken` are the files on their server, which are to be put away once they are stored.
        `decided` in advance is used up with it, also where more was found than that accepts. Raises
        Interrupted where the job no longer runs; DecisionTakenBack; OutcomeUnknown.
        """
        report, number = self._report, self._context.number
        stores = report.status == "completed" and not report.dry_run
        if stores:
            feed, stages = self._context.feed, self._context.stages
            report.fingerprint = stored_values_fingerprint(merging, feed.pk, report.brought)
            with merging.cursor() as cursor:
                report.is_outdated = _is_outdated(cursor, feed, report)
                claim_fields(cursor, feed, report.claimed, now=stages.clock())
        else:
            self._roll_back(merging)
        with merging.cursor() as cursor:
            if not self._end(cursor, stored=stores):
                merging.rollback()
                raise jobs.Interrupted
            if decided is not None:
                use_decision(cursor, decided, number, is_applied=stores)
            if self._context.is_stored_file and stores:
                files.drop_file(cursor, number)
            if not report.dry_run:
                note_files(cursor, number, self._context.feed, taken, is_due=stores)
        with uninterrupted():
            commit(merging)
            self.is_written = True
            with suppress(psycopg.Error):
                word = last_word(report)
                jobs.add_event(self._context.visible, number, kind="ended", message=word)

    def _roll_back(self, merging: psycopg.Connection[Any]) -> None:
        """Take the merge back; what it would have changed is written where the outcome will be.

        Of a rehearsal that holds nothing the night's own record says that soon enough.
        """
        if self._context.is_rehearsal and self._report.status != "held":
            merging.rollback()
            return
        scratch = self._context.stages.scratch
        with closing(scratch()) as students, closing(scratch()) as presence:
            number = self._context.number
            preview = Preview(merging, number, students=students, presence=presence)
            merging.rollback()
            preview.store(merging.cursor())

    def result(self, *, kept: FetchedFile | None) -> JobResult:
        """Return what was committed. Of a held import, and of a dry run, the file is kept: an
        administrator may have it imported. That of a rehearsal will be fetched again."""
        if self._unchanged is not None:
            last = self._context.last
            number = last.job if last else None
            return JobResult(number, self._report, self._unchanged.exit_code)
        is_held = self._report.status == "held"
        if (is_held or self._report.dry_run) and not self._context.is_rehearsal:
            self._keep(kept)
        code = EXIT_CODE_OF_HELD if is_held else self._exit_code
        return JobResult(self._context.number, self._report, code)

    def write_unchanged(self, error: Unchanged, taken: Sequence[ImportedFile]) -> None:
        """Write that the file was the same as last time; the result names the job of that time.

        Raises Interrupted where the job no longer runs.
        """
        self._report.status, self._report.reason = "completed", error.reason
        self._report.message = error.message
        context = self._context
        self._report.learn_findings(context.stages.findings)
        with context.visible.transaction(), context.visible.cursor() as cursor:
            context.issues.flush()
            if not self._write(cursor):
                raise jobs.Interrupted
            jobs.add_event(cursor, context.number, kind="log", message=SAME_FILE)
            if context.is_stored_file:
                files.drop_file(cursor, context.number)
            if not context.asked.dry_run:  # every value in it is stored already
                note_files(cursor, context.number, context.feed, taken, is_due=True)
        self.is_written, self._unchanged = True, error

    def write_discarded(self, decided: AdvanceDecision) -> None:
        """Write that the file is discarded, as was decided in advance.

        Raises Interrupted where the job no longer runs; DecisionTakenBack.
        """
        context, error = self._context, DiscardedInAdvance()
        self._report.fail(error)
        with context.visible.transaction(), context.visible.cursor() as cursor:
            context.issues.flush()
            if not self._end(cursor, stored=False):
                raise jobs.Interrupted
            use_decision(cursor, decided, context.number, is_applied=False)
            jobs.add_event(cursor, context.number, kind="failed", message=str(error))
        self.is_written, self._exit_code = True, error.exit_code

    def write_failed(self, error: Exception, *, kept: FetchedFile | None = None) -> JobResult:
        """Write why the job failed, and keep its file for another look."""
        failure = error if isinstance(error, RollbookError) else _unforeseen(error)
        context = self._context
        self._report.fail(failure)
        context.stages.findings.add(private_detail(failure))
        if isinstance(failure, FileNotFound):
            context.files_seen.instead(failure.others)
        with context.visible.transaction(), context.visible.cursor() as cursor:
            context.issues.flush()
            is_first = self._end(cursor, stored=False)
            if not is_first:
                raise psycopg.Rollback  # its findings are another run's by now
            jobs.add_event(cursor, context.number, kind="failed", message=str(failure))
        if is_first and not self._report.dry_run:
            self._keep(kept)
        return JobResult(context.number, self._report, failure.exit_code)

    def _end(self, cursor: psycopg.Cursor[Any], *, stored: bool) -> bool:
        """Complete the report and write it; False where the job no longer runs."""
        self._context.timer.stop()
        self._report.stored = stored
        self._report.learn_findings(self._context.stages.findings)
        if is_fix_it_file(self._report.header):
            self._report.is_outdated = True  # also one that fails says nothing of the feed
        return self._write(cursor)

    def _write(self, cursor: psycopg.Cursor[Any]) -> bool:
        context, names = self._context, self._context.files_seen.names
        is_first = jobs.end_job(
            cursor,
            context.number,
            report=self._report,
            settings=context.settings,
            started_by=context.asked.started_by,
            unusual=context.unusual,
        )
        if is_first and names is not None:
            note_new_names(cursor, context.number, context.feed, names)
        return is_first

    def _keep(self, kept: FetchedFile | None) -> None:
        """Store the bytes of a job that stored nothing, encrypted, for 14 days."""
        context = self._context
        if kept is None or context.is_stored_file:
            return
        key = secret_key(context.environ)
        files.store_file(context.visible, context.number, file=kept.file, size=kept.size, key=key)


def _unforeseen(error: Exception) -> RollbookError:
    """What is put aside while a file is read (unpacked, rejected rows) can fill a disk anywhere."""
    if is_disk_full(error):
        return DiskFull()
    return Unforeseen(what=kind_and_place(type(error), error.__traceback__))


def _is_outdated(cursor: Any, feed: Feed, report: Report) -> bool:
    """Tell whether the file brings its feed up to no later day than it was."""
    if (seen := report.measures.get("older")) is not None and seen.part:
        return True  # applied as it is, by a person
    modified = report.served.modified if report.served else None
    return is_old_file(cursor, feed.pk, sha256=report.file["sha256"], modified=modified or None)
