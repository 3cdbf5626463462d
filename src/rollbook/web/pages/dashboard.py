"""The dashboard: how things are, in one sentence with one action."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from rollbook.access.permissions import for_members, is_administrator
from rollbook.core.quantities import clock_text
from rollbook.records.district import district_zone
from rollbook.records.outcome import Outcome
from rollbook.records.queries import trends
from rollbook.records.queries.feeds import active_feeds
from rollbook.records.queries.for_viewers import for_viewers
from rollbook.records.queries.history import JobFilter, find_jobs
from rollbook.records.queries.jobs import JobView, newest_stored
from rollbook.records.queries.schedules import Freshness, freshness, next_attempt_at
from rollbook.records.queries.students import student_count
from rollbook.web import charts

FRESH_FOR = timedelta(hours=36)
"""Where no schedule judges them, data are fresh for a night and half a day."""

RECENT = 6


@dataclass(frozen=True, slots=True)
class Headline:
    """The sentence at the top: its tone and icon, what it says, and where it leads."""

    tone: str
    icon: str
    sentence: str
    detail: str
    job: int | None = None


@dataclass(frozen=True, slots=True)
class RateTile:
    """One of the two rates, beside its target."""

    title: str
    rate: trends.Rate
    target: str
    meets: bool


@require_safe
@for_members
def dashboard(request: HttpRequest) -> HttpResponse:
    jobs = find_jobs(JobFilter(), zone=district_zone(), page=1, size=RECENT).items
    servers = [feed for feed in active_feeds() if feed.host]
    last = newest_stored()
    context = {
        "recent": jobs if is_administrator(request) else [for_viewers(job) for job in jobs],
        "standing": _standing(jobs, last, freshness(timezone.now())),
        "last": last,
        "students": student_count(),
        "running": [job for job in jobs if not job.outcome.is_over],
        **_trend(timezone.now()),
        "has_feed": bool(servers),
        "is_tested": any(feed.host_key for feed in servers),
    }
    return render(request, "dashboard/page.html", context)


def _trend(now: datetime) -> dict[str, Any]:
    """What the chart and the two rates need; nothing is drawn where nothing was imported."""
    days = trends.trend(now, district_zone())
    points = [charts.Point(day.day, day.records, day.failed > 0) for day in days]
    success, refused = trends.success_rate(days), trends.error_rate(now)
    is_drawn = any(point.value is not None or point.has_failed for point in points)
    return {
        "days": days,
        "wide": charts.draw(points, width=880, height=240),
        "phone": charts.draw(points, width=360, height=220, left=56),
        "description": charts.description(points) if is_drawn else "",
        "rates": (
            RateTile(
                "Imports that succeeded",
                success,
                target="99 %",
                meets=(success.percent or 0) >= trends.SUCCESS_TARGET,
            ),
            RateTile(
                "Rows refused",
                refused,
                target="under 1 %",
                meets=(refused.percent or 0) < trends.ERROR_TARGET,
            ),
        ),
    }


def _standing(
    recent: Sequence[JobView], last: JobView | None, feeds: Sequence[Freshness]
) -> Headline | None:
    newest = next((job for job in recent if job.outcome.is_over), None)
    if newest is None:
        return None
    if newest.outcome is Outcome.NEEDS_REVIEW:
        return Headline(
            "warn",
            "hand-raised",
            "The last import needs your review.",
            "Nothing was changed. Apply it once, or discard it.",
            newest.number,
        )
    if (stale := _stale(feeds, newest)) is not None:
        return stale
    if newest.outcome is Outcome.FAILED:
        return _failed(newest)
    if last is None or last.ended_at is None:
        return Headline(
            "warn",
            "exclamation-triangle",
            "No students have been imported yet.",
            "So far there were only checks.",
            newest.number,
        )
    age = timezone.now() - last.ended_at
    if age > FRESH_FOR and not any(feed.schedule.is_on for feed in feeds):
        return Headline(
            "warn",
            "exclamation-triangle",
            f"Student data is {_days(age)} old.",
            "No schedule is on. Import again, or switch one on.",
            last.number,
        )
    return Headline("ok", "check-circle", "Student data is up to date.", "", last.number)


def _stale(feeds: Sequence[Freshness], newest: JobView) -> Headline | None:
    """Amber after one planned run was missed, red after two, with the reason."""
    worst = max(feeds, key=lambda feed: feed.missed, default=None)
    if worst is None or worst.is_fresh:
        return None
    age = timezone.now() - worst.last_good if worst.last_good else None
    since = f"is {_days(age)} old" if age else "has never been imported"
    what = newest.message.what if newest.outcome is Outcome.FAILED else "See that a worker runs."
    runs = "One planned run" if worst.missed == 1 else f"{worst.missed} planned runs"
    return Headline(
        "warn" if worst.missed == 1 else "bad",
        "exclamation-triangle",
        f"Student data of {worst.feed.name} {since}.",
        f"{runs} did not succeed. {what}",
        newest.number,
    )


def _failed(newest: JobView) -> Headline:
    retry_at = next_attempt_at(newest.number)
    then = ""
    if retry_at is not None:
        then = f" It is tried again at {clock_text(timezone.localtime(retry_at))}."
    return Headline(
        "bad",
        "x-circle",
        "The last import failed.",
        f"The data from the import before it remains.{then}",
        newest.number,
    )


def _days(age: timedelta) -> str:
    days = max(age.days, 1)
    return f"{days} {'day' if days == 1 else 'days'}"
