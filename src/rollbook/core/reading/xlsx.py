"""Workbooks (.xlsx, .xlsm): streamed, so that memory does not grow with the sheet."""

import zipfile
from collections.abc import Callable, Iterable
from typing import BinaryIO

from rollbook.core.catalogue.students import Catalogue
from rollbook.core.reading.errors import FileDamaged
from rollbook.core.reading.sheet_table import Row, SheetTable, open_sheet
from rollbook.core.reading.xlsx_parts import SharedTexts, Sheet, read_formats, read_workbook
from rollbook.core.reading.xlsx_rows import SheetRows
from rollbook.core.rules import FeedRules
from rollbook.core.table import FileFacts


def open_xlsx(
    file: BinaryIO, *, name: str, size: int, catalogue: Catalogue, rules: FeedRules
) -> SheetTable:
    """Return the feed's sheet, or the first visible one with a recognisable header."""
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise FileDamaged(what="workbook") from error
    workbook = read_workbook(archive)
    formats, texts = read_formats(archive), SharedTexts(archive)

    def rows_of(sheet: Sheet) -> Callable[[], Iterable[Row]]:
        return lambda: SheetRows(
            archive, sheet.part, texts=texts, formats=formats, epoch_1904=workbook.epoch_1904
        )

    sheets = ((sheet.name, rows_of(sheet)) for sheet in workbook.sheets)
    facts = FileFacts(name=name, size=size, kind="xlsx")
    return open_sheet(sheets, catalogue, rules, facts=facts, place=file.tell)
