"""`rollbook feeds webhook-secret`: what a receiver checks the messages of a feed's webhook with."""

import os
from typing import Annotated

import typer

from rollbook.cli.bootstrap import database


def webhook_secret(
    name: Annotated[str, typer.Argument(help="The feed's name.")],
    renew: Annotated[
        bool, typer.Option("--renew", help="Make a new one; the former is good no more.")
    ] = False,
) -> None:
    """Print the signing secret of a feed's webhook, alone on standard output."""
    with database():
        from rollbook.records.operations.webhooks import show_signing_secret

        typer.echo(
            show_signing_secret(name, renewed=renew, environ=os.environ, actor="command line")
        )
