"""Notes to imports, and which failed imports are resolved."""

from collections.abc import Collection, Sequence
from datetime import UTC
from typing import Any

from rollbook.records.models import JobNote


def notes_of(number: int) -> Sequence[JobNote]:
    """Return the notes to an import, the first one first."""
    return list(JobNote.objects.filter(job_id=number).order_by("pk"))


def is_resolved(number: int) -> bool:
    """Tell whether a person has said that the failed import is resolved."""
    return bool(resolved_of([number]))


def resolved_of(numbers: Collection[int]) -> frozenset[int]:
    """Return which of these imports are resolved, in one statement."""
    found = JobNote.objects.filter(job_id__in=numbers, resolves=True)
    return frozenset(found.values_list("job_id", flat=True))


def note_object(note: JobNote) -> dict[str, Any]:
    """Return a note as programs read it."""
    return {
        "at": note.made_at.astimezone(UTC).isoformat(timespec="seconds"),
        "author": note.author,
        "text": note.text,
        "resolves": note.resolves,
    }
