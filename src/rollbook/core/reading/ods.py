"""OpenDocument spreadsheets (.ods), streamed. Source: ODF 1.3 part 3, sections 9.1 and 19.385."""

import zipfile
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from rollbook.core.catalogue.students import Catalogue
from rollbook.core.feed_settings import FeedRules
from rollbook.core.reading.bounds import Earn, check_sheet, open_zip
from rollbook.core.reading.errors import FileTooLarge, ProtectedFile
from rollbook.core.reading.headers import ROWS_SEARCHED
from rollbook.core.reading.markup import feed, make_parser
from rollbook.core.reading.ods_tables import Tables, attribute
from rollbook.core.reading.sheet_remarks import Remarks
from rollbook.core.reading.sheet_table import Row, Sheet, SheetTable, open_sheet
from rollbook.core.table import FileFacts


def open_ods(
    file: BinaryIO,
    *,
    name: str,
    size: int,
    catalogue: Catalogue,
    rules: FeedRules,
    earn: Earn,
) -> SheetTable:
    """Return the feed's sheet, or the first visible one with a recognizable header."""
    archive = open_zip(file, "workbook")
    if _is_protected(archive):
        raise ProtectedFile(what="workbook")
    facts = FileFacts(name=name, size=size, kind="ods")
    return open_sheet(
        _Sheets(archive, earn), catalogue, rules, facts=facts, place=file.tell, earn=earn
    )


def _is_protected(archive: zipfile.ZipFile) -> bool:
    found = [False]

    def start(name: str, attributes: dict[str, str]) -> None:
        found[0] = found[0] or name == "encryption-data"

    if "META-INF/manifest.xml" in archive.namelist():
        feed(archive, "META-INF/manifest.xml", make_parser(start, _nothing, _nothing))
    return found[0]


class _SheetRows(Tables):
    """Iterates over the rows of one sheet."""

    def __init__(
        self, archive: zipfile.ZipFile, index: int, remarks: Remarks, *, earn: Earn
    ) -> None:
        self._index = index
        super().__init__(archive, earn, remarks)

    def _wants(self) -> bool:
        return self._table == self._index

    def __iter__(self) -> Iterator[Row]:
        for _ in self.pieces():
            for first, repeats, written in self._ready:
                for row in range(first, first + repeats):
                    yield row, list(written)
            self._ready.clear()
            if self._table > self._index:
                return


class _Sheets(Tables):
    """Iterates over the visible sheets, each with its first rows: one pass for all of them."""

    def __init__(self, archive: zipfile.ZipFile, earn: Earn) -> None:
        self._earn = earn
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._name: str | None = None
        self._head: list[Row] = []
        self._is_refused = False
        self._found: list[Sheet] = []
        super().__init__(archive, earn, Remarks())

    def _wants(self) -> bool:
        is_open = self._name is not None and not self._is_refused
        return is_open and len(self._head) < ROWS_SEARCHED

    def __iter__(self) -> Iterator[Sheet]:
        for _ in self.pieces():
            yield from self._found
            self._found.clear()
        self._parser.parse(b"", last=True)
        self._close()
        yield from self._found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table":
            self._close()
            check_sheet(self._table + 2, attribute(attributes, "name"))
            is_hidden = attribute(attributes, "style-name") in self._hidden_styles
            self._name = None if is_hidden else attribute(attributes, "name")
        elif name == "style":
            self._style = attribute(attributes, "name")
        elif name == "table-properties" and attribute(attributes, "display") == "false":
            self._hidden_styles.add(self._style)
        super()._start(name, attributes)

    def _end(self, name: str) -> None:
        try:
            super()._end(name)
        except FileTooLarge:  # said again by who asks for the sheet's rows
            self._head, self._is_refused = [], True

    def _add_rows(self) -> None:
        super()._add_rows()
        first, repeats, written = self._ready.pop()
        wanted = min(repeats, ROWS_SEARCHED - len(self._head))
        self._head += [(row, written) for row in range(first, first + wanted)]

    def _close(self) -> None:
        """Finish the table that was passed."""
        if self._name is not None:
            index, archive = self._table, self._archive
            rows = partial(_SheetRows, archive, index, earn=self._earn)
            head = None if self._is_refused else self._head
            self._found.append(Sheet(self._name, rows, head))
        self._name, self._head, self._is_refused = None, [], False


def _nothing(*_: object) -> None:
    """Listen to nothing."""
