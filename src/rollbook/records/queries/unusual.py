"""What is usual for a feed: what its last imports changed."""

from typing import Any, Final

from rollbook.records.models import Feed, Job

LOOKED_AT: Final = 20


def earlier_changes(feed: Feed, number: int) -> list[Any]:
    """Return what the last LOOKED_AT stored files of the feed before this import changed."""
    stored = Job.imports.of_feed(feed.pk).stored().of_whole_files().before(number)
    return [each for each in stored.newest_first().changes()[:LOOKED_AT] if each]
