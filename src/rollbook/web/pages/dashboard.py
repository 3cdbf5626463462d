"""The dashboard: how things are, in one sentence with one action."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from rollbook.access.permissions import for_people, is_administrator
from rollbook.core.catalogue.students import Catalogue
from rollbook.records.district import district_zone
from rollbook.records.queries import trends
from rollbook.records.queries.feeds import headers_of, read_catalogue
from rollbook.records.queries.file_names import feeds_with_new_names
from rollbook.records.queries.for_viewers import for_viewers
from rollbook.records.queries.health import untold
from rollbook.records.queries.inbox import inbox_counts
from rollbook.records.queries.job_notes import resolved_of
from rollbook.records.queries.jobs import JobView, newest_jobs, newest_stored
from rollbook.records.queries.promises import kept_of, kept_promises
from rollbook.records.queries.rehearsals import NextRehearsal, next_rehearsals, with_states
from rollbook.records.queries.results import active_students
from rollbook.records.queries.school_years import last_switch
from rollbook.records.queries.standings import FeedStanding, feed_standings
from rollbook.records.queries.undone import undone_with_schedule_off
from rollbook.web import charts
from rollbook.web.pages.dashboard_headlines import headlines
from rollbook.web.pages.dashboard_tiles import (
    changed_sentence,
    last_tile,
    needs_tile,
    next_tile,
    students_tile,
    switched_sentence,
)
from rollbook.web.pages.first_steps import first_steps, missing_email
from rollbook.web.pages.quality import percent_text
from rollbook.web.pages.unusual_nights import MOST_FEEDS, unusual_nights

RECENT = 6


@dataclass(frozen=True, slots=True)
class RateTile:
    """One of the two rates, beside its target."""

    title: str
    rate: trends.Rate
    value: str
    """In percent; nothing where there is none."""
    target: str
    meets: bool


@require_safe
@for_people
def dashboard(request: HttpRequest) -> HttpResponse:
    """The first page of everyone; that of staff is the list of students."""
    user: Any = request.user
    if user.is_staff_member:
        return redirect("students")
    now, zone = timezone.now(), district_zone()
    jobs, found = with_states(newest_jobs(feed=None, limit=RECENT)), feed_standings(now)
    catalogue = read_catalogue()
    last, inboxes = newest_stored(), _inboxes(found, catalogue) if is_administrator(request) else ()
    undone = undone_with_schedule_off(each.feed for each in found)
    rehearsed = next_rehearsals((each.feed for each in found), now)
    renamed = feeds_with_new_names()
    lines, untold_lines = headlines(
        found, undone, rehearsed.values(), now.astimezone(zone), renamed=renamed
    )
    servers = [each.feed for each in found if each.feed.host]
    nights = unusual_nights(found, now, schools=is_administrator(request))
    context = {
        "nights": nights[:MOST_FEEDS],
        "unusual_untold": max(0, len(nights) - MOST_FEEDS),
        "inboxes": inboxes[:MOST_FEEDS],
        "recent": jobs if is_administrator(request) else [for_viewers(job) for job in jobs],
        "headlines": lines if _has_ended(jobs, found) else (),
        "untold": untold_lines,
        "resolved": resolved_of([job.number for job in jobs]),
        "last": last,
        "changed": _changed(last, catalogue, now.astimezone(zone)),
        "tiles": (
            students_tile(active_students(), last),
            last_tile(last, now, zone),
            next_tile(found, now, zone, leads=is_administrator(request), rehearsed=rehearsed),
            needs_tile(_needing(found, rehearsed, undone), sum(count for _, count in inboxes)),
        ),
        "promises": kept_of((each.feed for each in found), kept_promises(now)),
        "running": [job for job in jobs if not job.outcome.is_over],
        **_trend(now, zone),
        "has_feed": bool(servers),
    }
    if not jobs:
        steps = first_steps(servers)
        context |= {
            "steps": steps,
            "current_step": next(each for each in steps if not each.is_done),
        }
    if is_administrator(request):
        is_planned = any(each.standing.is_on for each in found)
        context["missing_email"] = missing_email(is_planned=is_planned, untold=untold(found))
    return render(request, "dashboard/page.html", context)


def _changed(last: JobView | None, catalogue: Catalogue, now: datetime) -> str:
    """Return what changed the students' data last: an import, or a switch of the school year."""
    switch = last_switch()
    if switch is not None and (last is None or switch.number > last.number):
        return switched_sentence(switch, now)
    return changed_sentence(last.feed, last.report, headers_of(catalogue)) if last else ""


def _inboxes(found: Sequence[FeedStanding], catalogue: Catalogue) -> Sequence[tuple[str, int]]:
    """Return the feeds in whose inbox most waits, with how much that is."""
    counts = inbox_counts([each.feed for each in found], catalogue)
    return sorted(counts.items(), key=lambda each: -each[1])


def _needing(
    found: Sequence[FeedStanding],
    rehearsed: Mapping[int, NextRehearsal],
    undone: Sequence[JobView],
) -> int:
    """Return how many feeds need a person, now or before their next run."""
    ahead = {feed for feed, each in rehearsed.items() if each.needs_person}
    ahead |= {each.feed_id for each in undone}
    return sum(
        each.standing.needs_a_person or each.is_unconfirmed or each.feed.pk in ahead
        for each in found
    )


def _has_ended(jobs: Sequence[JobView], found: Sequence[FeedStanding]) -> bool:
    """Whether there is anything to say: the newest imports may all be running, as each night."""
    return any(job.outcome.is_over for job in jobs) or any(each.standing.run for each in found)


def _trend(now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """What the chart and the two rates need; nothing is drawn where nothing was imported."""
    days = trends.trend(now, zone)
    points = [charts.Point(day.day, day.updated, day.failed > 0) for day in days]
    success, rejected = trends.success_rate(days), trends.error_rate(days)
    to_succeed = trends.success_target(now)
    # One day says nothing of how days went.
    is_drawn = sum(point.value is not None or point.has_failed for point in points) > 1
    return {
        "days": days,
        "wide": charts.draw_bars(points, width=620, height=240, left=52),
        "phone": charts.draw_bars(points, width=360, height=220, left=48),
        "description": charts.description(points) if is_drawn else "",
        "rates": (
            RateTile(
                "Successful imports",
                success,
                percent_text(success.percent, to_succeed),
                target=f"{to_succeed:g}%",
                meets=(success.percent or 0) >= to_succeed,
            ),
            RateTile(
                "Rows rejected",
                rejected,
                percent_text(rejected.percent, trends.ERROR_TARGET),
                target=f"under {trends.ERROR_TARGET:g}%",
                meets=(rejected.percent or 0) < trends.ERROR_TARGET,
            ),
        ),
    }
