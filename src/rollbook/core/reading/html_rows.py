"""The rows of the tables in a web page, as a spreadsheet program shows them: one below another."""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import Final

from rollbook.core.reading.bounds import LAST_ROW, LONGEST_CELL, WIDEST
from rollbook.core.reading.errors import FileDamaged, FileTooLarge, NotATable
from rollbook.core.reading.html_cells import CellStyles, shown_cell
from rollbook.core.reading.sheet_remarks import Remarks
from rollbook.core.reading.sheet_table import Row

WEB_PAGE: Final = "a web page (HTML), perhaps a sign-in page"

MOST_NESTED: Final = 64
LARGEST_TAG: Final = 1 << 20

_BREAKS: Final = frozenset(("br", "p", "div", "li"))
_PARTS_OF_TABLES: Final = frozenset(("table", "thead", "tbody", "tfoot", "tr", "td", "th"))
_WITHOUT_END: Final = frozenset(("br", "img", "input", "hr", "wbr", "col", "meta", "link"))
_DELETED: Final = frozenset(("del", "template"))
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f]+")

Attributes = list[tuple[str, str | None]]


class HtmlRows:
    """Iterates over (row number, cells) of all tables in the text.

    Raises FileTooLarge; FileDamaged where a table has no end, because the page was cut off;
    NotATable for a page that asks for a password.
    """

    def __init__(self, text: Iterable[str], remarks: Remarks) -> None:
        self._text = text
        self._page = _Page(remarks)

    def __iter__(self) -> Iterator[Row]:
        try:
            for piece in self._text:
                self._page.feed(piece)
                if len(self._page.rawdata) > LARGEST_TAG:
                    raise FileTooLarge(what="one of its elements is longer than a megabyte")
                yield from self._page.take()
            self._page.close()
            self._page.finish()
        except AssertionError as error:  # the library's word for a declaration it cannot read
            raise FileDamaged(what="web page") from error
        yield from self._page.take()


class _Page(HTMLParser):
    """Follows rows and cells; elements that nobody closed are closed by what comes after them."""

    def __init__(self, remarks: Remarks) -> None:
        super().__init__(convert_charrefs=True)
        self._remarks = remarks
        self._styles = CellStyles()
        self._in_style = False
        self._ready: list[Row] = []
        self._row = 0
        self._nested = 0
        self._is_open = self._is_hidden = False
        self._cells: list[str] = []
        self._spans: dict[int, int] = {}
        self._cell: dict[str, str] | None = None
        self._across = self._down = 1
        self._written: list[str] = []
        self._size = 0
        self._unseen: list[str] = []
        """Elements that are open within a cell and that nobody sees, the outermost first."""

    def take(self) -> list[Row]:
        """Return the rows that have ended."""
        ready, self._ready = self._ready, []
        return ready

    def finish(self) -> None:
        """End the page. Its last row may be half a one where it broke off."""
        if self._nested or self._cell is not None:
            raise FileDamaged(what="web page")
        self._end_row()

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        if self._cell is not None and (self._unseen or _is_unseen(tag, attrs)):
            self._hide(tag)
        if tag == "td" or tag == "th":
            self._start_cell(tag, attrs)
        elif tag == "tr":
            self._end_row()
            self._start_row(dict(attrs))
        elif tag == "table":
            self._end_row()
            self._spans = {}
            self._nested += 1
            if self._nested > MOST_NESTED:
                raise FileTooLarge(what="its tables are nested more deeply than any export's")
        elif tag in _BREAKS:
            self._write("\n")
        elif tag == "style":
            self._in_style = True
        elif tag == "input" and (dict(attrs).get("type") or "").lower() == "password":
            raise NotATable(what=WEB_PAGE)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unseen:
            del self._unseen[len(self._unseen) - 1 - self._unseen[::-1].index(tag) :]
        if tag == "td" or tag == "th":
            self._end_cell()
        elif tag == "tr" or tag == "table":
            self._end_row()
            if tag == "table":
                self._nested = max(self._nested - 1, 0)
                self._spans = {}
        elif tag == "style":
            self._in_style = False
        elif tag in _BREAKS:
            self._write("\n")

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self._styles.read(data)
        elif self._cell is not None and self.cdata_elem is None:
            self._write(_BLANKS.sub(" ", data))

    def _write(self, text: str) -> None:
        if self._cell is None or self._unseen:
            return
        self._size += len(text)
        if self._size > LONGEST_CELL:
            raise FileTooLarge(what=f"one of its cells has more than {LONGEST_CELL:,} characters")
        self._written.append(text)

    def _hide(self, tag: str) -> None:
        if tag in _PARTS_OF_TABLES or tag in _WITHOUT_END:
            return
        self._unseen.append(tag)
        if len(self._unseen) > MOST_NESTED:
            raise FileTooLarge(what="its elements are nested more deeply than any export's")

    def _start_row(self, attributes: dict[str, str | None]) -> None:
        self._row += 1
        self._is_open = True
        style = attributes.get("style") or ""
        self._is_hidden = "hidden" in attributes or _HIDDEN.search(style) is not None
        if self._row > LAST_ROW:
            raise FileTooLarge(what=f"it has more than {LAST_ROW:,} rows")

    def _start_cell(self, tag: str, attrs: Attributes) -> None:
        self._end_cell()
        if not self._is_open:
            self._start_row({})
        self._skip_covered()
        self._cell = {name: value or "" for name, value in attrs} if attrs else {}
        self._cell["tag"] = tag
        self._across = _span(self._cell.get("colspan"))
        self._down = _span(self._cell.get("rowspan"))
        self._written, self._size, self._unseen = [], 0, []

    def _skip_covered(self) -> None:
        """Leave the places empty that a cell of an earlier row covers."""
        while self._spans.get(len(self._cells), 0) >= self._row:
            self._cells.append("")

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        text = "".join(self._written)
        if "\n" in text:
            text = "\n".join(line for part in text.split("\n") if (line := part.strip(" ")))
        column, attributes = len(self._cells), self._cell
        self._cell, self._unseen = None, []
        last = self._row + self._down - 1
        if self._down > 1 or self._across > 1:
            self._remarks.add_area(self._row, last, column, columns=self._across)
        if self._down > 1:
            covered = range(column, min(column + self._across, WIDEST))
            self._spans |= dict.fromkeys(covered, last)
        shown = shown_cell(text.strip(" "), attributes, self._styles, self._remarks)
        room = WIDEST + 1 - column  # what is beyond makes the row too long, no more
        if room > 0:
            self._cells += [shown, *[""] * (self._across - 1)][:room]

    def _end_row(self) -> None:
        self._end_cell()
        if not self._is_open:
            return
        while self._cells and not self._cells[-1]:
            self._cells.pop()
        if self._cells:
            self._ready.append((self._row, self._cells))
            if self._is_hidden:
                self._remarks.hidden.append(self._row)
        self._cells, self._is_open = [], False


def _is_unseen(tag: str, attrs: Attributes) -> bool:
    """Tell whether an element within a cell is hidden, or struck out as deleted."""
    attributes = dict(attrs)
    style = attributes.get("style") or ""
    return tag in _DELETED or "hidden" in attributes or _HIDDEN.search(style) is not None


def _span(written: str | None) -> int:
    if not written or not written.strip().isdigit():
        return 1
    return min(max(int(written[:9]), 1), WIDEST)
