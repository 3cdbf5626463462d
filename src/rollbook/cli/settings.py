"""`rollbook settings`: what holds for the whole district."""

import os
from typing import Annotated

import typer
from rich.table import Table

from rollbook.cli.bootstrap import database
from rollbook.cli.command_group import Commands
from rollbook.cli.console import plain_console

app = Commands(help="What holds for the whole district.")


@app.command("list")
def list_settings() -> None:
    """List the settings, their values and what they mean."""
    with database():
        from rollbook.records.district import SETTINGS, values

        now = values()
        table = Table(box=None, pad_edge=False, header_style="dim")
        for title in ("setting", "value", "meaning"):
            table.add_column(title, overflow="fold")
        for each in SETTINGS:
            table.add_row(each.key, now[each.key], f"{each.heading}. {each.help}")
        plain_console().print(table)


@app.command("set")
def set_setting(
    key: Annotated[str, typer.Argument(help="As `rollbook settings list` shows it.")],
    value: Annotated[str, typer.Argument(help="Its new value.")],
) -> None:
    """Change one setting; it is in the audit log."""
    with database():
        from rollbook.records.operations.district import change_settings

        change_settings({key: value}, actor="command line")
    typer.echo(f"{key} was changed.")


@app.command("test-mail")
def test_mail(
    recipient: Annotated[str, typer.Argument(help="Who gets it.")],
) -> None:
    """Send a test mail now, to see that the mail server's settings are right."""
    with database():
        from rollbook.notify.outbox import send_test_mail

        send_test_mail(os.environ, recipients=[recipient])
    typer.echo(f"A test mail was sent to {recipient}.")
