"""What came of a job, in the words that people see; and which rows of `jobs` that is."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.db.models import Q

from rollbook.records.models import Job


class Outcome(StrEnum):
    """The eight results of a job; each is one word for people, everywhere."""

    WAITING = "waiting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    WITH_WARNINGS = "with_warnings"
    NEEDS_REVIEW = "needs_review"
    FAILED = "failed"
    STOPPED = "stopped"
    NO_NEW_FILE = "no_new_file"

    @property
    def is_over(self) -> bool:
        return self not in (Outcome.WAITING, Outcome.RUNNING)


_HELD = Q(output_data__report__reason="held")
_UNCHANGED = Q(output_data__report__reason="file_unchanged")
_STOPPED = Q(output_data__report__reason__in=("cancelled", "discarded"))
_CLEAN = Q(output_data__report__issues__errors=0, output_data__report__issues__warnings=0)
_COMPLETED = Q(status=Job.Status.COMPLETED) & ~_UNCHANGED

ROWS: Mapping[Outcome, Q] = {
    Outcome.WAITING: Q(status=Job.Status.PENDING, output_data__isnull=True),
    Outcome.RUNNING: Q(status=Job.Status.RUNNING),
    Outcome.SUCCEEDED: _COMPLETED & _CLEAN,
    Outcome.WITH_WARNINGS: _COMPLETED & ~_CLEAN,
    Outcome.NEEDS_REVIEW: Q(status=Job.Status.PENDING) & _HELD,
    Outcome.FAILED: Q(status=Job.Status.FAILED) & ~_STOPPED,
    Outcome.STOPPED: Q(status=Job.Status.FAILED) & _STOPPED,
    Outcome.NO_NEW_FILE: Q(status=Job.Status.COMPLETED) & _UNCHANGED,
}
"""The condition on `jobs` under which a job has this outcome; the tests prove that one holds."""


def outcome_of(report: Mapping[str, Any]) -> Outcome:
    """Return the outcome that the object of the contract tells."""
    match report["status"], report["reason"]:
        case "completed", "file_unchanged":
            return Outcome.NO_NEW_FILE
        case "completed", _:
            issues = report["issues"]
            has_issues = issues["errors"] or issues["warnings"]
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
