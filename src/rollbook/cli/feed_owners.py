"""`rollbook feeds owners` and `hand-over`: which feed writes which field."""

import json
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from rollbook.cli.bootstrap import database
from rollbook.cli.console import plain_console
from rollbook.core import roster_texts
from rollbook.core.errors import UsageError

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def owners(as_json: AsJson = False) -> None:
    """List which feed owns which field, and what other feeds bring of it all the same."""
    with database():
        from rollbook.records.queries.field_owners import owner_objects

        lines = [
            (each["field"], each["feed"], each["since"], each["set_aside_of"])
            for each in owner_objects()
        ]
    if as_json:
        fields = {
            name: {"feed": feed, "since": since.isoformat(), "set_aside_of": also}
            for name, feed, since, also in lines
        }
        typer.echo(json.dumps({"fields": fields}))
        return
    if not lines:
        typer.echo("No field has an owner yet: a feed with a server owns what it brings first.")
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("field", "belongs to", "since", "set aside of"):
        table.add_column(title)
    for name, feed, since, also in lines:
        table.add_row(Text(name), Text(feed), f"{since:%Y-%m-%d}", Text(", ".join(also)))
    plain_console().print(table)


def hand_over(
    to: Annotated[str, typer.Option("--to", help="The feed that writes them from now on.")],
    fields: Annotated[
        list[str] | None, typer.Argument(help="Names of fields: `rollbook feeds owners`.")
    ] = None,
    roster: Annotated[
        bool, typer.Option("--roster", help="The roster: who is a student, and who is missing.")
    ] = False,
    from_feed: Annotated[
        str, typer.Option("--from", help="With --roster: whose it was, where there are several.")
    ] = "",
) -> None:
    """Let another feed write FIELDS, or be the roster feed. Values stay; the former feed's columns
    are set aside."""
    if roster:
        _hand_over_roster(fields or [], to, from_feed)
        return
    with database():
        from rollbook.records.operations.field_owners import hand_over

        hand_over(fields or [], to, actor="command line")
    typer.echo(f"Feed {to} owns what was named. It applies from the next import.")


def _hand_over_roster(fields: list[str], to: str, from_feed: str) -> None:
    if fields:
        raise UsageError(
            what="Fields and the roster are handed over one after the other.",
            advice="Leave the fields out, or --roster.",
        )
    with database():
        from rollbook.records.operations.rosters import hand_over_roster

        before = hand_over_roster(to, from_feed=from_feed, actor="command line")
    instead = f" Until now it was {before}." if before else ""
    typer.echo(
        f"{roster_texts.roster_sentence([to])}{instead} This applies from the next import: "
        f"`rollbook run {to}`."
    )


def roster_sentence(name: str) -> str:
    """Return which feed says who is a student, seen from a feed with a server. In `database`."""
    from rollbook.records.queries.field_owners import roster_feeds

    rosters = roster_feeds()
    said = roster_texts.sentence_of_feed(name, rosters)
    if not rosters:
        return f"{said} {roster_texts.to_the_sis(rosters)}"
    if name in rosters:
        return f"{said} If it holds tests instead: `rollbook feeds set {name} --no-roster`."
    take = roster_texts.hand_over(name, rosters)
    return f"{said} If its file says who is a student, hand the roster over to it: {take}."
