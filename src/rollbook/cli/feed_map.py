"""`rollbook feeds map`: what the headers and values of a feed's files mean."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from rollbook.cli.workplace import database, home
from rollbook.core.errors import UsageError
from rollbook.core.rules import IGNORE

Repeated = list[str] | None
WORDS = {"known": "known", "mapped": "by your mapping", "ignored": "ignored", "unknown": "UNKNOWN"}


def feed_map(
    name: Annotated[str, typer.Argument(help="The feed's name.")],
    header: Annotated[Repeated, typer.Option(help="'Their header=field'.")] = None,
    ignore: Annotated[Repeated, typer.Option(help="A header to pass over.")] = None,
    value: Annotated[Repeated, typer.Option(help="'field:Their text=our text'.")] = None,
    blank: Annotated[Repeated, typer.Option(help="A text that means “not known”.")] = None,
    remove_header: Annotated[Repeated, typer.Option(help="A header no longer mapped.")] = None,
    remove_value: Annotated[Repeated, typer.Option(help="'field:Their text'.")] = None,
    remove_blank: Annotated[Repeated, typer.Option(help="A text no longer blank.")] = None,
    file: Annotated[Path | None, typer.Option("--from", help="Explain this file's header.")] = None,
) -> None:
    """Change a feed's mapping; without an option, show it. It applies from the next import."""
    with database():
        from rollbook.records.operations import mappings
        from rollbook.records.queries import feed_by_name

        feed, by = feed_by_name(name), "command line"
        for given in remove_header or []:
            mappings.unmap_header(feed, given, actor=by)
        for given in remove_value or []:
            mappings.unmap_value(feed, *_parts(given, ":"), actor=by)
        for given in remove_blank or []:
            mappings.remove_blank_marker(feed, given, actor=by)
        for given in header or []:
            mappings.map_header(feed, *_parts(given, "="), actor=by)
        for given in ignore or []:
            mappings.map_header(feed, given, IGNORE, actor=by)
        for given in value or []:
            field, rest = _parts(given, ":")
            mappings.map_value(feed, field, *_parts(rest, "="), actor=by)
        for given in blank or []:
            mappings.add_blank_marker(feed, given, actor=by)
        if file is not None:
            _explain(name, file)
        else:
            _show(name)


def _parts(given: str, sign: str) -> tuple[str, str]:
    first, found, second = given.rpartition(sign) if sign == "=" else given.partition(sign)
    if not found or not first.strip():
        raise UsageError(what=f"“{given}” needs a {sign} in it; see `rollbook feeds map --help`.")
    return first.strip(), second.strip()


def _show(name: str) -> None:
    from rollbook.records.queries import feed_by_name

    feed = feed_by_name(name)
    lines = [
        *(("header", text, field or "ignored") for text, field in feed.headers.items()),
        *(
            (f"value of {field}", text, meant or "not known")
            for field, texts in feed.values.items()
            for text, meant in texts.items()
        ),
        *(("any value", text, "not known") for text in feed.blank_markers),
    ]
    if not lines:
        typer.echo(f"Feed {name} has no mapping of its own: the known headers and values count.")
        return
    _print(("what", "in the file", "means"), lines)


def _explain(name: str, file: Path) -> None:
    from rollbook.core.reading.open import open_table
    from rollbook.home import scratch_file
    from rollbook.records import queries
    from rollbook.records.columns import meanings

    catalogue, rules = (
        queries.read_catalogue(),
        queries.feed_rules(queries.feed_by_name(name)),
    )
    try:
        opened = file.open("rb")
    except OSError as error:
        raise UsageError(what=f"The file {file} cannot be read. Nothing was changed.") from error
    with opened:
        table = open_table(
            opened,
            name=file.name,
            size=file.stat().st_size,
            catalogue=catalogue,
            rules=rules,
            scratch=lambda: scratch_file(home()),
        )
        found = meanings(table.header, catalogue, rules)
    _print(
        ("column", "means", "how", "nearest"),
        [
            (
                column.header,
                column.field.header if column.field else "",
                WORDS[column.found],
                ", ".join(field.name for field in column.nearest),
            )
            for column in found
        ],
    )


def _print(titles: tuple[str, ...], lines: Sequence[tuple[str, ...]]) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in titles:
        table.add_column(title)
    for line in lines:
        table.add_row(*line)
    Console().print(table, markup=False)
