"""Feeds as programs read them: over HTTP and by `rollbook feeds list --json`; no secret."""

from datetime import datetime
from typing import Any

from rollbook.records.models import Feed
from rollbook.records.queries.schedules import next_run
from rollbook.records.queries.standings import FeedStanding, feed_standings


def feed_objects(now: datetime) -> list[dict[str, Any]]:
    """Return the feeds in use, by name."""
    return [_object(each, now) for each in feed_standings(now)]


def feed_object(feed: Feed, now: datetime) -> dict[str, Any]:
    """Return one feed that is in use."""
    return next(_object(each, now) for each in feed_standings(now) if each.feed.pk == feed.pk)


def _object(found: FeedStanding, now: datetime) -> dict[str, Any]:
    feed = found.feed
    fresh = found.standing if feed.host else None  # without a server nothing is due
    return {
        "id": feed.pk,
        "name": feed.name,
        "source": "sftp" if fresh else "upload",
        "host": feed.host or None,
        "port": feed.port if fresh else None,
        "username": feed.username or None,
        "folder": feed.folder or None,
        "pattern": feed.pattern or None,
        "is_host_key_pinned": bool(feed.host_key),
        "is_roster": feed.is_roster,
        "is_scheduled": fresh is not None and fresh.is_on,
        "next_run_at": _text(
            next_run(fresh.facts.schedule, now) if fresh and fresh.is_on else None
        ),
        "last_good_at": _text(fresh.last_good if fresh else None),
        "is_fresh": fresh is None or fresh.is_fresh,
        "status": fresh.status.value if fresh else None,
        "missed_runs": fresh.missed if fresh else 0,
        "muted_until": _text(feed.muted_at(now)),
    }


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
