"""A feed's nights on record, as far as limits are judged by them again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db.models import Q

from rollbook.core.catalogue.students import is_fix_it_file
from rollbook.core.errors import UsageError
from rollbook.core.limits.backtest import Backtest, Night, backtest
from rollbook.core.limits.limit import NEVER
from rollbook.core.limits.table import LIMITS
from rollbook.records.models import Feed, Job
from rollbook.records.outcome import Outcome
from rollbook.records.queries.feeds import feed_rules

MOST_NIGHTS: Final = 60
FEW_NIGHTS: Final = 10
"""For a page that is about something else: an import's outcome is long."""
_WAS_JUDGED: Final = (
    Q(index__is_stored=True) | Q(index__outcome=Outcome.NEEDS_REVIEW) | Q(index__reason="discarded")
)
SETTINGS: Final = tuple(
    dict.fromkeys(limit.setting for limit in LIMITS.values() if limit.setting is not None)
)
"""The limits that a feed can set, by their names among its settings."""


class NoSuchLimit(UsageError):
    """There is no limit “{name}”, or {percent} isn't a whole percentage from 0 to 100.

    Nothing was tried.

    The limits are: {known}."""

    reason = "no_such_limit"


@dataclass(frozen=True, slots=True)
class Tried:
    """What limits would have done to the nights of one feed."""

    nights: int
    limits: Sequence[Backtest]

    def as_object(self) -> dict[str, Any]:
        """Return it as programs read it."""
        return {"nights": self.nights, "limits": [_as_object(each) for each in self.limits]}


def try_limits(feed: Feed, limits: Mapping[str, int]) -> Tried:
    """Judge the feed's last nights by its limits, with those of `limits` in their place.

    `limits`: name among the feed's settings -> percent. Raises NoSuchLimit.
    """
    for name, percent in limits.items():
        if name not in SETTINGS or not 0 <= percent <= NEVER:
            known = ", ".join(each.removesuffix("_limit") for each in SETTINGS)
            raise NoSuchLimit(name=name.removesuffix("_limit"), percent=percent, known=known)
    chosen: dict[str, Any] = dict(limits)
    nights = nights_of(feed)
    return Tried(len(nights), backtest(nights, replace(feed_rules(feed), **chosen)))


def last_nights(feed: Feed) -> Sequence[Backtest]:
    """Judge the feed's last nights, FEW_NIGHTS at most, by the limits that it has."""
    return backtest(nights_of(feed, most=FEW_NIGHTS), feed_rules(feed))


def nights_of(feed: Feed, *, most: int = MOST_NIGHTS) -> list[Night]:
    """Return the newest imports that were stored or held, `most` at most, the newest first.

    A fix-it file holds the rows of its import that were rejected, and says nothing of a night.
    """
    rows = Job.imports.of_feed(feed.pk).writing().filter(_WAS_JUDGED).newest_first()
    found = []
    for row in rows[:most]:
        output = row.came_to
        if output is None or is_fix_it_file(output.report.header):
            continue
        night = Night(
            job=row.pk,
            at=row.created_at,
            was_stored=row.status == "completed" and output.report.undone is None,
            was_approved=row.asked.approved is not None,
            measures=output.report.measures,
        )
        found.append(night)
    return found


def _as_object(found: Backtest) -> dict[str, Any]:
    return {
        "limit": found.kind,
        "setting": found.setting,
        "percent": found.percent,
        "nights": found.nights,
        "false_alarms": found.alarms,
        "quiet_percent": found.quiet,
        "held": [
            {
                "job": each.night.job,
                "at": each.night.at.isoformat(),
                "part": each.measure.part,
                "whole": each.measure.whole,
                "stored": each.night.was_stored,
                "approved": each.night.was_approved,
            }
            for each in found.held
        ],
    }
