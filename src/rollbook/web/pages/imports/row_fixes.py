"""Fixing one rejected row of an import: its cells, a check at once, and the import of it alone."""

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import RollbookError, UsageError
from rollbook.core.file_set import place_of
from rollbook.core.function_call import FunctionNotCalled
from rollbook.records.operations.row_fixes import (
    RowFixedMeanwhile,
    RowsOvertaken,
    discard_fix,
    import_fixes,
    open_fix,
    save_fix,
)
from rollbook.records.queries.jobs import JobView
from rollbook.records.queries.row_checks import (
    RowChecksBusy,
    checked_row,
    saved_rows_still_wrong,
)
from rollbook.records.queries.row_fixes import Fix, newer_import, next_row
from rollbook.web.error_texts import error_text
from rollbook.web.filled_again import sent_fields
from rollbook.web.pages.imports import row_form
from rollbook.web.pages.imports.shortcuts import feed_in_use, job_or_404

NOT_CONFIRMED: Final = (
    "Check the box to import over newer data, or fix the row of the newer import."
)
BUSY: Final = "Other rows are being checked. Press Check again."
STILL_REJECTED: Final = "This row still can't be imported. See Check and import below."
STILL_WRONG: Final = (
    "Some values still have a problem. Fix them, or check the box below to leave them out."
)
OTHERS_SAVED: Final = (
    "The fixed rows have changed since you opened this page. Check the list, then import again."
)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def job_row_fix(request: HttpRequest, number: int, row: int) -> HttpResponse:
    """One rejected row as a form. What is sent is checked, saved, or saved and imported.

    What was typed comes in the body of a request alone, and is shown again where it is refused.
    """
    job = job_or_404(number)
    try:
        open_fix(job, row)
    except UsageError as error:
        if _is_part(request):
            return render(request, "imports/_row_checked.html", {"problem": error_text(error)})
        messages.info(request, error_text(error))
        return redirect("job_rows", number)
    sent = sent_fields(request)
    form = row_form.row_form(job, row, typed=row_form.typed_in(sent))
    if request.method != "POST":
        return _page(request, job, form)
    if "check" in request.POST or _is_part(request):
        return _checked(request, job, form)
    if "discard" in request.POST:
        return _discarded(request, job, form)
    return _saved(request, job, form)


def _checked(request: HttpRequest, job: JobView, form: row_form.RowForm) -> HttpResponse:
    about = _verdict(job, form)
    if _is_part(request):
        return render(request, "imports/_row_checked.html", about)
    return _page(request, job, form, **about)


def _discarded(request: HttpRequest, job: JobView, form: row_form.RowForm) -> HttpResponse:
    seen = row_form.seen_in(request.POST)
    try:
        discard_fix(job.number, form.row, seen=seen, actor=str(request.user))
    except UsageError as error:
        other = row_form.row_form(job, form.row, typed=form.typed, is_compared=True)
        return _page(request, job, other, problem=error_text(error))
    messages.success(request, "The saved fix was discarded.")
    return redirect("job_rows", job.number)


def _saved(request: HttpRequest, job: JobView, form: row_form.RowForm) -> HttpResponse:
    """Save what was typed; where that was asked for, and nothing speaks against it, import it."""
    row, wants_import = form.row, "import" in request.POST
    if wants_import and (about := _objection(request, job, form)):
        return _page(request, job, form, **about)
    actor, seen = str(request.user), row_form.seen_in(request.POST)
    over, is_saved = "over" in request.POST, False
    try:
        save_fix(job.number, row, form.typed, seen=seen, actor=actor, now=timezone.now())
        is_saved = True
        if wants_import:
            asked = import_fixes(job.number, actor=actor, checked={row: seen + 1}, over=over)
    except RowFixedMeanwhile as error:
        other = row_form.row_form(job, row, typed=form.typed, is_compared=True)
        return _page(request, job, other, problem=error_text(error))
    except (RollbookError, FunctionNotCalled) as error:
        again = row_form.row_form(job, row, typed=form.typed)
        return _page(request, job, again, problem=error_text(error), is_saved=is_saved)
    if wants_import:
        messages.success(
            request, f"Importing the fixed row {place_of(row).words} as import {asked}."
        )
        return redirect("job_rows", job.number)
    after = next_row(job, row)
    messages.success(request, f"Saved the fix of {place_of(row).words}. It isn't imported yet.")
    return (
        redirect("job_rows", job.number)
        if after is None
        else redirect("job_row_fix", job.number, after)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def job_rows_import(request: HttpRequest, number: int) -> HttpResponse:
    """Import all fixed rows that wait, after a question."""
    job = job_or_404(number)
    newer, problem = _newer(job), ""
    about = row_form.waiting(job)
    wrong, unchecked = _still_wrong(job, about["waiting"])
    if request.method == "POST":
        try:
            if newer is not None and "over" not in request.POST:
                raise RowsOvertaken(newer=newer.number, feed=job.feed)
            if (wrong or unchecked) and "without" not in request.POST:
                raise UsageError(what=STILL_WRONG, means="")
            if request.POST.get("shown", about["shown"]) != about["shown"]:
                raise UsageError(what=OTHERS_SAVED, means="")
            checked = {fix.row: fix.saves for fix in about["waiting"]}
            actor, over = str(request.user), newer is not None
            asked = import_fixes(number, actor=actor, checked=checked, over=over)
        except (RollbookError, FunctionNotCalled) as error:
            problem = error_text(error)
        else:
            messages.success(request, f"Importing the fixed rows as import {asked}.")
            return redirect("job_rows", number)
    about |= {"job": job, "newer": newer, "problem": problem}
    about |= {"wrong": wrong, "unchecked": unchecked}
    return render(request, "imports/rows_import.html", about)


def _still_wrong(job: JobView, fixes: Sequence[Fix]) -> tuple[list[int], str]:
    """Return which of these rows still have a problem, or why that isn't known."""
    feed = feed_in_use(job)
    if feed is None:
        return [], ""
    try:
        return saved_rows_still_wrong(job, feed, fixes), ""
    except RollbookError as error:
        return [], error_text(error)


def _verdict(job: JobView, form: row_form.RowForm) -> dict[str, Any]:
    """Return what an import of the row as it was typed would find."""
    feed = feed_in_use(job)
    if feed is None:
        return {"problem": "The feed of this import was removed."}
    try:
        checked = checked_row(job, feed, form.row, form.cells_typed)
    except RowChecksBusy:
        return {"problem": BUSY}
    except RollbookError as error:
        return {"problem": error_text(error)}
    return {"checked": checked, "is_blank": not any(map(str.strip, form.cells_typed))}


def _objection(request: HttpRequest, job: JobView, form: row_form.RowForm) -> dict[str, Any]:
    """Return why the row is not imported as it was typed, with the verdict; {} where it is."""
    about = _verdict(job, form)
    checked = about.get("checked")
    if checked is None:
        return about
    if checked.is_rejected:
        return about | {"problem": STILL_REJECTED}
    if checked.errors and "without" not in request.POST:
        return about | {"problem": STILL_WRONG, "asks": True}
    if _newer(job) is not None and "over" not in request.POST:
        return about | {"problem": NOT_CONFIRMED}
    return {}


def _newer(job: JobView) -> JobView | None:
    feed = feed_in_use(job)
    return None if feed is None else newer_import(job, feed)


def _page(request: HttpRequest, job: JobView, form: row_form.RowForm, **about: Any) -> HttpResponse:
    context = {"job": job, "form": form, "newer": _newer(job), "next": next_row(job, form.row)}
    return render(request, "imports/row_fix.html", context | about)


def _is_part(request: HttpRequest) -> bool:
    return request.headers.get("HX-Target") == "checked"
