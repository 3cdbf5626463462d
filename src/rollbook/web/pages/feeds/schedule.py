"""When a feed is imported automatically."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from rollbook.access.permissions import for_administrators
from rollbook.records.district import district_zone
from rollbook.records.operations.feeds import change_feed
from rollbook.records.queries.schedules import planned_words, schedule_of
from rollbook.web.pages.feeds.schedule_form import ScheduleForm, initial_of
from rollbook.web.pages.feeds.shortcuts import feed_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def schedule(request: HttpRequest, name: str) -> HttpResponse:
    """Show the schedule with its next three runs; save another one."""
    feed = feed_or_404(name)
    zone = district_zone()
    now = schedule_of(feed, zone)
    form = ScheduleForm(request.POST or None, initial=initial_of(now), zone=now.zone)
    if request.method == "POST" and form.is_valid():
        changed = {"schedule": form.cleaned_data["schedule"]}
        change_feed(name, settings=changed, secret=None, environ={}, actor=str(request.user))
        messages.success(request, "Saved.")
        return redirect("schedule", name)
    words = planned_words(feed, timezone.now(), zone=zone)
    return render(
        request,
        "feeds/schedule.html",
        {"feed": feed, "form": form, "runs": words, "zone": now.zone, "is_on": now.is_on},
    )
