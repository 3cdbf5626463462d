"""The worksheets of an XML workbook, parsed as a stream into rows of cells as shown.

Source: Microsoft's XML Spreadsheet reference (Office 2003 XML schemas), ss:Row and ss:Cell.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from rollbook.core import cells
from rollbook.core.reading.bounds import LAST_ROW, WIDEST, check_cell, check_rows
from rollbook.core.reading.errors import FileTooLarge
from rollbook.core.reading.markup import PIECE, make_parser
from rollbook.core.reading.markup_kind import SPREADSHEETML
from rollbook.core.reading.number_formats import is_hidden, shown_number
from rollbook.core.reading.sheet_remarks import Remarks
from rollbook.core.reading.xlsx_parts import LONGEST_FORMAT, MOST_STYLES

_OWN: Final = f"{SPREADSHEETML} "
_MIDNIGHT = re.compile(r"T00:00:00(\.0+)?Z?$")
_NAMED: Final = {
    "General Number": "General", "General Date": "m/d/yyyy h:mm", "Long Date": "m/d/yyyy",
    "Medium Date": "m/d/yyyy", "Short Date": "m/d/yyyy", "Long Time": "h:mm", "Medium Time": "h:mm",
    "Short Time": "h:mm", "Currency": "0.00", "Euro Currency": "0.00", "Fixed": "0.00",
    "Standard": "0.00", "Percent": "0.00%", "Scientific": "0.00E+00", "Yes/No": "General",
    "True/False": "General", "On/Off": "General",
}  # fmt: skip
"""Formats that such a workbook calls by name. Which of them it is decides only the meaning."""


class Worksheets:
    """Reads the document in one pass: rows, and what is said of a sheet at its end.

    `wanted`: the only sheet whose rows are kept. Raises FileDamaged, FileTooLarge.
    """

    def __init__(self, file: BinaryIO, remarks: Remarks, *, wanted: int | None = None) -> None:
        self._file = file
        self._remarks = remarks
        self._wanted = wanted
        self._parser = make_parser(self._start, self._end, self._take)
        self._rows: list[tuple[int, int, list[str]]] = []
        self._ended: list[tuple[int, str, bool]] = []
        self.ended = 0
        """How many sheets have ended."""
        self._formats: dict[str, str] = {}
        self._style = ""
        self._sheet, self._name = -1, ""
        self._path: list[str] = []
        self._into: list[str] | None = None
        self._visible: list[str] = []
        self._begin_table({})

    def pieces(self) -> Iterator[None]:
        """Parse on, piece by piece."""
        place = 0
        while True:
            self._file.seek(place)  # another pass may have moved it
            if not (piece := self._file.read(PIECE)):
                break
            place += len(piece)
            self._parser.parse(piece)
            check_cell(self._text)
            check_rows(row[2] for row in self._rows)
            yield
        self._parser.parse(b"", last=True)
        yield

    def take_rows(self) -> list[tuple[int, int, list[str]]]:
        """Return what was read since: index of the sheet, row number, cells."""
        rows, self._rows = self._rows, []
        return rows

    def take_ended(self) -> list[tuple[int, str, bool]]:
        """Return the sheets that ended since: index, name, whether it is visible."""
        ended, self._ended = self._ended, []
        return ended

    def _begin_table(self, attributes: dict[str, str]) -> None:
        self._table_style = _own(attributes, "StyleID")
        self._column_styles: dict[int, str] = {}
        self._columns = 0
        self._row = 0
        self._covered: dict[int, int] = {}
        self._covered_from: dict[int, int] = {}
        self._row_style = ""
        self._is_hidden = False
        self._cells: list[str] = []
        self._column = 0
        self._next_column = 0
        self._cell: dict[str, str] | None = None
        self._kind = ""
        self._has_data = False
        self._text: list[str] = []

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        path = self._path
        above = path[-1] if path else ""
        path.append(name)
        if len(path) > _DEEPEST:
            raise FileTooLarge(what="its elements are nested more deeply than any workbook's")
        match above, name:
            case "Row", "Cell":
                self._start_cell(attributes)
            case "Cell", "Data":
                self._kind, self._has_data = _own(attributes, "Type"), True
                self._into = self._text
            case "Table", "Row":
                self._start_row(attributes)
            case "Table", "Column":
                self._add_column(attributes)
            case "Worksheet", "Table":
                self._begin_table(attributes)
            case _, "Worksheet":
                self._sheet += 1
                self._name, self._visible = _own(attributes, "Name"), []
            case "WorksheetOptions", "Visible":
                self._into = self._visible
            case _:
                self._note_style(above, name, attributes)

    def _note_style(self, above: str, name: str, attributes: dict[str, str]) -> None:
        if (above, name) == ("Styles", "Style"):
            self._style = _own(attributes, "ID")
            parent = self._formats.get(_own(attributes, "Parent"), "General")
            self._formats[self._style] = parent
            if len(self._formats) > MOST_STYLES:
                raise FileTooLarge(what=f"it has more than {MOST_STYLES:,} cell styles")
        elif (above, name) == ("Style", "NumberFormat"):
            code = _own(attributes, "Format") or "General"
            if len(code) > LONGEST_FORMAT:
                raise FileTooLarge(
                    what=f"one of its number formats has more than {LONGEST_FORMAT:,} characters"
                )
            self._formats[self._style] = _NAMED.get(code, code)

    def _add_column(self, attributes: dict[str, str]) -> None:
        first = int(_own(attributes, "Index") or self._columns + 1)
        self._columns = min(first + int(_own(attributes, "Span") or 0), WIDEST)
        if style := _own(attributes, "StyleID"):
            self._column_styles |= dict.fromkeys(range(first - 1, self._columns), style)

    def _start_row(self, attributes: dict[str, str]) -> None:
        row = int(_own(attributes, "Index") or self._row + 1)
        if row <= self._row:
            raise ValueError("a row comes behind a later one")
        self._row, self._row_style = row, _own(attributes, "StyleID")
        self._is_hidden = _own(attributes, "Hidden") == "1" or _own(attributes, "Height") == "0"
        self._cells, self._next_column = [], 0

    def _start_cell(self, attributes: dict[str, str]) -> None:
        index = _own(attributes, "Index")
        self._column = int(index) - 1 if index else self._next_column
        if self._column < self._next_column:
            raise ValueError("a cell comes behind a later one")
        across, down = (int(_own(attributes, f"Merge{way}") or 0) for way in ("Across", "Down"))
        self._next_column = self._column + across + 1
        self._cell, self._kind, self._has_data, self._text = attributes, "", False, []
        if down > 0 or across > 0:
            self._remarks.add_area(self._row, self._row + down, self._column, columns=across + 1)
        if down > 0:
            covered = range(self._column, min(self._next_column, WIDEST))
            self._covered |= dict.fromkeys(covered, self._row + down)
            self._covered_from |= dict.fromkeys(covered, self._row)

    def _take(self, text: str) -> None:
        if self._into is not None:
            self._into.append(text)

    def _end(self, name: str) -> None:
        self._path.pop()
        above = self._path[-1] if self._path else ""
        match above, name:
            case "Row", "Cell" if self._cell is not None:
                if text := self._shown(self._cell, "".join(self._text)):
                    self._place(text)
                self._cell = None
            case ("Cell", "Data") | ("WorksheetOptions", "Visible"):
                self._into = None
            case "Table", "Row":
                self._end_row()
            case _, "Worksheet":
                is_visible = "".join(self._visible).strip() in ("", "SheetVisible")
                self._ended.append((self._sheet, self._name, is_visible))
                self.ended += 1

    def _place(self, text: str) -> None:
        column = min(self._column, WIDEST)  # what is beyond makes the row too long, no more
        if self._covered.get(column, 0) >= self._row > self._covered_from.get(column, 0):
            raise ValueError(
                "a cell is where others are merged, and nothing shows which one counts"
            )
        self._cells += [""] * (column - len(self._cells))
        if len(self._cells) == column:
            self._cells.append(text)

    def _end_row(self) -> None:
        if self._row > LAST_ROW:
            raise FileTooLarge(what=f"it has a value below row {LAST_ROW:,}")
        if not self._cells or self._wanted not in (None, self._sheet):
            return
        self._rows.append((self._sheet, self._row, self._cells))
        if self._is_hidden:
            self._remarks.hidden.append(self._row)

    def _shown(self, attributes: dict[str, str], text: str) -> str:
        if not self._has_data:
            is_formula = bool(_own(attributes, "Formula"))
            return f"{cells.ERROR}formula without a result" if is_formula else ""
        match self._kind:
            case "Number":
                code = self._format_of(attributes)
                self._remarks.hides_numbers |= is_hidden(text, code)
                return shown_number(text, code, epoch_1904=False) if text else ""
            case "DateTime":
                return f"{cells.DATE}{_MIDNIGHT.sub('', text).replace('T', ' ')}"
            case "Boolean":
                return {"1": "TRUE", "0": "FALSE"}.get(text, f"{cells.ERROR}#VALUE!")
            case "Error":
                return f"{cells.ERROR}{text or '#ERROR'}"
        return text

    def _format_of(self, attributes: dict[str, str]) -> str:
        """Return the format that counts: the cell's, else its row's, column's, table's."""
        style = (
            _own(attributes, "StyleID")
            or self._row_style
            or self._column_styles.get(self._column)
            or self._table_style
            or "Default"
        )
        return self._formats.get(style, "General")


_DEEPEST: Final = 256


def _own(attributes: dict[str, str], name: str) -> str:
    """Return the attribute `ss:Name`; some writers leave the prefix out."""
    return attributes.get(_OWN + name) or attributes.get(name, "")
