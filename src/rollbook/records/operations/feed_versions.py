"""Each change of a feed's settings makes a version: who changed what, when, why, and from what."""

from collections.abc import Mapping
from typing import Any

from rollbook.records import clock
from rollbook.records.models import Feed, FeedVersion
from rollbook.records.queries.feed_versions import kept_settings


def keep_version(feed: Feed, before: Mapping[str, Any], *, actor: str, reason: str = "") -> None:
    """Let `feed` be its next version: it is locked and changed, and the caller saves it.

    `before`: its `kept_settings` until now. Nothing happens where they are the same.
    """
    if before == kept_settings(feed):
        return
    feed.version += 1
    FeedVersion.objects.create(
        feed=feed,
        number=feed.version,
        made_at=clock.now(),
        made_by=actor,
        reason=reason,
        before=dict(before),
    )
