"""What is expected from now on changes limits as far as it needs, and turns none off."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.feed_settings import FeedRules
from rollbook.core.limits.expecting import HIGHEST, HIGHEST_OF, expected_settings
from rollbook.core.limits.of_schools import key_of_school
from rollbook.core.limits.table import LIMITS
from rollbook.core.measure import Measure

RULES = FeedRules(missing_limit=20)
TODAY = "2026-11-27"
KINDS = sorted(kind for kind, limit in LIMITS.items() if limit.setting and not limit.is_once)


def expected(**measures: Measure) -> dict[str, object]:
    return expected_settings(measures, RULES, today=TODAY)


def test_a_limit_becomes_the_least_that_allows_it() -> None:
    assert expected(rejected=Measure(121, 1_000)) == {"rejected_limit": 13}
    assert expected(rejected=Measure(120, 1_000), missing=Measure(5, 10)) == {
        "rejected_limit": 12,
        "missing_limit": 50,
    }


def test_what_is_within_its_limit_or_has_none_changes_nothing() -> None:
    assert expected(rejected=Measure(100, 1_000), names=Measure(4, 5)) == {}
    assert expected(roles=Measure(1, 0), cut=Measure(1, 9), unknown=Measure(9, 9)) == {}


@pytest.mark.parametrize(
    ("kind", "highest"),
    [
        ("rejected", 50),
        ("missing", 50),
        ("names", 20),
        ("ssid", 20),
        ("newcomers", 50),
        ("blanked", 75),
    ],
)
def test_no_limit_becomes_so_high_that_it_is_none(kind: str, highest: int) -> None:
    assert [*expected(**{kind: Measure(highest, 100)}).values()] in ([], [highest])
    assert expected(**{kind: Measure(highest + 1, 100)}) == {}
    assert HIGHEST_OF.get(LIMITS[kind].setting or "", HIGHEST) == highest


def test_the_school_with_the_largest_share_counts_and_not_all_of_them_together() -> None:
    measures = {
        "schools_missing": Measure(160, 260),
        key_of_school("schools_missing", "north"): Measure(70, 100),
        key_of_school("schools_missing", "south"): Measure(90, 160),
    }
    assert expected_settings(measures, RULES, today=TODAY) == {"one_school_limit": 70}


def test_a_school_that_is_gone_or_new_raises_no_limit() -> None:
    gone = {key_of_school("schools_gone", "north"): Measure(50, 50)}
    assert expected_settings(gone, RULES, today=TODAY) == {}


def test_a_promotion_that_was_not_expected_is_announced() -> None:
    up = {key_of_school("schools_promoted", "north"): Measure(50, 50)}
    assert expected_settings(up, RULES, today=TODAY) == {"promotion_on": TODAY}
    later = replace(RULES, promotion_on="2027-01-04")
    assert expected_settings(up, later, today=TODAY) == {}


@given(st.sampled_from(KINDS), st.integers(0, 500), st.integers(0, 500))
def test_what_was_expected_holds_no_longer(kind: str, part: int, others: int) -> None:
    key = key_of_school(kind, "north") if kind.startswith("schools_") else kind
    measure = Measure(part, part + others)
    chosen = expected_settings({key: measure}, RULES, today=TODAY)
    if kind == "schools_promoted":
        return
    after = FeedRules(**{"missing_limit": 20, **chosen})
    least = -(-part * 100 // measure.whole) if measure.whole else 0
    setting = LIMITS[kind].setting
    assert LIMITS[kind].is_beyond(measure, after) is (
        LIMITS[kind].is_beyond(measure, RULES) and least > HIGHEST_OF.get(setting or "", HIGHEST)
    )
