"""Undoing an import: what it would do, a reason, and what it left as it was."""

import os
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import RollbookError, UsageError
from rollbook.core.loading.undo import AlreadyUndone
from rollbook.notify.undone import tell_undone
from rollbook.records.operations.feeds import change_feed
from rollbook.records.operations.undo import (
    MOST_LISTED,
    kept_of,
    later_imports,
    preview_undo,
    undo_import,
)
from rollbook.records.outcome import Outcome
from rollbook.records.queries.feeds import feed_by_name, field_headers
from rollbook.web.error_texts import add_to_form
from rollbook.web.filled_again import sent_fields
from rollbook.web.pages.imports.shortcuts import job_or_404
from rollbook.web.reason_form import ReasonForm

WHY: Final = {
    "protected": "It is protected",
    "later_import": "A later import changed it",
    "other_hand": "Someone changed it in the application",
    "referred_to": "Other records refer to the student",
    "may_not_delete": "Rollbook isn't allowed to delete students in this database",
    "may_not_look": "Rollbook isn't allowed to read a table that may refer to the student",
    "ssid_taken": "Another student has this SSID now",
    "column_gone": "Its term was removed",
}
"""Why something stays as it is."""


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def job_undo(request: HttpRequest, number: int) -> HttpResponse:
    """Name the effect in numbers and ask for a reason; then do it. Afterwards: what stayed."""
    found = job_or_404(number)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    with_later = "later" in request.GET
    if found.outcome is Outcome.UNDONE:
        if request.method == "POST":
            add_to_form(form, AlreadyUndone(job=number))
        kept = kept_of(number)
    elif request.method == "POST" and form.is_valid():
        try:
            actor = str(request.user)
            undo_import(
                number,
                actor=actor,
                reason=form.cleaned_data["reason"],
                with_later=with_later,
                tell=tell_undone(actor, os.environ),
            )
        except RollbookError as refused:
            add_to_form(form, refused)
        else:
            return redirect("job", number)
    context: dict[str, Any] = {"job": found, "form": form, "most": MOST_LISTED}
    if found.outcome is Outcome.UNDONE:
        context |= {"numbers": found.report.undone, "kept": _lines(kept)}
    else:
        try:
            preview = preview_undo(number, with_later=with_later)
        except RollbookError as refused:
            if not form.is_bound:
                context["refused"] = refused
        else:
            context |= {
                "form": form if form.is_bound else ReasonForm(sent_fields(request)),
                "numbers": preview.numbers,
                "kept": _lines(preview.kept),
                "is_paused": preview.is_paused,
                "is_of_fixes": preview.is_of_fixes,
                "later": later_imports(number),
                "with_later": with_later,
            }
    request.names_students = bool(context.get("kept"))  # type: ignore[attr-defined]
    return render(request, "imports/undo.html", context)


@require_POST
@for_administrators
def job_resume(request: HttpRequest, number: int) -> HttpResponse:
    """Turn the schedule of an undone import's feed on again."""
    found = job_or_404(number)
    try:
        feed = feed_by_name(found.feed)
        change_feed(
            feed.name,
            settings={"schedule": feed.schedule | {"is_on": True}},
            secret=None,
            environ=os.environ,
            actor=str(request.user),
        )
    except UsageError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"The schedule of {feed.name} is on again.")
    return redirect("job", number)


def _lines(kept: Any) -> list[dict[str, str]]:
    headers = field_headers()
    return [
        {
            "student_id": each.student_id,
            "what": "the student" if each.field is None else headers.get(each.field, each.field),
            "why": WHY[each.why],
        }
        for each in kept
    ]
