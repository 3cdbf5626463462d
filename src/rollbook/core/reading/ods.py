"""OpenDocument spreadsheets (.ods), streamed. Source: ODF 1.3 part 3, sections 9.1 and 19.385."""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, Final

from rollbook.core import cells
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.reading.errors import FileDamaged, FileTooLarge, ProtectedFile
from rollbook.core.reading.markup import blocks, feed, make_parser, parse_block
from rollbook.core.reading.number_formats import shown_number
from rollbook.core.reading.sheet_table import Row, SheetTable, open_sheet
from rollbook.core.rules import FeedRules
from rollbook.core.table import FileFacts

PART: Final = "content.xml"
MOST_COLUMNS: Final = 2_000
LAST_ROW: Final = 1_048_576
MOST_REPEATED: Final = 1_000_000
"""Cells that one row may stand for. Equal rows in an export are a handful."""


def open_ods(
    file: BinaryIO, *, name: str, size: int, catalogue: Catalogue, rules: FeedRules
) -> SheetTable:
    """Return the feed's sheet, or the first visible one with a recognisable header."""
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise FileDamaged(what="workbook") from error
    if _is_protected(archive):
        raise ProtectedFile(what="workbook")
    sheets = [(sheet, _rows_of(archive, index)) for index, sheet in _visible_sheets(archive)]
    facts = FileFacts(name=name, size=size, kind="ods")
    return open_sheet(sheets, catalogue, rules, facts=facts, place=file.tell)


def _is_protected(archive: zipfile.ZipFile) -> bool:
    found = [False]

    def start(name: str, attributes: dict[str, str]) -> None:
        found[0] = found[0] or name == "encryption-data"

    if "META-INF/manifest.xml" in archive.namelist():
        feed(archive, "META-INF/manifest.xml", make_parser(start, _nothing, _nothing))
    return found[0]


def _visible_sheets(archive: zipfile.ZipFile) -> list[tuple[int, str]]:
    hidden_styles: set[str] = set()
    style = [""]
    found: list[tuple[int, str]] = []
    count = [0]

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "style":
            style[0] = _of(attributes, "name")
        elif name == "table-properties" and _of(attributes, "display") == "false":
            hidden_styles.add(style[0])
        elif name == "table":
            if _of(attributes, "style-name") not in hidden_styles:
                found.append((count[0], _of(attributes, "name")))
            count[0] += 1

    feed(archive, PART, make_parser(start, _nothing, _nothing))
    return found


def _rows_of(archive: zipfile.ZipFile, index: int) -> Callable[[], Iterable[Row]]:
    return lambda: _SheetRows(archive, index)


class _SheetRows:
    """Iterates over the rows of one sheet; empty rows are only counted."""

    def __init__(self, archive: zipfile.ZipFile, index: int) -> None:
        self._blocks = blocks(archive, PART)
        self._sheet = index
        self._seen = -1
        self._parser = make_parser(self._start, self._end, self._take)
        self._ready: list[Row] = []
        self._row = 0
        self._row_repeats = 1
        self._cells: list[str] = []
        self._pending = 0
        self._cell: dict[str, str] | None = None
        self._text: list[str] = []
        self._paragraph = False
        self._comment = False

    def __iter__(self) -> Iterator[Row]:
        for block in self._blocks:
            parse_block(self._parser, block)
            yield from self._ready
            self._ready.clear()
            if self._seen > self._sheet:
                return

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table":
            self._seen += 1
        if self._seen != self._sheet:
            return
        if name == "table-row":
            self._row_repeats = int(_of(attributes, "number-rows-repeated") or 1)
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
            self._text.append(" " * min(int(_of(attributes, "c") or 1), 1_000))
        elif name in ("line-break", "tab") and self._paragraph:
            self._text.append("\n" if name == "line-break" else "\t")

    def _take(self, text: str) -> None:
        if self._paragraph:
            self._text.append(text)

    def _end(self, name: str) -> None:
        if self._seen != self._sheet:
            return
        if name == "p":
            self._paragraph = False
        elif name == "annotation":  # its paragraphs were not the cell's
            self._comment = False
        elif name in ("table-cell", "covered-table-cell") and self._cell is not None:
            repeats = int(_of(self._cell, "number-columns-repeated") or 1)
            self._place(_shown(self._cell, "".join(self._text)), repeats)
            self._cell = None
        elif name == "table-row":
            if self._cells:
                self._repeat_row()
            self._row += self._row_repeats

    def _repeat_row(self) -> None:
        last = self._row + self._row_repeats
        if last > LAST_ROW or self._row_repeats * len(self._cells) > MOST_REPEATED:
            raise FileTooLarge(what="a row is repeated more often than any export does")
        for row in range(self._row + 1, last + 1):
            self._ready.append((row, list(self._cells)))

    def _place(self, text: str, repeats: int) -> None:
        if not text:  # empty cells to the end of the sheet cost nothing until a value follows
            self._pending += repeats
            return
        if len(self._cells) + self._pending + repeats > MOST_COLUMNS:
            raise FileTooLarge(what=f"it has a value beyond column {MOST_COLUMNS:,}")
        self._cells += [""] * self._pending + [text] * repeats
        self._pending = 0


def _shown(attributes: dict[str, str], text: str) -> str:
    kind, value = _of(attributes, "value-type"), _of(attributes, "value")
    if "error" in [v for k, v in attributes.items() if k.endswith("value-type")]:
        return f"{cells.ERROR}{text or '#ERROR'}"
    has_formula = bool(_of(attributes, "formula"))
    if has_formula and (text.startswith(("#", "Err:")) or not kind):
        return f"{cells.ERROR}{text or 'formula without a result'}"
    if kind == "percentage":
        return shown_number(value, "0%", epoch_1904=False)
    if kind in ("float", "currency"):
        return _number(value, text)
    if kind == "date":
        return cells.DATE + _of(attributes, "date-value")
    if kind == "time":
        return cells.DATE + text
    if kind == "boolean":
        return _of(attributes, "boolean-value").upper()
    return text or _of(attributes, "string-value")


def _number(value: str, text: str) -> str:
    """Follow the text that the program showed as if it were a format, where that is one."""
    if text.endswith("%"):
        return shown_number(value, '0"%"', epoch_1904=False)
    if not text.isdigit() or text.startswith("0"):  # otherwise nothing tells of zeros
        as_format = "".join("0" if sign in "0123456789" else f'"{sign}"' for sign in text)
        if shown_number(value, as_format, epoch_1904=False) == text:
            return text
    return shown_number(value, "General", epoch_1904=False)


def _of(attributes: dict[str, str], name: str) -> str:
    # The office namespace's own value type; an extension repeats it under another one.
    return next((v for k, v in attributes.items() if k.rpartition(" ")[2] == name), "")


def _nothing(*_: object) -> None:
    """Listen to nothing."""
