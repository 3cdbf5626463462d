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
        bool, typer.Option("--renew", help="Make a new one. The old one stops working.")
    ] = False,
) -> None:
    """Print the secret that signs a feed's webhook messages."""
    with database():
        from rollbook.records.operations.webhooks import show_signing_secret

        typer.echo(
            show_signing_secret(name, renewed=renew, environ=os.environ, actor="command line")
        )


def webhook_test(name: Name) -> None:
    """Send a test message to a feed's webhook."""
    with database():
        from rollbook.notify.webhook_test import send_test_message

        send_test_message(name, environ=os.environ, actor="command line")
    typer.echo("The webhook received the test message.")
