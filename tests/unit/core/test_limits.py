"""An import that looks like a failed export is held; what an administrator accepted is not."""

import string

import pytest

from rollbook.core.feed_settings import FeedRules
from rollbook.core.limits import LIMITS, NOTHING, Accepted, hold_beyond_limits
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
    assert "900 of 1,000 rows were rejected" in message
    assert "1,500 of the 2,000 students" in message
    assert message.count("Nothing was changed.") == 1
    assert report.measures == measured


def test_every_limit_is_a_rule_of_the_feed_or_has_none_and_says_no_more_than_numbers() -> None:
    told = {"part", "whole", "percent"}
    for limit in LIMITS.values():
        assert limit.setting is None or hasattr(RULES, limit.setting)
        named = {name for _, name, _, _ in string.Formatter().parse(limit.why) if name}
        assert named <= told
        assert "{" not in limit.advice
