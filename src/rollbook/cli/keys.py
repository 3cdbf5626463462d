"""`rollbook keys`: the key that protects credentials, stored files and sessions."""

import os
from pathlib import Path
from typing import Annotated

import typer

from rollbook.cli.bootstrap import database

app = typer.Typer(no_args_is_help=True, help="The key that protects what is encrypted.")


@app.callback()
def keys() -> None:
    """Keep `rotate` a command of its own."""


@app.command()
def rotate(
    to: Annotated[
        Path | None,
        typer.Option(
            help="With a key of the environment: a file for the new one, or one that holds it."
        ),
    ] = None,
) -> None:
    """Encrypt everything again with a new key, whole or not at all; everybody signs in again.

    Pages and workers may run: they take up the new key, or say that they need it.
    """
    with database(keyed=True, pages=True):
        from rollbook.access.operations.keys import rotate_key

        rotated = rotate_key(os.environ, to=to, actor="command line")
    secrets, files = rotated.counts["secrets"], rotated.counts["stored_file_chunks"]
    typer.echo(
        f"The key is new: {secrets} credentials and {files} stored files were encrypted again, and "
        "everybody signs in again."
    )
    for lost in rotated.unreadable:
        typer.echo(f"It was unreadable before and still is: {lost}.")
    for gone in rotated.removed:
        typer.echo(f"Unreadable, so nobody could sign in with it, and removed: {gone}.")
    if rotated.removed:
        typer.echo(
            "Who has no second factor left signs in with the password alone until a new one is "
            "added under “Sign-in security”."
        )
    if rotated.is_in_use:
        typer.echo(f"It lies in {rotated.placed}. Copy it to other machines that share the key.")
    else:
        typer.echo(
            f"It lies in {rotated.placed}. Set ROLLBOOK_SECRET_KEY or its file to it now and "
            "restart every `rollbook serve` and `rollbook worker`; until then they refuse to work."
        )
    typer.echo("Make a backup now. Earlier ones need their own key where the environment held it.")
