"""`rollbook feeds browse`: a folder on a feed's server, and the pattern each name suggests."""

import os
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.console import print_table
from rollbook.cli.times import Clock, district_clock
from rollbook.core.quantities import size_text
from rollbook.core.visible import visible_json

if TYPE_CHECKING:
    from rollbook.core.sources.folder_view import FolderView


def browse(
    name: Annotated[str, typer.Argument(help="The feed's name.")],
    folder: Annotated[
        str | None,
        typer.Argument(help="A folder on the server; without it, the feed's own."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """List a folder on a feed's server, newest files first. Nothing is imported."""
    with database():
        from rollbook.core.sources.browsing import browse as look_into
        from rollbook.records.operations.feeds import record_browsing
        from rollbook.records.queries.feeds import feed_by_name
        from rollbook.records.queries.file_names import patterns_beside
        from rollbook.records.sources import connection_of

        feed = feed_by_name(name)
        connection = connection_of(feed, os.environ)
        record_browsing(feed.name, connection.host, connection.port, actor="command line")
        feed.folder = feed.folder if folder is None else folder  # not saved
        view = look_into(connection, feed.folder, others=patterns_beside(feed))
        clock = district_clock()
    if as_json:
        typer.echo(visible_json({"feed": name, **_object(view)}))
        return
    _print(view, clock, server=connection.server)


def _object(view: "FolderView") -> dict[str, Any]:
    folder = asdict(view)
    for file in folder["files"]:
        if file["modified"] is not None:
            file["modified"] = datetime.fromtimestamp(file["modified"], UTC).isoformat()
    return folder


def _print(view: "FolderView", clock: Clock, *, server: str) -> None:
    from rollbook.core.sources.folder_view import contents_sentence

    if view.note:
        typer.echo(f"{view.note} {view.note_private}", err=True)
    where = view.folder or f"Login folder{f' ({view.home})' if view.home else ''}"
    counts = {"more_folders": view.more_folders, "more_files": view.more_files}
    holds = contents_sentence(len(view.folders), len(view.files), **counts)
    typer.echo(f"{where} on {server}: {holds}")
    if rows := [*_rows(view, clock)]:
        titles = ["name", f"modified ({clock.words})", "size", "file name for the feed"]
        print_table(titles, rows, right={"size"})
    if view.part:
        typer.echo(view.part)


def _rows(view: "FolderView", clock: Clock) -> Iterator[tuple[str, str, str, str]]:
    for folder in view.folders:
        yield f"{folder.name}/", "", "", folder.obstacle
    for file in view.files:
        moment = None if file.modified is None else datetime.fromtimestamp(file.modified, UTC)
        size = "" if file.size is None else size_text(file.size)
        yield file.name, clock.column(moment, ""), size, file.obstacle or file.pattern
