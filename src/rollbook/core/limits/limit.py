"""One kind of what holds an import: how many are too many, and what people are told of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from rollbook.core.feed_settings import FeedRules
from rollbook.core.measure import Measure

NEVER: Final = 100
"""As a limit in percent: it holds nothing."""
LEAST_TO_HOLD: Final = 5
"""Below this number of rows or students, no share holds an import."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One kind of what holds an import. `why` and `advice` are for everybody: no text of a file."""

    label: str
    """What is counted, as a page names it."""
    why: str
    """What happened, with {part}, {whole}, their {share}, {percent} and {columns}."""
    advice: str
    least: int = LEAST_TO_HOLD
    """Below this number, no share holds."""
    least_others: int = 0
    """Below this number of others in the whole, no share holds: there is little to compare with."""
    setting: str | None = None
    """The feed's limit in percent, by its name in FeedRules; None: the same for every feed."""
    share: int | None = None
    """That limit of every feed in percent; None: the first one holds."""
    at_least: int = 0
    """Percent that are allowed even where the feed's limit is lower."""
    is_once: bool = False
    """It cannot come again once it is applied, so that no limit is raised for it."""

    def percent(self, rules: FeedRules) -> int:
        """Return the percentage that the feed allows."""
        if self.setting is None:
            return self.share or 0
        return max(self.at_least, int(getattr(rules, self.setting)))

    def is_beyond(self, measure: Measure, rules: FeedRules) -> bool:
        """Tell whether so many are too many."""
        if self.setting is None and self.share is None:
            return measure.part > 0
        is_much = measure.part * 100 > measure.whole * self.percent(rules)
        others = measure.whole - measure.part
        return is_much and measure.part >= self.least and others >= self.least_others


def nearest(found: Iterable[Measure], limit: Limit) -> Measure | None:
    """Return the largest share that could be beyond the limit at all; None where there is none."""
    large = [each for each in found if max(limit.least, 1) <= each.part <= each.whole]
    return max(large, key=attrgetter("percent"), default=None)
