"""How much one cell, row or workbook may hold. What is beyond is no export of a district.

A file of kilobytes can stand for gigabytes: texts that are referred to again and again, cells
and rows that are repeated. What multiplies has a limit here; the limited process that reads the
file (core/sandbox) is the net below.
"""

import zipfile
from collections.abc import Callable, Iterable, Sequence
from typing import Any, BinaryIO, Final, cast

from rollbook.core.catalogue.students import is_fix_it_header
from rollbook.core.reading.errors import FileDamaged, FileTooLarge

Earn = Callable[[int, int], None]
"""Called with the rows and cells just read that no chunk gives; see core/sandbox/limits.py."""

MOST_COLUMNS: Final = 2_000
"""Of the source: those that a fix-it file has in front of them do not count."""

WIDEST: Final = MOST_COLUMNS + 2
"""Columns of the widest fix-it file. A workbook's value beyond is kept behind the last one: its row
is too long, whatever it says."""

LONGEST_CELL: Final = 65_536
"""Characters. Excel keeps 32,767 in a cell, LibreOffice 65,535."""

LONGEST_ROW: Final = 1 << 20
"""Characters of a workbook's row, as of a line of text."""

LARGEST_PIECE: Final = 4 << 20
"""Characters that the rows of one piece of XML (16 KB) may come to."""

LAST_ROW: Final = 1_048_576
"""The last row of a sheet of Excel and LibreOffice."""

MOST_SHEETS: Final = 256

LONGEST_NAME: Final = 255
"""Characters of a sheet's name. Excel allows 31."""

LARGEST_DIRECTORY: Final = 1 << 20
"""Bytes of a zip's list of entries: more than 10,000 of them."""

_BROKEN: Final = (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError)


def for_free(rows: int, cells: int) -> None:
    """Count nothing: an `Earn` where the time of reading has no limit."""


def open_zip(file: BinaryIO, what: str) -> zipfile.ZipFile:
    """Return the archive, its list of entries read. Raises FileDamaged(what), FileTooLarge."""
    try:
        return zipfile.ZipFile(cast(BinaryIO, _ShortReads(file)))
    except _BROKEN as error:
        raise FileDamaged(what=what) from error


def check_columns(header: Sequence[str]) -> None:
    """Raise FileTooLarge where a header has too many columns."""
    ours = min(sum(map(is_fix_it_header, header)), WIDEST - MOST_COLUMNS)
    if len(header) - ours > MOST_COLUMNS:
        raise FileTooLarge(what=f"it has more than {MOST_COLUMNS:,} columns")


def check_cell(pieces: Sequence[str]) -> None:
    """Raise FileTooLarge where the text that is being put together is no cell's."""
    if len(pieces) > 1 and sum(map(len, pieces)) > LONGEST_CELL:
        raise FileTooLarge(what=f"one of its cells has more than {LONGEST_CELL:,} characters")


def check_rows(rows: Iterable[Sequence[str]]) -> None:
    """Raise FileTooLarge where the rows of one piece of XML hold far more text than the piece."""
    if sum(sum(map(len, row)) for row in rows) > LARGEST_PIECE:
        raise FileTooLarge(what="too many of its cells have a long text")


def check_sheet(count: int, name: str) -> None:
    """Raise FileTooLarge for a workbook's sheet number `count` beyond the limits."""
    if count > MOST_SHEETS:
        raise FileTooLarge(what=f"it has more than {MOST_SHEETS} sheets")
    if len(name) > LONGEST_NAME:
        raise FileTooLarge(what=f"the name of a sheet has more than {LONGEST_NAME} characters")


class _ShortReads:
    """A file for `zipfile`, which reads the list of entries, of any length, at once."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> Any:
        if size > LARGEST_DIRECTORY:
            raise FileTooLarge(what="the archive has more entries than any export does")
        return self._file.read(size)
