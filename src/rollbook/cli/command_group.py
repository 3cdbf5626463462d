"""How help looks: whole sentences however narrow the terminal, and examples to copy."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
            "layouts", "tokens", "sign-in",
        ),
        "Keep it running": ("doctor", "worker", "migrate", "backup", "restore"),
        "Now and then": ("audit", "keys", "move", "uninstall", "fleet"),
    },
    "feeds": {
        "Connect": ("list", "add", "test", "browse", "set", "key", "remove"),
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
            "approve", "discard", "decide", "take-back", "rehearse", "import", "fix", "cancel",
            "undo",
        ),
    },
}  # fmt: skip
"""Commands of a group in the order of need; one that is missing here is listed last."""


_PLAIN: Final = (
    (re.compile(r"(?:INTEGER|FLOAT)(?: RANGE)?"), "NUMBER"),
    (re.compile(r"([\d.]+)<=x<=([\d.]+)"), r"\1 to \2"),
    (re.compile(r"x>=([\d.]+)"), r"\1 or more"),
)
"""What Click says for programmers, and what a person reads instead."""


class PlainFormatter(click.HelpFormatter):
    """Says `1 to 50` for `1<=x<=50`."""

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write names with what they mean."""
        super().write_dl(
            [(_plain(name), _plain(text)) for name, text in rows], col_max, col_spacing
        )


def _plain(text: str) -> str:
    for pattern, words in _PLAIN:
        text = pattern.sub(words, text)
    return text


class PlainContext(click.Context):
    """The context of a command whose help is written so."""

    formatter_class = PlainFormatter


class WithExamples(click.Command):
    """A command whose help ends with examples."""

    context_class = PlainContext

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
