"""Rules across the columns of one row: are they plausible together?"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from rollbook.core.catalogue.verdict import Verdict
from rollbook.core.feed_settings import FeedRules
from rollbook.core.validation.memory import LONGEST_REMEMBERED
from rollbook.core.validation.percentages import ABSENT, PRESENT, PercentPair, Remarks
from rollbook.core.validation.scale import PercentScale
from rollbook.core.validation.values import NULL, REMARK, ColumnJudge

_RECENT: Final = (
    # what, last 30 days, year to date
    ("absences", "absences_last_30_days", "absences_ytd"),
    ("tardies", "tardies_last_30_days", "tardies_ytd"),
    ("unexcused absences", "unexcused_absences_last_30_days", "unexcused_absences_ytd"),
    ("excused absences", "excused_absences_last_30_days", "excused_absences_ytd"),
    ("incidents", "incident_count_last_30_days", "incident_count_ytd"),
)
_PARTS: Final = (
    # when, all, unexcused, excused
    ("in the year to date", "absences_ytd", "unexcused_absences_ytd", "excused_absences_ytd"),
    (
        "of the last 30 days",
        "absences_last_30_days",
        "unexcused_absences_last_30_days",
        "excused_absences_last_30_days",
    ),
)


class Rule(dict[tuple[str, ...], Remarks]):
    """One rule about `fields`. Every distinct combination of cells is judged once."""

    def __init__(
        self, fields: tuple[str, ...], judge: Callable[[tuple[str, ...]], Remarks]
    ) -> None:
        super().__init__()
        self.fields = fields
        self._judge = judge

    def __missing__(self, cells: tuple[str, ...]) -> Remarks:
        remarks = self._judge(cells)
        if max(map(len, cells)) <= LONGEST_REMEMBERED:
            self[cells] = remarks
        return remarks


class RowRules:
    """The rules whose fields the file has."""

    def __init__(
        self, judges: Mapping[str, ColumnJudge], rules: FeedRules, scale: PercentScale
    ) -> None:
        tolerance = 0 if rules.half_days == "refuse" else 1  # both parts may have been rounded
        counted = (
            *(_recent(judges, *names) for names in _RECENT),
            *(_parts(judges, *names, tolerance=tolerance) for names in _PARTS),
        )
        self._rules = [rule for rule in counted if set(rule.fields).issubset(judges)]
        percents = tuple(name for name in (PRESENT, ABSENT) if name in judges)
        if percents:
            pair = PercentPair(judges, scale.factor, was_told=rules.percent_scale != "auto")
            self._rules.append(Rule(percents, pair.judge))

    @property
    def memories(self) -> list[Rule]:
        """What the rules remember, to be cleared between two chunks."""
        return self._rules

    def remarks(self, columns: Mapping[str, Sequence[str]]) -> dict[int, list[tuple[str, Verdict]]]:
        """Return row index -> remarks, where there are any. `columns`: field name -> cells."""
        found: dict[int, list[tuple[str, Verdict]]] = {}
        for rule in self._rules:
            together = zip(*(columns[name] for name in rule.fields), strict=True)
            remarks_of_rows = list(map(rule.__getitem__, together))
            if any(remarks_of_rows):
                for index, remarks in enumerate(remarks_of_rows):
                    if remarks:
                        found.setdefault(index, []).extend(remarks)
        return found


def _recent(judges: Mapping[str, ColumnJudge], thing: str, recent: str, total: str) -> Rule:
    verdict = Verdict(
        None,
        "RECENT_ABOVE_TOTAL",
        f"There are more {thing} in the last 30 days than in the year to date. Both are kept as "
        "they are. Check the dates of the export.",
    )

    def judge(cells: tuple[str, ...]) -> Remarks:
        numbers = _numbers(judges, (recent, total), cells=cells)
        return ((recent, verdict),) if numbers and numbers[0] > numbers[1] else ()

    return Rule((recent, total), judge)


def _parts(judges: Mapping[str, ColumnJudge], when: str, *fields: str, tolerance: int) -> Rule:
    verdict = Verdict(
        None,
        "ABSENCES_DO_NOT_ADD_UP",
        f"Excused and unexcused absences {when} don't add up to the absences. All are kept as "
        "they are. Check which of them your SIS counts.",
    )

    def judge(cells: tuple[str, ...]) -> Remarks:
        numbers = _numbers(judges, fields, cells=cells)
        if numbers and abs(numbers[0] - sum(numbers[1:])) > tolerance:
            return ((fields[0], verdict),)
        return ()

    return Rule(fields, judge)


def _numbers(
    judges: Mapping[str, ColumnJudge], fields: Iterable[str], *, cells: Iterable[str]
) -> list[Decimal] | None:
    """Return the numbers of the cells, None where one of them is not known."""
    texts = [judges[field][cell] for field, cell in zip(fields, cells, strict=True)]
    if any(text.endswith(NULL) for text in texts):
        return None
    return [Decimal(text.removeprefix(REMARK)) for text in texts]
