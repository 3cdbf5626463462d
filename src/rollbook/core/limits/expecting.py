"""What a feed's settings become where what holds an import is expected from now on."""

from collections.abc import Mapping
from typing import Any, Final

from rollbook.core.feed_settings import FeedRules
from rollbook.core.limits.of_schools import SCHOOL_LIMITS, kind_and_school
from rollbook.core.limits.table import LIMITS
from rollbook.core.measure import Measure

HIGHEST: Final = 50
"""Percent to which a limit is raised at most: a higher one would let nearly everything through."""
HIGHEST_OF: Final[Mapping[str, int]] = {
    "names_limit": 20,
    "ssid_limit": 20,
    "one_school_limit": 75,
    "moved_limit": 90,
    "blanked_limit": 75,
    "shifted_limit": 75,
}
"""The same of limits that are far lower or higher from the start."""


def expected_settings(
    measures: Mapping[str, Measure], rules: FeedRules, *, today: str
) -> dict[str, Any]:
    """Return the settings with which as much would hold no longer; those that stay are left out.

    A limit becomes the least percentage that allows it, where that is not too high to be a limit. A
    promotion that was not expected is announced of `today`, unless a later one is announced.
    `measures`: as `hold_beyond_limits` keeps them.
    """
    chosen: dict[str, Any] = {}
    for key, measure in measures.items():
        kind, school = kind_and_school(key)
        limit = LIMITS.get(kind)
        is_sum = kind in SCHOOL_LIMITS and not school
        if limit is None or limit.setting is None or is_sum or not limit.is_beyond(measure, rules):
            continue
        least = -(-measure.part * 100 // measure.whole)
        if kind == "schools_promoted":
            if rules.promotion_on <= today:
                chosen["promotion_on"] = today
        elif not limit.is_once and least <= HIGHEST_OF.get(limit.setting, HIGHEST):
            chosen[limit.setting] = max(least, chosen.get(limit.setting, 0))
    return chosen
