"""The scale of a file's percentages: 94.5 or 0.945. Decided for the file as a whole."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from rollbook.core import cells
from rollbook.core.catalogue.field import Field
from rollbook.core.catalogue.number_types import read_number
from rollbook.core.catalogue.students import is_fix_it_file
from rollbook.core.catalogue.verdict import OUTER_BLANKS
from rollbook.core.feed_settings import FeedRules
from rollbook.core.table import Table
from rollbook.core.validation.memory import Remembered, forget
from rollbook.core.validation.values import mapped, value_mapping

PAIR: Final = ("attendance_percentage", "absence_percentage")

HEAD: Final = 2_000
"""Records that are asked first; only where they do not tell, the whole file is."""

MANY: Final = 100
"""Rows that must tell the scale before the rest of the file is not asked."""

NEAR_ONE: Final = Decimal("0.011")
"""How far two fractions, each rounded to hundredths, may miss 1 together."""

FEWEST_FRACTIONS: Final = 3
LOWEST_SCHOOL: Final = Decimal("0.5")
"""A column of attendance without any other evidence is one of fractions where it has at least so
many values, none above 1, and their mean is at least this: as percentages no school has it."""


FRACTIONS: Final = "This file writes percentages as fractions of 1: 0.945 was read as 94.5%."
UNKNOWN: Final = (
    "Nothing in this file shows whether percentages are written as 94.5 or as 0.945, so "
    "those of 1 or less weren't imported. Set the percent scale in the feed."
)
AS_SET: Final = "Percentages were read as fractions of 1, as set in the feed."
AS_IN_FIRST: Final = (
    "Percentages were read as fractions of 1, as in the first file: 0.945 was read as 94.5%."
)


@dataclass(frozen=True, slots=True)
class PercentScale:
    """`factor`: what a bare number is multiplied with (1 or 100); None: undecidable."""

    factor: int | None
    note: str | None = None


def factor_told(notes: Collection[str]) -> int | None:
    """Return the factor of a file whose import gave these notes; None where it was undecidable."""
    if UNKNOWN in notes:
        return None
    return 1 if {FRACTIONS, AS_SET, AS_IN_FIRST}.isdisjoint(notes) else 100


def decide_scale(
    table: Table,
    fields: Sequence[Field | None],
    rules: FeedRules,
    *,
    of_first: int | None = None,
) -> PercentScale:
    """Decide by the feed's setting, otherwise by evidence; see ADR 0009.

    `of_first`: the factor of the file that corrected rows are from, where it is known: a few rows
    are no evidence against it.
    """
    names = [each.name if each is not None else None for each in fields]
    columns = [names.index(name) if name in names else None for name in PAIR]
    if columns == [None, None] or rules.percent_scale == "100":
        return PercentScale(1)
    if rules.percent_scale == "1":
        return PercentScale(100, AS_SET)
    if of_first is not None and is_fix_it_file(table.header):
        return PercentScale(of_first, AS_IN_FIRST if of_first == 100 else None)
    mappings = [value_mapping(name, rules) for name in PAIR]
    evidence = _Evidence()
    records = 0
    for chunk in table.chunks():
        evidence.weigh(
            [
                [mapped(cell, mapping) for cell in _column(chunk.records, column)]
                for column, mapping in zip(columns, mappings, strict=True)
            ]
        )
        records += len(chunk.records)
        if records >= HEAD and evidence.is_plain():
            break
    return evidence.scale()


def bare_number(cell: str) -> Decimal | None:
    """Return the number of a cell without a percent sign; a cell with one has no scale."""
    return read_number(cells.split_mark(cell)[1].strip(OUTER_BLANKS))


def add_up_to_one(present: Decimal, absent: Decimal) -> bool:
    """Tell whether two numbers of a row are plainly fractions: 0.945 and 0.055."""
    return 0 <= present <= 1 and 0 <= absent <= 1 and abs(present + absent - 1) <= NEAR_ONE


def _column(records: Sequence[list[str]], column: int | None) -> list[str]:
    return [""] * len(records) if column is None else [record[column] for record in records]


def _numbers_of(cell: str) -> tuple[Decimal | None, Decimal | None]:
    """Return a cell's bare number, or its percentage where it has a sign."""
    text = cells.split_mark(cell)[1].strip(OUTER_BLANKS)
    signed = read_number(text[:-1].rstrip()) if text.endswith("%") else None
    return bare_number(cell), signed


@dataclass(slots=True)
class _Evidence:
    percents: int = 0
    """Rows that can only be percentages: a number above 1."""
    fractions: int = 0
    """Rows that add up to 1."""
    lows: int = 0
    """Rows with an attendance of 1 or less that nothing explains, and the sum of these."""
    lows_sum: Decimal = Decimal(0)
    low_absences: int = 0
    """Rows with an absence of 1 or less whose attendance is missing or, rounded, fits both scales:
    0.5% or 50%, it is unknown."""
    has_bare: bool = False
    """Whether any number without a percent sign is not 0: only these have a scale."""
    _numbers: Remembered[tuple[Decimal | None, Decimal | None]] = field(
        default_factory=lambda: Remembered(_numbers_of)
    )

    def weigh(self, columns: list[list[str]]) -> None:
        """Add what the attendance and absence cells of a chunk say."""
        forget([self._numbers])
        for pair, times in Counter(zip(*columns, strict=True)).items():
            (present, signed), (absent, _) = (self._numbers[cell] for cell in pair)
            self.has_bare = self.has_bare or bool(present) or bool(absent)
            if signed is not None and absent:
                self._vote_beside(signed, absent, times=times)
            else:
                self._vote(present, absent, times=times)

    def is_plain(self) -> bool:
        """Tell whether no more rows need to be asked: many have spoken, nearly all alike."""
        most = max(self.percents, self.fractions)
        others = min(self.percents, self.fractions) + self.lows + self.low_absences
        return most >= MANY and most > 10 * others

    def scale(self) -> PercentScale:
        is_school = self.lows >= FEWEST_FRACTIONS and self.lows_sum / self.lows >= LOWEST_SCHOOL
        if not self.has_bare or self.percents > self.fractions + self.lows + self.low_absences:
            return PercentScale(1)
        if self.fractions + self.lows * is_school > self.percents:
            return PercentScale(100, FRACTIONS)
        return PercentScale(None, UNKNOWN)

    def _vote_beside(self, present: Decimal, absent: Decimal, *, times: int) -> None:
        """`present` is a percentage for certain; on which scale does the absence complete it?"""
        is_percent = abs(present + absent - 100) <= 100 * NEAR_ONE
        is_fraction = abs(present + 100 * absent - 100) <= 100 * NEAR_ONE
        if is_percent == is_fraction:  # a rounded 100% may be beside 0.004 and beside 0.4
            self._vote(None, absent, times=times)
        elif is_percent:
            self.percents += times
        else:
            self.fractions += times

    def _vote(self, present: Decimal | None, absent: Decimal | None, *, times: int) -> None:
        if present is not None and absent is not None and add_up_to_one(present, absent):
            self.fractions += times
        elif (present is not None and present > 1) or (absent is not None and absent > 1):
            self.percents += times
        elif present is not None and present > 0:
            self.lows += times
            self.lows_sum += present * times
        elif present is None and absent is not None and absent > 0:
            self.low_absences += times
