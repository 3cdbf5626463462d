"""The texts of the command line's help: what each command says that it does."""

from collections.abc import Iterator

import click
import typer

from rollbook.cli.app import app


def texts() -> Iterator[str]:
    """Yield the help of each command, in the order in which help lists them."""
    yield from _of(typer.main.get_command(app))


def _of(command: click.Command) -> Iterator[str]:
    yield " ".join((command.help or "").split())
    if isinstance(command, click.Group):
        for each in command.commands.values():
            yield from _of(each)
