"""Workbooks (.xlsx, .xlsm): streamed, so that memory does not grow with the sheet."""

from collections.abc import Callable, Iterable
from typing import BinaryIO

from rollbook.core.catalogue.students import Catalogue
from rollbook.core.feed_settings import FeedRules
from rollbook.core.reading.bounds import Earn, open_zip
from rollbook.core.reading.sheet_table import Row, Sheet, SheetTable, open_sheet
from rollbook.core.reading.xlsx_parts import SharedTexts, read_formats, read_workbook
from rollbook.core.reading.xlsx_rows import SheetRows
from rollbook.core.table import FileFacts


def open_xlsx(
    file: BinaryIO,
    *,
    name: str,
    size: int,
    catalogue: Catalogue,
    rules: FeedRules,
    earn: Earn,
) -> SheetTable:
    """Return the feed's sheet, or the first visible one with a recognisable header."""
    archive = open_zip(file, "workbook")
    workbook = read_workbook(archive)
    formats, texts = read_formats(archive), SharedTexts(archive, earn)

    def rows_of(part: str) -> Callable[[], Iterable[Row]]:
        return lambda: SheetRows(
            archive, part, texts=texts, formats=formats, epoch_1904=workbook.epoch_1904
        )

    sheets = (Sheet(sheet.name, rows_of(sheet.part)) for sheet in workbook.sheets)
    facts = FileFacts(name=name, size=size, kind="xlsx")
    return open_sheet(sheets, catalogue, rules, facts=facts, place=file.tell, earn=earn)
