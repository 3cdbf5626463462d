"""What to do with an import that is held: apply it, once or from now on, or discard it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import RollbookError
from rollbook.records.operations.checked_files import import_checked
from rollbook.records.operations.decisions import (
    approve_import,
    discard_import,
    expected_changes,
)
from rollbook.records.outcome import Outcome
from rollbook.records.queries.changes import effect_of
from rollbook.records.queries.jobs import JobView
from rollbook.web.error_texts import add_to_form, error_text
from rollbook.web.filled_again import sent_fields
from rollbook.web.pages.feeds.version_words import change_lines
from rollbook.web.pages.imports.limit_lines import limit_lines
from rollbook.web.pages.imports.shortcuts import job_or_404
from rollbook.web.reason_form import ReasonForm

DECISIONS = {
    "apply": "Import anyway",
    "expect": "Import and raise limits",
    "discard": "Discard",
}


@require_POST
@for_administrators
def job_import(request: HttpRequest, number: int) -> HttpResponse:
    """Import the file of a dry run, unless it or the settings are no longer the same."""
    job_or_404(number)
    try:
        return redirect("job", import_checked(number, actor=str(request.user)))
    except RollbookError as refused:
        messages.error(request, error_text(refused))
    return redirect("job", number)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def job_decide(request: HttpRequest, number: int, way: str) -> HttpResponse:
    """Name the effect in numbers and ask for a reason; then do it."""
    found = job_or_404(number)
    if way not in DECISIONS:
        raise Http404
    if found.outcome is not Outcome.NEEDS_REVIEW:
        return redirect("job", number)
    expected = expected_lines(found) if way == "expect" else []
    if way == "expect" and not expected and request.method != "POST":
        raise Http404
    form = ReasonForm(sent_fields(request))
    if request.method == "POST" and form.is_valid():
        reason, actor = form.cleaned_data["reason"], str(request.user)
        try:
            if way == "discard":
                discard_import(number, actor=actor, reason=reason)
            else:
                wanted = way == "expect" and _wanted(request)
                approve_import(number, actor=actor, reason=reason, is_queued=True, expects=wanted)
        except RollbookError as refused:
            add_to_form(form, refused)
        else:
            return redirect("job", number)
    context = {
        "job": found,
        "way": way,
        "words": DECISIONS[way],
        "form": form,
        "limits": limit_lines(found.report),
        "expected": expected,
        "effect": effect_of(found),
    }
    return render(request, "imports/decide.html", context)


def expected_lines(job: JobView) -> list[tuple[str, Any]]:
    """Return the settings that a held import would change if it is expected from now on: what the
    form sends of each, and its line."""
    expected = expected_changes(job)
    return [
        (f"{change.setting}={change.after}", line)
        for change, line in zip(expected, change_lines(expected), strict=True)
    ]


def _wanted(request: HttpRequest) -> dict[str, str]:
    """Return the settings that were chosen, with the values that the page showed."""
    chosen = (each.partition("=") for each in request.POST.getlist("expected"))
    return {setting: value for setting, _, value in chosen}
