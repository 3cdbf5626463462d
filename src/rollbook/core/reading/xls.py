"""Old workbooks (.xls). A binary format with many liars: read in the limited process only."""

import mmap
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Any, BinaryIO, Final

from rollbook.core import cells
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.feed_settings import FeedRules
from rollbook.core.reading.bounds import LONGEST_CELL, Earn, check_sheet
from rollbook.core.reading.errors import FileDamaged, FileTooLarge, ProtectedFile
from rollbook.core.reading.headers import ROWS_SEARCHED
from rollbook.core.reading.number_formats import shown_number
from rollbook.core.reading.sheet_table import Row, Sheet, SheetTable, open_sheet
from rollbook.core.reading.xlsx_parts import LONGEST_FORMAT
from rollbook.core.table import FileFacts

BYTES_PER_CELL: Final = 64
"""For so many bytes the loading earns the time of a cell. A cell has 14 bytes or more, and loading
it takes a fifth of the time of its pass. Not counted in cells, because the library says nothing
before a sheet is loaded."""

ENCRYPTED_XLSX: Final = "EncryptedPackage".encode("utf-16-le").ljust(64, b"\0")
"""Directory entry of the stream that holds an .xlsx with a password, in an .xls container."""


def open_xls(
    file: BinaryIO,
    *,
    name: str,
    size: int,
    catalogue: Catalogue,
    rules: FeedRules,
    earn: Earn,
) -> SheetTable:
    """Return the feed's sheet, or the first visible one with a recognisable header."""
    book = _open_book(file)
    facts = FileFacts(name=name, size=size, kind="xls")
    earn(0, size // BYTES_PER_CELL)
    return open_sheet(_sheets(book), catalogue, rules, facts=facts, place=lambda: size, earn=earn)


def _open_book(file: BinaryIO) -> Any:
    import xlrd

    file.flush()
    content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if content.find(ENCRYPTED_XLSX) >= 0:
        raise ProtectedFile(what="workbook")
    try:
        return xlrd.open_workbook(
            file_contents=content,
            formatting_info=True,
            on_demand=True,
            ragged_rows=True,
            logfile=_Silence(),
        )
    except MemoryError:
        raise
    except Exception as error:
        if isinstance(error, xlrd.XLRDError) and "encrypted" in str(error).lower():
            raise ProtectedFile(what="workbook") from error
        raise FileDamaged(what="workbook") from error


class _Silence:
    """Where the library says what it thinks of a damaged file: once for each cell, perhaps."""

    def write(self, text: str) -> None:
        """Let it go."""


def _sheets(book: Any) -> Iterator[Sheet]:
    """Return the visible sheets. At most one of them is in memory."""
    for index, name in enumerate(book.sheet_names()):
        check_sheet(index + 1, name)
        if _load(book, index).visibility == 0:
            head = list(islice(_rows(book, index), ROWS_SEARCHED))
            yield Sheet(name, partial(_rows, book, index), head)
        book.unload_sheet(index)


def _load(book: Any, index: int) -> Any:
    try:
        return book.sheet_by_index(index)
    except MemoryError:
        raise
    except Exception as error:  # a damaged file makes it fail in any way
        raise FileDamaged(what="workbook") from error


def _rows(book: Any, index: int) -> Iterator[Row]:
    sheet = _load(book, index)
    for row in range(sheet.nrows):
        try:
            written = [_shown(book, cell) for cell in sheet.row(row)]
        except (LookupError, ValueError, TypeError, AttributeError) as error:
            raise FileDamaged(what="workbook") from error
        if any(written):
            yield row + 1, written


def _shown(book: Any, cell: Any) -> str:
    import xlrd

    match cell.ctype:
        case xlrd.XL_CELL_TEXT:
            text = str(cell.value)
            if len(text) > LONGEST_CELL:
                raise FileTooLarge(
                    what=f"one of its cells holds more than {LONGEST_CELL:,} characters"
                )
            return text
        case xlrd.XL_CELL_NUMBER | xlrd.XL_CELL_DATE:
            code = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
            if len(code) > LONGEST_FORMAT:
                raise FileTooLarge(
                    what=f"one of its number formats has more than {LONGEST_FORMAT:,} characters"
                )
            return shown_number(repr(cell.value), code, epoch_1904=bool(book.datemode))
        case xlrd.XL_CELL_BOOLEAN:
            return "TRUE" if cell.value else "FALSE"
        case xlrd.XL_CELL_ERROR:
            return f"{cells.ERROR}{xlrd.error_text_from_code.get(cell.value, '#ERROR')}"
    return ""
