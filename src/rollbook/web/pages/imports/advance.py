"""Deciding in advance for exactly the file that a rehearsal would hold, and taking that back."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import RollbookError
from rollbook.core.quantities import moment_words
from rollbook.records.district import district_zone
from rollbook.records.operations.advance_decisions import decide_in_advance, take_back
from rollbook.records.operations.jobs import ImportRunning
from rollbook.records.operations.rehearsals import rehearse_again
from rollbook.records.queries.advance_decisions import (
    advance_of,
    decision_on_file,
    decision_used_by,
    passed_over_by,
)
from rollbook.records.queries.jobs import JobView
from rollbook.web.error_texts import add_to_form, error_text
from rollbook.web.filled_again import sent_fields
from rollbook.web.pages.imports.limit_lines import limit_lines
from rollbook.web.pages.imports.shortcuts import job_or_404
from rollbook.web.reason_form import ReasonForm

WAYS = {"apply": "Import anyway, in advance", "discard": "Discard in advance"}


def context_of(job: JobView) -> dict[str, Any]:
    """What an import's page says of decisions in advance, with the job itself."""
    advance, used, over = advance_of(job), decision_used_by(job), passed_over_by(job)
    return {
        "job": job if advance is None else replace(job, in_advance=advance.state),
        "advance": advance,
        "decided": used,
        "passed_over": None if over is None else {"decision": over[0], "why": over[1]},
        "on_file": decision_on_file(job),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def job_decide_in_advance(request: HttpRequest, number: int, way: str) -> HttpResponse:
    """Name the effect in numbers and ask for a reason; then note it for the run."""
    found = job_or_404(number)
    if way not in WAYS:
        raise Http404
    advance = advance_of(found)
    is_open = advance is not None and advance.can_be_decided
    if advance is None or not (is_open or request.method == "POST"):
        return redirect("job", number)
    form = ReasonForm(sent_fields(request))
    if request.method == "POST" and form.is_valid():
        reason, actor = form.cleaned_data["reason"], str(request.user)
        try:
            decide_in_advance(number, verdict=way, actor=actor, reason=reason)
        except RollbookError as refused:
            add_to_form(form, refused)
        else:
            zone = district_zone()
            run, now = advance.run.astimezone(zone), timezone.now().astimezone(zone)
            does = "imports" if way == "apply" else "discards"
            messages.success(
                request,
                "Decided. If the file and the settings stay as they are, the run at "
                f"{moment_words(run, now)} {does} it.",
            )
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


@require_POST
@for_administrators
def job_rehearse_again(request: HttpRequest, number: int) -> HttpResponse:
    """Check the file of the run once more, under the settings of now, to decide on that."""
    job = job_or_404(number)
    try:
        return redirect("job", rehearse_again(number, actor=str(request.user)))
    except ImportRunning as error:
        running = {"number": error.details["job"], "feed": job.feed}
        return render(request, "imports/already_running.html", running)
    except RollbookError as refused:
        messages.error(request, error_text(refused))
    return redirect("job", number)
