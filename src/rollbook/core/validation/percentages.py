"""Attendance and absence of one row: are they of the file's scale, and do they add up to 100?"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from rollbook.core.catalogue.number_types import PERCENT_AMBIGUOUS, PERCENT_IS_NOT_FRACTION
from rollbook.core.catalogue.verdict import Verdict, refuse
from rollbook.core.validation.scale import add_up_to_one, bare_number
from rollbook.core.validation.values import NULL, REMARK, ColumnJudge

PRESENT: Final = "attendance_percentage"
ABSENT: Final = "absence_percentage"

TOLERANCE: Final = Decimal("0.1")
"""How far the two may miss 100 together, in percentage points."""

IS_FRACTION: Final = refuse(
    "PERCENT_IS_FRACTION",
    "This value is a fraction of 1, but the rest of the file writes 94.5. Change the export to "
    "write all rows the same way.",
)
LOW: Final = Verdict(
    None,
    "ATTENDANCE_BELOW_ONE",
    "This value is 1% or less. It's kept, because the feed says that its file writes "
    "percentages. Check that the export didn't switch to fractions of 1.",
)
UNLIKE_100: Final = Verdict(
    None,
    "PERCENTAGES_DO_NOT_ADD_UP",
    "Attendance and absence don't add up to 100%. Both are kept as they are. Check how your SIS "
    "computes them.",
)

Remarks = tuple[tuple[str, Verdict], ...]


class PercentPair:
    """Judges a row's percentages together. `factor` as in PercentScale.

    What was `told` by the feed is believed where a row says nothing against it.
    """

    def __init__(
        self, judges: Mapping[str, ColumnJudge], factor: int | None, *, was_told: bool
    ) -> None:
        self._judges = judges
        self._fields = tuple(name for name in (PRESENT, ABSENT) if name in judges)
        self._factor = factor
        self._was_told = was_told

    def judge(self, cells: tuple[str, ...]) -> Remarks:
        """Judge the cells of those of the two columns that the file has, attendance first."""
        given = dict(zip(self._fields, cells, strict=True))
        present, absent = self._percentage(PRESENT, given), self._percentage(ABSENT, given)
        adds_up = None
        if present is not None and absent is not None:
            adds_up = abs(present + absent - 100) <= TOLERANCE
        if adds_up:
            return ()
        bare = (self._bare(PRESENT, given), self._bare(ABSENT, given))
        refused = self._other_scale(present, absent, bare=bare)
        if refused or adds_up is None:
            return refused
        return ((PRESENT, UNLIKE_100),)

    def _other_scale(
        self,
        present: Decimal | None,
        absent: Decimal | None,
        *,
        bare: tuple[Decimal | None, Decimal | None],
    ) -> Remarks:
        if self._factor == 100:
            return _beside_a_percentage(*bare)
        if self._factor is None:
            return ()
        bare_present, bare_absent = bare
        if (
            bare_present is not None
            and bare_absent is not None
            and add_up_to_one(bare_present, bare_absent)
        ):
            return ((PRESENT, IS_FRACTION), (ABSENT, IS_FRACTION))
        if _is_fraction(bare_present) and present is not None:
            return self._low_attendance(present, absent)
        fits = (
            present is not None
            and bare_absent is not None
            and (abs(present + 100 * bare_absent - 100) <= TOLERANCE)
        )
        return ((ABSENT, IS_FRACTION),) if fits and _is_fraction(bare_absent) else ()

    def _low_attendance(self, present: Decimal, absent: Decimal | None) -> Remarks:
        if absent is not None and abs(100 * present + absent - 100) <= 1:
            return ((PRESENT, IS_FRACTION),)
        if not self._was_told:
            return ((PRESENT, PERCENT_AMBIGUOUS),)
        return ((PRESENT, LOW),) if absent is None else ()

    def _percentage(self, field: str, given: Mapping[str, str]) -> Decimal | None:
        text = self._judges[field][given[field]] if field in given else NULL
        return None if text.endswith(NULL) else Decimal(text.removeprefix(REMARK))

    def _bare(self, field: str, given: Mapping[str, str]) -> Decimal | None:
        return bare_number(self._judges[field].read(given[field])) if field in given else None


def _beside_a_percentage(present: Decimal | None, absent: Decimal | None) -> Remarks:
    """In a file of fractions: what is beside a percentage is one too (99.5 and 0.5)."""
    if present is not None and present > 1 and _is_fraction(absent):
        return ((ABSENT, PERCENT_IS_NOT_FRACTION),)
    if absent is not None and absent > 1 and _is_fraction(present):
        return ((PRESENT, PERCENT_IS_NOT_FRACTION),)
    return ()


def _is_fraction(number: Decimal | None) -> bool:
    return number is not None and 0 < number <= 1
