"""Is everything there that a night needs? Looked at when an administrator asks, feed by feed."""

import os
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from rollbook.access.permissions import for_administrators
from rollbook.doctor.answer import answer
from rollbook.doctor.examination import examine
from rollbook.doctor.finding import State, for_people
from rollbook.records.district import district_zone
from rollbook.records.queries.schedules import coming_runs
from rollbook.web.pages.doctor_lines import lines_to_see

PATIENCE: Final = 25.0
"""Seconds for all feeds: a person waits for the page, and a proxy in front of it too."""
MOST_RUNS: Final = 6
"""Coming imports that are listed."""


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def doctor(request: HttpRequest) -> HttpResponse:
    """Check on POST alone: servers are signed in to, and each test is in the audit log."""
    now = timezone.now()
    runs = coming_runs(now)
    context: dict[str, Any] = {"runs": runs[:MOST_RUNS], "more": max(0, len(runs) - MOST_RUNS)}
    if request.method == "POST":
        found = list(for_people(_found(request)))
        context |= {
            "answer": answer(found, runs, now.astimezone(district_zone())),
            "to_see": lines_to_see(found),
            "fine": [each for each in found if each.state is State.OK],
        }
    return render(request, "doctor/page.html", context)


def _found(request: HttpRequest) -> Any:
    return examine(
        os.environ,
        fault=None,
        read_settings=_read_already,
        actor=str(request.user),
        sends_mail="send_mail" in request.POST,
        sends_to=str(request.user),
        in_all=PATIENCE,
    )


def _read_already() -> None:
    """The pages have read their settings when they started."""
