"""How help looks: whole sentences however narrow the terminal, and examples to copy."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import click
import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup
from typer.models import ArgumentInfo, CommandFunctionType
from typer.utils import get_params_from_function

Sections = Mapping[str, Sequence[str]]

SECTIONS: Final[Mapping[str, Sections]] = {
    "rollbook": {
        "Every day": ("import", "check", "run", "jobs", "students", "health", "quality"),
        "Set up": (
            "demo", "serve", "admins", "feeds", "terms", "settings", "calendar", "year", "schools",
            "layouts", "tokens",
        ),
        "Keep it running": ("doctor", "worker", "migrate", "backup", "restore"),
        "Now and then": ("audit", "keys", "move", "uninstall", "fleet"),
    },
    "feeds": {
        "Connect": ("list", "add", "test", "set", "key", "remove"),
        "Run": ("schedule", "mute", "backtest"),
        "Match columns and values": (
            "inbox", "codes", "map", "mapping", "names", "owners", "hand-over",
        ),
        "Settings over time": ("versions", "restore", "export", "import"),
        "Webhooks": ("webhook-test", "webhook-secret"),
    },
    "jobs": {
        "Look": ("list", "show", "changes", "fixit", "levels", "note"),
        "Decide": (
            "approve", "discard", "decide", "take-back", "rehearse", "import", "cancel", "undo",
        ),
    },
}  # fmt: skip
"""Commands of a group in the order of need; one that is missing here is listed last."""


class WithExamples(click.Command):
    """A command whose help ends with examples."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples of this command."""
        from rollbook.cli.examples import EXAMPLES

        _, _, path = ctx.command_path.partition(" ")
        if found := EXAMPLES.get(path):
            with formatter.section("Examples" if len(found) > 1 else "Example"):
                for words, command in found:
                    formatter.write(f"  # {words}\n  {command}\n")


class OneCommand(WithExamples, TyperCommand):
    """A command."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the arguments and options are."""
        tell_arguments(self)
        super().format_options(ctx, formatter)


def tell_arguments(command: click.Command) -> None:
    """Give the arguments their help back: this Typer's are cleared by this Click."""
    assert command.callback is not None
    declared = get_params_from_function(command.callback)
    for each in command.params:
        info = declared[each.name].default if each.name in declared else None
        if isinstance(each, TyperArgument) and isinstance(info, ArgumentInfo):
            each.help = each.help or info.help


class CommandGroup(WithExamples, TyperGroup):
    """Lists each command with its whole first sentence, however narrow the terminal is."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given | {"suggest_commands": False})  # click names the nearest already

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which they are listed."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, wrapped."""
        for title, commands in self._sections():
            with formatter.section(title):
                formatter.write_dl(commands)

    def _sections(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        sections = SECTIONS.get(self.name or "", {})
        for title, names in sections.items():
            yield title, self._lines(names)
        known = {name for names in sections.values() for name in names}
        if others := self._lines([name for name in self.commands if name not in known]):
            yield "Others" if known else "Commands", others

    def _lines(self, names: Sequence[str]) -> list[tuple[str, str]]:
        found = {name: self.commands[name] for name in names if name in self.commands}
        return [(name, one.get_short_help_str(limit=1_000)) for name, one in found.items()]


class Commands(typer.Typer):
    """Commands whose help has examples."""

    def __init__(self, **given: Any) -> None:
        defaults: dict[str, Any] = {"cls": CommandGroup, "no_args_is_help": True}
        super().__init__(**defaults | given)

    def command(
        self, name: str | None = None, **given: Any
    ) -> Callable[[CommandFunctionType], CommandFunctionType]:
        """As Typer's."""
        return super().command(name, **{"cls": OneCommand} | given)
