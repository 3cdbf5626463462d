"""The tables of an OpenDocument spreadsheet, parsed as a stream into rows of cells as shown."""

import zipfile
from collections.abc import Iterator
from typing import Final

from rollbook.core import cells
from rollbook.core.reading.bounds import LAST_ROW, WIDEST, Earn, check_cell, check_rows
from rollbook.core.reading.errors import FileTooLarge
from rollbook.core.reading.markup import blocks, make_parser
from rollbook.core.reading.number_formats import number_as_shown, shown_number
from rollbook.core.reading.sheet_remarks import Remarks

PART: Final = "content.xml"
_COLUMNS_SPANNED: Final = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 number-columns-spanned"
_ROWS_SPANNED: Final = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 number-rows-spanned"

MOST_REPEATED: Final = 10_000
"""Rows of a sheet that are not written but repeat another. Equal rows are a handful."""


class Tables:
    """Reads the tables of the document in one pass; empty rows are only counted.

    A subclass says which table's rows it wants, and what becomes of them. Rows that it does not
    want still take time to parse: they earn it here.
    """

    def __init__(self, archive: zipfile.ZipFile, earn: Earn, remarks: Remarks) -> None:
        self._archive = archive
        self._remarks = remarks
        self._passed = _Passed(earn)
        self._blocks = blocks(archive, PART)
        self._parser = make_parser(self._start, self._end, self._take)
        self._table = -1
        self._ready: list[tuple[int, int, list[str]]] = []
        """Number of the first row, how many rows are like it, cells."""
        self._begin()

    def _wants(self) -> bool:
        """Tell whether the rows of the table that is being passed are wanted."""
        raise NotImplementedError

    def _begin(self) -> None:
        self._row = 0
        self._row_repeats = 1
        self._is_hidden = False
        self._repeated = 0
        self._cells: list[str] = []
        self._pending = 0
        self._cell: dict[str, str] | None = None
        self._text: list[str] = []
        self._paragraph = False
        self._comment = False

    def pieces(self) -> Iterator[None]:
        """Parse on, piece by piece."""
        for piece in self._blocks:
            self._parser.parse(piece)
            check_cell(self._text)
            check_rows(row[2] for row in self._ready)
            yield

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table":
            self._table += 1
            self._begin()
        if not self._wants():
            self._passed.start(name)
            return
        if name == "table-row":
            self._row_repeats = _repeats(attributes, "number-rows-repeated")
            self._is_hidden = attribute(attributes, "visibility") in ("collapse", "filter")
            self._cells, self._pending = [], 0
        elif name in ("table-cell", "covered-table-cell"):
            self._cell, self._text = attributes, []
        elif name == "annotation":
            self._comment = True
        elif name == "p" and self._cell is not None and not self._comment:
            if self._text:
                self._text.append("\n")
            self._paragraph = True
        elif name == "s" and self._paragraph:
            self._text.append(" " * min(int(attribute(attributes, "c") or 1), 1_000))
        elif name in ("line-break", "tab") and self._paragraph:
            self._text.append("\n" if name == "line-break" else "\t")

    def _take(self, text: str) -> None:
        if self._paragraph:
            self._text.append(text)
        else:
            self._passed.take()

    def _end(self, name: str) -> None:
        if not self._wants():
            self._passed.end(name)
            return
        if name == "p":
            self._paragraph = False
        elif name == "annotation":  # its paragraphs were not the cell's
            self._comment = False
        elif name in ("table-cell", "covered-table-cell") and self._cell is not None:
            repeats = _repeats(self._cell, "number-columns-repeated")
            if _ROWS_SPANNED in self._cell or _COLUMNS_SPANNED in self._cell:
                self._remark_area(self._cell)
            self._place(_shown(self._cell, "".join(self._text)), repeats)
            self._cell, self._text = None, []
        elif name == "table-row":
            if self._cells:
                self._add_rows()
            self._row += self._row_repeats

    def _add_rows(self) -> None:
        self._repeated += self._row_repeats - 1
        if self._row + self._row_repeats > LAST_ROW or self._repeated > MOST_REPEATED:
            raise FileTooLarge(what="a row is repeated more often than any export does")
        self._ready.append((self._row + 1, self._row_repeats, self._cells))
        if self._is_hidden:
            self._remarks.hidden.extend(range(self._row + 1, self._row + 1 + self._row_repeats))

    def _remark_area(self, cell: dict[str, str]) -> None:
        rows, columns = (int(cell.get(name, 1)) for name in (_ROWS_SPANNED, _COLUMNS_SPANNED))
        column = len(self._cells) + self._pending
        self._remarks.add_area(self._row + 1, self._row + rows, column, columns=columns)

    def _place(self, text: str, repeats: int) -> None:
        if not text:  # empty cells to the end of the sheet cost nothing until a value follows
            self._pending += repeats
            return
        if len(self._cells) + self._pending + repeats > WIDEST:
            # What is beyond the last place makes the row too long, no more.
            self._pending = max(min(self._pending, WIDEST - len(self._cells)), 0)
            repeats = min(repeats, WIDEST + 1 - len(self._cells) - self._pending)
        self._cells += [""] * self._pending + [text] * repeats
        self._pending = 0


class _Passed:
    """Counts the cells with text of each row that is not read; empty and repeated ones are free.

    So a file earns time only by what is really written in it.
    """

    def __init__(self, earn: Earn) -> None:
        self._earn = earn
        self._cells = 0
        self._is_paragraph = False
        self._has_text = False

    def start(self, name: str) -> None:
        if name == "p":
            self._is_paragraph = True

    def take(self) -> None:
        if self._is_paragraph:
            self._has_text = True

    def end(self, name: str) -> None:
        if name == "p":
            self._is_paragraph = False
        elif name == "table-cell":
            self._cells += self._has_text
            self._has_text = False
        elif name == "table-row":
            if self._cells:
                self._earn(1, self._cells)
            self._cells = 0


def _repeats(attributes: dict[str, str], name: str) -> int:
    repeats = int(attribute(attributes, name) or 1)
    if repeats < 1:
        raise ValueError("something is repeated less than once")
    return repeats


def _shown(attributes: dict[str, str], text: str) -> str:
    kind, value = attribute(attributes, "value-type"), attribute(attributes, "value")
    if "error" in [v for k, v in attributes.items() if k.endswith("value-type")]:
        return f"{cells.ERROR}{text or '#ERROR'}"
    has_formula = bool(attribute(attributes, "formula"))
    if has_formula and (text.startswith(("#", "Err:")) or not kind):
        return f"{cells.ERROR}{text or 'formula without a result'}"
    if kind == "percentage":
        return shown_number(value, "0%", epoch_1904=False)
    if kind in ("float", "currency"):
        return number_as_shown(value, text)
    if kind == "date":
        return cells.DATE + attribute(attributes, "date-value")
    if kind == "time":
        return cells.DATE + text
    if kind == "boolean":
        return attribute(attributes, "boolean-value").upper()
    return text or attribute(attributes, "string-value")


def attribute(attributes: dict[str, str], name: str) -> str:
    # The office namespace's own value type; an extension repeats it under another one.
    return next((v for k, v in attributes.items() if k.rpartition(" ")[2] == name), "")
