"""An import that looks like a failed export is held; what an administrator accepted is not."""

import pytest

from rollbook.core.feed_settings import FeedRules
from rollbook.core.limits import NOTHING, Accepted, hold_many_missing, hold_many_rejected
from rollbook.core.report import Counts, Report

RULES = FeedRules(rejected_limit=10, missing_limit=20)


def with_rejected(rejected: int, total: int, accepted: Accepted = NOTHING) -> Report:
    report = Report(counts=Counts(total=total, rejected=rejected))
    hold_many_rejected(report, RULES, accepted)
    return report


def with_missing(gone: int, before: int, accepted: Accepted = NOTHING) -> Report:
    report = Report(newly_missing=gone)
    hold_many_missing(report, RULES, accepted, before=before)
    return report


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
    assert with_rejected(rejected, total).status == status


@pytest.mark.parametrize(
    ("gone", "before", "status"),
    [(0, 0, "running"), (20, 100, "running"), (21, 100, "held"), (4, 4, "running"), (5, 5, "held")],
)
def test_more_missing_students_than_the_feed_allows_hold_the_import(
    gone: int, before: int, status: str
) -> None:
    assert with_missing(gone, before).status == status


def test_a_limit_of_100_percent_never_holds() -> None:
    rules = FeedRules(rejected_limit=100, missing_limit=100)
    report = Report(counts=Counts(total=50, rejected=50), newly_missing=50)
    hold_many_rejected(report, rules, NOTHING)
    hold_many_missing(report, rules, NOTHING, before=50)
    assert report.status == "running"


def test_a_limit_of_0_percent_holds_from_five_on() -> None:
    rules = FeedRules(rejected_limit=0, missing_limit=0)
    report = Report(counts=Counts(total=10_000, rejected=5))
    hold_many_rejected(report, rules, NOTHING)
    assert report.status == "held"


def test_what_was_accepted_passes_and_one_more_does_not() -> None:
    assert with_rejected(50, 100, Accepted(rejected=50)).status == "running"
    assert with_rejected(51, 100, Accepted(rejected=50)).status == "held"
    assert with_missing(50, 100, Accepted(missing=50)).status == "running"
    assert with_missing(51, 100, Accepted(missing=50)).status == "held"


def test_accepting_rejected_rows_accepts_no_missing_students() -> None:
    assert with_missing(50, 100, Accepted(rejected=1_000)).status == "held"
    assert with_rejected(50, 100, Accepted(missing=1_000)).status == "held"


def test_both_reasons_are_reported_with_their_numbers() -> None:
    report = Report(counts=Counts(total=1_000, rejected=900), newly_missing=1_500)
    hold_many_rejected(report, RULES, NOTHING)
    hold_many_missing(report, RULES, NOTHING, before=2_000)
    message = str(report.message)
    assert "900 of 1,000 rows were rejected" in message
    assert "1,500 of the 2,000 students" in message
    assert message.count("Nothing was changed.") == 1
