"""The school year: its days, what is to be done before it, the switch and its undo."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import RollbookError
from rollbook.core.loading.undo import Undone
from rollbook.core.quantities import counted
from rollbook.records.district import FIRST_SCHOOL_DAY, LAST_SCHOOL_DAY, district_zone, values
from rollbook.records.operations.school_year import (
    rehearse_switch,
    rehearse_undo,
    set_school_year,
    switch_year,
    undo_switch,
)
from rollbook.records.queries import school_years
from rollbook.records.queries.feeds import active_feeds, field_headers, read_catalogue
from rollbook.records.queries.new_year import preparation
from rollbook.records.school_calendar import district_calendar
from rollbook.web.error_texts import add_to_form, error_text
from rollbook.web.filled_again import sent_fields
from rollbook.web.pages.settings.year_line import leading, year_line
from rollbook.web.reason_form import ReasonForm
from rollbook.web.seen import sent_version, shown_version


class DaysForm(forms.Form):
    """The first and the last day with school."""

    first_day = forms.CharField(
        max_length=10, label=FIRST_SCHOOL_DAY.title, widget=forms.DateInput({"type": "date"})
    )
    last_day = forms.CharField(
        max_length=10, label=LAST_SCHOOL_DAY.title, widget=forms.DateInput({"type": "date"})
    )


class SwitchForm(ReasonForm):
    """Why the year is switched, and which year the page showed."""

    first_day = forms.DateField(required=False, widget=forms.HiddenInput)


class UndoForm(ReasonForm):
    """Why a switch is undone, and which one the page showed."""

    switch = forms.IntegerField(required=False, widget=forms.HiddenInput)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def school_year(request: HttpRequest) -> HttpResponse:
    """Show the year and what is to be done; save its days."""
    refused: RollbookError | None = None
    now = values()
    initial = {"first_day": now[FIRST_SCHOOL_DAY.key], "last_day": now[LAST_SCHOOL_DAY.key]}
    form = DaysForm(sent_fields(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            set_school_year(
                form.cleaned_data["first_day"],
                form.cleaned_data["last_day"],
                actor=str(request.user),
                seen=sent_version(request),
            )
        except RollbookError as error:
            refused = error
            names = {FIRST_SCHOOL_DAY.key: "first_day", LAST_SCHOOL_DAY.key: "last_day"}
            add_to_form(form, error, names=names)
        else:
            messages.success(request, "Saved.")
            return redirect("school_year")
    shown = {
        "form": form,
        "seen": shown_version(request, values, refused),
        **_as_it_is(timezone.now()),
    }
    return render(request, "settings/school_year.html", shown)


def _as_it_is(now: datetime) -> dict[str, Any]:
    """Return how far the turn is: a sentence, the line of the year, and what was cleared."""
    found, today = preparation(now), now.astimezone(district_zone()).date()
    year, last = found.year, found.last
    is_switched = year is not None and last is not None and last.is_to(year.first)
    switched = last.at.astimezone(district_zone()).date() if last and is_switched else None
    line = year and year_line(year, switched=switched, today=today, calendar=district_calendar())
    terms = {term.name for term in read_catalogue().terms}
    return {
        "now": found,
        "leading": leading(year, switched=switched, today=today),
        "line": line,
        "terms": [(name, name in terms) for name in year.terms] if year else [],
        "cleared": [each for each in _named(last.values) if each[1]] if last else [],
        "can_undo": school_years.undoable_switch() is not None,
    }


def _named(values: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return fields by their headers, each with the number of students."""
    headers = field_headers()
    return [(headers.get(name, name), count) for name, count in values.items()]


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def school_year_switch(request: HttpRequest) -> HttpResponse:
    """Say in numbers what the switch would do, then do it."""
    year = school_years.school_year()
    sent = request.POST if request.method == "POST" else None
    form = SwitchForm(sent, initial={"first_day": year.first if year else None})
    if request.method == "POST" and form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            seen = form.cleaned_data["first_day"]
            done = switch_year(actor=str(request.user), reason=reason, seen=seen)
        except RollbookError as error:
            add_to_form(form, error)
        else:
            students = counted(done.students, "student")
            messages.success(
                request, f"Switched to the new school year. We cleared values of {students}."
            )
            return redirect("school_year")
    shown: dict[str, Any] = {"form": form, "year": year}
    try:
        found = rehearse_switch()
    except RollbookError as error:
        shown["refused"] = error_text(error)
    else:
        shown["form"] = (
            form if form.is_bound else SwitchForm(sent_fields(request), initial=form.initial)
        )
        shown["students"] = found.students
        shown["feeds"] = [each.name for each in active_feeds() if each.is_roster and each.host]
        shown["values"] = _named(found.values)
        shown["total"] = sum(found.values.values())
    return render(request, "settings/school_year_switch.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def school_year_undo(request: HttpRequest) -> HttpResponse:
    """Ask whether the last switch is to be undone, then do it."""
    last = school_years.undoable_switch()
    is_asked = request.method == "POST" or last is not None
    initial = {"switch": last.number if last else None}
    form = UndoForm(sent_fields(request) if is_asked else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            reason, seen = form.cleaned_data["reason"], form.cleaned_data["switch"]
            done = undo_switch(actor=str(request.user), reason=reason, seen=seen)
        except RollbookError as error:
            add_to_form(form, error)
        else:
            returned, stayed = counted(done.values_restored, "value"), done.values_kept
            words = (
                f"Switch undone: {returned} restored, {stayed:,} kept because they changed since."
            )
            messages.success(request, words)
            return redirect("school_year")
    shown = {"form": form, "last": last, "numbers": _would_return() if last else None}
    return render(request, "settings/school_year_undo.html", shown)


def _would_return() -> Undone | None:
    """Return what undoing the switch would bring back; None where its record is too old."""
    try:
        return rehearse_undo()
    except RollbookError:
        return None
