"""An import that looks like a failed export is held; what an administrator accepted is not."""

import string

import pytest

from rollbook.core.feed_settings import FeedRules
from rollbook.core.limits.table import LIMITS, NOTHING, Accepted, hold_beyond_limits, much_smaller
from rollbook.core.measure import Measure
from rollbook.core.report import Report

RULES = FeedRules(rejected_limit=10, missing_limit=20)


def holding(
    kind: str, part: int, whole: int, accepted: Accepted = NOTHING, *, rules: FeedRules = RULES
) -> str:
    report = Report()
    hold_beyond_limits(report, rules, measured={kind: Measure(part, whole)}, accepted=accepted)
    return report.status


@pytest.mark.parametrize(
    ("rejected", "total", "status"),
    [
        (0, 0, "running"),
        (10, 100, "running"),  # the limit itself is allowed
        (11, 100, "held"),
        (4, 4, "running"),  # so few decide nothing, whatever their share
        (5, 5, "held"),
        (1_001, 10_000, "held"),
    ],
)
def test_more_rejected_rows_than_the_feed_allows_hold_the_import(
    rejected: int, total: int, status: str
) -> None:
    assert holding("rejected", rejected, total) == status


@pytest.mark.parametrize(
    ("gone", "before", "status"),
    [(0, 0, "running"), (20, 100, "running"), (21, 100, "held"), (4, 4, "running"), (5, 5, "held")],
)
def test_more_missing_students_than_the_feed_allows_hold_the_import(
    gone: int, before: int, status: str
) -> None:
    assert holding("missing", gone, before) == status


def test_a_limit_of_100_percent_never_holds() -> None:
    rules = FeedRules(rejected_limit=100, missing_limit=100)
    assert holding("rejected", 50, 50, rules=rules) == "running"
    assert holding("missing", 50, 50, rules=rules) == "running"


def test_a_limit_of_0_percent_holds_from_five_on() -> None:
    assert holding("rejected", 5, 10_000, rules=FeedRules(rejected_limit=0)) == "held"


def test_what_was_accepted_passes_and_one_more_does_not() -> None:
    for kind in ("rejected", "missing"):
        assert holding(kind, 50, 100, {kind: 50}) == "running"
        assert holding(kind, 51, 100, {kind: 50}) == "held"


def test_accepting_rejected_rows_accepts_no_missing_students() -> None:
    assert holding("missing", 50, 100, {"rejected": 1_000}) == "held"
    assert holding("rejected", 50, 100, {"missing": 1_000}) == "held"


def test_both_reasons_are_reported_with_their_numbers() -> None:
    report = Report()
    measured = {"rejected": Measure(900, 1_000), "missing": Measure(1_500, 2_000)}
    hold_beyond_limits(report, RULES, measured=measured, accepted=NOTHING)
    message = str(report.message)
    assert "900 of 1,000 rows (90%) were rejected" in message
    assert "1,500 of 2,000 students" in message
    assert message.count("Nothing was changed.") == 1
    assert report.measures == measured


def test_every_limit_says_numbers_and_the_catalogues_columns_alone() -> None:
    told = {"part", "whole", "share", "percent"}
    for limit in LIMITS.values():
        assert limit.setting is None or hasattr(RULES, limit.setting)
        named = {name for _, name, _, _ in string.Formatter().parse(limit.why) if name}
        assert named <= told | {"columns", "schools"}
        assert "{" not in limit.advice


@pytest.mark.parametrize(
    ("size", "missing_limit", "fewer"),
    [
        (90_000, 20, 0), (89_999, 20, 10_001), (89_999, 30, 0), (84_999, 30, 15_001),
        (95_000, 0, 0), (94_999, 0, 5_001), (50_000, 100, 0), (49_999, 100, 50_001),
        (0, 20, 100_000), (120_000, 20, 0),
    ],
)  # fmt: skip
def test_a_file_is_far_smaller_by_half_of_what_may_be_missing(
    size: int, missing_limit: int, fewer: int
) -> None:
    rules = FeedRules(missing_limit=missing_limit)
    assert much_smaller(size, 100_000, rules) == Measure(fewer, 100_000)


def test_in_a_small_file_or_a_first_one_no_size_is_far_smaller() -> None:
    assert much_smaller(1, 1_000, RULES).part == 0
    assert much_smaller(0, 1_000, RULES).part == 1_000
    assert much_smaller(1, 0, RULES).part == 0
