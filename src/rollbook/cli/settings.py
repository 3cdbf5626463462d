"""`rollbook settings`: what holds for the whole district."""

import os
from typing import Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.command_group import Commands
from rollbook.cli.console import print_table

app = Commands(help="Settings of the whole district: time zone, emails and more.")


@app.command("list")
def list_settings() -> None:
    """List settings, their values and what they mean."""
    with database():
        from rollbook.records.district import SETTINGS, values

        now = values()
        print_table(
            ["setting", "value", "meaning"],
            [(each.key, now[each.key], f"{each.heading}. {each.help}") for each in SETTINGS],
        )


@app.command("set")
def set_setting(
    key: Annotated[str, typer.Argument(help="The setting, as `rollbook settings list` shows it.")],
    value: Annotated[str, typer.Argument(help="Its new value.")],
) -> None:
    """Change a setting."""
    with database():
        from rollbook.records.operations.district import change_settings

        change_settings({key: value}, actor="command line")
    typer.echo(f"Changed {key}.")


@app.command("test-mail")
def test_mail(
    recipient: Annotated[str, typer.Argument(help="The address to send it to.")],
) -> None:
    """Send a test email now."""
    with database():
        from rollbook.notify.outbox import send_test_mail

        send_test_mail(os.environ, recipients=[recipient])
    typer.echo(f"Sent a test email to {recipient}.")
