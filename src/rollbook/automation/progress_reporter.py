"""A running job reports its progress and heartbeat, and reads the wish to stop."""

import json
import logging
import os
import signal
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Any

import psycopg

from rollbook.core.errors import RollbookError, kind_and_place
from rollbook.core.events import Event, PhaseStarted, Progress, RowsCounted, StudentsCounted
from rollbook.core.issues import Findings
from rollbook.core.report import Report
from rollbook.records.database import connect
from rollbook.records.found_so_far import FoundSoFar, most_telling
from rollbook.records.operations.jobs import name_session

_LOG = logging.getLogger("rollbook.jobs")

LOST = 45.0
"""Seconds without a heartbeat after which the run ends itself, before others take it for gone and
import the same feed beside it."""
LARGEST = (1 << 63) - 1
"""The largest number that the table holds."""
BEAT = 0.5
"""Seconds between two looks; a wish to stop is heard within them."""


class Heartbeat:
    """Writes the progress of one job from a thread with a connection of its own.

    So others see it at once, even while the import's own connection is in one long statement. When
    a person wishes to stop the job, the main thread is interrupted as by Ctrl-C.
    """

    def __init__(self, job: int, report: Report, findings: Findings) -> None:
        self.was_cancelled = False
        self.was_skipped = False
        """Whether a person does not wish to wait until the file is complete."""
        self._job = job
        self._report = report
        self._findings = findings
        self._phase, self._done, self._total = "", 0, None  # type: tuple[str, int, int | None]
        self._furthest = 0.0
        self._rows: RowsCounted | None = None
        self._students: StudentsCounted | None = None
        self._written_at = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> "Heartbeat":
        # A shell starts what runs in its background deaf to Ctrl-C, and so to our own wish to stop.
        is_deaf = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        if is_deaf and threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, signal.default_int_handler)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join(timeout=5)

    def listen(self, event: Event) -> None:
        """Remember what the run tells; the thread writes it down."""
        match event:
            case PhaseStarted(phase):
                self._phase, self._done, self._total = phase.value, 0, None
                self._furthest = 0.0
            case Progress(_, done, total):
                self._done = min(done, LARGEST)
                self._total = None if total is None else min(total, LARGEST)
                if total:  # a step may begin once more, such as the wait for a newer file
                    self._furthest = max(self._furthest, min(1.0, done / total))
            case RowsCounted():
                self._rows = event
            case StudentsCounted():
                self._students = event

    def _beat(self) -> None:
        while not self._over.is_set():
            # Where the database is gone, the import's own connection says so; where only this
            # connection is, a new one keeps the import from being taken for frozen.
            with suppress(RollbookError), connect(autocommit=True) as connection:
                name_session(connection, self._job)
                self._beat_on(connection)
            if time.monotonic() - self._written_at > LOST and not self._over.is_set():
                _end_this_process()
                return
            self._over.wait(BEAT)

    def _beat_on(self, connection: psycopg.Connection[Any]) -> None:
        while not self._over.is_set():
            if self._write(connection) and not self.was_cancelled:
                self.was_cancelled = True
                os.kill(os.getpid(), signal.SIGINT)
            self._over.wait(BEAT)

    def _write(self, connection: psycopg.Connection[Any]) -> bool:
        """Write how far the run is; learn what persons wish; return whether it is to stop."""
        # A copy, because the run's own thread goes on writing.
        measured = dict(self._report.seconds)
        seconds = {phase: round(spent, 2) for phase, spent in measured.items() if phase != "total"}
        row = connection.execute(
            "insert into rollbook.job_progress as p (job_id, phase, done, total, seconds, found,"
            " heartbeat_at) values (%s, %s, %s, %s, %s, %s, now())"
            " on conflict (job_id) do update set phase = excluded.phase, done = excluded.done,"
            " total = excluded.total, seconds = excluded.seconds, found = excluded.found,"
            " heartbeat_at = now()"
            " returning p.cancel_requested_at is not null, p.wait_skipped_at is not null",
            [
                self._job,
                self._phase,
                self._done,
                self._total,
                *map(json.dumps, (seconds, self._shown())),
            ],
        ).fetchone()
        self._written_at = time.monotonic()
        self.was_skipped = bool(row and row[1])
        return bool(row and row[0])

    def _shown(self) -> dict[str, Any]:
        """Return what is shown meanwhile, {} where that fails: the heartbeat must go on."""
        try:
            return self.found()
        except Exception as error:  # noqa: BLE001 - a lost heartbeat ends the import
            place = kind_and_place(type(error), error.__traceback__)
            _LOG.warning("what job %s has found so far can't be shown: %s", self._job, place)
            return {}

    def found(self) -> dict[str, Any]:
        """Return what was found so far as an object of JSON; a copy, for the run goes on."""
        findings = self._findings
        found = FoundSoFar(
            self._rows,
            self._students,
            findings.errors + findings.warnings,
            most_telling(findings.groups.in_order()),
            self._furthest,
        )
        return found.as_object()


def _end_this_process() -> None:
    """As the worker would: the run says that it was interrupted, where it still can."""
    is_heard = signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
    os.kill(os.getpid(), signal.SIGTERM if is_heard else signal.SIGINT)
