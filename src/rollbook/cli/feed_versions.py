"""`rollbook feeds versions` and `restore`: what a feed's settings were, and back to that."""

import json
import os
from typing import Annotated, Any

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.console import print_table
from rollbook.cli.times import district_clock

Name = Annotated[str, typer.Argument(help="The feed's name.")]


def versions(
    name: Name, as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False
) -> None:
    """List changes to a feed's settings: who, when, why and what."""
    with database():
        from rollbook.records.queries.feed_versions import MOST_LISTED, versions_of
        from rollbook.records.queries.feeds import feed_by_name

        found, clock = versions_of(feed_by_name(name)), district_clock()
    if as_json:
        typer.echo(json.dumps({"feed": name, "versions": [each.as_object() for each in found]}))
        return
    lines = []
    for each in found:
        made = clock.column(each.made_at)
        about = (str(each.number), made, each.made_by, each.reason)
        changes = [one.as_texts for one in each.changes]
        for place, change in enumerate(changes or [("", "", "")]):
            lines.append(((*about, *change)) if not place else ("", "", "", "", *change))
    if len(found) == MOST_LISTED:
        typer.echo(f"Only the newest {MOST_LISTED} versions are listed.", err=True)
    print_table(
        ["version", f"since ({clock.words})", "by", "reason", "setting", "from", "to"], lines
    )


def restore(
    name: Name,
    number: Annotated[int, typer.Argument(help="A version from `rollbook feeds versions`.")],
    reason: Annotated[str, typer.Option(help="Why; others can read it.")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would change.")
    ] = False,
) -> None:
    """Go back to earlier settings of a feed. Its password and key stay."""
    with database():
        from rollbook.records.operations.feed_returns import return_to_version, what_would_return

        about: dict[str, Any] = {"environ": os.environ, "actor": "command line"}
        if dry_run:
            changes = what_would_return(name, number, **about)
        else:
            changes = return_to_version(name, number, reason=reason, **about)
    lines = [each.as_texts for each in changes]
    if lines:
        print_table(["setting", "from", "to"], lines)
    said = f"{name} has the settings of version {number} from the next import on."
    trial = "Preview only; nothing was changed."
    typer.echo(
        trial
        if dry_run
        else said
        if lines
        else f"Nothing to change: {name} already has the settings of version {number}."
    )
