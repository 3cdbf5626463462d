"""`rollbook feeds mute`: no mails about a feed for some days, unless a night is lost."""

from typing import Annotated

import typer

from rollbook.cli.bootstrap import database

Days = Annotated[int | None, typer.Option("--days", help="For how many days, up to 30; 0 ends it.")]


def mute(
    name: Annotated[str, typer.Argument(help="The feed's name.")],
    days: Days = None,
) -> None:
    """Mute the mails of a feed, or show whether they are; what loses a night is still told."""
    with database():
        from django.utils import timezone

        from rollbook.records.district import district_zone
        from rollbook.records.operations.mutes import mute_feed
        from rollbook.records.queries.feeds import feed_by_name

        now = timezone.now()
        if days is None:
            until = feed_by_name(name).muted_at(now)
        else:
            until = mute_feed(name, days=days, now=now, actor="command line")
        if until is None:
            typer.echo(f"{name}: its mails are not muted.")
            return
        zone = district_zone()
        local = until.astimezone(zone)
        typer.echo(
            f"{name}: its mails are muted until {local:%Y-%m-%d %H:%M} ({zone.key}). Imports that "
            "fail, are held or come hours late are still told."
        )
