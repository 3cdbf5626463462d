"""Which nights on record a feed's limits would have held, so that nobody sets them blind.

Each import keeps what it was measured by, numbers alone. Judging them again with other limits
needs no file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from rollbook.core.feed_settings import FeedRules
from rollbook.core.limits.limit import NEVER, Limit, nearest
from rollbook.core.limits.of_schools import kind_and_school
from rollbook.core.limits.table import LIMITS
from rollbook.core.measure import Measure


@dataclass(frozen=True, slots=True)
class Night:
    """An import on record, and what was compared with the limits: kind -> how many of how many."""

    job: int
    at: datetime
    was_stored: bool
    """False: it was held, and was discarded or waits for a decision."""
    was_approved: bool
    """A person has applied it although it was held."""
    measures: Mapping[str, Measure]


@dataclass(frozen=True, slots=True)
class HeldNight:
    """A night that a limit would have held, and by how much."""

    night: Night
    measure: Measure

    @property
    def percent(self) -> float:
        return self.measure.percent


@dataclass(frozen=True, slots=True)
class Backtest:
    """One limit over the nights on record."""

    kind: str
    setting: str
    """Its name among the feed's settings."""
    label: str
    percent: int
    """What was tried; 100 holds nothing."""
    nights: int
    """How many nights were measured by it."""
    held: Sequence[HeldNight]
    """Those it would have held, the newest first."""
    quiet: int | None
    """The lowest percentage that would have held no night that was stored without a person's
    decision; None where nothing was measured."""
    last: Measure | None = None
    """Of the newest night that was measured by it."""
    most: Measure | None = None
    """The largest share of all these nights."""
    holds_from: int | None = None
    """How many, out of as many as last, would be too many; None where none would."""

    @property
    def alarms(self) -> int:
        """Count the nights that would have been held although all went well without it."""
        return sum(each.night.was_stored and not each.night.was_approved for each in self.held)


def backtest(nights: Sequence[Night], rules: FeedRules) -> list[Backtest]:
    """Judge `nights`, the newest first, by the limits in `rules`; one for each that can be set."""
    return [
        _backtest(kind, limit.setting, nights, rules)
        for kind, limit in LIMITS.items()
        if limit.setting is not None
    ]


def _backtest(kind: str, setting: str, nights: Sequence[Night], rules: FeedRules) -> Backtest:
    limit = LIMITS[kind]
    measured = [
        (each, found) for each in nights if (found := _measure(kind, each.measures)) is not None
    ]
    good = [found for each, found in measured if each.was_stored and not each.was_approved]
    last = measured[0][1] if measured else None
    return Backtest(
        kind=kind,
        setting=setting,
        label=limit.label,
        percent=limit.percent(rules),
        nights=len(measured),
        held=[HeldNight(each, found) for each, found in measured if limit.is_beyond(found, rules)],
        quiet=max((_least_percent(kind, setting, found) for found in good), default=None),
        last=last,
        most=max(
            (found for _, found in measured if found.whole), key=attrgetter("percent"), default=None
        ),
        holds_from=None if last is None else _holds_from(limit, last.whole, rules),
    )


def _holds_from(limit: Limit, whole: int, rules: FeedRules) -> int | None:
    """Return the least number of `whole` that is beyond the limit; None where no number is."""
    least = max(limit.least, whole * limit.percent(rules) // NEVER + 1)
    return least if limit.is_beyond(Measure(least, whole), rules) and least <= whole else None


def _measure(kind: str, measures: Mapping[str, Measure]) -> Measure | None:
    """What a night was measured by; of several schools beyond a limit, the one beyond it most."""
    keys = [key for key in measures if kind_and_school(key)[0] == kind and key != kind]
    of_schools = [measures[key] for key in keys]
    return nearest(of_schools, LIMITS[kind]) or measures.get(kind)


def _least_percent(kind: str, setting: str, measure: Measure) -> int:
    """Return the lowest percentage of the limit that does not hold what was measured."""
    tried: dict[str, int] = {}
    low, high = 0, NEVER
    while low < high:
        tried[setting] = middle = (low + high) // 2
        if LIMITS[kind].is_beyond(measure, FeedRules(**tried)):  # type: ignore[arg-type,unused-ignore]
            low = middle + 1
        else:
            high = middle
    return low
