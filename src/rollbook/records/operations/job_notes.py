"""Notes to imports: what people tell each other, and that a failed import is resolved."""

from datetime import datetime
from typing import Final

from django.db import transaction

from rollbook.core.errors import UsageError
from rollbook.records.database import translated
from rollbook.records.models import JobNote
from rollbook.records.operations import audit
from rollbook.records.outcome import Outcome
from rollbook.records.queries.job_notes import is_resolved
from rollbook.records.queries.jobs import job_by_number

LONGEST_NOTE: Final = 1_000
"""Characters."""

MOST_NOTES: Final = 100
"""To one import."""


class NothingToResolve(UsageError):
    """Import {job} didn't fail, or is already resolved.

    Nothing was changed.

    Only a failed import can be resolved. If it is held, decide on its page."""

    reason = "nothing_to_resolve"


@translated()
@transaction.atomic
def add_note(number: int, text: str, *, resolves: bool, actor: str, now: datetime) -> None:
    """Add a note to an import; with `resolves` it leaves the dashboard, the text says why.

    The audit log has who and when, not the text. Raises UsageError.
    """
    check_note(text)
    job = job_by_number(number)
    if resolves and (job.outcome is not Outcome.FAILED or is_resolved(number)):
        raise NothingToResolve(job=number)
    if JobNote.objects.filter(job_id=number).count() >= MOST_NOTES:
        raise UsageError(
            what=f"Import {number} has {MOST_NOTES} notes.", advice="No more can be added."
        )
    JobNote.objects.create(
        job_id=number, made_at=now, author=actor, text=text.strip(), resolves=resolves
    )
    action = "import.resolved" if resolves else "import.noted"
    audit.record(actor, action, subject=f"job {number}")


def check_note(text: str) -> None:
    """Raise UsageError where this is no note. It may have several lines."""
    is_text = all(each.isprintable() or each in "\r\n\t" for each in text)
    if not text.strip() or len(text) > LONGEST_NOTE or not is_text:
        raise UsageError(
            what="A note needs a text.",
            advice=f"Write up to {LONGEST_NOTE:,} characters.",
            field="text",
        )
