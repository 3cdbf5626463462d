"""The rows of one sheet, streamed: row number and cells, each as it is shown."""

import re
import zipfile
from collections.abc import Iterator
from typing import Final

from rollbook.core import cells
from rollbook.core.reading.bounds import LAST_ROW, WIDEST, check_cell, check_rows
from rollbook.core.reading.errors import FileTooLarge
from rollbook.core.reading.markup import LocalNames, blocks, make_quick_parser
from rollbook.core.reading.number_formats import LONGEST_NUMBER, is_hidden, shown_number
from rollbook.core.reading.sheet_remarks import Remarks
from rollbook.core.reading.xlsx_parts import SharedTexts, unescaped

_PLACE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,9})")
_CORNERS = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,9}):\$?([A-Za-z]{1,3})\$?([0-9]{1,9})")
_MIDNIGHT = re.compile(r"T00:00:00(\.0+)?Z?")
_TRUE: Final = ("1", "true")
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
        remarks: Remarks,
    ) -> None:
        self._remarks = remarks
        self._blocks = blocks(archive, part)
        self._texts = texts
        self._formats = formats
        self._epoch_1904 = epoch_1904
        self._names = LocalNames()
        self._parser = make_quick_parser(self._start, self._end, self._take)
        self._ready: list[tuple[int, list[str]]] = []
        self._columns: dict[str, int] = {}
        self._numbers: dict[tuple[str, int], str] = {}
        self._last_row = 0
        self._row = 0
        self._row_text = ""
        self._cut = 0
        self._is_hidden = False
        self._cells: list[str] = []
        self._column = 0
        self._next_column = 0
        self._kind = ""
        self._style = 0
        self._value: list[str] = []
        self._value_into: list[str] | None = None
        self._text_into: list[str] | None = None
        self._into: list[str] | None = None
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
            self._into = self._value_into
        elif name == "c":
            place = attributes.get("r")
            if not place:
                self._column = self._next_column
            elif place[self._cut :] == self._row_text and place[: self._cut] in self._columns:
                self._column = self._columns[place[: self._cut]]
            else:
                self._column = self._column_at(place)
            self._kind = attributes.get("t") or "n"
            self._style = int(attributes.get("s") or 0)
            self._value = self._value_into = []
            self._has_formula = False
        elif name == "t":
            self._into = None if self._phonetic else self._text_into
        elif name == "row":
            self._start_row(attributes)
        elif name == "f":
            self._has_formula = True
        elif name == "is":
            self._start_inline()
        elif name == "rPh":
            self._phonetic = True

    def _start_inline(self) -> None:
        """Let the text count: a value beside it is another program's copy, perhaps as a number."""
        if self._kind == "inlineStr" or not self._value:
            self._kind = "inlineStr"
            self._value = self._text_into = []
            self._value_into = None
        else:
            self._text_into = None

    def _start_row(self, attributes: dict[str, str]) -> None:
        written = attributes.get("r")
        row = _number_of(written) if written else self._row + 1
        if row != self._row:
            self._go_to(row)
        self._next_column = 0
        if attributes.get("hidden") in _TRUE or attributes.get("ht") == "0":
            self._is_hidden = True

    def _go_to(self, row: int) -> None:
        """Begin `row`. Where its cells are in several elements, it goes on and is not begun."""
        if self._cells:
            self._finish_row()
        if row <= self._last_row:
            raise ValueError("a row comes behind a later one")
        self._row, self._row_text = row, str(row)
        self._cut = -len(self._row_text)
        self._is_hidden = False

    def _finish_row(self) -> None:
        if self._row > LAST_ROW:
            raise FileTooLarge(what=f"it has a value below row {LAST_ROW:,}")
        self._ready.append((self._row, self._cells))
        if self._is_hidden:
            self._remarks.hidden.append(self._row)
        self._last_row, self._cells = self._row, []

    def _column_at(self, place: str) -> int:
        """Return the column of a place that was not met before. Its row is the one that counts."""
        found = _PLACE.fullmatch(place)
        if found is None:
            return self._column_in_order(place)
        if found[2] != self._row_text:
            self._go_to(int(found[2]))
        column = _column(found[1])
        if len(self._columns) < 2 * WIDEST:
            self._columns[found[1]] = column
        return column

    def _column_in_order(self, place: str) -> int:
        """Return the next column where the place is a number that says no more than the order."""
        if place not in (self._row_text, str(self._next_column), str(self._next_column + 1)):
            raise ValueError("not a place in the sheet")
        return self._next_column

    def _take(self, text: str) -> None:
        if self._into is not None:
            self._into.append(text)

    def _end(self, name: str) -> None:
        self._into = None
        name = self._names[name]
        if name == "v":
            return
        if name == "c":
            self._next_column = self._column + 1
            text = self._shown("".join(self._value))
            if text:
                self._place(text)
        elif name == "rPh":
            self._phonetic = False
        elif name == "sheetData":
            if self._cells:
                self._finish_row()
            self._parser.listen(self._start_after_rows)

    def _start_after_rows(self, name: str, attributes: dict[str, str]) -> None:
        if self._names[name] == "mergeCell":
            corners = _CORNERS.fullmatch(attributes.get("ref", ""))
            if corners is not None:
                left, first, right, last = corners.groups()
                column = _column(left)
                width = _column(right) - column + 1
                self._remarks.add_area(int(first), int(last), column, columns=width)

    def _place(self, text: str) -> None:
        column = self._column
        if column > WIDEST:  # what is beyond makes the row too long, no more
            column = WIDEST
        missing = column - len(self._cells)
        if missing > 0:
            self._cells += [""] * missing
        if missing >= 0:
            self._cells.append(text)
        elif not self._cells[column]:  # cells out of their order; the place counts
            self._cells[column] = text
        elif column < WIDEST:
            raise ValueError("a cell is there twice, and nothing shows which one counts")

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
            return f"{cells.DATE}{_MIDNIGHT.sub('', value)}"
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
            if ";" in code and is_hidden(value, code):
                self._remarks.hides_numbers = True
            if len(self._numbers) > 50_000:
                self._numbers.clear()
            if len(value) <= LONGEST_NUMBER:
                self._numbers[value, self._style] = found
        return found


def _number_of(row: str) -> int:
    """Return 7 for "7" and "7.0". Raises ValueError."""
    number = float(row) if "." in row else int(row)
    if number != int(number):
        raise ValueError("not the number of a row")
    return int(number)


def _column(letters: str) -> int:
    """Return the index of the column `AB`."""
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return column - 1
