"""Deciding in advance for exactly the file that a rehearsal would hold, and taking that back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import RollbookError
from rollbook.records.operations.advance_decisions import decide_in_advance, take_back
from rollbook.records.queries.advance_decisions import State, advance_of
from rollbook.web.error_texts import add_to_form, error_text
from rollbook.web.filled_again import sent_fields
from rollbook.web.pages.imports.limit_lines import limit_lines
from rollbook.web.pages.imports.shortcuts import job_or_404
from rollbook.web.reason_form import ReasonForm

WAYS = {"apply": "Apply in advance", "discard": "Discard in advance"}


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def job_decide_in_advance(request: HttpRequest, number: int, way: str) -> HttpResponse:
    """Name the effect in numbers and ask for a reason; then note it for the run."""
    found = job_or_404(number)
    if way not in WAYS:
        raise Http404
    advance = advance_of(found)
    if advance is None or (advance.state is not State.OPEN and request.method != "POST"):
        return redirect("job", number)
    form = ReasonForm(sent_fields(request))
    if request.method == "POST" and form.is_valid():
        reason, actor = form.cleaned_data["reason"], str(request.user)
        try:
            decide_in_advance(number, verdict=way, actor=actor, reason=reason)
        except RollbookError as refused:
            add_to_form(form, refused)
        else:
            messages.success(request, "Decided. The run carries it out.")
            return redirect("job", number)
    context = {
        "job": found,
        "way": way,
        "words": WAYS[way],
        "form": form,
        "advance": advance,
        "limits": limit_lines(found.report),
    }
    return render(request, "imports/decide_in_advance.html", context)


@require_POST
@for_administrators
def job_take_back(request: HttpRequest, number: int) -> HttpResponse:
    """Take the decision on a rehearsal back."""
    job_or_404(number)
    try:
        take_back(number, actor=str(request.user))
    except RollbookError as refused:
        messages.error(request, error_text(refused))
    else:
        messages.success(request, "Taken back.")
    return redirect("job", number)
