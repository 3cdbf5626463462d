"""The texts of the command line's help: what each command says that it does."""

from collections.abc import Iterator
from typing import Any


def texts() -> Iterator[str]:
    """Yield the help of each command, in the order in which they are added."""
    import typer  # late, with the commands: only who asks for the texts waits for them

    from rollbook.cli.app import app

    yield from _of(typer.main.get_command(app))


def _of(command: Any) -> Iterator[str]:
    yield " ".join((command.help or "").split())
    for each in getattr(command, "commands", {}).values():
        yield from _of(each)
