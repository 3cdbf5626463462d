"""The dashboard: how things are, in one sentence with one action."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from rollbook.access.permissions import for_people, is_administrator
from rollbook.core.quantities import clock_text, counted
from rollbook.records.district import district_zone
from rollbook.records.queries import trends
from rollbook.records.queries.for_viewers import for_viewers
from rollbook.records.queries.health import untold
from rollbook.records.queries.inbox import inbox_counts
from rollbook.records.queries.jobs import JobView, newest_jobs, newest_stored
from rollbook.records.queries.promises import kept_of, kept_promises
from rollbook.records.queries.results import active_students
from rollbook.records.queries.standings import FeedStanding, feed_standings
from rollbook.records.queries.undone import undone_with_schedule_off
from rollbook.records.standing import FeedStatus, Standing, by_urgency
from rollbook.web import charts
from rollbook.web.pages.first_steps import first_steps, missing_email
from rollbook.web.pages.quality import percent_text
from rollbook.web.pages.unusual_nights import MOST_FEEDS, unusual_nights

RECENT = 6

MOST_TOLD = 10
"""Feeds in trouble that are told one by one."""


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
    now = timezone.now()
    jobs, found = newest_jobs(feed=None, limit=RECENT), feed_standings(now)
    servers = [each.feed for each in found if each.feed.host]
    nights = unusual_nights(found, now, schools=is_administrator(request))
    context = {
        "nights": nights[:MOST_FEEDS],
        "unusual_untold": max(0, len(nights) - MOST_FEEDS),
        "inboxes": _inboxes(found) if is_administrator(request) else (),
        "recent": jobs if is_administrator(request) else [for_viewers(job) for job in jobs],
        "headlines": _headlines(found, now) if any(job.outcome.is_over for job in jobs) else (),
        "untold": max(0, sum(each.standing.is_in_trouble for each in found) - MOST_TOLD),
        "last": newest_stored(),
        "students": active_students(),
        "promises": kept_of((each.feed for each in found), kept_promises(now)),
        "running": [job for job in jobs if not job.outcome.is_over],
        **_trend(now),
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


def _inboxes(found: Sequence[FeedStanding]) -> Sequence[tuple[str, int]]:
    """Return the feeds in whose inbox most waits, with how much that is."""
    counts = inbox_counts([each.feed for each in found])
    return sorted(counts.items(), key=lambda each: -each[1])[:MOST_FEEDS]


def _trend(now: datetime) -> dict[str, Any]:
    """What the chart and the two rates need; nothing is drawn where nothing was imported."""
    days = trends.trend(now, district_zone())
    points = [charts.Point(day.day, day.records, day.failed > 0) for day in days]
    success, rejected = trends.success_rate(days), trends.error_rate(days)
    to_succeed = trends.success_target(now)
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
                percent_text(success.percent, to_succeed),
                target=f"{to_succeed:g} %",
                meets=(success.percent or 0) >= to_succeed,
            ),
            RateTile(
                "Rows rejected",
                rejected,
                percent_text(rejected.percent, trends.ERROR_TARGET),
                target=f"under {trends.ERROR_TARGET:g} %",
                meets=(rejected.percent or 0) < trends.ERROR_TARGET,
            ),
        ),
    }


def _headlines(found: Sequence[FeedStanding], now: datetime) -> list[Headline]:
    """Return a line for each feed that needs a person, or the one that says that none does.

    A feed for files by hand counts from its first import.
    """
    known = [each.standing for each in found if each.feed.host or each.standing.facts.last]
    ranked = by_urgency(known)
    trouble = [_trouble(each, now) for each in ranked if each.is_in_trouble]
    trouble += [
        _held(each) for each in ranked if each.facts.held and each.status is not FeedStatus.HELD
    ]
    undone = undone_with_schedule_off(each.feed for each in found)
    told = trouble[:MOST_TOLD] + [_undone(job) for job in undone[:MOST_TOLD]]
    return told or [_calm(ranked, now), *_each_old(found, now)]


def _each_old(found: Sequence[FeedStanding], now: datetime) -> list[Headline]:
    """Return a line for each of several feeds whose data is old, because its schedule is off."""
    known = [each.standing for each in found if each.feed.host and each.standing.last_good]
    if len(known) < 2 or not any(each.is_on for each in known):
        return []
    old = [each for each in known if each.status is FeedStatus.OLD]
    return [
        Headline(
            "warn",
            "exclamation-triangle",
            f"Student data of {each.feed} {_age(each, now)}.",
            "Its schedule is off. Import again, or switch it on.",
            each.job,
        )
        for each in old[:MOST_TOLD]
    ]


def _undone(job: JobView) -> Headline:
    return Headline(
        "warn",
        "arrow-uturn-left",
        f"Import {job.number} of {job.feed} was undone.",
        "The schedule of the feed is off until you turn it on.",
        job.number,
    )


def _trouble(each: Standing, now: datetime) -> Headline:
    """Amber after one planned run was missed, red after two, with the reason."""
    match each.status:
        case FeedStatus.HELD:
            return _held(each)
        case FeedStatus.MISSED:
            sentence = f"Student data of {each.feed} {_age(each, now)}."
            detail = each.why
            tone, icon = "warn" if each.missed == 1 else "bad", "exclamation-triangle"
        case FeedStatus.LATE:
            sentence, detail = _late(each, now), each.why
            tone, icon = "bad", "clock"
        case _:
            sentence = f"The last import of {each.feed} failed."
            detail = f"{each.why} The data from the import before it remains.{_then(each)}"
            tone, icon = "bad", "x-circle"
    return Headline(tone, icon, sentence, f"{_missed(each)}{detail}".strip(), each.job)


def _late(each: Standing, now: datetime) -> str:
    at = timezone.localtime(each.late_since or now)
    day = "today" if at.date() == timezone.localtime(now).date() else f"on {at:%A}"
    return f"Student data of {each.feed} was not current by {clock_text(at)} {day}, as promised."


def _held(each: Standing) -> Headline:
    """An import that waits for a decision, whatever came after it."""
    held, last = each.facts.held, each.facts.last
    job = held.job if held else None
    which = "The last import" if last is None or last.job == job else f"Import {job}"
    is_overtaken = job is not None and each.facts.good is not None and each.facts.good.job > job
    what = "Apply it once, or discard it"
    if is_overtaken:
        what = "Discard it, or import its file once more"
    return Headline(
        "bad" if each.missed > 1 else "warn",
        "hand-raised",
        f"{which} of {each.feed} needs your review.",
        f"{_missed(each)}Nothing was changed. {what}.",
        job,
    )


def _calm(ranked: Sequence[Standing], now: datetime) -> Headline:
    """Where nothing is wrong: current, old, or not there yet."""
    stored = [each for each in ranked if each.facts.stored_at]
    if not stored:
        return Headline(
            "warn",
            "exclamation-triangle",
            "No students have been imported yet.",
            "So far there were only checks.",
        )
    last = max(stored, key=lambda each: each.facts.stored_at or now)
    if last.status is FeedStatus.OLD and not any(each.is_on for each in ranked):
        return Headline(
            "warn",
            "exclamation-triangle",
            f"Student data {_age(last, now)}.",
            "No schedule is on. Import again, or switch one on.",
            last.job,
        )
    return Headline("ok", "check-circle", "Student data is up to date.", "", last.job)


def _missed(each: Standing) -> str:
    if not each.missed:
        return ""
    runs = "One planned run" if each.missed == 1 else f"{each.missed} planned runs"
    return f"{runs} did not succeed. "


def _age(each: Standing, now: datetime) -> str:
    if each.last_good is None:
        return "has never been imported"
    if each.school_days:
        return f"is {counted(each.school_days, 'school day')} old"
    return f"is {counted(max((now - each.last_good).days, 1), 'day')} old"


def _then(each: Standing) -> str:
    at = each.facts.next_attempt_at
    return "" if at is None else f" It is tried again at {clock_text(timezone.localtime(at))}."
