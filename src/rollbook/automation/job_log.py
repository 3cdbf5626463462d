"""What the log of a job says while it runs, and at its end. Viewers read it: it holds no value."""

from rollbook.automation.commit import held_back
from rollbook.core.events import Event, Listener, Logged, PhaseStarted
from rollbook.core.issues import IssueBatch, IssueSink
from rollbook.core.quantities import counted
from rollbook.core.report import Report
from rollbook.records.operations import jobs


def both(first: Listener, second: Listener) -> Listener:
    """Return a listener that calls `second`, then `first`."""

    def listen(event: Event) -> None:
        second(event)
        first(event)

    return listen


def also_logged(listener: Listener, visible: jobs.Connection, job: int) -> Listener:
    """Return `listener`, with phases and lines written into the job's log as well."""

    def listen(event: Event) -> None:
        with held_back():
            match event:
                case PhaseStarted(phase):
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


def last_word(report: Report) -> str:
    """Return the log's line about an import that was carried out."""
    counts = report.counts
    return (
        f"{report.status}: {counted(counts.total, 'record')}, {counts.inserted:,} new, "
        f"{counts.updated:,} changed, {counts.unchanged:,} unchanged, {counts.rejected:,} rejected"
    )
