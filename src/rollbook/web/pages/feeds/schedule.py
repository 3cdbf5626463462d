"""When a feed is imported automatically."""

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import RollbookError
from rollbook.core.quantities import moment_words
from rollbook.core.scheduling.due import next_runs
from rollbook.core.scheduling.rehearsal import rehearsal_at
from rollbook.core.scheduling.schedule import Schedule
from rollbook.records.district import district_zone
from rollbook.records.models import Feed
from rollbook.records.operations.feeds import change_feed
from rollbook.records.operations.mutes import LONGEST, mute_feed
from rollbook.records.queries.rehearsals import next_rehearsals
from rollbook.records.queries.schedules import planned_words, schedule_of
from rollbook.records.rehearsal_words import TOO_NEAR, rehearsal_words
from rollbook.web.error_texts import add_to_form, error_text
from rollbook.web.filled_again import sent_fields
from rollbook.web.pages.feeds.schedule_form import ScheduleForm, initial_of
from rollbook.web.pages.feeds.shortcuts import feed_or_404, in_inbox, shown_feed
from rollbook.web.seen import seen_by

SHOWN = ("schedule",)


def runs_shown(
    feed: Feed, schedule: Schedule, now: datetime, zone: ZoneInfo
) -> list[tuple[str, str, int | None]]:
    """Return the next runs in words, each with what is said of its rehearsal, and that job."""
    words, runs = planned_words(feed, now, zone=zone), next_runs(schedule, now, count=3)
    said: list[tuple[str, int | None]] = [("", None)] * len(words)
    found, local = next_rehearsals([feed], now).get(feed.pk), now.astimezone(zone)
    if found is not None:
        later = [_later(schedule, *pair, local) for pair in pairwise(runs)]
        first = rehearsal_words(found, local), found.job.number if found.job else None
        said[-len(runs) :] = [first, *((each, None) for each in later)]
    return [(text, *rehearsal) for text, rehearsal in zip(words, said, strict=True)]


def _later(schedule: Schedule, before: datetime, run: datetime, now: datetime) -> str:
    at = rehearsal_at(schedule, run, since=before)
    return (
        TOO_NEAR if at is None else f"Rehearsal at {moment_words(at.astimezone(now.tzinfo), now)}."
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def schedule(request: HttpRequest, name: str) -> HttpResponse:
    """Show the schedule with its next three runs; save another one."""
    feed = feed_or_404(name)
    zone = district_zone()
    now = schedule_of(feed, zone)
    refused: RollbookError | None = None
    form = ScheduleForm(sent_fields(request), initial=initial_of(now), zone=now.zone)
    if request.method == "POST" and form.is_valid():
        changed, seen = {"schedule": form.cleaned_data["schedule"]}, seen_by(request, SHOWN)
        who = str(request.user)
        try:
            change_feed(name, settings=changed, secret=None, environ={}, actor=who, seen=seen)
        except RollbookError as error:
            refused = error
            add_to_form(form, error)
        else:
            messages.success(request, "Saved.")
            return redirect("schedule", name)
    moment = timezone.now()
    shown = {
        "feed": feed,
        "seen": shown_feed(request, name, SHOWN, refused),
        "form": form,
        "in_inbox": in_inbox(feed),
        "runs": runs_shown(feed, now, moment, zone),
        "is_on": now.is_on,
        "muted_until": feed.muted_at(moment),
        "most_days": LONGEST,
    }
    return render(request, "feeds/schedule.html", shown)


@require_POST
@for_administrators
def mute(request: HttpRequest, name: str) -> HttpResponse:
    """Mute the feed's lesser mails for some days, or no longer."""
    feed = feed_or_404(name)
    given = request.POST.get("days", "")
    days = int(given) if given.isascii() and given.isdigit() and len(given) < 4 else -1
    try:
        until = mute_feed(feed.name, days=days, now=timezone.now(), actor=str(request.user))
    except RollbookError as error:
        messages.error(request, error_text(error))
    else:
        messages.success(request, "Email is muted." if until else "Email is on again.")
    return redirect("schedule", name)
