"""One job in its order: fetch, wait for a turn, import, write down what came of it."""

from contextlib import ExitStack, closing
from dataclasses import replace
from typing import BinaryIO

from rollbook.automation.after_import import put_files_away
from rollbook.automation.job_context import JobContext
from rollbook.automation.outcome import FetchedFile, JobResult, OutcomeWriter
from rollbook.core.events import Phase, PhaseStarted, TakeTurn
from rollbook.core.fetching import Unchanged, fetch
from rollbook.core.file_reading import Reading
from rollbook.core.pipeline import import_file
from rollbook.core.sandbox.process import Sandbox
from rollbook.core.sources.source import Fetched, Source
from rollbook.records.database import connect, translated
from rollbook.records.models import AdvanceDecision
from rollbook.records.operations import findings, jobs
from rollbook.records.operations.checked_files import check_same_settings
from rollbook.records.operations.decisions import check_newest
from rollbook.records.queries.advance_decisions import is_applied
from rollbook.records.tables.comparison import check_tables


class Terminated(KeyboardInterrupt):
    """The process that runs the import is to end; the import itself was not cancelled."""

    def __init__(self, why: jobs.Interrupted | None = None) -> None:
        super().__init__()
        self.why = why or jobs.Interrupted()
        """How the job ends."""


class ImportJob:
    """One job that was begun. Its feed's lock is held by the context's visible connection."""

    def __init__(
        self, context: JobContext, source: Source, *, take_turn: TakeTurn | None = None
    ) -> None:
        """`take_turn` waits until few other files are read, in a worker that gives out turns."""
        self._context = context
        self._source = source
        self._take_turn = take_turn
        self._outcome = OutcomeWriter(context)
        self._file: FetchedFile | None = None
        """The file, once it is here."""

    def run(self) -> JobResult:
        """Do the work; whatever comes of it is written down. Raises KeyboardInterrupt."""
        jobs.name_session(self._context.visible, self._context.number)
        with self._context.heartbeat, ExitStack() as opened:
            try:
                self._carry_out(opened)
            except KeyboardInterrupt as error:
                if not self._outcome.is_written:
                    why = error.why if isinstance(error, Terminated) else jobs.Cancelled()
                    self._outcome.write_failed(why)
                    raise
            except Exception as error:  # noqa: BLE001 - around one job, so that it never hangs
                if not self._outcome.is_written:
                    return self._outcome.write_failed(error, kept=self._file)
            return self._outcome.result(kept=self._file)

    def _carry_out(self, opened: ExitStack) -> None:
        """Do one thing after the other. What is opened stays so until the outcome is written."""
        check_tables(self._context.visible.cursor())
        file = opened.enter_context(closing(self._context.stages.scratch()))
        # The process that will read the file starts while the file is fetched.
        sandbox = opened.enter_context(Sandbox(file, self._context.stages.scratch))
        try:
            fetched = self._fetch(file)
        except Unchanged as error:
            self._outcome.write_unchanged(error, self._source.taken)
        else:
            decided = self._context.decided_on(fetched.sha256)
            if decided is not None and not is_applied(decided):
                self._outcome.write_discarded(decided)
            else:
                self._wait_for_turn()
                self._import(sandbox, fetched, decided)
        if not self._context.asked.dry_run:  # also where this file is held: an earlier one may wait
            put_files_away(self._context)

    def _fetch(self, into: BinaryIO) -> Fetched:
        context = self._context
        if context.is_stored_file and not context.asked.dry_run:
            check_newest(context.number, context.feed)
        if context.asked.checked is not None:
            check_same_settings(context.asked.checked, context.settings)
        fetched = fetch(
            self._source, into, context=context.stages, is_unchanged=context.is_unchanged
        )
        self._file = FetchedFile(into, fetched.size)
        return fetched

    def _wait_for_turn(self) -> None:
        if self._take_turn is not None:
            self._take_turn(lambda: self._context.timer(PhaseStarted(Phase.WAITING)))

    def _import(self, sandbox: Sandbox, fetched: Fetched, decided: AdvanceDecision | None) -> None:
        """Merge the file and commit that with its outcome; or roll back and write the outcome.

        A file that has changed meanwhile was not complete: nothing of it is stored, and nobody is
        asked to decide on it. What was `decided` in advance counts as an approval does.
        """
        context, stages = self._context, self._context.stages
        if decided is not None:
            stages = replace(stages, accepted=decided.accepted)
        with connect() as merging:
            jobs.name_session(merging, context.number)
            merging.commit()  # or a rollback would take the name back
            with translated():
                reading = import_file(sandbox, fetched, context=stages, cursor=merging.cursor())
            context.issues.flush()
            self._keep_rows(reading)
            if context.report.status in ("completed", "held"):
                self._source.check_unchanged()
            self._outcome.commit(merging, self._source.taken, decided=decided)

    def _keep_rows(self, reading: Reading) -> None:
        """Keep the rejected rows; of an import that is stored, also those without a value."""
        context = self._context
        is_stored = context.report.status == "completed" and not context.asked.dry_run
        incomplete = reading.incomplete_rows() if is_stored else frozenset()
        if rows := reading.rejected_rows | incomplete:
            written = reading.written_rows(rows)
            findings.save_rows(context.visible, context.number, written, incomplete=incomplete)
