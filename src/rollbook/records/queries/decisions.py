"""Who decided on a held import, and why: as the audit log has it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from rollbook.records.models import AuditEvent, Job
from rollbook.records.queries.jobs import JobView

APPLIED: Final = "import.approved"
DISCARDED: Final = "import.discarded"


@dataclass(frozen=True, slots=True)
class Decision:
    """The last decision on an import."""

    is_applied: bool
    at: datetime
    by: str
    reason: str
    """'' where an earlier version kept none."""
    held: str
    """Why it was held; '' where an earlier version did not keep it."""


def decision_on(job: JobView) -> Decision | None:
    """Return the last decision on an import; None where nobody decided."""
    if not _was_held(job):
        return None
    last = last_event(job.number, APPLIED, DISCARDED)
    if last is None:
        return None
    reason, held = said_in(last.after, "reason"), said_in(last.before, "held")
    return Decision(last.action == APPLIED, last.at, last.actor, reason, held)


def last_event(number: int, *actions: str) -> AuditEvent | None:
    """Return the last of these events of an import; None where there is none."""
    events = AuditEvent.objects.filter(action__in=actions, subject=f"job {number}")
    return events.order_by("-id").first()


def said_in(part: Any, name: str) -> str:
    """Return what the `before` or `after` of an event says by this name; '' where it does not."""
    return str((part.get(name) if isinstance(part, dict) else None) or "")


def _was_held(job: JobView) -> bool:
    """Tell whether it can have been decided on, so that of others the audit is not searched."""
    if job.report.reason == "discarded":
        return True
    row = Job.imports.filter(pk=job.number).first() if job.is_of_stored_file else None
    return row is not None and row.asked.approved is not None
