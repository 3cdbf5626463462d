"""The feed that an address names."""

from django.http import Http404

from rollbook.records.models import Feed
from rollbook.records.queries.feeds import active_feeds


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
