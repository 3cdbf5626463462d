"""Rules across the columns of one row: plausibility warnings, and rows of the other scale."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from rollbook.core.validation.values import NULL

Numbers = Sequence[str]
"""A column of a chunk as COPY text."""

TOLERANCE: Final = Decimal("0.1")
"""How far attendance and absence may miss 100 together, in percentage points."""


@dataclass(frozen=True, slots=True)
class Implausible:
    """What is told of the row at `index` of a chunk, at the column of `field`."""

    index: int
    field: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Rule:
    """`breaks` tells of one row's numbers, in the order of `fields`, all of them filled."""

    fields: tuple[str, ...]
    code: str
    message: str
    breaks: Callable[..., bool]


def _recent(thing: str, recent: str, total: str) -> Rule:
    return Rule(
        (recent, total),
        "RECENT_ABOVE_TOTAL",
        f"More {thing} in the last 30 days than in the year to date. Both were imported; check "
        "the export's dates.",
        lambda recent, total: recent > total,
    )


def _sum(when: str, total: str, unexcused: str, excused: str) -> Rule:
    return Rule(
        (total, unexcused, excused),
        "ABSENCES_DO_NOT_ADD_UP",
        f"Excused and unexcused absences {when} do not add up to the absences. All were "
        "imported; check which of them the SIS counts.",
        lambda total, unexcused, excused: total != unexcused + excused,
    )


RULES: Final = (
    _recent("absences", "absences_last_30_days", "absences_ytd"),
    _recent("tardies", "tardies_last_30_days", "tardies_ytd"),
    _recent("unexcused absences", "unexcused_absences_last_30_days", "unexcused_absences_ytd"),
    _recent("excused absences", "excused_absences_last_30_days", "excused_absences_ytd"),
    _recent("incidents", "incident_count_last_30_days", "incident_count_ytd"),
    _sum("in the year to date", "absences_ytd", "unexcused_absences_ytd",
         "excused_absences_ytd"),
    _sum("of the last 30 days", "absences_last_30_days", "unexcused_absences_last_30_days",
         "excused_absences_last_30_days"),
    Rule(
        ("attendance_percentage", "absence_percentage"),
        "PERCENTAGES_DO_NOT_ADD_UP",
        "Attendance and absence do not add up to 100 %. Both were imported; check how the SIS "
        "computes them.",
        lambda present, absent: abs(present + absent - 100) > TOLERANCE,
    ),
)  # fmt: skip


class _Numbers(dict[str, Decimal | int | None]):
    """COPY text to number, each text read once."""

    def __missing__(self, text: str) -> Decimal | int | None:
        number = None if text == NULL else Decimal(text) if "." in text else int(text)
        if len(self) > 100_000:
            self.clear()
        self[text] = number
        return number


class PlausibilityRules:
    """The rules whose fields are all in the file."""

    def __init__(self, present: Sequence[str]) -> None:
        self._rules = tuple(rule for rule in RULES if set(rule.fields) <= set(present))
        self._numbers = _Numbers()

    def check(self, columns: Mapping[str, Numbers]) -> Iterator[Implausible]:
        """Look at a chunk: `columns` maps field names to COPY texts."""
        for rule in self._rules:
            texts = [columns[name] for name in rule.fields]
            rows = list(zip(*texts, strict=True))
            broken = {combination for combination in set(rows) if self._breaks(rule, combination)}
            if broken:
                for index, row in enumerate(rows):
                    if row in broken:
                        yield Implausible(index, rule.fields[0], rule.code, rule.message)

    def _breaks(self, rule: Rule, combination: tuple[str, ...]) -> bool:
        if NULL in combination:
            return False
        return rule.breaks(*(self._numbers[text] for text in combination))
