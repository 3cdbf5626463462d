"""The feed that an address names."""

from django.http import Http404, HttpRequest

from rollbook.core.catalogue.students import Catalogue
from rollbook.core.errors import RollbookError
from rollbook.records.models import Feed
from rollbook.records.operations.seen import parts_of
from rollbook.records.queries.feeds import active_feeds, read_catalogue
from rollbook.records.queries.inbox import inbox_counts
from rollbook.web.seen import shown_version


def feed_or_404(name: str) -> Feed:
    """Return a feed that has a server. Raises Http404."""
    feed = any_feed_or_404(name)
    if not feed.host:
        raise Http404
    return feed


def any_feed_or_404(name: str) -> Feed:
    """Return a feed, that of files by hand too. Raises Http404."""
    for feed in active_feeds():
        if feed.name == name:
            return feed
    raise Http404


def in_inbox(feed: Feed, catalogue: Catalogue | None = None) -> int | None:
    """Return how many columns and codes wait in the feed's inbox; None where none does."""
    return inbox_counts([feed], catalogue or read_catalogue()).get(feed.name)


def shown_feed(
    request: HttpRequest, name: str, parts: tuple[str, ...], refused: RollbookError | None
) -> str:
    """Return the version of what a page shows of a feed; `refused` as for `shown_version`."""
    return shown_version(request, lambda: parts_of(any_feed_or_404(name), parts), refused)
