"""The scale of a file's percentages: 94.5 or 0.945. Decided for the file as a whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from rollbook.core import cells
from rollbook.core.catalogue.field import Field, Percent
from rollbook.core.catalogue.number_types import read_number
from rollbook.core.catalogue.verdict import OUTER_BLANKS
from rollbook.core.reading.table import Table
from rollbook.core.rules import FeedRules

HEAD: Final = 2_000
"""Records that are asked first; only where they do not tell, the whole file is."""

NEAR: Final = Decimal("0.001")
"""How near to 1 attendance and absence of a row must add up, as fractions; times 100 as percent."""

LOWEST_SCHOOL: Final = Decimal("0.5")
"""No school's column of attendance has a median below half; read as percent it would."""

FEWEST_FRACTIONS: Final = 20
"""Values between 0 and 1 that a column needs before its median is evidence."""


@dataclass(frozen=True, slots=True)
class PercentScale:
    """`factor`: what a bare number is multiplied with (1 or 100); None: undecidable."""

    factor: int | None
    note: str | None = None


@dataclass(slots=True)
class _Evidence:
    percents: int = 0
    fractions: int = 0
    bare: int = 0
    """Numbers without a percent sign that are not 0: only these have a scale."""


def decide_scale(table: Table, fields: Sequence[Field | None], rules: FeedRules) -> PercentScale:
    """Decide by the feed's setting, otherwise by evidence; see ADR 0009."""
    columns = _Columns.of(fields)
    if columns is None or rules.percent_scale == "100":
        return PercentScale(1)
    if rules.percent_scale == "1":
        return PercentScale(100, "Percentages are read as fractions of 1, as the feed says.")
    evidence = _Evidence()
    attendances: list[Decimal] = []
    for number, record in enumerate(_records(table), 1):
        columns.weigh(record, evidence, attendances)
        if number >= HEAD and (scale := _verdict(evidence, attendances)).factor is not None:
            return scale
    return _verdict(evidence, attendances)


def _verdict(evidence: _Evidence, attendances: list[Decimal]) -> PercentScale:
    percents, fractions = evidence.percents, evidence.fractions
    if not evidence.bare and not percents and not fractions:
        return PercentScale(1)
    if percents > fractions:
        return PercentScale(1)
    if fractions > percents or _is_column_of_fractions(attendances):
        return PercentScale(
            100, "Percentages are written as fractions of 1; 0.945 was read as 94.5."
        )
    return PercentScale(None)


def _is_column_of_fractions(attendances: list[Decimal]) -> bool:
    if len(attendances) < FEWEST_FRACTIONS or max(attendances) > 1:
        return False
    return sorted(attendances)[len(attendances) // 2] >= LOWEST_SCHOOL


def _records(table: Table) -> Iterator[list[str]]:
    for chunk in table.chunks():
        yield from chunk.records


@dataclass(frozen=True, slots=True)
class _Columns:
    percents: tuple[int, ...]
    attendance: int | None
    absence: int | None

    @classmethod
    def of(cls, fields: Sequence[Field | None]) -> "_Columns | None":
        found = {
            field.name: index
            for index, field in enumerate(fields)
            if field is not None and isinstance(field.type, Percent)
        }
        if not found:
            return None
        return cls(
            tuple(found.values()),
            found.get("attendance_percentage"),
            found.get("absence_percentage"),
        )

    def weigh(self, record: list[str], evidence: _Evidence, attendances: list[Decimal]) -> None:
        """Add what this record says."""
        for column in self.percents:
            number = bare_number(record[column])
            if number is not None and number > 1:
                evidence.percents += 1
            if number:
                evidence.bare += 1
        if self.attendance is None:
            return
        present = bare_number(record[self.attendance])
        if present is None:
            return
        if len(attendances) < HEAD:
            attendances.append(present)
        absent = None if self.absence is None else bare_number(record[self.absence])
        if absent is not None and 0 < present < 1 and abs(present + absent - 1) <= NEAR:
            evidence.fractions += 2


def bare_number(cell: str) -> Decimal | None:
    """Return the number of a cell without a percent sign; a cell with one has no scale."""
    return read_number(cells.split_mark(cell)[1].strip(OUTER_BLANKS))
