"""Protected values: the list of all, protecting one, and releasing it."""

from datetime import UTC, datetime
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import RollbookError
from rollbook.records.operations.disclosures import VIEWED, record_disclosure
from rollbook.records.operations.protections import (
    Wish,
    check_field,
    digest_of,
    protect_value,
    release_value,
    value_to_keep,
)
from rollbook.records.queries.feeds import field_headers
from rollbook.records.queries.lineage import lineage_by_number
from rollbook.records.queries.protections import protection_by_number, protections
from rollbook.web.error_texts import add_to_form
from rollbook.web.filled_again import sent_fields, show_no_form
from rollbook.web.pages.students import values
from rollbook.web.query_parameters import page_of
from rollbook.web.reason_form import ReasonForm

LONGEST_KEY: Final = 2_147_483_647

ENDED: Final = {
    "agreed": "The file agrees",
    "date": "Its last day is over",
    "released": "Released",
    "student_gone": "The student was deleted",
    "field_gone": "The term was removed",
}
"""Why a protection has ended."""


class ProtectForm(ReasonForm):
    """Why, and how long."""

    until = forms.DateField(
        required=False,
        label="Until",
        help_text="The last day. It ends earlier if the district's file has the same value.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )


@require_safe
@for_administrators
def protected(request: HttpRequest) -> HttpResponse:
    """All protected values. Who is on the list is in the audit log."""
    page = protections(now=datetime.now(UTC), page=page_of(request.GET))
    if seen := sorted({each.student for each in page.items}):
        who = str(request.user)
        record_disclosure(who, VIEWED, subject="students", what="protected values", students=seen)
    context = {"page": page, "headers": field_headers(), "ended": ENDED}
    return render(request, "students/protected.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def protect(request: HttpRequest, number: int, field: str) -> HttpResponse:
    """Show the value, ask for a reason, and protect it.

    With `import` in the address it is the value that this import has overwritten.
    """
    student = lineage_by_number(number) if number <= LONGEST_KEY else None
    if student is None:
        raise Http404
    form = ProtectForm(sent_fields(request))
    context: dict[str, Any] = {"student": student, "name": values.name_of(student), "form": form}
    overwritten_by = _import_of(request)
    wish = Wish(number, field, "", None, overwritten_by)
    try:
        context |= {"header": check_field(field), "value": value_to_keep(wish)}
        context |= {"shown": digest_of(context["value"])}
        context |= {"job": overwritten_by, "now": student.fields[wish.name].value}
    except RollbookError as refused:
        context["refused"] = refused
        show_no_form(request)
        return render(request, "students/protect.html", context)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        shown = request.POST.get("shown", "")
        wish = Wish(number, field, given["reason"], given["until"], overwritten_by, shown)
        try:
            protect_value(wish, actor=str(request.user))
        except RollbookError as refused:
            add_to_form(form, refused)
        else:
            messages.success(request, f"{context['header']} is protected.")
            return redirect("student", number)
    return render(request, "students/protect.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def release(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for a reason; then let imports write the value again."""
    found = protection_by_number(number, now=datetime.now(UTC))
    if found is None or found.ended_at is not None:
        return redirect("protected")
    form = ReasonForm(sent_fields(request))
    if request.method == "POST" and form.is_valid():
        try:
            release_value(number, reason=form.cleaned_data["reason"], actor=str(request.user))
        except RollbookError as refused:
            add_to_form(form, refused)
        else:
            messages.success(
                request, "The value is no longer protected. The next import can change it."
            )
            return redirect("protected")
    header = field_headers().get(found.field, found.field)
    context = {"found": found, "form": form, "header": header}
    return render(request, "students/release.html", context)


def _import_of(request: HttpRequest) -> int | None:
    text = request.GET.get("import", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
