"""Old workbooks (.xls). A binary format with many liars: read in the limited process only."""

import mmap
import struct
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Any, BinaryIO, Final

from rollbook.core import cells
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.feed_settings import FeedRules
from rollbook.core.reading.bounds import LONGEST_CELL, Earn, check_sheet
from rollbook.core.reading.compound_file import SIGNATURE, CompoundFile
from rollbook.core.reading.errors import FileDamaged, FileTooLarge, NotATable, ProtectedFile
from rollbook.core.reading.headers import ROWS_SEARCHED
from rollbook.core.reading.number_formats import is_hidden, shown_number
from rollbook.core.reading.sheet_remarks import Remarks
from rollbook.core.reading.sheet_table import Row, Sheet, SheetTable, open_sheet
from rollbook.core.reading.xlsx_parts import LONGEST_FORMAT
from rollbook.core.table import FileFacts

BYTES_PER_CELL: Final = 64
"""For so many bytes the loading earns the time of a cell. A cell has 14 bytes or more, and loading
it takes a fifth of the time of its pass. Not counted in cells, because the library says nothing
before a sheet is loaded."""

ENCRYPTED_XLSX: Final = "EncryptedPackage"
"""The stream that holds an .xlsx with a password, in an .xls container."""

_FIRST_WITH_SHEETS: Final = 50
"""Version, times ten, of the first workbooks of several sheets; the library loads others once."""

_BEGINNINGS: Final = (0x0009, 0x0209, 0x0409, 0x0809)
"""With these records a workbook's stream begins, by version. Source: [MS-XLS], 2.4.21."""


def is_workbook_stream(head: bytes) -> bool:
    """Tell whether a file is the stream of a workbook alone, without its container."""
    if len(head) < 8:
        return False
    record, length = struct.unpack_from("<2H", head)
    return record in _BEGINNINGS and 4 <= length <= 16


def open_xls(
    file: BinaryIO,
    *,
    name: str,
    size: int,
    catalogue: Catalogue,
    rules: FeedRules,
    earn: Earn,
) -> SheetTable:
    """Return the feed's sheet, or the first visible one with a recognizable header."""
    file.flush()
    book = _open_book(file, size)
    facts = FileFacts(name=name, size=size, kind="xls")
    earn(0, size // BYTES_PER_CELL)
    return open_sheet(_sheets(book), catalogue, rules, facts=facts, place=lambda: size, earn=earn)


def _open_book(file: BinaryIO, size: int) -> Any:
    import xlrd

    content = _read_content(file, size)
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


def _read_content(file: BinaryIO, size: int) -> mmap.mmap:
    """Return the workbook's stream, out of its container or as it is."""
    file.seek(0)
    if file.read(len(SIGNATURE)) != SIGNATURE:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    container = CompoundFile(file, size)
    if container.find(ENCRYPTED_XLSX) is not None:
        raise ProtectedFile(what="workbook")
    stream = container.find("Workbook", "Book")
    if stream is None:
        raise NotATable(what="a document of another program")
    return container.read(stream)


class _Silence:
    """Where the library says what it thinks of a damaged file: once for each cell, perhaps."""

    def write(self, text: str) -> None:
        """Let it go."""


def _sheets(book: Any) -> Iterator[Sheet]:
    """Return the visible sheets. At most one of them is in memory."""
    for index, name in enumerate(book.sheet_names()):
        check_sheet(index + 1, name)
        if _load(book, index).visibility == 0:
            head = list(islice(_rows(book, index, Remarks()), ROWS_SEARCHED))
            yield Sheet(name, partial(_rows, book, index), head)
        if book.biff_version >= _FIRST_WITH_SHEETS:
            book.unload_sheet(index)


def _load(book: Any, index: int) -> Any:
    try:
        return book.sheet_by_index(index)
    except MemoryError:
        raise
    except Exception as error:  # a damaged file makes it fail in any way
        raise FileDamaged(what="workbook") from error


def _rows(book: Any, index: int, remarks: Remarks) -> Iterator[Row]:
    sheet = _load(book, index)
    for first, after, column, end in sheet.merged_cells:
        remarks.add_area(first + 1, after, column, columns=end - column)
    for row in range(sheet.nrows):
        if not sheet.row_len(row):
            continue
        try:
            written = [_shown(book, cell, remarks) for cell in sheet.row(row)]
        except (LookupError, ValueError, TypeError, AttributeError) as error:
            raise FileDamaged(what="workbook") from error
        if any(written):
            if row in sheet.rowinfo_map and sheet.rowinfo_map[row].hidden:
                remarks.hidden.append(row + 1)
            yield row + 1, written


def _shown(book: Any, cell: Any, remarks: Remarks) -> str:
    import xlrd

    match cell.ctype:
        case xlrd.XL_CELL_TEXT:
            text = str(cell.value)
            if len(text) > LONGEST_CELL:
                raise FileTooLarge(
                    what=f"one of its cells has more than {LONGEST_CELL:,} characters"
                )
            return text
        case xlrd.XL_CELL_NUMBER | xlrd.XL_CELL_DATE:
            raw, code = repr(cell.value), _format_of(book, cell)
            if ";" in code and is_hidden(raw, code):
                remarks.hides_numbers = True
            return shown_number(raw, code, epoch_1904=bool(book.datemode))
        case xlrd.XL_CELL_BOOLEAN:
            return "TRUE" if cell.value else "FALSE"
        case xlrd.XL_CELL_ERROR:
            return f"{cells.ERROR}{xlrd.error_text_from_code.get(cell.value, '#ERROR')}"
    return ""


def _format_of(book: Any, cell: Any) -> str:
    if cell.xf_index is None or not 0 <= cell.xf_index < len(book.xf_list):
        return "General"  # some writers leave the formats out
    code = str(book.format_map[book.xf_list[cell.xf_index].format_key].format_str)
    if len(code) > LONGEST_FORMAT:
        raise FileTooLarge(
            what=f"one of its number formats has more than {LONGEST_FORMAT:,} characters"
        )
    return code
