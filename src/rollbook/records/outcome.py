"""What came of a job, in the words that people see."""

from enum import StrEnum
from typing import Final

from rollbook.core.report import Report


class Outcome(StrEnum):
    """The nine results of a job; each is one word for people, everywhere."""

    WAITING = "waiting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    WITH_WARNINGS = "with_warnings"
    NEEDS_REVIEW = "needs_review"
    FAILED = "failed"
    STOPPED = "stopped"
    NO_NEW_FILE = "no_new_file"
    UNDONE = "undone"

    @property
    def is_over(self) -> bool:
        return self not in (Outcome.WAITING, Outcome.RUNNING)


GOOD: Final = frozenset({Outcome.SUCCEEDED, Outcome.WITH_WARNINGS, Outcome.NO_NEW_FILE})
"""After which a feed's data is as current as its server has it."""

ENDED: Final = GOOD | {Outcome.FAILED, Outcome.NEEDS_REVIEW}
"""What a run of a feed can come to unless a person stops it."""


def outcome_of(report: Report) -> Outcome:
    """Return the outcome that the report tells."""
    match report.status, report.reason:
        case "completed", _ if report.undone is not None:
            return Outcome.UNDONE
        case "completed", "file_unchanged":
            return Outcome.NO_NEW_FILE
        case "completed", _:
            has_issues = report.errors or report.warnings
            return Outcome.WITH_WARNINGS if has_issues else Outcome.SUCCEEDED
        case "failed", "cancelled" | "discarded":
            return Outcome.STOPPED
        case "failed", _:
            return Outcome.FAILED
        case _, "held":
            return Outcome.NEEDS_REVIEW
        case "pending", _:
            return Outcome.WAITING
    return Outcome.RUNNING
