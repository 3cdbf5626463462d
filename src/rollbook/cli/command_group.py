"""How the help lists commands: none is cut, and those of the top in the order of need."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import click
from typer.core import TyperGroup

SECTIONS: Final[Mapping[str, Sequence[str]]] = {
    "Every day": ("import", "check", "run", "jobs", "students", "health", "quality"),
    "Setting up": (
        "demo", "feeds", "terms", "calendar", "year", "layouts", "schools", "settings", "admins",
        "tokens",
    ),
    "Keeping it running": ("serve", "worker", "doctor", "migrate", "backup", "restore"),
    "Now and then": ("audit", "keys", "fleet", "move", "uninstall"),
}  # fmt: skip
"""The commands of the top; one that is missing here is listed last."""

EXAMPLES: Final = (
    ("rollbook demo", "see everything with made-up students"),
    ("rollbook check students.csv", "what an import of this file would say"),
    ("rollbook import students.csv", "check it and merge it"),
    ("rollbook health", "is the data current, and does a worker run?"),
)


class CommandGroup(TyperGroup):
    """Lists each command with its whole first sentence, however narrow the terminal is."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given | {"suggest_commands": False})  # click names the nearest already

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, wrapped."""
        for title, commands in self._sections():
            with formatter.section(title):
                formatter.write_dl(commands)

    def _sections(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        yield "Commands", self._lines(self.commands)

    def _lines(self, names: Sequence[str] | Mapping[str, Any]) -> list[tuple[str, str]]:
        found = {name: self.commands[name] for name in names if name in self.commands}
        return [(name, one.get_short_help_str(limit=1_000)) for name, one in found.items()]


class TopGroup(CommandGroup):
    """The commands of the top, in sections, and what to begin with."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        with formatter.section("Examples"):
            formatter.write_dl(EXAMPLES)

    def _sections(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        for title, names in SECTIONS.items():
            yield title, self._lines(names)
        known = {name for names in SECTIONS.values() for name in names}
        if others := self._lines([name for name in self.commands if name not in known]):
            yield "Others", others
