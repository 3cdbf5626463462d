"""The district's settings: who is written to, the time zone, what is kept how long, terms."""

import os

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
        "terms": read_terms(),
        "has_schools": are_schools_there(),
        "school_faults": school_faults(),
        "unusable": [each.title for each in district.unusable()],
    }
    return render(request, "settings/page.html", context)


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
        messages.success(request, f"A test mail was sent to {', '.join(recipients)}.")
    return redirect("settings")
