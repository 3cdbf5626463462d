"""Everything that is written as CSV: no spreadsheet program runs a cell, and no cell is changed.

A cell that could run, or that begins with an apostrophe, gets an apostrophe in front. So one can be
taken off exactly where one was put on: `'t Hooft` and `=1+1` both come back as they were.
"""

import csv
from collections.abc import Iterable, Iterator
from typing import Final

_RUNS: Final = tuple("=+-@|%") + tuple(chr(ord(sign) + 0xFEE0) for sign in "=+-@|%")
"""What formulas, and commands of old programs (DDE), begin with; in full width too."""
_PASSED_OVER: Final = (
    "".join(map(chr, range(33))) + "\x7f\u00a0\u200b\u200c\u200d\u2060\u3000\ufeff"
)
"""Characters that a program may drop before it looks at what a cell begins with."""


class _Line:
    """What csv writes into: it hands each line on."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Give each row as one line of CSV with its end; None is an empty cell."""
    writer = csv.writer(_Line())
    for row in rows:
        yield writer.writerow(["" if cell is None else harmless(str(cell)) for cell in row])


def harmless(text: str) -> str:
    """Return a cell that no spreadsheet program runs as a formula."""
    return f"'{text}" if text.startswith("'") or _could_run(text) else text


def original(text: str) -> str:
    """Return what `harmless` was given; a text that it did not write, as it is."""
    rest = text[1:]
    is_ours = text.startswith("'") and (rest.startswith("'") or _could_run(rest))
    return rest if is_ours else text


def _could_run(text: str) -> bool:
    # A tab or line break in front splits the cell in some programs.
    return text.startswith(("\t", "\r", "\n")) or text.lstrip(_PASSED_OVER).startswith(_RUNS)
