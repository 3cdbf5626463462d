"""Which layout a feed has: the one it is set to, and the one its newest file is read by."""

from typing import Any

from rollbook.core.layouts.recognition import Recognition
from rollbook.core.layouts.resemblance import HeaderKnown, header_known
from rollbook.records.models import Feed
from rollbook.records.queries.feeds import feed_rules
from rollbook.records.queries.jobs import last_header


def feed_layout(feed: Feed) -> dict[str, Any]:
    """Return it for programs."""
    header = last_header(feed)
    known = header_known(header, feed_rules(feed)) if header else HeaderKnown()
    return {
        "feed": feed.name,
        "setting": feed.layout,
        "read_by": _name(known.read),
        "resembles": _name(known.near),
    }


def _name(read: Recognition | None) -> str | None:
    return None if read is None else read.layout.name
