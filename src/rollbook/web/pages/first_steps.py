"""From a new installation to student data, in four steps, and the pages of the first two."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from rollbook.access.permissions import for_administrators
from rollbook.core.catalogue.current_term import assumed_begin
from rollbook.core.catalogue.school_year import terms_of, usual_year
from rollbook.core.catalogue.terms import Term
from rollbook.core.errors import RollbookError
from rollbook.core.quantities import date_text
from rollbook.core.scheduling.zone import zone_choices
from rollbook.notify.outbox import send_test_mail
from rollbook.records import district
from rollbook.records.addresses import addresses
from rollbook.records.district import district_zone
from rollbook.records.models import Feed
from rollbook.records.operations.district import change_settings
from rollbook.records.operations.terms import add_term
from rollbook.records.queries.feeds import read_terms
from rollbook.web.error_texts import add_to_form, error_text
from rollbook.web.filled_again import sent_fields
from rollbook.web.seen import sent_version, shown_version


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One card: what to do, and the name of the page where it is done."""

    title: str
    help: str
    icon: str
    url: str
    button: str
    is_done: bool


def first_steps(servers: Sequence[Feed]) -> list[FirstStep]:
    """Return the steps of a district that has imported nothing yet. `servers`: its feeds."""
    now = district.values()
    told = "They hear when an import fails or needs a decision. Send them a test."
    if not settings.HAS_MAIL:
        told = "No email server is set yet, so nothing can be sent."
    return [
        FirstStep(
            "Name your district",
            "And check its time zone and test terms: imports run and scores count by them.",
            "building-library",
            "first_steps_district",
            "Set name and time zone",
            bool(now[district.NAME.key]),
        ),
        FirstStep(
            "Choose who gets email",
            told,
            "envelope",
            "first_steps_email",
            "Set up email",
            bool(addresses(now[district.RECIPIENTS.key])),
        ),
        FirstStep(
            "Connect to your SIS export",
            "Enter the SFTP server, test the connection step by step, and save.",
            "signal",
            "feeds" if servers else "feed_new",
            "See feeds" if servers else "Add a feed",
            any(feed.host_key for feed in servers),
        ),
        FirstStep(
            "Import your students",
            "Check the file first: nothing changes, and you see what would be saved.",
            "arrow-down-tray",
            "import_now",
            "Import Student Data",
            is_done=False,
        ),
    ]


class DistrictForm(forms.Form):
    """Name and time zone. What is wrong with them is said by the settings themselves."""

    name = forms.CharField(
        max_length=100,
        label="District name",
        help_text="Like “Harbor Unified School District”.",
        error_messages={"required": "Enter the name of your district."},
    )
    time_zone = forms.CharField(
        label="Time zone",
        help_text="Every time on these pages, and every schedule, is in this zone.",
    )

    terms = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: object, zone: str, offers: bool, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        today = timezone.now().astimezone(district_zone()).date()
        _offer_terms(self.fields, today)
        # The browser's own zone is chosen by a script, where none was ever saved.
        offer = {"data-offer-zone": ""} if offers else {}
        self.fields["time_zone"].widget = forms.Select(offer, choices=zone_choices(zone))


def _offer_terms(fields: dict[str, forms.Field], today: date) -> None:
    """Offer the terms of this school year that are not set up; no field where all are."""
    known, year = {term.name for term in read_terms()}, usual_year(today)
    missing = [Term(name) for name in terms_of(year) if name not in known]
    if not missing:
        del fields["terms"]
        return
    choice: Any = fields["terms"]
    choice.label = f"Test terms of the school year {year}-{(year + 1) % 100:02}"
    choice.choices = [(each.name, _term_words(each)) for each in missing]
    choice.initial = [each.name for each in missing]


def _term_words(term: Term) -> str:
    begins = assumed_begin(term)
    return f"{term.name}, from {date_text(begins)}" if begins else term.name


class EmailForm(forms.Form):
    """Who gets email about imports."""

    recipients = forms.CharField(
        max_length=2000,
        label="Recipients",
        help_text="Email addresses, separated by commas.",
        widget=forms.TextInput(attrs={"inputmode": "email"}),
        error_messages={"required": "Enter at least one email address."},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def first_steps_district(request: HttpRequest) -> HttpResponse:
    """Ask for the district's name and time zone, and for the terms of this school year."""
    now, refused = district.values(), None
    name, zone = now[district.NAME.key], now[district.TIME_ZONE.key]
    sent = sent_fields(request)
    form = DistrictForm(
        sent,
        initial={"name": name, "time_zone": zone} | ({"terms": ()} if name else {}),
        zone=zone,
        offers=not name and not sent,
    )
    if request.method == "POST" and form.is_valid():
        names = {district.NAME.key: "name", district.TIME_ZONE.key: "time_zone"}
        given = {key: form.cleaned_data[field] for key, field in names.items()}
        try:
            change_settings(given, actor=str(request.user), seen=sent_version(request))
        except RollbookError as error:
            refused = error
            add_to_form(form, error, names=names)
        else:
            _add_terms(request, form.cleaned_data.get("terms", ()))
            return redirect("dashboard")
    shown = {"form": form, "seen": shown_version(request, district.values, refused)}
    return render(request, "first_steps/district.html", shown)


def _add_terms(request: HttpRequest, names: Sequence[str]) -> None:
    """Add terms, each for itself; say which could not be added, and why."""
    for name in names:
        try:
            add_term(Term(name), actor=str(request.user))
        except RollbookError as error:
            messages.error(request, f"Saved, but {name} wasn't added. {error_text(error)}")


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def first_steps_email(request: HttpRequest) -> HttpResponse:
    """Ask who gets email, and send a test if that is asked for."""
    refused: RollbookError | None = None
    key = district.RECIPIENTS.key
    known = district.values()[key] or str(request.user)
    form = EmailForm(sent_fields(request), initial={"recipients": known})
    if request.method == "POST" and form.is_valid():
        given = {key: form.cleaned_data["recipients"]}
        try:
            change_settings(given, actor=str(request.user), seen=sent_version(request))
        except RollbookError as error:
            refused = error
            add_to_form(form, error, names={key: "recipients"})
        else:
            is_sent = "test" not in request.POST or _tested(request, given[key])
            return redirect("dashboard" if is_sent else "first_steps_email")
    shown = {"form": form, "seen": shown_version(request, district.values, refused)}
    return render(request, "first_steps/email.html", shown)


def missing_email(*, is_planned: bool, untold: Sequence[str]) -> str:
    """Return why nobody would hear of a night that fails, "" where someone would."""
    if is_planned and not settings.HAS_MAIL:
        return "No email server is set, so no one gets an email when an import fails."
    if untold:
        return f"No one gets an email when an import of {', '.join(untold)} fails."
    return ""


def _tested(request: HttpRequest, recipients: str) -> bool:
    found = addresses(recipients)
    try:
        send_test_mail(os.environ, recipients=found)
    except RollbookError as error:
        messages.error(request, f"Saved, but the test email wasn't sent. {error_text(error)}")
        return False
    messages.success(request, f"Test email sent to {', '.join(found)}. Check that it arrived.")
    return True
