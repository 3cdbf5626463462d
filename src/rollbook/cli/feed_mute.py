"""`rollbook feeds mute`: no mails about a feed for some days, unless a night is lost."""

from typing import Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.times import district_clock

Days = Annotated[int | None, typer.Option("--days", help="Days, up to 30. 0: send emails again.")]


def mute(
    name: Annotated[str, typer.Argument(help="The feed's name.")],
    days: Days = None,
) -> None:
    """Mute a feed's emails, or show whether they are muted."""
    with database():
        from django.utils import timezone

        from rollbook.records.operations.mutes import mute_feed
        from rollbook.records.queries.feeds import feed_by_name

        now = timezone.now()
        if days is None:
            until = feed_by_name(name).muted_at(now)
        else:
            until = mute_feed(name, days=days, now=now, actor="command line")
        if until is None:
            typer.echo(f"{name}: emails aren't muted.")
            return
        typer.echo(
            f"{name}: emails are muted until {district_clock().told(until)}. You still hear about "
            "failed, held or late imports."
        )
