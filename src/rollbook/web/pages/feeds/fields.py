"""Which fields a feed owns, and which of other feeds it could take over."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import UsageError
from rollbook.records.operations.field_owners import hand_over
from rollbook.records.operations.rosters import hand_over_roster
from rollbook.records.queries.feeds import read_catalogue
from rollbook.records.queries.field_owners import conflicts, field_owners, with_servers
from rollbook.web.error_texts import error_text
from rollbook.web.pages.feeds.shortcuts import feed_or_404, in_inbox


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def fields(request: HttpRequest, name: str) -> HttpResponse:
    """Show what belongs to the feed; hand fields of other feeds over to it, or the roster."""
    feed, catalogue = feed_or_404(name), read_catalogue()
    if request.method == "POST":
        try:
            _hand_over(request.POST, feed.name, actor=str(request.user))
        except UsageError as error:
            messages.error(request, error_text(error))
        else:
            messages.success(request, "Saved. It applies from the next import.")
        return redirect("feed_fields", name)
    brought = conflicts(feed, catalogue)
    lines = [
        (catalogue.by_name[key], owner)
        for key, owner in field_owners().items()
        if key in catalogue.by_name
    ]
    others = [(field, row) for field, row in lines if row.feed_id != feed.pk]
    servers = [(each, is_roster) for each, is_roster in with_servers() if each != feed.name]
    shown = {
        "feed": feed,
        "in_inbox": in_inbox(feed, catalogue),
        "rosters": [each for each, is_roster in servers if is_roster],
        "beside": [each for each, is_roster in servers if not is_roster],
        "own": [(field, row) for field, row in lines if row.feed_id == feed.pk],
        "set_aside": [each for each in others if each[0].name in brought],
        "others": [each for each in others if each[0].name not in brought],
    }
    return render(request, "feeds/fields.html", shown)


def _hand_over(sent: QueryDict, feed: str, *, actor: str) -> None:
    """Raises UsageError."""
    if "roster_to" in sent:
        hand_over_roster(
            str(sent["roster_to"]), from_feed=str(sent.get("roster_from", "")), actor=actor
        )
    else:
        hand_over(sent.getlist("fields"), feed, actor=actor)
