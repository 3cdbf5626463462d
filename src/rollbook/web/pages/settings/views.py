"""The district's settings: who is written to, the time zone, what is kept how long, terms."""

import os
from typing import Final, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import RollbookError, UsageError
from rollbook.notify.outbox import send_test_mail
from rollbook.records import district
from rollbook.records.operations.district import change_settings
from rollbook.records.operations.mails import newest_mails
from rollbook.records.queries.feeds import read_terms
from rollbook.records.queries.schools import are_schools_there, school_faults
from rollbook.web.error_texts import add_to_form, error_text
from rollbook.web.filled_again import sent_fields
from rollbook.web.pages.settings.form import SettingsForm
from rollbook.web.seen import sent_version, shown_version


class More(NamedTuple):
    """A page of settings of its own, as the list of them names it."""

    page: str
    """The name of its address."""
    name: str
    said: str


SCHOOLS: Final = More(
    "schools", "Schools", "Match each school in your files to a school in the other application."
)
ALWAYS: Final = (
    More(
        "calendar",
        "School days",
        "Weekends, holidays and breaks, so we don't alert you on days without school.",
    ),
    More(
        "school_year",
        "School year",
        "First and last day, and clearing last year's absences, tardies and incidents.",
    ),
    More(
        "sign_in",
        "Sign-in",
        "Let people sign in with Google, Microsoft or another account of your district.",
    ),
    More("tokens", "API tokens", "Let other programs start imports and read results."),
    More(
        "doctor",
        "Ready for the night",
        "Check settings, servers, email and disk space before tonight's imports.",
    ),
)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def settings(request: HttpRequest) -> HttpResponse:
    refused: RollbookError | None = None
    form = SettingsForm(sent_fields(request), initial=dict(district.values()))
    if request.method == "POST" and form.is_valid():
        try:
            seen = sent_version(request)
            change_settings(form.cleaned_data, actor=str(request.user), seen=seen)
        except UsageError as error:
            refused = error
            add_to_form(form, error)
        else:
            messages.success(request, "Saved.")
            return redirect("settings")
    context = {
        "form": form,
        "seen": shown_version(request, district.values, refused),
        "mails": newest_mails(10),
        "more": _more(),
        "school_faults": school_faults(),
        "unusable": [each.title for each in district.unusable()],
    }
    return render(request, "settings/page.html", context)


def _more() -> list[More]:
    terms = More("terms", "Terms", ", ".join(term.name for term in read_terms()))
    return [terms, *ALWAYS, *([SCHOOLS] if are_schools_there() else [])]


@require_POST
@for_administrators
def settings_test_mail(request: HttpRequest) -> HttpResponse:
    """Write to the district's recipients now, or to the asker where there are none."""
    recipients = district.recipients(district.Level.DECISIONS) or [str(request.user)]
    try:
        send_test_mail(os.environ, recipients=recipients)
    except RollbookError as error:
        messages.error(request, error_text(error))
    else:
        messages.success(request, f"We sent a test email to {', '.join(recipients)}.")
    return redirect("settings")
