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
MAY_LACK_ZEROS: Final = (
    "An ID may have lost zeros. Type the whole ID, or check the box below it if it's complete."
)
STILL_WRONG: Final = (
    "Some values still have a problem. Fix them, or check the box below to leave them out."
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
    seen = None if sent is None else row_form.seen_in(sent)
    typed, whole = row_form.typed_in(sent), row_form.whole_in(sent)
    form = row_form.row_form(job, row, typed=typed, whole=whole, seen=seen)
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
        other = _compared(job, form)
        return _page(request, job, other, problem=error_text(error))
    messages.success(request, "The saved fix was discarded.")
    return redirect("job_rows", job.number)


def _compared(job: JobView, form: row_form.RowForm) -> row_form.RowForm:
    """Return the form with what was typed beside what another person has saved."""
    given: dict[str, Any] = {"typed": form.typed, "whole": form.whole}
    return row_form.row_form(job, form.row, **given, is_compared=True)


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
            asked = import_fixes(job.number, actor=actor, saves={row: seen + 1}, over=over)
    except RowFixedMeanwhile as error:
        return _page(request, job, _compared(job, form), problem=error_text(error))
    except (RollbookError, FunctionNotCalled) as error:
        given: dict[str, Any] = {"typed": form.typed, "whole": form.whole}
        again = row_form.row_form(job, row, **given, seen=seen + is_saved)
        return _page(request, job, again, problem=error_text(error), is_saved=is_saved)
    if wants_import:
        messages.success(
            request, f"Importing the fix of row {place_of(row).words} as import {asked}."
        )
        return redirect("job_rows", job.number)
    after = next_row(job, row)
    messages.success(request, f"Saved the fix of row {place_of(row).words}. It isn't imported yet.")
    return (
        redirect("job_rows", job.number)
        if after is None
        else redirect("job_row_fix", job.number, after)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def job_rows_import(request: HttpRequest, number: int) -> HttpResponse:
    """Import the fixed rows that wait, after a question: those that it has listed, as they were."""
    job = job_or_404(number)
    newer, problem = _newer(job), ""
    fixes = row_form.waiting(job)
    wrong, unchecked = _still_wrong(job, fixes)
    if request.method == "POST":
        rows = row_form.listed_in(request.POST)
        unseen = [row for row in wrong if row in rows and not rows[row][1]]
        try:
            is_wrong = unchecked or not rows.keys().isdisjoint(wrong)
            if unseen or (is_wrong and "without" not in request.POST):
                raise UsageError(what=STILL_WRONG, means="")
            saves = {row: seen for row, (seen, _) in rows.items()}
            actor, over = str(request.user), "over" in request.POST
            asked = import_fixes(number, actor=actor, saves=saves, over=over)
        except (RollbookError, FunctionNotCalled) as error:
            problem = error_text(error)
        else:
            messages.success(request, f"Importing the fixed rows as import {asked}.")
            return redirect("job_rows", number)
    fixes = row_form.waiting(job)
    about = {"job": job, "newer": newer, "problem": problem, "waiting": fixes, "wrong": wrong}
    about |= {"unchecked": unchecked, "listed": row_form.listed(fixes, wrong)}
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
    return {
        "checked": checked,
        "unsure": form.unsure,
        "is_blank": not any(map(str.strip, form.cells_typed)),
    }


def _objection(request: HttpRequest, job: JobView, form: row_form.RowForm) -> dict[str, Any]:
    """Return why the row is not imported as it was typed, with the verdict; {} where it is."""
    about = _verdict(job, form)
    checked = about.get("checked")
    if checked is None:
        return about
    if checked.is_rejected:
        return about | {"problem": STILL_REJECTED}
    if form.unsure:
        return about | {"problem": MAY_LACK_ZEROS}
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
