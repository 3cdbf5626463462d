"""`rollbook feeds inbox`: new columns and codes that nobody has said the meaning of."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.console import print_table
from rollbook.cli.disclosures import note_disclosure
from rollbook.core.visible import visible_json

if TYPE_CHECKING:
    from rollbook.records.queries.inbox_items import Inbox


def inbox(
    name: Annotated[str, typer.Argument(help="The feed's name.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """List unknown columns and codes in a feed's newest file. Match them with `feeds map`."""
    with database():
        from rollbook.records.queries.feeds import feed_by_name
        from rollbook.records.queries.inbox import MOST_TEXTS, dated_inbox
        from rollbook.records.queries.inbox_objects import inbox_object

        found = dated_inbox(feed_by_name(name))
        if found.count:
            note_disclosure(name, "new columns and codes")
    if as_json:
        typer.echo(visible_json(inbox_object(name, found)))
        return
    if not found.count:
        typer.echo("You're all caught up: every column and code in the newest file is known.")
        return
    lines = list(_lines(found, MOST_TEXTS))
    print_table(["what", "in the file", "field", "rows", "maybe"], lines)


def _lines(found: "Inbox", most: int) -> Iterator[tuple[str, ...]]:
    for code in found.codes:
        yield "code", code.text, code.field.name, f"{code.rows:,}", code.nearest
    for full in found.full:
        yield f"over {most} texts", full.header, full.field.name, f"{full.rows:,}", ""
    for new in found.columns:
        nearest = new.column.nearest[0].name if new.column.nearest else ""
        yield "column", new.column.header, "", "", nearest
