"""One column: every distinct text is judged once and becomes COPY text."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from rollbook.core.catalogue.verdict import Verdict

NULL: Final = "\\N"
"""How COPY writes NULL."""

MOST_REMEMBERED: Final = 50_000
"""Distinct texts a column remembers. Names and identifiers would remember the whole file."""

_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES: Final = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


class ColumnJudge(dict[str, str]):
    """Maps a cell's text to its COPY text; what deserves a word is kept in `noted`.

    Looking up a text that was seen before costs one dict access and nothing else, which is what
    makes a million rows quick.
    """

    def __init__(self, judge: Callable[[str], Verdict]) -> None:
        super().__init__()
        self._judge = judge
        self.noted: dict[str, Verdict] = {}

    def __missing__(self, cell: str) -> str:
        verdict = self._judge(cell)
        if verdict.code is not None or verdict.note:
            self.noted[cell] = verdict
        text = NULL if verdict.value is None else copy_text(verdict.value)
        self[cell] = text
        return text

    def forget(self) -> None:
        """Forget everything where it has become much. Only between two chunks."""
        if len(self) > MOST_REMEMBERED:
            self.clear()
            self.noted.clear()

    def remarks(self, cells: Sequence[str]) -> list[tuple[int, Verdict]]:
        """Return index and verdict of the cells of a chunk that deserve a word."""
        noted = self.noted
        if not noted or noted.keys().isdisjoint(cells):
            return []
        return [(index, noted[cell]) for index, cell in enumerate(cells) if cell in noted]


def copy_text(value: str) -> str:
    """Return `value` as COPY's text format writes it."""
    return _SPECIAL.sub(lambda match: _ESCAPES[match[0]], value)
