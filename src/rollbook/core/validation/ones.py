"""Rows with a bare 1 as an accuracy: 1%, or all words? The rest of the column tells.

Beside 98 and 47 it is 1%, beside 0.98 it means 100%. So these rows wait for the end of the file.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from rollbook.core import cells
from rollbook.core.catalogue.field import Score
from rollbook.core.catalogue.number_types import read_number
from rollbook.core.catalogue.verdict import OUTER_BLANKS
from rollbook.core.feed_settings import FeedRules
from rollbook.core.table import Chunk
from rollbook.core.validation.columns import Column
from rollbook.core.validation.memory import Remembered

MOST_WAITING: Final = 5_000
"""Rows. Where more have a bare 1, it is no percentage of theirs, and is refused in all of them."""


class LoneOnes:
    """Keeps back the rows of a file that have a bare 1 in a column of accuracies."""

    def __init__(self, columns: Sequence[Column], rules: FeedRules) -> None:
        is_open = rules.percent_scale == "auto"
        self._columns = [
            _Accuracies(column) for column in columns if is_open and _is_percentage(column)
        ]
        self._waiting = Chunk([], [])
        self._is_full = False

    @property
    def memories(self) -> list[Remembered[bool]]:
        """What is remembered of the cells, to be cleared between two chunks."""
        return [each.is_one for each in self._columns]

    def take(self, chunk: Chunk) -> Chunk:
        """Return the chunk without the rows that wait."""
        ones = [
            set(each.ones([record[each.index] for record in chunk.records]))
            for each in self._columns
        ]
        if not any(ones):
            return chunk
        if len(self._waiting.rows) >= MOST_WAITING:
            self._is_full = True
            return chunk
        now = Chunk([], [], chunk.damaged)
        for at, (row, record) in enumerate(zip(chunk.rows, chunk.records, strict=True)):
            into = self._waiting if any(at in found for found in ones) else now
            into.rows.append(row)
            into.records.append(record)
            into.stray_quotes += [row] * (row in chunk.stray_quotes)
            into.origins += chunk.origins[at : at + 1]
        return now

    def rest(self) -> Chunk:
        """Return the rows that waited; where the rest of a column tells, a 1 is now 1%."""
        for each in self._columns:
            if each.has_above and not each.has_fraction and not self._is_full:
                each.column.judge.believe_one()
        waiting, self._waiting = self._waiting, Chunk([], [])
        return waiting


def _is_percentage(column: Column) -> bool:
    return isinstance(column.field.type, Score) and column.field.type.percent_sign


class _Accuracies:
    """What is known of one column: whether any bare number is above 1, or a fraction of it."""

    def __init__(self, column: Column) -> None:
        self.column = column
        self.index = column.index
        self.has_above = False
        self.has_fraction = False
        self.is_one = Remembered(self._is_one)

    def ones(self, column: Sequence[str]) -> Sequence[int]:
        """Return where in a chunk's cells a bare 1 is."""
        ones = {cell for cell in {*column} if self.is_one[cell]}
        return [at for at, cell in enumerate(column) if cell in ones] if ones else ()

    def _is_one(self, cell: str) -> bool:
        text = cells.split_mark(self.column.judge.read(cell))[1]
        number = read_number(text.strip(OUTER_BLANKS)) or Decimal(0)
        self.has_above = self.has_above or number > 1
        self.has_fraction = self.has_fraction or 0 < number < 1
        return number == 1
