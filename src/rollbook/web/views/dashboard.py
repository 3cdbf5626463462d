"""The dashboard: how things stand, in one sentence with one action."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from rollbook.access.rules import for_members
from rollbook.records import queries
from rollbook.records.district import district_zone
from rollbook.records.history import JobFilter, find_jobs
from rollbook.records.outcome import Outcome
from rollbook.records.queries import JobView

FRESH_FOR = timedelta(hours=36)
"""Until the schedule judges it, data are fresh for a night and half a day."""

RECENT = 6


@dataclass(frozen=True, slots=True)
class Standing:
    """The sentence at the top: its tone and icon, what it says, and where it leads."""

    tone: str
    icon: str
    sentence: str
    detail: str
    job: int | None = None


@require_safe
@for_members
def dashboard(request: HttpRequest) -> HttpResponse:
    recent = find_jobs(JobFilter(), zone=district_zone(), page=1, size=RECENT)
    servers = [feed for feed in queries.feeds() if feed.host]
    last = queries.newest_stored()
    context = {
        "recent": recent.items,
        "standing": _standing(recent.items, last),
        "last": last,
        "students": queries.student_count(),
        "running": [job for job in recent.items if not job.outcome.is_over],
        "month": queries.success_since(timezone.now() - timedelta(days=30)),
        "has_feed": bool(servers),
        "is_tested": any(feed.host_key for feed in servers),
    }
    return render(request, "dashboard/page.html", context)


def _standing(recent: Sequence[JobView], last: JobView | None) -> Standing | None:
    newest = next((job for job in recent if job.outcome.is_over), None)
    if newest is None:
        return None
    if newest.outcome is Outcome.NEEDS_REVIEW:
        return Standing(
            "warn", "hand-raised", "The last import needs your review.",
            "Too many of its rows were rejected, so nothing was changed.", newest.number,
        )  # fmt: skip
    if newest.outcome is Outcome.FAILED:
        return Standing(
            "bad", "x-circle", "The last import failed.",
            "The data of the import before it stand.", newest.number,
        )  # fmt: skip
    if last is None or last.ended_at is None:
        return Standing(
            "warn", "exclamation-triangle", "No students have been imported yet.",
            "So far there were only checks.", newest.number,
        )  # fmt: skip
    age = timezone.now() - last.ended_at
    if age > FRESH_FOR:
        days = max(age.days, 1)
        return Standing(
            "warn", "exclamation-triangle",
            f"Student data is {days} {'day' if days == 1 else 'days'} old.",
            "Import again, or see why the file does not come.", last.number,
        )  # fmt: skip
    return Standing("ok", "check-circle", "Student data is up to date.", "", last.number)
