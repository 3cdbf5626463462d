"""`rollbook feeds names`: files that came under another name, to be adopted or ignored."""

import json
from typing import Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.console import print_table
from rollbook.core.errors import UsageError

Number = Annotated[int | None, typer.Option(min=1, help="A number from the list.")]


def names(
    name: Annotated[str, typer.Argument(help="The feed's name.")],
    adopt: Number = None,
    ignore: Number = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """List files that don't match a feed's pattern but came instead; adopt or ignore them."""
    if adopt is not None and ignore is not None:
        raise UsageError(what="Use either --adopt or --ignore, not both.")
    with database():
        from rollbook.records.operations.file_names import adopt_name, ignore_name
        from rollbook.records.queries.feeds import feed_by_name
        from rollbook.records.queries.file_names import new_file_names

        if adopt is not None:
            pattern = adopt_name(name, adopt, actor="command line").pattern
            typer.echo(f"From the next run on, {name} imports files named {pattern}.", err=True)
        if ignore is not None:
            ignore_name(name, ignore, actor="command line")
            typer.echo("Ignored. This name won't be suggested again.", err=True)
        found = new_file_names(feed_by_name(name))
    if as_json:
        objects = [
            {
                "number": each.pk,
                "name": each.name,
                "pattern": each.pattern,
                "would_be": each.wider,
                "job": each.job_id,
                "since": each.first_seen_at.isoformat(),
            }
            for each in found
        ]
        typer.echo(json.dumps({"feed": name, "names": objects}))
        return
    if not found:
        typer.echo(f"{name}: no files with a new name.")
        return
    lines = [(str(each.pk), each.name, each.pattern, each.wider) for each in found]
    print_table(["number", "file", "pattern now", "pattern if adopted"], lines)
