"""`rollbook feeds versions` and `restore`: what a feed's settings were, and back to that."""

import json
import os
from typing import Annotated, Any

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.console import print_lines

Name = Annotated[str, typer.Argument(help="The feed's name.")]


def versions(
    name: Name, as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False
) -> None:
    """List who changed a feed's settings, when, why, and from what to what."""
    with database():
        from rollbook.records.district import district_zone
        from rollbook.records.queries.feed_versions import MOST_LISTED, versions_of
        from rollbook.records.queries.feeds import feed_by_name

        found, zone = versions_of(feed_by_name(name)), district_zone()
    if as_json:
        typer.echo(json.dumps({"feed": name, "versions": [each.as_object() for each in found]}))
        return
    lines = []
    for each in found:
        made = f"{each.made_at.astimezone(zone):%Y-%m-%d %H:%M}"
        about = (str(each.number), made, each.made_by, each.reason)
        changes = [one.as_texts for one in each.changes]
        for place, change in enumerate(changes or [("", "", "")]):
            lines.append(((*about, *change)) if not place else ("", "", "", "", *change))
    if len(found) == MOST_LISTED:
        typer.echo(f"Only the newest {MOST_LISTED} versions are listed.", err=True)
    print_lines(["version", "since", "by", "reason", "setting", "from", "to"], lines)


def restore(
    name: Name,
    number: Annotated[int, typer.Argument(help="A version of `rollbook feeds versions`.")],
    reason: Annotated[str, typer.Option(help="Why; others will read it.")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, no more.")
    ] = False,
) -> None:
    """Let a feed's settings be what they were, from the next import on. Credentials stay."""
    with database():
        from rollbook.records.operations.feed_returns import return_to_version, what_would_return

        about: dict[str, Any] = {"environ": os.environ, "actor": "command line"}
        if dry_run:
            changes = what_would_return(name, number, **about)
        else:
            changes = return_to_version(name, number, reason=reason, **about)
    lines = [each.as_texts for each in changes]
    if lines:
        print_lines(["setting", "from", "to"], lines)
    said = f"The settings of {name} are those of version {number}."
    trial = "Nothing was changed: a trial."
    typer.echo(trial if dry_run else said if lines else f"{said} They were before, too.")
