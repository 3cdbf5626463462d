"""A workbook's sheet as a table: its header found, its rows settled like those of a text file."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final

from rollbook.core import cells
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.reading.errors import WorksheetMissing
from rollbook.core.reading.headers import ROWS_SEARCHED, HeaderFound, find_header, missing_columns
from rollbook.core.reading.settle import Raw, Settler
from rollbook.core.rules import FeedRules
from rollbook.core.table import CHUNK_SIZE, Chunk, FileFacts

Row = tuple[int, list[str]]
"""Row number and cells as shown."""

NO_ROWS: Final[list[str]] = []


class SheetTable:
    """One sheet. `rows` starts again with each call; `place` tells how far it has read."""

    def __init__(
        self,
        rows: Callable[[], Iterable[Row]],
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

    @property
    def bytes_read(self) -> int:
        return min(self._place(), self.facts.size)

    def chunks(self) -> Iterator[Chunk]:
        """Read all rows below the header; see Table."""
        settler = Settler(
            len(self.header), ragged=True, header=self.header, identifiers=self._identifiers
        )
        rows = (row for row in self._rows() if row[0] > self.facts.header_row)
        while batch := list(islice(rows, CHUNK_SIZE)):
            self.records_read = batch[-1][0]
            yield settler.take([Raw(number, written) for number, written in batch])
        yield settler.finish(is_cut=False)
        self.notes = settler.notes


def choose_sheet(
    sheets: Iterable[tuple[str, Callable[[], Iterable[Row]]]],
    catalogue: Catalogue,
    rules: FeedRules,
) -> tuple[str, Callable[[], Iterable[Row]], HeaderFound, int]:
    """Return name, rows, header and header row of the feed's sheet, or the first that has one.

    Raises WorksheetMissing, MissingColumns.
    """
    names: list[str] = []
    fullest = NO_ROWS
    for name, rows in sheets:
        names.append(name)
        if rules.worksheet is not None and name != rules.worksheet:
            continue
        head = list(islice(rows(), ROWS_SEARCHED))
        # A number or a date is no header; its mark must not be taken for a letter.
        plain = [[cells.split_mark(cell)[1] for cell in row] for _, row in head]
        fullest = max([fullest, *plain], key=len)
        found = find_header(plain, catalogue, rules)
        if found is not None:
            return name, rows, found, head[found.index][0]
    if rules.worksheet is not None and rules.worksheet not in names:
        quoted = ", ".join(f"“{name}”" for name in names) or "none that is visible"
        raise WorksheetMissing(wanted=f"“{rules.worksheet}”", found=quoted)
    missing = [catalogue.by_name[name] for name in rules.required]
    raise missing_columns(fullest, missing, catalogue)


def preamble_note(header_row: int) -> tuple[str, ...]:
    """Say that something stands before the header."""
    if header_row == 1:
        return ()
    return (f"The header stands in row {header_row}; what stands before it was passed over.",)
