"""Percentages row by row: a row of the other scale, or of none that can be told, is refused."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from rollbook.core.catalogue.verdict import Verdict, refuse
from rollbook.core.validation.scale import NEAR, PercentScale, bare_number

PRESENT: Final = "attendance_percentage"
ABSENT: Final = "absence_percentage"

IS_FRACTION: Final = refuse(
    "PERCENT_IS_FRACTION",
    "The file writes percentages as 94.5, but this row's add up to 1, so they are fractions. "
    "Have the export write all rows the same way.",
)
IS_PERCENT: Final = refuse(
    "PERCENT_IS_NOT_FRACTION",
    "The file writes percentages as fractions of 1, but this row's add up to 100. Have the "
    "export write all rows the same way.",
)
AMBIGUOUS: Final = refuse(
    "PERCENT_AMBIGUOUS",
    "Nothing tells whether this is a percentage or a fraction of 1. Have the export write a "
    "percent sign, or tell the feed its percent scale.",
)


class _BareNumbers(dict[str, Decimal | None]):
    def __missing__(self, cell: str) -> Decimal | None:
        if len(self) > 100_000:
            self.clear()
        number = bare_number(cell)
        self[cell] = number
        return number


class RowScale:
    """Refuses what is plainly of the other scale. Was the scale told by the feed, it counts."""

    def __init__(self, scale: PercentScale, *, was_told: bool) -> None:
        self._factor = scale.factor
        self._was_told = was_told
        self._numbers = _BareNumbers()

    def refused(self, columns: Mapping[str, Sequence[str]]) -> Iterator[tuple[int, str, Verdict]]:
        """Return index, field and refusal for a chunk's raw columns."""
        present = columns.get(PRESENT)
        if present is None or self._factor is None:
            return
        absent = columns.get(ABSENT, ("",) * len(present))
        for index, pair in enumerate(zip(present, absent, strict=True)):
            here, away = self._numbers[pair[0]], self._numbers[pair[1]]
            if here is None or not self._is_suspicious(here, away):
                continue
            verdict = self._verdict(here, away)
            if verdict is not None:
                yield index, PRESENT, verdict
                if away is not None:
                    yield index, ABSENT, verdict

    def _is_suspicious(self, here: Decimal, away: Decimal | None) -> bool:
        return here <= 1 if self._factor == 1 else here > 1 or (away is not None and away > 1)

    def _verdict(self, here: Decimal, away: Decimal | None) -> Verdict | None:
        if self._factor == 1:
            if away is not None and abs(here + away - 1) <= NEAR:
                return IS_FRACTION
            alone = away is None and 0 < here <= 1
            return AMBIGUOUS if alone and not self._was_told else None
        if away is not None and abs(here + away - 100) <= NEAR * 100:
            return IS_PERCENT
        return None
