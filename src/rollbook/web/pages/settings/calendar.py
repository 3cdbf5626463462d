"""The district's calendar of school days, and days off out of a calendar file."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from rollbook.access.permissions import for_administrators
from rollbook.core.calendar_file.found import LARGEST, CalendarFileRefused, sounds_off
from rollbook.core.calendar_file.process import read_calendar_file
from rollbook.core.errors import RollbookError
from rollbook.core.quantities import counted
from rollbook.core.scheduling.parsing import LONGEST_CALENDAR
from rollbook.core.scheduling.schedule import Pause
from rollbook.core.scheduling.school_days import USUAL_WEEK, SchoolCalendar
from rollbook.core.scheduling.typed_days import typed_period
from rollbook.records.district import DAYS_OFF, SCHOOL_WEEK, district_zone, values
from rollbook.records.operations.calendar import add_days_off, set_calendar
from rollbook.records.school_calendar import district_calendar, typed_days_off
from rollbook.web.error_texts import add_to_form, error_text
from rollbook.web.filled_again import sent_fields
from rollbook.web.seen import sent_version, shown_version


class CalendarForm(forms.Form):
    """The days of the week with school, and a line for each holiday or break."""

    weekdays = forms.CharField(
        required=False,
        max_length=100,
        label=SCHOOL_WEEK.title,
        help_text=SCHOOL_WEEK.help,
    )
    days_off = forms.CharField(
        required=False,
        max_length=LONGEST_CALENDAR,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        label=DAYS_OFF.title,
        help_text="One per line: 11/11/2026 Veterans Day, or 12/21/2026 to 1/3/2027 Winter break.",
    )


class FileForm(forms.Form):
    """A calendar file."""

    file = forms.FileField(
        label="Calendar file (.ics)",
        help_text="Export it from your district's website, Google Calendar or"
        " Outlook. You see the days"
        " before anything is saved.",
    )


@dataclass(frozen=True, slots=True)
class Off:
    """Days off as a page lists them."""

    period: Pause
    school_days: int
    """Days on which there would be school otherwise."""
    is_chosen: bool = False

    @property
    def line(self) -> str:
        return typed_period(self.period)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def calendar(request: HttpRequest) -> HttpResponse:
    """Show the calendar; save another one."""
    refused: RollbookError | None = None
    now = values()
    initial = {"weekdays": now[SCHOOL_WEEK.key], "days_off": typed_days_off()}
    form = CalendarForm(sent_fields(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            set_calendar(
                form.cleaned_data["weekdays"],
                form.cleaned_data["days_off"],
                actor=str(request.user),
                seen=sent_version(request),
            )
        except RollbookError as error:
            refused = error
            add_to_form(form, error)
        else:
            messages.success(request, "Saved.")
            return redirect("calendar")
    today, kept = _today(), district_calendar()
    shown = {
        "form": form,
        "file_form": FileForm(),
        "seen": shown_version(request, values, refused),
        "calendar": kept,
        "coming": _coming(kept, today) if kept else [],
        "runs_out": kept is not None and (kept.last_day_off or today) <= today + timedelta(days=30),
    }
    return render(request, "settings/calendar.html", shown)


@require_POST
@for_administrators
def calendar_file(request: HttpRequest) -> HttpResponse:
    """Show which days a calendar file would mark, then add those that were chosen."""
    if "chosen" in request.POST or "is_decided" in request.POST:
        return _added(request)
    form = FileForm(request.POST, request.FILES)
    shown: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            found = read_calendar_file(form.cleaned_data["file"].read(LARGEST + 1), _today())
        except CalendarFileRefused as refused:
            form.add_error("file", refused.message.what)
        else:
            shown |= {"found": _offered(found.periods), "left_out": found.left_out}
    return render(request, "settings/calendar_file.html", shown)


def _added(request: HttpRequest) -> HttpResponse:
    lines = request.POST.getlist("chosen")
    try:
        count = add_days_off(lines, actor=str(request.user))
    except RollbookError as error:
        messages.error(request, error_text(error))
    else:
        words = counted(count, "holiday or break was", "holidays and breaks were")
        messages.success(request, f"{words} added.")
    return redirect("calendar")


def _offered(periods: Iterable[Pause]) -> list[Off]:
    """Return what a file names; what is in the calendar already marks no day more."""
    known = district_calendar() or USUAL_WEEK
    offered = []
    for each in periods:
        days = _school_days(known, each)
        offered.append(Off(each, days, days > 0 and sounds_off(each.reason)))
    return offered


def _coming(kept: SchoolCalendar, today: date) -> list[Off]:
    usual = SchoolCalendar(kept.weekdays)
    return [Off(each, _school_days(usual, each)) for each in kept.days_off if each.last >= today]


def _school_days(known: SchoolCalendar, period: Pause) -> int:
    days = (period.first + timedelta(days=day) for day in range(period.days))
    return sum(map(known.is_school_day, days))


def _today() -> date:
    return timezone.now().astimezone(district_zone()).date()
