"""`rollbook feeds codes`: what the codes of a feed's newest file are read as, with their rows."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.console import print_table
from rollbook.cli.disclosures import note_disclosure
from rollbook.core.visible import visible_json

if TYPE_CHECKING:
    from rollbook.records.queries.feed_codes import FeedCodes


def codes(
    name: Annotated[str, typer.Argument(help="The feed's name.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """List the codes of a feed's newest file, and what may mean blank. Match them with `feeds map`.

    Each with its rows and what it is read as.
    """
    with database():
        from rollbook.records.queries.feed_codes import codes_object, codes_of
        from rollbook.records.queries.feeds import feed_by_name, read_catalogue

        found = codes_of(feed_by_name(name), read_catalogue())
        if found.shows_values:
            note_disclosure(name, "codes of the newest file")
    if as_json:
        typer.echo(visible_json(codes_object(name, found)))
        return
    lines = list(_lines(found))
    if lines:
        print_table(["in the file", "column", "rows", "is read as"], lines)
    elif found.job is None:
        typer.echo(f"{name} has no imported file yet.")
    else:
        typer.echo("Every code in the newest file is known, and nothing else looks like blank.")


def _lines(found: "FeedCodes") -> Iterator[tuple[str, ...]]:
    for code in found.codes:
        read = "imported as is" if code.is_kept else "not imported"
        if code.nearest:
            read += f"; maybe {code.nearest}"
        if code.meant is not None:
            read = code.meant or "(blank)"
        yield code.text, code.header, _rows(code.rows), read
    for full in found.full:
        yield "(many different values)", full.header, _rows(full.rows), "maybe the wrong column"
    for marker in found.markers:
        read = "(blank)" if marker.is_set else "not read; maybe blank"
        yield marker.text, ", ".join(marker.headers), _rows(marker.rows), read


def _rows(rows: int | None) -> str:
    return "" if rows is None else f"{rows:,}"
