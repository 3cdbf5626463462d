"""What is usual for a feed: what its last imports changed."""

from typing import Any, Final

from rollbook.records.models import Feed, Job

LOOKED_AT: Final = 20


def earlier_changes(feed: Feed, number: int) -> list[Any]:
    """Return what the last LOOKED_AT stored imports of the feed before this one changed."""
    stored = Job.imports.of_feed(feed.pk).stored().before(number).newest_first()
    return [each for each in stored.changes()[:LOOKED_AT] if each]
