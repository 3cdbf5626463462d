"""The rows of one sheet, streamed: row number and cells, each as it is shown."""

import re
import zipfile
from collections.abc import Iterator
from typing import Final

from rollbook.core import cells
from rollbook.core.reading.bounds import check_cell, check_rows
from rollbook.core.reading.errors import FileTooLarge
from rollbook.core.reading.markup import LocalNames, blocks, make_quick_parser
from rollbook.core.reading.number_formats import LONGEST_NUMBER, shown_number
from rollbook.core.reading.xlsx_parts import SharedTexts, unescaped

MOST_COLUMNS: Final = 2_000
LAST_ROW: Final = 1_048_576
_BOOLEANS: Final = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}


class SheetRows:
    """Iterates over (row number, cells); empty rows are not there, gaps between cells are ''."""

    def __init__(
        self,
        archive: zipfile.ZipFile,
        part: str,
        *,
        texts: SharedTexts,
        formats: tuple[str, ...],
        epoch_1904: bool,
    ) -> None:
        self._blocks = blocks(archive, part)
        self._texts = texts
        self._formats = formats
        self._epoch_1904 = epoch_1904
        self._names = LocalNames()
        self._parser = make_quick_parser(self._start, self._end, self._take)
        self._ready: list[tuple[int, list[str]]] = []
        self._columns: dict[str, int] = {}
        self._numbers: dict[tuple[str, int], str] = {}
        self._row = 0
        self._cells: list[str] = []
        self._column = 0
        self._next_column = 0
        self._kind = ""
        self._style = 0
        self._value: list[str] = []
        self._wanted = False
        self._has_formula = False
        self._phonetic = False

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        for block in self._blocks:
            self._parser.parse(block)
            check_cell(self._value)
            check_rows([self._cells, *(row[1] for row in self._ready)])
            yield from self._ready
            self._ready.clear()
        self._parser.parse(b"", last=True)
        yield from self._ready

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = self._names[name]
        if name == "v":  # the most frequent first: there are millions
            self._wanted = True
            return
        if name == "c":
            place = attributes.get("r")
            self._column = self._next_column if place is None else self._column_of(place)
            self._kind = attributes.get("t", "n")
            self._style = int(attributes.get("s", "0"))
            self._value = []
            self._has_formula = False
        elif name == "row":
            row = int(attributes.get("r", self._row + 1))
            if row <= self._row:
                raise ValueError("a row is there twice, or behind a later one")
            self._row = row
            self._cells = []
            self._next_column = 0
        elif name == "f":
            self._has_formula = True
        elif name == "rPh":
            self._phonetic = True
        self._wanted = name == "t" and not self._phonetic

    def _column_of(self, place: str) -> int:
        letters = place.rstrip("0123456789")
        column = self._columns.get(letters)
        if column is None:
            column = self._columns[letters] = _column(letters)
        return column

    def _take(self, text: str) -> None:
        if self._wanted:
            self._value.append(text)

    def _end(self, name: str) -> None:
        self._wanted = False
        name = self._names[name]
        if name == "v":
            return
        if name == "c":
            self._next_column = self._column + 1
            text = self._shown("".join(self._value))
            if text:
                self._place(text)
        elif name == "row":
            if self._cells and 0 < self._row <= LAST_ROW:
                self._ready.append((self._row, self._cells))
        elif name == "rPh":
            self._phonetic = False

    def _place(self, text: str) -> None:
        missing = self._column - len(self._cells)
        if self._column >= MOST_COLUMNS:
            raise FileTooLarge(what=f"it has a value beyond column {MOST_COLUMNS:,}")
        if missing > 0:
            self._cells += [""] * missing
        if missing >= 0:
            self._cells.append(text)
        elif self._cells[self._column]:
            raise ValueError("a cell is there twice, and nothing shows which one counts")
        else:  # cells out of their order; the place counts
            self._cells[self._column] = text

    def _shown(self, value: str) -> str:
        kind = self._kind
        if kind == "s":
            return self._shared(value)
        if kind == "n":
            if not value:
                return f"{cells.ERROR}formula without a result" if self._has_formula else ""
            return self._number(value)
        if kind == "e":
            return f"{cells.ERROR}{value or '#ERROR'}"
        if kind == "b":
            return _BOOLEANS.get(value.strip().lower(), f"{cells.ERROR}neither true nor false")
        if kind == "d":
            return f"{cells.DATE}{value}"
        return unescaped(value)

    def _shared(self, value: str) -> str:
        if not value:
            return ""
        try:
            number = int(value)
            return self._texts[number] if number >= 0 else f"{cells.ERROR}text missing"
        except (ValueError, IndexError):
            return f"{cells.ERROR}text missing"

    def _number(self, value: str) -> str:
        found = self._numbers.get((value, self._style))
        if found is None:
            known = self._style < len(self._formats)
            code = self._formats[self._style] if known else "General"
            found = shown_number(value, code, epoch_1904=self._epoch_1904)
            if len(self._numbers) > 50_000:
                self._numbers.clear()
            if len(value) <= LONGEST_NUMBER:
                self._numbers[value, self._style] = found
        return found


def _column(letters: str) -> int:
    """Return the index of the column `AB`. Raises ValueError where there is none."""
    if not re.fullmatch("[A-Za-z]{1,3}", letters):
        raise ValueError("not a column")
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return column - 1
