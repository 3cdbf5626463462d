"""The success metrics that the district was promised, measured: one answer for page and command.

Numbers about students, feeds and imports; no student's name or value.
"""

from collections.abc import Mapping, Sequence
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
    frequent_problems,
    schools_of,
    stored_imports,
)
from rollbook.records.queries.promises import kept_promises
from rollbook.records.queries.standings import FeedStanding, feed_standings
from rollbook.records.queries.trends import (
    DAYS,
    ERROR_TARGET,
    Day,
    Rate,
    Seconds,
    average_seconds,
    error_rate,
    import_seconds,
    success_rate,
    success_target,
    trend,
)

SECONDS_TARGET: Final = 120.0
WEEK: Final = 7
WEEKS: Final = 8

NOT_MEASURED: Final = (
    ("100% of administrators trained on SFTP configuration", "Your training records know."),
    (
        "Zero manual data entry for the tracked fields",
        "Rollbook sees what files bring, not what people type into the SIS.",
    ),
    ("Staff report high confidence in data freshness", "Ask them."),
    ("Intervention planning time reduced by 30%", "Those who plan know."),
    (
        "Zero unplanned downtime for the import system",
        "A stopped program can't see that it is stopped. An uptime service can: it is told after"
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
    def asked(self) -> str:
        """The target in words."""
        number = f"{self.target:g}%" if self.unit == "%" else f"{self.target / 60:g} minutes"
        return f"{self.side} {number}"

    @property
    def side(self) -> str:
        """On which side of the target a measured number is to be."""
        return "at least" if self.is_floor else "under"


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
    promises: Mapping[int, Rate]
    """By feed: on how many of its promised days its data was current in time."""
    problems: Sequence[Problem]
    """With schools where they were asked for."""

    @property
    def planned(self) -> int:
        """How many feeds have a schedule that is on."""
        return sum(each.standing.is_on for each in self.feeds)

    @property
    def on_schedule(self) -> int:
        """How many of these have kept it."""
        return sum(each.standing.is_on and each.standing.is_fresh for each in self.feeds)


@translated()
def quality(now: datetime, *, schools: bool) -> Quality:
    """Measure. `schools`: whether to say which schools have most of a problem.

    Raises as `translated`.
    """
    zone = district_zone()
    today = now.astimezone(zone).date()
    days = trend(now, zone, days=2 * DAYS)
    older, newest = days[:DAYS], days[DAYS:]
    seconds = import_seconds(now, zone, days=2 * DAYS)
    found, problems = coverage(today), frequent_problems(stored_imports(now, days=DAYS))
    if schools:
        named = schools_of(problems)
        problems = [replace(each, schools=named.get(each.code, ())) for each in problems]
    metrics = [
        covered(found),
        *_rates(newest, older, success_target(now)),
        _metric(
            ("import_time", "Average import time"),
            ("s", SECONDS_TARGET, False),
            average_seconds(seconds, newest),
            average_seconds(seconds, older),
        ),
    ]
    feeds, kept = feed_standings(now), kept_promises(now)
    return Quality(now, metrics, _weeks(days, seconds), found, feeds, kept, problems)


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
    if current and not current.is_of_this_year and state is State.MET:
        state = State.MISSED  # last year's scores are not current
    elif current and current.is_open and state is State.MISSED:
        state = State.UNDER_WAY
    return replace(metric, state=state, part=now.part if now else 0, whole=now.whole if now else 0)


def _rates(now: Sequence[Day], before: Sequence[Day], target: float) -> list[Metric]:
    success, errors = success_rate(now), error_rate(now)
    succeeded = _metric(
        ("success_rate", "Successful imports"),
        ("%", target, True),
        success.percent,
        success_rate(before).percent,
    )
    rejected = _metric(
        ("error_rate", "Rows rejected"),
        ("%", ERROR_TARGET, False),
        errors.percent,
        error_rate(before).percent,
    )
    return [
        replace(succeeded, part=success.part, whole=success.whole),
        replace(rejected, part=errors.part, whole=errors.whole),
    ]


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


def _weeks(days: Sequence[Day], seconds: Seconds) -> list[Week]:
    weeks = []
    for number in range(WEEKS):
        end = len(days) - number * WEEK
        part = days[end - WEEK : end]
        success = success_rate(part)
        weeks.append(
            Week(
                part[0].day,
                part[-1].day,
                success.percent,
                error_rate(part).percent,
                average_seconds(seconds, part),
                success.whole,
            )
        )
    return weeks
