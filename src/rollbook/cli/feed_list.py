"""`rollbook feeds list`: where files come from, when one was stored last, and who is muted."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.console import print_lines
from rollbook.core.visible import visible_json

if TYPE_CHECKING:
    from rollbook.records.models import Feed

AsJson = Annotated[bool, typer.Option("--json", help="One JSON array, as the API lists them.")]


def list_feeds(as_json: AsJson = False) -> None:
    """List the feeds: their servers, their last completed imports, and mutes that hold."""
    with database():
        from django.utils import timezone

        from rollbook.records.queries.feed_objects import feed_objects
        from rollbook.records.queries.feeds import active_feeds
        from rollbook.records.queries.standings import last_stored

        now = timezone.now()
        if as_json:
            typer.echo(visible_json(feed_objects(now)))
            return
        found = last_stored(active_feeds())
    titles = ["feed", "from", "files", "roster", "host key", "last completed import (UTC)"]
    is_any_muted = any(feed.muted_at(now) for feed, _ in found)
    if is_any_muted:
        titles.append("mails muted until (UTC)")
    print_lines(titles, [_row(feed, last, now)[: len(titles)] for feed, last in found])


def _row(feed: "Feed", last: datetime | None, now: datetime) -> Sequence[str]:
    return (
        feed.name,
        feed.server if feed.host else "files by hand",
        f"{feed.folder or '.'}/{feed.pattern}" if feed.host else "",
        "roster feed" if feed.host and feed.is_roster else "",
        "pinned" if feed.host_key else ("not yet" if feed.host else ""),
        _moment(last) or "never",
        _moment(feed.muted_at(now)),
    )


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else ""
