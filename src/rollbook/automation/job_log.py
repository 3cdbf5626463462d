"""What the log of a job says while it runs, and at its end. Viewers read it: it holds no value."""

from datetime import UTC, datetime
from typing import Final

from rollbook.automation.commit import held_back
from rollbook.core.events import Event, Listener, Logged, Phase, PhaseStarted, RowsCounted
from rollbook.core.issues import Findings, IssueBatch, IssueSink
from rollbook.core.quantities import clock_text, counted, size_text
from rollbook.core.reading.encodings import SPOKEN
from rollbook.core.report import Report
from rollbook.records.district import district_zone
from rollbook.records.operations import jobs

SAME_FILE: Final = "The file is the same as last time. Nothing to import."


def both(first: Listener, second: Listener) -> Listener:
    """Return a listener that calls `second`, then `first`."""

    def listen(event: Event) -> None:
        second(event)
        first(event)

    return listen


class AlsoLogged:
    """A listener in front of another that writes phases and lines into the job's log as well.

    Where a phase begins, what the one before it has found and decided is in `report` and in the
    notes of `findings`, and is told first.
    """

    def __init__(
        self,
        listener: Listener,
        visible: jobs.Connection,
        job: int,
        *,
        report: Report,
        findings: Findings,
    ) -> None:
        self._listener, self._visible, self._job = listener, visible, job
        self._report, self._findings = report, findings
        self._rows: RowsCounted | None = None
        self._notes_told = 0

    def __call__(self, event: Event) -> None:
        match event:
            case PhaseStarted(phase):
                found = found_before(phase, self._report, self._rows)
                lines = [*filter(None, [found]), *self._findings.notes[self._notes_told :]]
                self._notes_told = len(self._findings.notes)
                with held_back():
                    for line in lines:
                        self._add("log", line)
                    self._add("phase", phase.value)
            case Logged(message):
                with held_back():
                    self._add("log", message)
            case RowsCounted():
                self._rows = event
        self._listener(event)

    def _add(self, kind: str, message: str) -> None:
        jobs.add_event(self._visible, self._job, kind=kind, message=message)


class WholeWrites:
    """An IssueSink in front of another, which no signal stops in the middle of a write."""

    def __init__(self, sink: IssueSink) -> None:
        self._sink = sink

    def add(self, issues: IssueBatch) -> None:
        with held_back():
            self._sink.add(issues)


def found_before(phase: Phase, report: Report, rows: RowsCounted | None = None) -> str:
    """Return what is known of the file when a phase begins, "" where nothing new is."""
    file = report.file
    match phase:
        case Phase.PARSING if "size" in file:
            return f"File found: {size_text(file['size'])}{_last_saved(report)}."
        case Phase.VALIDATING if file.get("kind"):
            where = f", header in row {file['header_row']:,}" if file.get("header_row") else ""
            encoding = file.get("encoding") or ""
            how = f", {SPOKEN.get(encoding, encoding)}" if encoding else ""
            kind = "Delimited text" if file["kind"] == "delimited" else file["kind"].upper()
            return f"{kind}{how}: {counted(len(report.header), 'column')}{where}."
        case Phase.IMPORTING if rows is not None and rows.read:
            # Not the number of the last row, which counts the header and lines without a record.
            read = (
                f"{counted(rows.read + rows.left_out, 'row')} read: "
                f"{rows.good:,} without a problem, {rows.with_warnings:,} imported with problems, "
                f"{rows.rejected:,} rejected"
            )
            if rows.left_out:
                read += f", {rows.left_out:,} left out"
            return f"{read}. Comparing them with the saved data."
    return ""


def _last_saved(report: Report) -> str:
    """Say from when a server's file is, by its clock, in the district's time."""
    modified = report.served.modified if report.served else None
    if not modified:
        return ""
    at = datetime.fromtimestamp(modified, UTC).astimezone(district_zone())
    return f", saved on the server {at:%b} {at.day} at {clock_text(at)} {at:%Z}"


def last_word(report: Report) -> str:
    """Return the log's line about an import that was carried out: what was decided, and why."""
    counts = report.counts
    found = (
        f"{counted(counts.total, 'record')}: {counts.inserted:,} new, {counts.updated:,} updated, "
        f"{counts.unchanged:,} unchanged, {counts.rejected:,} rejected."
    )
    if report.status == "held":
        why = report.message.what if report.message else ""
        return " ".join(["Held for review, nothing saved.", *filter(None, [why]), found])
    return f"{'Saved' if report.stored else 'Checked, nothing saved'}. {found}"
