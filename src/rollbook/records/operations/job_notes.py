"""Notes to imports: what people tell each other, and that a failed import is resolved."""

import unicodedata
from datetime import datetime
from typing import Final

from django.db import transaction

from rollbook.core.errors import UsageError
from rollbook.records.database import translated
from rollbook.records.models import Job, JobNote
from rollbook.records.operations import audit
from rollbook.records.outcome import Outcome
from rollbook.records.queries.job_notes import is_resolved
from rollbook.records.queries.jobs import job_by_number

LONGEST_NOTE: Final = 1_000
"""Characters."""

MOST_NOTES: Final = 100
"""To one import, of those that only tell something: it can always be resolved."""

_REFUSED: Final = ("Cc", "Cs")
"""Categories of Unicode: control characters, and halves of a character, which are no text."""


class NothingToResolve(UsageError):
    """Import {job} didn't fail, or is already resolved.

    Nothing was changed.

    Only a failed import can be resolved. If it is held, decide on its page."""

    reason = "nothing_to_resolve"


class NotResolved(UsageError):
    """Import {job} isn't marked as resolved.

    Nothing was changed.

    Another person may have taken it back, or its next attempt has ended: look at its page."""

    reason = "not_resolved"


@translated()
@transaction.atomic
def add_note(
    number: int,
    text: str,
    *,
    resolves: bool = False,
    reopens: bool = False,
    actor: str,
    now: datetime,
) -> None:
    """Add a note to an import; with `resolves` it leaves the dashboard, the text says why, and
    with `reopens` it is there again.

    The audit log has who and when, not the text. Raises UsageError.
    """
    kept = note_text(text)
    # Locked, so that of two people one resolves it, and no attempt ends meanwhile.
    Job.objects.select_for_update().filter(pk=number).first()
    job = job_by_number(number)
    if resolves and (reopens or job.outcome is not Outcome.FAILED or is_resolved(number)):
        raise NothingToResolve(job=number)
    if reopens and not is_resolved(number):
        raise NotResolved(job=number)
    _check_count(number, is_mark=resolves or reopens)
    JobNote.objects.create(
        job_id=number,
        # Never before the end that it speaks of: the clocks of two machines differ.
        made_at=max(now, job.ended_at) if job.ended_at else now,
        author=actor,
        text=kept,
        resolves=resolves,
        reopens=reopens,
    )
    action = "import.noted"
    if resolves or reopens:
        action = "import.resolved" if resolves else "import.reopened"
    audit.record(actor, action, subject=f"job {number}")


def note_text(text: str) -> str:
    """Return a note as it is kept, with the ends of its lines as one character. Raises UsageError
    where it is none."""
    found = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    advice = f"Write up to {LONGEST_NOTE:,} characters."
    if not found:
        raise UsageError(what="Write something in the note.", advice=advice, field="text")
    if len(found) > LONGEST_NOTE:
        what = f"The note has {len(found):,} characters."
        raise UsageError(what=what, advice=advice, field="text")
    if any(unicodedata.category(each) in _REFUSED and each not in "\n\t" for each in found):
        raise UsageError(
            what="The note has control characters, which can't be kept.",
            advice="They come from text copied out of a terminal. Type it instead.",
            field="text",
        )
    return found


def _check_count(number: int, *, is_mark: bool) -> None:
    notes = JobNote.objects.filter(job_id=number, resolves=False, reopens=False)
    if not is_mark and notes.count() >= MOST_NOTES:
        raise UsageError(
            what=f"Import {number} has {MOST_NOTES} notes.",
            advice="No more can be added; it can still be resolved.",
        )
