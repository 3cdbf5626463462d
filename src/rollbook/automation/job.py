"""The run of one job: its report, its findings, and the last word, whatever happens."""

import hashlib
from collections.abc import Mapping
from contextlib import ExitStack, closing, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import psycopg

from rollbook.automation.commit import commit, uninterrupted
from rollbook.automation.job_log import WholeWrites, also_logged, both, last_word
from rollbook.automation.progress_reporter import Heartbeat
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.errors import DiskFull, RollbookError, is_disk_full, kind_and_place
from rollbook.core.events import Listener, Phase, PhaseStarted, TakeTurn
from rollbook.core.feed_settings import FeedRules
from rollbook.core.issues import Findings, private_detail
from rollbook.core.limits import NOTHING, Accepted
from rollbook.core.pipeline import (
    Assignment,
    Reading,
    Run,
    Unchanged,
    fetch,
    import_file,
)
from rollbook.core.report import Report
from rollbook.core.sandbox.process import Sandbox
from rollbook.core.sources.source import Fetched, Source
from rollbook.core.timer import PhaseTimer
from rollbook.home import scratch_file
from rollbook.records.database import connect, translated
from rollbook.records.models import Approval, Feed
from rollbook.records.operations import files, findings, jobs
from rollbook.records.operations.decisions import check_newest
from rollbook.records.operations.installation_key import secret_key
from rollbook.records.queries.feeds import feed_rules, read_catalogue
from rollbook.records.queries.jobs import LastImport, last_import

HELD = 7

Kept = tuple[BinaryIO, Fetched]
"""A file that was fetched, and what is known of it."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run came to, with the exit code of the contract."""

    job: int | None
    report: Report
    exit_code: int


class Terminated(KeyboardInterrupt):
    """The process that runs the import is to end; the import itself was not cancelled."""


class Unforeseen(RollbookError):
    """Something unforeseen went wrong ({what}).

    Nothing was changed.

    Please report this line, together with the version of Rollbook."""


class JobRun:
    """The run of one job: its report, its findings, its visible connection."""

    def __init__(
        self,
        number: int,
        feed: Feed,
        visible: jobs.Connection,
        *,
        started_by: str,
        dry_run: bool,
        approved: Approval | None = None,
    ) -> None:
        self.number = number
        self.feed = feed
        self.visible = visible
        self.started_by = started_by
        self.is_stored = False
        """Whether the file came out of the store, where it is already."""
        self.take_turn: TakeTurn | None = None
        """Waits until few other files are read, in a worker that gives out turns."""
        self.is_ended = False
        """Whether the outcome is committed: whatever goes wrong afterwards does not change it."""
        self.report = Report(dry_run=dry_run)
        self.sink = findings.IssueTable(visible, number)
        self.catalogue = read_catalogue()
        self.rules = feed_rules(feed)
        self.report.rules = asdict(self.rules)
        self.settings = settings_fingerprint(self.catalogue, self.rules)
        self.accepted = _accepted(approved, self.settings)

    def run(
        self,
        source: Source,
        *,
        force: bool,
        listener: Listener,
        folder: Path,
        environ: Mapping[str, str],
    ) -> Ran:
        """Do the work, and write down what came of it, whatever that is."""
        jobs.name_session(self.visible, self.number)
        with Heartbeat(self.number, self.report) as heartbeat:
            return self._run(
                source, force=force, listener=both(listener, heartbeat.listen), folder=folder,
                environ=environ,
            )  # fmt: skip

    def _run(
        self,
        source: Source,
        *,
        force: bool,
        listener: Listener,
        folder: Path,
        environ: Mapping[str, str],
    ) -> Ran:
        timer = PhaseTimer(self.report, also_logged(listener, self.visible, self.number))
        run = Run(
            self.catalogue,
            self.rules,
            Findings(WholeWrites(self.sink)),
            self.report,
            timer,
            lambda: scratch_file(folder),
            self.accepted,
        )
        last = None if force else last_import(self.feed)
        kept: Kept | None = None
        with ExitStack() as opened:
            try:
                file = opened.enter_context(closing(scratch_file(folder)))
                # The process that will read the file starts while the file is fetched.
                sandbox = opened.enter_context(Sandbox(file, run.scratch))
                fetched = self._fetch(source, file, run=run, last=last)
                kept = file, fetched
                if self.take_turn is not None:
                    self.take_turn(lambda: timer(PhaseStarted(Phase.WAITING)))
                self._import(sandbox, fetched, run=run, timer=timer)
            except Unchanged as error:
                self._end_unchanged(error)
                return Ran(last.job if last else None, self.report, error.exit_code)
            except KeyboardInterrupt as error:
                if self.is_ended:
                    return self._ran()
                ended = jobs.Interrupted() if isinstance(error, Terminated) else jobs.Cancelled()
                self._fail(ended, run=run, timer=timer, kept=None, environ=environ)
                raise
            except RollbookError as error:
                if self.is_ended:
                    return self._ran()
                return self._fail(error, run=run, timer=timer, kept=kept, environ=environ)
            except Exception as error:  # noqa: BLE001 - around one job, so that it never hangs
                error = _unforeseen(error)
                return self._fail(error, run=run, timer=timer, kept=kept, environ=environ)
            if self.report.status == "held":
                self._keep(kept, environ)
        return self._ran()

    def _fetch(
        self, source: Source, file: BinaryIO, *, run: Run, last: LastImport | None
    ) -> Fetched:
        if self.is_stored and not self.report.dry_run:
            check_newest(self.number, self.feed)

        def is_unchanged(sha256: str) -> bool:
            return last is not None and (last.sha256, last.settings) == (sha256, self.settings)

        return fetch(source, file, run=run, is_unchanged=is_unchanged)

    def _ran(self) -> Ran:
        return Ran(self.number, self.report, HELD if self.report.status == "held" else 0)

    def _import(self, sandbox: Sandbox, fetched: Fetched, *, run: Run, timer: PhaseTimer) -> None:
        assignment = Assignment(
            self.feed.pk, self.number, self.catalogue, self.rules, datetime.now(UTC)
        )
        with connect() as connection:
            jobs.name_session(connection, self.number)
            connection.commit()  # or a rollback would take the name back
            cursor = connection.cursor()
            with translated():
                reading = import_file(
                    sandbox, fetched, run=run, assignment=assignment, cursor=cursor
                )
            self.sink.flush()
            self._save_rejected(reading)
            stores = self.report.status == "completed" and not self.report.dry_run
            if not stores:
                connection.rollback()
            if not self._end(cursor, run=run, timer=timer, stored=stores):
                connection.rollback()
                raise jobs.Interrupted
            if self.is_stored and self.report.status == "completed":
                files.drop_file(cursor, self.number)
            with uninterrupted():
                commit(connection)
                self.is_ended = True
                with suppress(psycopg.Error):
                    word = last_word(self.report)
                    jobs.add_event(self.visible, self.number, kind="ended", message=word)

    def _end(
        self, cursor: psycopg.Cursor[Any], *, run: Run, timer: PhaseTimer, stored: bool
    ) -> bool:
        """Write the outcome in the transaction of `cursor`: with the merge, where there is one.

        Returns False where the job no longer runs.
        """
        timer.stop()
        self.report.stored = stored
        self.report.learn_findings(run.findings)
        return jobs.end_job(
            cursor,
            self.number,
            report=self.report,
            settings=self.settings,
            started_by=self.started_by,
        )

    def _save_rejected(self, reading: Reading) -> None:
        if reading.rejected_rows:
            findings.save_rejected_rows(self.visible, self.number, reading.rejected_records())

    def _end_unchanged(self, error: Unchanged) -> None:
        self.report.status, self.report.reason = "completed", error.reason
        self.report.message = error.message
        with self.visible.transaction(), self.visible.cursor() as cursor:
            jobs.end_job(
                cursor,
                self.number,
                report=self.report,
                settings=self.settings,
                started_by=self.started_by,
            )
            if self.is_stored:
                files.drop_file(cursor, self.number)

    def _fail(
        self,
        error: RollbookError,
        *,
        run: Run,
        timer: PhaseTimer,
        kept: Kept | None,
        environ: Mapping[str, str],
    ) -> Ran:
        self.report.fail(error)
        run.findings.add(private_detail(error))
        with self.visible.transaction(), self.visible.cursor() as cursor:
            self.sink.flush()
            is_first = self._end(cursor, run=run, timer=timer, stored=False)
            if not is_first:
                raise psycopg.Rollback  # its findings are another run's by now
            jobs.add_event(cursor, self.number, kind="failed", message=str(error))
        if is_first:
            self._keep(kept, environ)
        return Ran(self.number, self.report, error.exit_code)

    def _keep(self, kept: Kept | None, environ: Mapping[str, str]) -> None:
        """Store the bytes of a job that did not complete, encrypted, for 14 days."""
        if kept is not None and not self.report.dry_run and not self.is_stored:
            file, fetched = kept
            key = secret_key(environ)
            files.store_file(self.visible, self.number, file=file, size=fetched.size, key=key)


def settings_fingerprint(catalogue: Catalogue, rules: FeedRules) -> str:
    """Return a digest of all that the meaning of a file depends on, beside its bytes."""
    return hashlib.sha256(f"{catalogue.fingerprint} {rules!r}".encode()).hexdigest()


def _accepted(approved: Approval | None, settings: str) -> Accepted:
    """Return what was accepted of a held import; under other settings it was something else."""
    if approved is None or approved.settings != settings:
        return NOTHING
    return Accepted(rejected=approved.rejected, missing=approved.missing)


def _unforeseen(error: Exception) -> RollbookError:
    """What is put aside while a file is read (unpacked, rejected rows) can fill a disk anywhere."""
    if is_disk_full(error):
        return DiskFull()
    return Unforeseen(what=kind_and_place(type(error), error.__traceback__))
