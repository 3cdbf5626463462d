"""Workbooks of one XML document, as Excel 2003 and many report servers write them."""

from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from rollbook.core.catalogue.students import Catalogue
from rollbook.core.feed_settings import FeedRules
from rollbook.core.reading.bounds import Earn, check_sheet
from rollbook.core.reading.headers import ROWS_SEARCHED
from rollbook.core.reading.sheet_remarks import Remarks
from rollbook.core.reading.sheet_table import Row, Sheet, SheetTable, open_sheet
from rollbook.core.reading.spreadsheetml_rows import Worksheets
from rollbook.core.table import FileFacts


def open_spreadsheetml(
    file: BinaryIO,
    *,
    name: str,
    size: int,
    catalogue: Catalogue,
    rules: FeedRules,
    earn: Earn,
) -> SheetTable:
    """Return the feed's sheet, or the first visible one with a recognizable header."""
    facts = FileFacts(name=name, size=size, kind="xml")
    return open_sheet(
        _sheets(file, earn), catalogue, rules, facts=facts, place=file.tell, earn=earn
    )


def _sheets(file: BinaryIO, earn: Earn) -> Iterator[Sheet]:
    """Return the visible sheets; whether one is hidden is said at its end."""
    found = Worksheets(file, Remarks())
    heads: dict[int, list[Row]] = {}
    for _ in found.pieces():
        for index, row, written in found.take_rows():
            head = heads.setdefault(index, [])
            if len(head) < ROWS_SEARCHED:
                head.append((row, written))
            else:
                earn(1, len(written) - written.count(""))
        for index, name, is_visible in found.take_ended():
            check_sheet(index + 1, name)
            head = heads.pop(index, [])
            if is_visible:
                yield Sheet(name, partial(_rows, file, index), head)


def _rows(file: BinaryIO, wanted: int, remarks: Remarks) -> Iterator[Row]:
    found = Worksheets(file, remarks, wanted=wanted)
    for _ in found.pieces():
        for _, row, written in found.take_rows():
            yield row, written
        if found.take_ended() and found.ended > wanted:
            return
