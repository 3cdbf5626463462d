"""`rollbook feeds webhook-secret` and `webhook-test`: what a receiver checks messages with, and
whether one arrives."""

import os
from typing import Annotated

import typer

from rollbook.cli.bootstrap import database

Name = Annotated[str, typer.Argument(help="The feed's name.")]


def webhook_secret(
    name: Name,
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


def webhook_test(name: Name) -> None:
    """Send a test message to a feed's webhook, once."""
    with database():
        from rollbook.notify.webhook_trial import send_test_message

        send_test_message(name, environ=os.environ, actor="command line")
    typer.echo("The test message arrived.")
