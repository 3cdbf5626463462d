"""The terminal. What comes from files, servers and people is shown as it is."""

import sys
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Any

import typer
from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

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


UNCUT = 100_000
"""Columns of what is no terminal: in a file or a pipe nothing is cut, and no line is wrapped."""


def plain_console(*, stderr: bool = False) -> Console:
    """Return a console that takes nothing in a text for markup.

    A header such as “[Grade]” would vanish otherwise, and “[/x]” would end the command: after an
    import that was stored, with the word that nothing was changed.
    """
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream is not None and stream.isatty() else UNCUT
    return VisibleConsole(stderr=stderr, markup=False, emoji=False, width=width)


def styled_console(*, stderr: bool = False) -> Console:
    """Return a console for our own sentences alone, in which [bold] makes bold."""
    return VisibleConsole(stderr=stderr, emoji=False)


GAP = "  "
LONGEST_WORD = 32
"""Letters that are never broken; a column may be narrower than a longer word."""
MOST_FOLDED = 200
"""Rows: laying out more takes longer than the question, so they are printed as they are."""


def print_table(
    titles: Sequence[str], rows: Iterable[Sequence[str]], *, right: Container[str] = ()
) -> None:
    """Print a line for each row, in columns as wide as they need.

    On a terminal too narrow for that, long texts are folded between words; where even that does not
    fit, each row is a block of lines. In a pipe or a file nothing is folded. `right`: titles of the
    columns of numbers.
    """
    lines = [[visible(cell) for cell in row] for row in (titles, *rows)]
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    console = plain_console()
    room = console.width - len(GAP) * (len(titles) - 1)
    if sum(widths) <= room or len(lines) > MOST_FOLDED:
        _print_table(lines, widths, right)
    elif narrowed := _narrowed(lines, widths, room):
        _print_folded(console, lines, narrowed, right)
    else:
        _print_blocks(console, lines)


def _print_table(lines: list[list[str]], widths: list[int], right: Container[str]) -> None:
    titles = lines[0]
    for number, line in enumerate(lines):
        cells = []
        for title, cell, width in zip(titles, line, widths, strict=True):
            space = " " * (width - cell_len(cell))
            cells.append(space + cell if title in right else cell + space)
        text = GAP.join(cells).rstrip()
        typer.echo(text if number else typer.style(text, dim=True))


def _narrowed(lines: list[list[str]], widths: list[int], room: int) -> list[int]:
    """Return widths that fit, with no short word broken; none where there are no such."""
    columns = zip(*lines, strict=True)
    words = [
        max((cell_len(word) for text in each for word in text.split()), default=0)
        for each in columns
    ]
    least = [min(width, word, LONGEST_WORD) for width, word in zip(widths, words, strict=True)]
    if sum(least) > room:
        return []
    found = list(widths)
    while (over := sum(found) - room) > 0:
        spare, at = max((width - least[at], at) for at, width in enumerate(found))
        found[at] -= min(over, max(1, spare // 2))
    return found


def _print_folded(
    console: Console, lines: list[list[str]], widths: list[int], right: Container[str]
) -> None:
    titles, *rows = lines
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, len(GAP), 0, 0))
    for title, width in zip(titles, widths, strict=True):
        justify: JustifyMethod = "right" if title in right else "left"
        table.add_column(title, width=width, overflow="fold", justify=justify)
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


def _print_blocks(console: Console, lines: list[list[str]]) -> None:
    titles, *rows = lines
    width = max(map(cell_len, titles[1:]))
    for number, (first, *others) in enumerate(rows):
        if number:
            console.print()
        console.print(Text(first, style="bold"))
        for title, cell in zip(titles[1:], others, strict=True):
            if cell:
                table = Table.grid(padding=(0, len(GAP), 0, 0))
                table.add_column(width=width + len(GAP), justify="right", style="dim")
                table.add_column(overflow="fold")
                table.add_row(title, Text(cell))
                console.print(table)


def confirm(question: str) -> None:
    """Continue only after a yes. Raises typer.Exit, having said that nothing changed."""
    try:
        is_wanted = typer.confirm(question)
    except typer.Abort:  # the input has ended
        typer.echo()
        is_wanted = False
    if not is_wanted:
        typer.echo("Nothing was changed.", err=True)
        raise typer.Exit(1)
