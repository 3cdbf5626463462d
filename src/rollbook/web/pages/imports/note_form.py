"""The notes to an import as its page shows them, and the form of another one."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse

from rollbook.records.operations.job_notes import LONGEST_NOTE
from rollbook.records.outcome import Outcome
from rollbook.records.queries.job_notes import is_resolved, notes_of
from rollbook.records.queries.jobs import JobView
from rollbook.web.filled_again import sent_fields


class NoteForm(forms.Form):
    """A note; what it must be is judged where it is kept."""

    text = forms.CharField(
        required=False,
        label="Note",
        # Without "maxlength", which browsers count in halves of characters: nothing is cut off.
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=f"Up to {LONGEST_NOTE:,} characters.",
    )
    resolves = forms.BooleanField(required=False)
    reopens = forms.BooleanField(required=False)


def context_of(request: HttpRequest, job: JobView, form: NoteForm | None) -> dict[str, Any]:
    """What `imports/_notes.html` shows; `form` where a note was refused."""
    resolved = is_resolved(job.number)
    given = form or NoteForm(sent_fields(request, sent_to=reverse("job_note", args=[job.number])))
    return {
        "notes": notes_of(job.number),
        "note_form": given,
        "can_resolve": job.outcome is Outcome.FAILED and not resolved,
        "is_resolved": resolved,
    }
