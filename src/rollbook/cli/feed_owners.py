"""`rollbook feeds owners` and `hand-over`: which feed writes which field."""

import json
from typing import Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.console import print_table
from rollbook.cli.times import day_text, district_clock
from rollbook.core import roster_texts
from rollbook.core.errors import UsageError

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def owners(as_json: AsJson = False) -> None:
    """List which feed writes each field, and which other feeds also send it."""
    with database():
        from rollbook.records.queries.field_owners import owner_objects

        lines = [
            (each["field"], each["feed"], each["since"], each["set_aside_of"])
            for each in owner_objects()
        ]
        clock = district_clock()
    if as_json:
        fields = {
            name: {"feed": feed, "since": since.isoformat(), "set_aside_of": also}
            for name, feed, since, also in lines
        }
        typer.echo(json.dumps({"fields": fields}))
        return
    if not lines:
        typer.echo("No fields yet. The first feed that imports a field owns it.")
        return
    print_table(
        ["field", "belongs to", "since", "skipped from"],
        [
            (name, feed, day_text(since.astimezone(clock.zone)), ", ".join(also))
            for name, feed, since, also in lines
        ],
    )


def hand_over(
    to: Annotated[str, typer.Option("--to", help="The feed that writes them from now on.")],
    fields: Annotated[
        list[str] | None, typer.Argument(help="Fields, as `rollbook feeds owners` lists them.")
    ] = None,
    roster: Annotated[
        bool,
        typer.Option(
            "--roster", help="Hand over the roster: who is a student, and who is missing."
        ),
    ] = False,
    from_feed: Annotated[
        str,
        typer.Option("--from", help="With --roster: the former roster feed, if there are several."),
    ] = "",
) -> None:
    """Let another feed write fields, or make it the roster feed. Values stay."""
    if roster:
        _hand_over_roster(fields or [], to, from_feed)
        return
    with database():
        from rollbook.records.operations.field_owners import hand_over

        hand_over(fields or [], to, actor="command line")
    typer.echo(f"{to} writes these fields from the next import on.")


def _hand_over_roster(fields: list[str], to: str, from_feed: str) -> None:
    if fields:
        raise UsageError(
            what="Hand over fields and the roster one after the other.",
            advice="Leave out the fields, or leave out --roster.",
        )
    with database():
        from rollbook.records.operations.rosters import hand_over_roster

        before = hand_over_roster(to, from_feed=from_feed, actor="command line")
    instead = f" Until now, it was {before}." if before else ""
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
        return f"{said} If it holds test results instead: `rollbook feeds set {name} --no-roster`."
    take = roster_texts.hand_over(name, rosters)
    return f"{said} If its file says who is a student, hand the roster over to it: {take}."
