"""Adding a note to an import, and saying that a failed one is resolved, or is not."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import RollbookError
from rollbook.records.operations.job_notes import add_note
from rollbook.web.error_texts import add_to_form, error_text
from rollbook.web.pages.imports.note_form import NoteForm
from rollbook.web.pages.imports.shortcuts import job_or_404
from rollbook.web.pages.imports.views import job_page


@require_POST
@for_administrators
def job_note(request: HttpRequest, number: int) -> HttpResponse:
    """Add a note, and go back to the import; one that is refused stays in its form."""
    found = job_or_404(number)
    form = NoteForm(request.POST)
    form.full_clean()
    given, who = form.cleaned_data, str(request.user)
    marks = {each: bool(given.get(each)) for each in ("resolves", "reopens")}
    try:
        add_note(number, request.POST.get("text", ""), actor=who, now=timezone.now(), **marks)
    except RollbookError as refused:
        if not found.outcome.is_over:  # its page is that of a running import
            messages.error(request, error_text(refused))
            return redirect("job", number)
        add_to_form(form, refused)
        return job_page(request, found, note_form=form)
    said = "Marked as resolved." if marks["resolves"] else "Note added."
    messages.success(request, "Marked as not resolved." if marks["reopens"] else said)
    return redirect("job", number)
