"""`rollbook keys`: the key that protects credentials, stored files and sessions."""

import os
from pathlib import Path
from typing import Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.command_group import Commands

app = Commands(help="The key that protects passwords and stored files.")


@app.callback()
def keys() -> None:
    """Keep `rotate` a command of its own."""


@app.command()
def rotate(
    to: Annotated[
        Path | None,
        typer.Option(help="If the key is in the environment: a file for the new one, or with it."),
    ] = None,
) -> None:
    """Replace the key: encrypt everything again, all or nothing. Everyone signs in again.

    Pages and workers can keep running: they use the new key, or say that they need it.
    """
    with database(keyed=True, pages=True):
        from rollbook.access.operations.keys import rotate_key

        rotated = rotate_key(os.environ, to=to, actor="command line")
    secrets, files = rotated.counts["secrets"], rotated.counts["stored_file_chunks"]
    typer.echo(
        f"Replaced the key: encrypted {secrets} credentials and {files} stored files again. "
        "Everyone signs in again."
    )
    for lost in rotated.unreadable:
        typer.echo(f"Still unreadable, as before: {lost}.")
    for gone in rotated.removed:
        typer.echo(f"Removed, because it was unreadable: {gone}.")
    if rotated.removed:
        typer.echo(
            "People without a second step now sign in with their password until they add a new one."
        )
    if rotated.is_in_use:
        typer.echo(f"The new key is in {rotated.placed}. Copy it to other machines that share it.")
    else:
        typer.echo(
            f"The new key is in {rotated.placed}. Set ROLLBOOK_SECRET_KEY, or its file, to it and "
            "restart every `rollbook serve` and `rollbook worker`: they don't work until then."
        )
    typer.echo("Make a backup now. Earlier backups need the old key if the environment held it.")
