"""The success metrics that the district was promised, measured: one answer for page and command.

Numbers about students, feeds and imports; no student's name or value.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from rollbook.records.database import translated
from rollbook.records.district import district_zone
from rollbook.records.queries.coverage import TARGET as COVERAGE_TARGET
from rollbook.records.queries.coverage import Coverage, coverage
from rollbook.records.queries.nights import (
    Problem,
    StoredImport,
    average_seconds,
    frequent_problems,
    schools_of,
    stored_imports,
)
from rollbook.records.queries.standings import FeedStanding, feed_standings
from rollbook.records.queries.trends import (
    DAYS,
    ERROR_TARGET,
    SUCCESS_TARGET,
    Day,
    error_rate,
    success_rate,
    trend,
)

FIRST_SUCCESS_TARGET: Final = 95.0
"""Percent of imports that complete, as the specification asks of the first 30 days."""
FIRST: Final = "success_rate_at_first"
SECONDS_TARGET: Final = 120.0
WEEK: Final = 7
WEEKS: Final = 8

NOT_MEASURED: Final = (
    ("100 % of administrators trained on SFTP configuration", "Your training records know."),
    (
        "Zero manual data entry for the tracked fields",
        "Rollbook sees what files bring, not what people type into the SIS.",
    ),
    ("Staff report high confidence in data freshness", "Ask them."),
    ("Intervention planning time reduced by 30 %", "Those who plan know."),
    (
        "Zero unplanned downtime for the import system",
        "A stopped program cannot see that it is stopped. An uptime service can: it is told after"
        " each night.",
    ),
)
"""What the specification asks and software cannot know, and who can."""


class State(StrEnum):
    """Whether a target is met."""

    MET = "met"
    MISSED = "missed"
    UNDER_WAY = "under_way"
    """Not yet met, while the tests of the term are still being given."""
    NOTHING = "nothing"
    """There is nothing to judge yet."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One promise beside what was measured; `unit` is % or s."""

    name: str
    title: str
    unit: str
    target: float
    is_floor: bool
    """Whether at least `target` is asked; otherwise less than it."""
    value: float | None
    before: float | None
    """The same in the 30 days before; of coverage, in the term before."""
    state: State
    part: int | None = None
    whole: int | None = None

    @property
    def is_first(self) -> bool:
        """Whether its target is a first, lower one of another metric."""
        return self.name == FIRST

    @property
    def asked(self) -> str:
        """The target in words."""
        number = f"{self.target:g}\u00a0%" if self.unit == "%" else f"{self.target / 60:g} minutes"
        return f"at least {number}" if self.is_floor else f"under {number}"


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days that end with `last`."""

    first: date
    last: date
    success: float | None
    errors: float | None
    seconds: float | None
    imports: int


@dataclass(frozen=True, slots=True)
class Quality:
    """Everything that is known of the data's quality at one moment."""

    as_of: datetime
    metrics: Sequence[Metric]
    weeks: Sequence[Week]
    """The newest first."""
    coverage: Coverage
    feeds: Sequence[FeedStanding]
    problems: Sequence[Problem]
    """With schools where they were asked for."""


@translated()
def quality(now: datetime, *, schools: bool) -> Quality:
    """Measure. `schools`: whether to say which schools have most of a problem.

    Raises as `translated`.
    """
    zone = district_zone()
    today = now.astimezone(zone).date()
    days = trend(now, zone, days=2 * DAYS)
    imports = stored_imports(now, days=2 * DAYS)
    first = days[DAYS].day
    is_new = [each.ended_at.astimezone(zone).date() >= first for each in imports]
    newest = [each for each, new in zip(imports, is_new, strict=True) if new]
    older = [each for each, new in zip(imports, is_new, strict=True) if not new]
    found, problems = coverage(today), frequent_problems(newest)
    if schools:
        named = schools_of(problems)
        problems = [replace(each, schools=named.get(each.code, ())) for each in problems]
    metrics = [
        covered(found),
        *_rates(days[DAYS:], days[:DAYS]),
        _metric(
            ("import_time", "Average import time"),
            ("s", SECONDS_TARGET, False),
            average_seconds(newest),
            average_seconds(older),
        ),
    ]
    weeks = _weeks(days, imports, lambda at: at.astimezone(zone).date())
    return Quality(now, metrics, weeks, found, feed_standings(now), problems)


def covered(found: Coverage) -> Metric:
    """Return the coverage of the current term beside the one before it."""
    totals = [found.total(each.term.key).whole for each in found.terms[:2]]
    now, before = (*totals, None, None)[:2]
    metric = _metric(
        ("coverage", "Students with current assessments"),
        ("%", COVERAGE_TARGET, True),
        now.percent if now else None,
        before.percent if before else None,
    )
    state, current = metric.state, found.current
    if state is State.MET and current and not current.is_of_this_year:
        state = State.MISSED  # last year's scores are not current
    if state is State.MISSED and current and current.is_open:
        state = State.UNDER_WAY
    return replace(metric, state=state, part=now.part if now else 0, whole=now.whole if now else 0)


def _rates(now: Sequence[Day], before: Sequence[Day]) -> list[Metric]:
    success, errors = success_rate(now), error_rate(now)
    succeeded = [
        replace(
            _metric(
                (name, title),
                ("%", target, True),
                success.percent,
                success_rate(before).percent,
            ),
            part=success.part,
            whole=success.whole,
        )
        for name, title, target in (
            ("success_rate", "Imports that succeeded", SUCCESS_TARGET),
            (FIRST, "Imports that succeeded, at first", FIRST_SUCCESS_TARGET),
        )
    ]
    refused = _metric(
        ("error_rate", "Rows refused"),
        ("%", ERROR_TARGET, False),
        errors.percent,
        error_rate(before).percent,
    )
    return [*succeeded, replace(refused, part=errors.part, whole=errors.whole)]


def _metric(
    names: tuple[str, str],
    asked: tuple[str, float, bool],
    value: float | None,
    before: float | None,
) -> Metric:
    unit, target, is_floor = asked
    if value is None:
        state = State.NOTHING
    else:
        is_met = value >= target if is_floor else value < target
        state = State.MET if is_met else State.MISSED
    return Metric(*names, unit, target, is_floor, value, before, state)


def _weeks(
    days: Sequence[Day], imports: Sequence[StoredImport], day_of: Callable[[datetime], date]
) -> list[Week]:
    weeks = []
    for number in range(WEEKS):
        end = len(days) - number * WEEK
        part = days[end - WEEK : end]
        first, last = part[0].day, part[-1].day
        stored = [each for each in imports if first <= day_of(each.ended_at) <= last]
        success = success_rate(part)
        weeks.append(
            Week(
                first,
                last,
                success.percent,
                error_rate(part).percent,
                average_seconds(stored),
                success.whole,
            )
        )
    return weeks
