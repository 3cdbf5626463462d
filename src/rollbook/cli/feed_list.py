"""`rollbook feeds list`: where files come from, when one was stored last, and who is muted."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.console import print_table
from rollbook.cli.times import Clock, district_clock
from rollbook.core.visible import visible_json

if TYPE_CHECKING:
    from rollbook.records.models import Feed

AsJson = Annotated[bool, typer.Option("--json", help="One JSON array.")]


def list_feeds(as_json: AsJson = False) -> None:
    """List feeds: server, files, last completed import and muted emails."""
    with database():
        from django.utils import timezone

        from rollbook.records.queries.feed_objects import feed_objects
        from rollbook.records.queries.feeds import active_feeds
        from rollbook.records.queries.standings import last_stored

        now = timezone.now()
        if as_json:
            typer.echo(visible_json(feed_objects(now)))
            return
        found, clock = last_stored(active_feeds()), district_clock()
    titles = ["feed", "server", "files", "roster", "host key", f"last import ({clock.words})"]
    is_any_muted = any(feed.muted_at(now) for feed, _ in found)
    if is_any_muted:
        titles.append(f"emails muted until ({clock.words})")
    print_table(titles, [_row(feed, last, now, clock)[: len(titles)] for feed, last in found])


def _row(feed: "Feed", last: datetime | None, now: datetime, clock: Clock) -> Sequence[str]:
    return (
        feed.name,
        feed.server if feed.host else "files you upload",
        f"{feed.folder or '.'}/{feed.pattern}" if feed.host else "",
        "roster feed" if feed.host and feed.is_roster else "",
        "confirmed" if feed.host_key else ("not yet" if feed.host else ""),
        clock.column(last),
        clock.column(feed.muted_at(now), ""),
    )
