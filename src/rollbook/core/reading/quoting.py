"""One physical line of delimited text into its cells, exactly; and lines that belong together."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

LONGEST_JOIN: Final = 65_536
MOST_LINES: Final = 100
"""How far a quoted cell may reach over lines before its quote counts as never closed."""

_FORMULA = re.compile(r'="((?:[^"]|"")*)"', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Parsed:
    """`open`: a quote is not closed on this text; `bad`: text follows a closing quote."""

    cells: list[str]
    state: Literal["ok", "open", "bad"] = "ok"
    stray: bool = False
    """A quote is inside an unquoted cell, other than in `="00123"`."""


def parse(text: str, delimiter: str) -> Parsed:
    """Split `text`, the line break at its end taken off. After trouble the rest is one cell.

    `="00123"` is how an export makes spreadsheet programs keep a value as it is: the value counts.
    """
    cells: list[str] = []
    stray = False
    position = 0
    blanks, quoted, formula = _patterns(delimiter)
    while True:
        start = _past(blanks, text, position)
        if text.startswith('"', start):
            found = quoted.match(text, start)
            if found is None:
                is_open = _is_open(text, start)
                return Parsed([*cells, text[start:]], "open" if is_open else "bad", stray)
            cells.append(_shown(found[1].replace('""', '"')))
            end = found.end()
        elif (found := formula.match(text, start)) is not None:
            cells.append(found[1].replace('""', '"'))
            end = found.end()
        else:
            end = text.find(delimiter, start)
            end = len(text) if end < 0 else end
            cells.append(text[start:end])
            stray = stray or '"' in cells[-1]
        if end >= len(text):
            return Parsed(cells, "ok", stray)
        position = end + 1


def is_footless(text: str) -> bool:
    """Tell whether the line break at the end of `text` is missing (the last line of a file)."""
    return not text.endswith(("\n", "\r"))


def is_formula_inside(line: str) -> bool:
    """Tell whether a quoted cell of `line` may be one that `parse` reads as its value."""
    return '"=""' in line


def _shown(cell: str) -> str:
    found = _FORMULA.fullmatch(cell)
    return cell if found is None else found[1].replace('""', '"')


def _is_open(text: str, start: int) -> bool:
    """Tell whether the quote at `start` has no closing one: doubled quotes close nothing."""
    return '"' not in text[start + 1 :].replace('""', "")


def _past(blanks: re.Pattern[str], text: str, position: int) -> int:
    found = blanks.match(text, position)
    return found.end() if found else position


@lru_cache
def _patterns(delimiter: str) -> tuple[re.Pattern[str], ...]:
    blank = " " if delimiter == "\t" else r"[ \t]"
    end = re.escape(delimiter)
    return (
        re.compile(f"{blank}*"),
        re.compile(f'"((?:[^"]|"")*)"{blank}*(?=$|{end})', re.DOTALL),
        re.compile(f"{_FORMULA.pattern}{blank}*(?=$|{end})", re.DOTALL),
    )
