"""Who decided on a held import, and why: as the audit log has it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

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
    events = AuditEvent.objects.filter(action__in=(APPLIED, DISCARDED), subject=f"job {job.number}")
    last = events.order_by("-id").first()
    if last is None:
        return None
    reason = last.after.get("reason") if isinstance(last.after, dict) else None
    held = last.before.get("held") if isinstance(last.before, dict) else None
    said = str(reason or ""), str(held or "")
    return Decision(last.action == APPLIED, last.at, last.actor, *said)


def _was_held(job: JobView) -> bool:
    """Tell whether it can have been decided on, so that of others the audit is not searched."""
    if job.report.reason == "discarded":
        return True
    row = Job.imports.filter(pk=job.number).first() if job.is_of_stored_file else None
    return row is not None and row.asked.approved is not None
