"""Tables of web pages, as many systems write them under the name .xls, and web archives (MHTML)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import BinaryIO, Final

from rollbook.core.catalogue.students import Catalogue
from rollbook.core.feed_settings import FeedRules
from rollbook.core.reading.bounds import Earn
from rollbook.core.reading.errors import LayoutUnfit, MissingColumns, NotATable
from rollbook.core.reading.headers import ROWS_SEARCHED
from rollbook.core.reading.html_rows import WEB_PAGE, HtmlRows
from rollbook.core.reading.mhtml import web_parts
from rollbook.core.reading.sheet_remarks import Remarks
from rollbook.core.reading.sheet_table import Row, Sheet, SheetTable, open_sheet
from rollbook.core.reading.web_text import Codec, codec_of, decoded, pieces_of
from rollbook.core.table import FileFacts

_SPOKEN: Final = {"cp1252": "windows-1252", "utf-8-sig": "utf-8", "mac_roman": "mac-roman"}

_ROWS_OF_A_TABLE: Final = 3
_CELLS_OF_A_ROW: Final = 3


def open_html(
    file: BinaryIO,
    *,
    name: str,
    size: int,
    catalogue: Catalogue,
    rules: FeedRules,
    earn: Earn,
) -> SheetTable:
    """Return the tables of the page as one sheet. Raises NotATable for a page without students."""
    codec = codec_of(pieces_of(file), told=rules.encoding)
    sheets = [Sheet("", _rows_of(lambda: pieces_of(file), codec))]
    facts = FileFacts(
        name=name, size=size, kind="html", encoding=_SPOKEN.get(codec.name, codec.name)
    )
    table = _open(sheets, facts, file, catalogue=catalogue, rules=rules, earn=earn)
    table.facts = replace(table.facts, notes=(*codec.notes, *table.facts.notes))
    return table


def open_mhtml(
    file: BinaryIO,
    *,
    name: str,
    size: int,
    catalogue: Catalogue,
    rules: FeedRules,
    earn: Earn,
) -> SheetTable:
    """Return the first page of a web archive that has a table of students."""
    sheets, notes = [], set[str]()
    for part in web_parts(file):
        codec = codec_of(part.pieces(), declared=part.charset, told=rules.encoding)
        notes |= set(codec.notes)
        sheets.append(Sheet(part.name, _rows_of(part.pieces, codec)))
    facts = FileFacts(name=name, size=size, kind="mhtml")
    table = _open(sheets, facts, file, catalogue=catalogue, rules=rules, earn=earn)
    table.facts = replace(table.facts, notes=(*notes, *table.facts.notes))
    return table


def _rows_of(
    pieces: Callable[[], Iterator[bytes]], codec: Codec
) -> Callable[[Remarks], Iterable[Row]]:
    return lambda remarks: HtmlRows(decoded(pieces(), codec), remarks)


def _open(
    sheets: list[Sheet],
    facts: FileFacts,
    file: BinaryIO,
    *,
    catalogue: Catalogue,
    rules: FeedRules,
    earn: Earn,
) -> SheetTable:
    if not any(sheet.name for sheet in sheets):
        rules = replace(rules, worksheet=None)  # a page has one table, and no name for it
    try:
        return open_sheet(sheets, catalogue, rules, facts=facts, place=file.tell, earn=earn)
    except (LayoutUnfit, MissingColumns):
        if not any(_is_table(sheet) for sheet in sheets):
            raise NotATable(what=WEB_PAGE) from None
        raise


def _is_table(sheet: Sheet) -> bool:
    """Tell whether the page has rows like a table's, not only a form or a message set in one."""
    rows = islice(sheet.rows(Remarks()), ROWS_SEARCHED)
    return sum(len(row) - row.count("") >= _CELLS_OF_A_ROW for _, row in rows) >= _ROWS_OF_A_TABLE
