"""Notes to imports, and which failed imports are resolved."""

from collections.abc import Collection, Sequence
from datetime import UTC
from typing import Any

from django.db.models import Exists, OuterRef, Subquery

from rollbook.records.models import ImportIndex, JobNote


def notes_of(number: int) -> Sequence[JobNote]:
    """Return the notes to an import, the first one first."""
    return list(JobNote.objects.filter(job_id=number).order_by("pk"))


def is_resolved(number: int) -> bool:
    """Tell whether a person has said that the failed import is resolved."""
    return bool(resolved_of([number]))


def resolved_of(numbers: Collection[int]) -> frozenset[int]:
    """Return which of these imports are resolved, in one statement.

    A note counts for the end that it was written after, as `standings.sql` has it too: another
    attempt of the same import that fails is another failure.
    """
    ended_at = ImportIndex.objects.filter(pk=OuterRef("job_id")).values("ended_at")
    taken_back = JobNote.objects.filter(
        job_id=OuterRef("job_id"), reopens=True, pk__gt=OuterRef("pk")
    )
    marks = JobNote.objects.filter(job_id__in=numbers, resolves=True)
    found = marks.filter(~Exists(taken_back), made_at__gte=Subquery(ended_at))
    return frozenset(found.values_list("job_id", flat=True))


def has_notes(number: int) -> bool:
    """Tell whether anything is written to an import."""
    return JobNote.objects.filter(job_id=number).exists()


def note_object(note: JobNote) -> dict[str, Any]:
    """Return a note as programs read it."""
    return {
        "at": note.made_at.astimezone(UTC).isoformat(timespec="seconds"),
        "author": note.author,
        "text": note.text,
        "resolves": note.resolves,
        "reopens": note.reopens,
    }
