"""Notes to an import, and that a failed one is resolved."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import RollbookError
from rollbook.records.operations.job_notes import LONGEST_NOTE, add_note
from rollbook.records.outcome import Outcome
from rollbook.records.queries.job_notes import notes_of
from rollbook.records.queries.jobs import JobView
from rollbook.web.error_texts import error_text
from rollbook.web.pages.imports.shortcuts import job_or_404


class NoteForm(forms.Form):
    """A note; what it must be is judged where it is kept."""

    text = forms.CharField(
        label="Note", widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST_NOTE})
    )


def context_of(job: JobView) -> dict[str, Any]:
    """What `imports/_notes.html` shows."""
    found = notes_of(job.number)
    is_resolved = any(note.resolves for note in found)
    can_resolve = job.outcome is Outcome.FAILED and not is_resolved
    return {
        "notes": found,
        "note_form": NoteForm(),
        "can_resolve": can_resolve,
        "is_resolved": is_resolved,
    }


@require_POST
@for_administrators
def job_note(request: HttpRequest, number: int) -> HttpResponse:
    """Add a note, and go back to the import."""
    job_or_404(number)
    resolves = "resolves" in request.POST
    try:
        text = request.POST.get("text", "")
        add_note(number, text, resolves=resolves, actor=str(request.user), now=timezone.now())
    except RollbookError as refused:
        messages.error(request, error_text(refused))
    else:
        messages.success(request, "Marked as resolved." if resolves else "Note added.")
    return redirect("job", number)
