"""Is everything there that a night needs? Looked at when an administrator asks, feed by feed."""

import os
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from rollbook.access.permissions import for_administrators
from rollbook.doctor.examination import examine
from rollbook.doctor.finding import State, for_people, worst

PATIENCE: Final = 25.0
"""Seconds for all feeds: a person waits for the page, and a proxy in front of it too."""
SUMMARIES: Final = {
    State.OK: ("ok", "Everything is ready for tonight."),
    State.WARNING: ("warn", "Tonight's imports will run, but something needs attention."),
    State.FAILED: ("bad", "Tonight's imports won't go well until this is fixed."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def doctor(request: HttpRequest) -> HttpResponse:
    """Check on POST alone: servers are signed in to, and each test is in the audit log."""
    if request.method != "POST":
        return render(request, "doctor/page.html")
    found = list(
        examine(
            os.environ,
            fault=None,
            read_settings=_read_already,
            actor=str(request.user),
            sends_mail="send_mail" in request.POST,
            sends_to=str(request.user),
            in_all=PATIENCE,
        )
    )
    kind, summary = SUMMARIES[worst(found)]
    return render(
        request,
        "doctor/page.html",
        {"found": list(for_people(found)), "kind": kind, "summary": summary},
    )


def _read_already() -> None:
    """The pages have read their settings when they started."""
