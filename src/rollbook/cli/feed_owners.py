"""`rollbook feeds owners` and `hand-over`: which feed writes which field."""

import json
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from rollbook.cli.bootstrap import database
from rollbook.cli.console import plain_console

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def owners(as_json: AsJson = False) -> None:
    """List which feed owns which field, and what other feeds bring of it all the same."""
    with database():
        from rollbook.records.queries.feeds import active_feeds, read_catalogue
        from rollbook.records.queries.field_owners import conflicts, field_owners

        catalogue, found = read_catalogue(), field_owners()
        others: dict[str, list[str]] = {}
        for each in active_feeds():
            for name in conflicts(each, catalogue):
                others.setdefault(name, []).append(each.name)
        lines = [
            (name, row.feed.name, row.since, others.get(name, [])) for name, row in found.items()
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
    fields: Annotated[list[str], typer.Argument(help="Names of fields: `rollbook feeds owners`.")],
    to: Annotated[str, typer.Option("--to", help="The feed that writes them from now on.")],
) -> None:
    """Let another feed write FIELDS. The values stay; the former feed's columns are set aside."""
    with database():
        from rollbook.records.operations.field_owners import hand_over

        hand_over(fields, to, actor="command line")
    typer.echo(f"Feed {to} owns what was named. It applies from the next import.")
