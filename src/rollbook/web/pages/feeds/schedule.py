"""When a feed is imported automatically."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import RollbookError
from rollbook.records.district import district_zone
from rollbook.records.operations.feeds import change_feed
from rollbook.records.operations.mutes import LONGEST, mute_feed
from rollbook.records.queries.schedules import planned_words, schedule_of
from rollbook.web.error_texts import add_to_form, error_text
from rollbook.web.filled_again import sent_fields
from rollbook.web.pages.feeds.schedule_form import ScheduleForm, initial_of
from rollbook.web.pages.feeds.shortcuts import feed_or_404, shown_feed
from rollbook.web.seen import seen_by

SHOWN = ("schedule",)


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
        "runs": planned_words(feed, moment, zone=zone),
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
        messages.success(request, "Muted." if until else "No longer muted.")
    return redirect("schedule", name)
