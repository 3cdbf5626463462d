"""`rollbook move`: the whole installation into another database, and back."""

import os
from pathlib import Path
from typing import Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.console import confirm
from rollbook.core.errors import UsageError
from rollbook.core.quantities import counted


def move(
    target: Annotated[
        str | None,
        typer.Argument(help="The other database: its address, or embedded.", show_default=False),
    ] = None,
    target_file: Annotated[
        Path | None,
        typer.Option(
            "--target-file", help="A file whose first line is the address, with its password."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only try it; nothing is moved.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace what Rollbook has in the other database.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask after the trial.")] = False,
) -> None:
    """Move everything to another database, all or nothing. Feeds here are paused."""
    address = _address(target, target_file)
    is_embedded = not (os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"))
    with database(pages=True, keyed=True):
        from rollbook.backup.move import Destination, finish, rehearse
        from rollbook.backup.move import move as move_all

        to = Destination(address, replace)
        to.check(is_embedded=is_embedded)
        if not dry_run and (paused := finish(to, os.environ, actor="command line")) is not None:
            typer.echo(
                "Everything is already in the other database: an earlier move was interrupted "
                f"after saving it. {_paused(paused)} {_NEXT}"
            )
            return
        typer.echo("Trying it first: everything is restored there, then taken back.", err=True)
        rehearse(to, os.environ)
        if dry_run:
            typer.echo("The trial worked. Nothing was moved.")
            return
        if not yes:
            confirm("Move everything there, and pause the feeds here?")
        moved = move_all(to, os.environ, actor="command line")
    typer.echo(
        f"Moved: {counted(moved.manifest.rows, 'row')} of {len(moved.manifest.tables)} tables. "
        f"{_paused(moved.paused)} {_NEXT}"
    )


_NEXT = (
    "Set DATABASE_URL to the other database everywhere, or unset it for the embedded one. Then "
    "start `rollbook serve` or `rollbook worker`."
)


def _paused(feeds: list[str]) -> str:
    names = f" ({', '.join(feeds)})" if feeds else ""
    return f"{counted(len(feeds), 'feed')} paused here{names}. Nothing here was deleted."


def _address(target: str | None, target_file: Path | None) -> str:
    if (target is None) == (target_file is None):
        raise UsageError(
            what="The target is missing, or was given twice.",
            advice="Give its address, or embedded, or a file with --target-file.",
        )
    if target is not None:
        return target
    assert target_file is not None
    try:
        return next(iter(target_file.read_text(encoding="utf-8").splitlines()), "").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(what=f"Can't read {target_file}.") from error
