"""The terminal. What comes from files, servers and people is shown as it is."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment

from rollbook.core.visible import visible


class VisibleConsole(Console):
    """Writes out what cannot be seen in any text, and so lets none steer the terminal."""

    def render(self, *arguments: Any, **options: Any) -> Iterator[Segment]:
        for segment in super().render(*arguments, **options):
            is_ours = segment.control is not None
            yield segment if is_ours else segment._replace(text=visible(segment.text))


def is_read_by_a_person() -> bool:
    """Tell whether what is printed goes to a terminal. Anything else may be a log, as of cron:
    nothing that a file or a server says is printed there, for it may be a student's."""
    return sys.stdout is not None and sys.stdout.isatty()


def plain_console(*, stderr: bool = False) -> Console:
    """Return a console that takes nothing in a text for markup.

    A header such as “[Grade]” would vanish otherwise, and “[/x]” would end the command: after an
    import that was stored, with the word that nothing was changed.
    """
    return VisibleConsole(stderr=stderr, markup=False, emoji=False)


def styled_console(*, stderr: bool = False) -> Console:
    """Return a console for our own sentences alone, in which [bold] makes bold."""
    return VisibleConsole(stderr=stderr, emoji=False)


def print_lines(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a line for each row, in columns as wide as they need, however narrow the terminal is.

    For lists that grow with the district: laying out a table of 500 rows takes a third of a second.
    """
    lines = [[visible(cell) for cell in row] for row in (titles, *rows)]
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    for number, line in enumerate(lines):
        cells = zip(line, widths, strict=True)
        text = "  ".join(cell + " " * (width - cell_len(cell)) for cell, width in cells).rstrip()
        typer.echo(text if number else typer.style(text, dim=True))


def confirm(question: str) -> None:
    """Go on only after a yes. Raises typer.Exit, having said that nothing was changed."""
    try:
        is_wanted = typer.confirm(question)
    except typer.Abort:  # the input has ended
        typer.echo()
        is_wanted = False
    if not is_wanted:
        typer.echo("Nothing was changed.", err=True)
        raise typer.Exit(1)
