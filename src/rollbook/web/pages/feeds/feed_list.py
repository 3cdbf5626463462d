"""The feeds as a list of states."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from rollbook.access.permissions import for_administrators
from rollbook.records.queries.history import feeds_with_servers
from rollbook.records.queries.standings import feed_standings
from rollbook.web.pages.feeds.glance import WORDS, glances
from rollbook.web.query_parameters import page_of, text_of, without_page


@require_safe
@for_administrators
def feed_list(request: HttpRequest) -> HttpResponse:
    """A page of the feeds with a server; below it that of files by hand."""
    now, name = timezone.now(), text_of(request.GET, "q")
    page = feeds_with_servers(name, page=page_of(request.GET))
    shown = {feed.pk for feed in page.items}
    found = [each for each in feed_standings(now) if each.feed.pk in shown or not each.feed.host]
    each_one = glances(found, now)
    context = {
        "glances": [each for each in each_one if each.feed.host],
        "by_hand": [each for each in each_one if not each.feed.host],
        "kinds": WORDS.items(),
        "page": page,
        "q": name,
        "query": without_page(request.GET),
    }
    return render(request, "feeds/list.html", context)
