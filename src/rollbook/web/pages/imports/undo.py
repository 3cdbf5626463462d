"""Undoing an import: what it would do, a reason, and what it left as it was."""

import os
from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import RollbookError, UsageError
from rollbook.core.loading.undo import AlreadyUndone
from rollbook.core.report import undone_at
from rollbook.notify.undone import tell_undone
from rollbook.records.operations.feeds import change_feed
from rollbook.records.operations.undo import (
    MOST_LISTED,
    fields_of,
    kept_of,
    later_imports,
    preview_undo,
    undo_import,
)
from rollbook.records.outcome import Outcome
from rollbook.records.queries.feeds import feed_by_name, field_headers
from rollbook.records.queries.jobs import JobView
from rollbook.records.queries.undone import why_undone
from rollbook.web.error_texts import add_to_form
from rollbook.web.filled_again import sent_fields
from rollbook.web.pages.imports.shortcuts import job_or_404
from rollbook.web.pages.imports.undo_tiles import undo_tiles
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
    if found.outcome is Outcome.UNDONE:
        if request.method == "POST":
            add_to_form(form, AlreadyUndone(job=number))
        context = _done(found)
    elif request.method == "POST" and form.is_valid() and _is_carried_out(request, number, form):
        return redirect("job", number)
    else:
        context = _preview(request, number, form)
    request.names_students = bool(context.get("kept"))  # type: ignore[attr-defined]
    shown = {"job": found, "form": form, "most": MOST_LISTED} | context
    return render(request, "imports/undo.html", shown)


def _is_carried_out(request: HttpRequest, number: int, form: ReasonForm) -> bool:
    """Undo the import; tell whether that was done. Why it was not, the form says."""
    actor = str(request.user)
    try:
        undo_import(
            number,
            actor=actor,
            reason=form.cleaned_data["reason"],
            with_later="later" in request.GET,
            tell=tell_undone(actor, os.environ),
        )
    except RollbookError as refused:
        add_to_form(form, refused)
        return False
    return True


def _preview(request: HttpRequest, number: int, form: ReasonForm) -> dict[str, Any]:
    """What the undo would do; or why it can do nothing, unless the form says it already."""
    with_later = "later" in request.GET
    try:
        preview = preview_undo(number, with_later=with_later)
    except RollbookError as refused:
        return {} if form.is_bound else {"refused": refused}
    return {
        "form": form if form.is_bound else ReasonForm(sent_fields(request)),
        "tiles": undo_tiles(preview.as_object(), is_done=False),
        "fields": _named(preview.fields),
        "kept": _lines(preview.kept),
        "is_paused": preview.is_paused,
        "is_of_fixes": preview.is_of_fixes,
        "later": later_imports(number),
        "with_later": with_later,
    }


def _done(job: JobView) -> dict[str, Any]:
    """What an undo changed, who did it and why."""
    return {
        "tiles": undo_tiles(job.report.undone or {}, is_done=True),
        "fields": _named(fields_of(job.number)),
        "kept": _lines(kept_of(job.number)),
        "undone_at": undone_at(job.report),
        "why_undone": why_undone(job.number),
    }


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


def _named(fields: Sequence[tuple[str, int]]) -> list[tuple[str, str, int]]:
    """Return each field's name, its header and of how many students its value goes back."""
    headers = field_headers()
    return [(name, headers.get(name, name), count) for name, count in fields]


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
