"""The words, tone and icon of each result: the one place for all pages and downloads."""

from typing import Final

from rollbook.core.report import Report
from rollbook.records.outcome import Outcome
from rollbook.records.queries.advance_decisions import State
from rollbook.records.queries.jobs import JobView

BADGES: Final[dict[Outcome, tuple[str, str, str]]] = {
    Outcome.WAITING: ("Waiting", "info", "clock"),
    Outcome.RUNNING: ("Running", "info", "arrow-path"),
    Outcome.SUCCEEDED: ("Succeeded", "ok", "check-circle"),
    Outcome.WITH_WARNINGS: ("With warnings", "warn", "exclamation-triangle"),
    Outcome.NEEDS_REVIEW: ("Needs your review", "warn", "hand-raised"),
    Outcome.FAILED: ("Failed", "bad", "x-circle"),
    Outcome.STOPPED: ("Stopped", "", "stop-circle"),
    Outcome.NO_NEW_FILE: ("No new file", "", "minus-circle"),
    Outcome.UNDONE: ("Undone", "", "arrow-uturn-left"),
}
"""Words, tone and icon of each result."""

DISCARDED: Final = ("Discarded", "", "archive-box-x-mark")
"""The same of an import that was held and not wanted: no one stopped it."""

IN_ADVANCE: Final[dict[str, tuple[str, str, str]]] = {
    "": ("Would be held", "warn", "hand-raised"),
    State.OPEN: ("Would be held", "warn", "hand-raised"),
    State.DECIDED: ("Decided in advance", "info", "clock"),
    State.USED: ("Over", "", "minus-circle"),
    State.EXPIRED: ("Over", "", "minus-circle"),
}
"""The same of a rehearsal that would hold its file, by what can be done about it."""


def kind_words(job: JobView) -> str:
    """Return what a job is: one that only checks a file is no import."""
    if job.rehearses is not None:
        return "Rehearsal"
    return "Check" if job.report.dry_run else "Import"


def result_words(job: JobView) -> str:
    """Return the result of a job in words alone."""
    if job.would_be_held:
        return IN_ADVANCE[job.in_advance][0]
    return badge_of(job.outcome, job.report)[0]


def badge_of(outcome: Outcome, report: Report | None) -> tuple[str, str, str]:
    """Return words, tone and icon of a result; what was held and given up is no stopped run."""
    if outcome is Outcome.STOPPED and report is not None and report.reason == "discarded":
        return DISCARDED
    return BADGES[outcome]
