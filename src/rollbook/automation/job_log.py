"""What the log of a job says while it runs, and at its end. Viewers read it: it holds no value."""

from typing import Final

from rollbook.automation.commit import held_back
from rollbook.core.events import Event, Listener, Logged, Phase, PhaseStarted
from rollbook.core.issues import IssueBatch, IssueSink
from rollbook.core.quantities import counted, size_text
from rollbook.core.reading.encodings import SPOKEN
from rollbook.core.report import Report
from rollbook.records.operations import jobs

SAME_FILE: Final = "The file is the same as last time. Nothing to import."


def both(first: Listener, second: Listener) -> Listener:
    """Return a listener that calls `second`, then `first`."""

    def listen(event: Event) -> None:
        second(event)
        first(event)

    return listen


def also_logged(listener: Listener, visible: jobs.Connection, job: int, report: Report) -> Listener:
    """Return `listener`, with phases and lines written into the job's log as well.

    Where a phase begins, what the one before it has found is in `report`, and is told first.
    """

    def listen(event: Event) -> None:
        with held_back():
            match event:
                case PhaseStarted(phase):
                    if found := found_before(phase, report):
                        jobs.add_event(visible, job, kind="log", message=found)
                    jobs.add_event(visible, job, kind="phase", message=phase.value)
                case Logged(message):
                    jobs.add_event(visible, job, kind="log", message=message)
        listener(event)

    return listen


class WholeWrites:
    """An IssueSink in front of another, which no signal stops in the middle of a write."""

    def __init__(self, sink: IssueSink) -> None:
        self._sink = sink

    def add(self, issues: IssueBatch) -> None:
        with held_back():
            self._sink.add(issues)


def found_before(phase: Phase, report: Report) -> str:
    """Return what is known of the file when a phase begins, "" where nothing new is."""
    file = report.file
    match phase:
        case Phase.PARSING if "size" in file:
            return f"File found: {size_text(file['size'])}."
        case Phase.VALIDATING if file.get("kind"):
            where = f", header in row {file['header_row']:,}" if file.get("header_row") else ""
            encoding = file.get("encoding") or ""
            how = f", {SPOKEN.get(encoding, encoding)}" if encoding else ""
            kind = "Delimited text" if file["kind"] == "delimited" else file["kind"].upper()
            return f"{kind}{how}: {counted(len(report.header), 'column')}{where}."
        case Phase.IMPORTING if "records" in file:
            return f"{counted(file['records'], 'row')} read. Comparing them with the saved data."
    return ""


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
