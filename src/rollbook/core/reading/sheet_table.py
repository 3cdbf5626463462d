"""A workbook's sheet as a table: its header found, its rows settled like those of a text file."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice

from rollbook.core import cells
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.errors import FileRefused
from rollbook.core.feed_settings import FeedRules
from rollbook.core.reading.bounds import LONGEST_ROW, Earn, check_columns
from rollbook.core.reading.errors import FileTooLarge, WorksheetMissing
from rollbook.core.reading.headerless import widest_row
from rollbook.core.reading.headers import ROWS_SEARCHED, HeaderFound, find_header, no_header
from rollbook.core.reading.raw import Raw
from rollbook.core.reading.row_shape import Settler
from rollbook.core.reading.sheet_remarks import Remarks
from rollbook.core.table import CHUNK_SIZE, Chunk, FileFacts

Row = tuple[int, list[str]]
"""Row number and cells as shown."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's name and what reads its rows, from the first with each call, and remarks on them.

    `head`: its first rows, where they are known already.
    """

    name: str
    rows: Callable[[Remarks], Iterable[Row]]
    head: list[Row] | None = None


def open_sheet(
    sheets: Iterable[Sheet],
    catalogue: Catalogue,
    rules: FeedRules,
    *,
    facts: FileFacts,
    place: Callable[[], int],
    earn: Earn,
) -> "SheetTable":
    """Return the feed's sheet, or the first that has a recognizable header.

    `place` returns how far into the file the reading is; `earn` gets the first rows of each
    sheet. Raises WorksheetMissing, MissingColumns.
    """
    remaining = iter(sheets)
    chosen = _choose(remaining, catalogue, rules, earn=earn)
    others = () if rules.worksheet is not None else _others(remaining, catalogue, rules, earn=earn)
    number = chosen.header_row
    before = f"The header is in row {number}. The rows above it were skipped."
    facts = replace(
        facts,
        header_row=number,
        worksheet=chosen.name or None,
        notes=(before,) if number > 1 else (),
        other_worksheets=others,
    )
    return SheetTable(chosen.rows, facts=facts, found=chosen.found, place=place)


class SheetTable:
    """One sheet. `rows` starts again with each call; `place` tells how far it has read."""

    def __init__(
        self,
        rows: Callable[[Remarks], Iterable[Row]],
        *,
        facts: FileFacts,
        found: HeaderFound,
        place: Callable[[], int],
    ) -> None:
        self.facts = facts
        self.header = found.header
        self._identifiers = found.identifiers
        self._rows = rows
        self._place = place
        self.records_read = 0
        self.notes: tuple[str, ...] = ()
        self.open_end = None  # a workbook that is cut cannot be opened

    @property
    def bytes_read(self) -> int:
        return min(self._place(), self.facts.size)

    def chunks(self) -> Iterator[Chunk]:
        """Read all rows below the header; see Table."""
        settler = Settler(
            len(self.header), ragged=True, header=self.header, identifiers=self._identifiers
        )
        remarks = Remarks()
        rows = (row for row in self._rows(remarks) if row[0] > self.facts.header_row)
        for batch in _batches(rows):
            self.records_read = batch[-1][0]
            yield settler.take([Raw(number, written) for number, written in batch])
        yield settler.finish(is_cut=False)
        below = self.facts.header_row
        self.notes = settler.notes + remarks.notes(below=below, header=self.header)


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Return the rows in batches, which are shorter where the rows are long.

    Raises FileTooLarge for a row that no export has.
    """
    batch: list[Row] = []
    size = 0
    for row in rows:
        length = sum(map(len, row[1]))
        if length > LONGEST_ROW:
            raise FileTooLarge(what="one of its rows has more than a megabyte of text")
        batch.append(row)
        size += length
        if len(batch) == CHUNK_SIZE or size > LONGEST_ROW:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


@dataclass(frozen=True, slots=True)
class _Chosen:
    name: str
    rows: Callable[[Remarks], Iterable[Row]]
    found: HeaderFound
    header_row: int


def _choose(
    sheets: Iterable[Sheet], catalogue: Catalogue, rules: FeedRules, *, earn: Earn
) -> _Chosen:
    names: list[str] = []
    fullest: list[list[str]] = []
    for sheet in sheets:
        names.append(sheet.name)
        if rules.worksheet is not None and sheet.name != rules.worksheet:
            continue
        numbers, plain = _head(sheet, earn)
        fullest = max(fullest, plain, key=widest_row)
        found = find_header(plain, catalogue, rules)
        if found is not None:
            check_columns(found.header)
            return _Chosen(sheet.name, sheet.rows, found, numbers[found.index])
    if rules.worksheet is not None and rules.worksheet not in names:
        quoted = ", ".join(f"“{name}”" for name in names) or "none that is visible"
        raise WorksheetMissing(wanted=f"“{rules.worksheet}”", private=f"Its sheets are: {quoted}.")
    raise no_header(fullest, catalogue, rules)


def _others(
    sheets: Iterable[Sheet], catalogue: Catalogue, rules: FeedRules, *, earn: Earn
) -> tuple[str, ...]:
    """Return the names of further sheets that would have been read, had they come first."""
    found = []
    for sheet in sheets:
        with suppress(FileRefused):  # whatever is wrong with a sheet that is not read
            if find_header(_head(sheet, earn)[1], catalogue, rules) is not None:
                found.append(sheet.name)
    return tuple(found)


def _head(sheet: Sheet, earn: Earn) -> tuple[list[int], list[list[str]]]:
    """Return the first rows' numbers and cells.

    A number or a date is no header; its mark must not be taken for a letter.
    """
    head = sheet.head
    if head is None:
        head = list(islice(sheet.rows(Remarks()), ROWS_SEARCHED))
    earn(len(head), sum(len(row) - row.count("") for _, row in head))
    plain = [[cells.split_mark(cell)[1] for cell in row] for _, row in head]
    return [number for number, _ in head], plain
