"""Workbooks (.xlsx, .xlsm): streamed, so that memory does not grow with the sheet."""

from collections.abc import Callable, Iterable
from typing import BinaryIO

from rollbook.core.catalogue.students import Catalogue
from rollbook.core.feed_settings import FeedRules
from rollbook.core.reading.bounds import Earn
from rollbook.core.reading.package import Package
from rollbook.core.reading.sheet_remarks import Remarks
from rollbook.core.reading.sheet_table import Row, Sheet, SheetTable, open_sheet
from rollbook.core.reading.xlsx_parts import SharedTexts, read_formats, read_workbook
from rollbook.core.reading.xlsx_rows import SheetRows
from rollbook.core.table import FileFacts


def open_xlsx(
    file: BinaryIO,
    package: Package,
    *,
    part: str,
    name: str,
    size: int,
    catalogue: Catalogue,
    rules: FeedRules,
    earn: Earn,
) -> SheetTable:
    """Return the feed's sheet, or the first visible one with a recognizable header.

    `part` lists the sheets of the `package` in `file`.
    """
    archive = package.archive
    workbook = read_workbook(package, part)
    formats = read_formats(archive, package.find_beside(part, "styles", "styles.xml"))
    texts = SharedTexts(
        archive, package.find_beside(part, "sharedStrings", "sharedStrings.xml"), earn
    )

    def rows_of(part: str) -> Callable[[Remarks], Iterable[Row]]:
        return lambda remarks: SheetRows(
            archive,
            part,
            texts=texts,
            formats=formats,
            epoch_1904=workbook.epoch_1904,
            remarks=remarks,
        )

    sheets = (Sheet(sheet.name, rows_of(sheet.part)) for sheet in workbook.sheets)
    facts = FileFacts(name=name, size=size, kind="xlsx")
    return open_sheet(sheets, catalogue, rules, facts=facts, place=file.tell, earn=earn)
