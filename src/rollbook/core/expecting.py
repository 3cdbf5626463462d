"""What a feed's settings become where what holds an import is expected from now on."""

from collections.abc import Mapping
from typing import Any, Final

from rollbook.core.feed_settings import FeedRules
from rollbook.core.limits import LIMITS
from rollbook.core.measure import Measure
from rollbook.core.school_limits import SCHOOL_LIMITS

_EVERYTHING: Final = 100


def expected_settings(
    measures: Mapping[str, Measure], rules: FeedRules, *, today: str
) -> dict[str, Any]:
    """Return the settings with which as much would hold no longer; those that stay are left out.

    A limit becomes the least percentage that allows it, and is never turned off. A promotion that
    was not expected is announced of `today`. `measures`: as `hold_beyond_limits` keeps them.
    """
    chosen: dict[str, Any] = {}
    for key, measure in measures.items():
        kind, _, school = key.partition(" ")
        limit = LIMITS.get(kind)
        is_sum = kind in SCHOOL_LIMITS and not school
        if limit is None or limit.setting is None or is_sum or not limit.is_beyond(measure, rules):
            continue
        least = -(-measure.part * 100 // measure.whole)
        if kind == "schools_promoted":
            chosen["promotion_on"] = today
        elif not limit.is_once and least < _EVERYTHING:
            chosen[limit.setting] = max(least, chosen.get(limit.setting, 0))
    return chosen
