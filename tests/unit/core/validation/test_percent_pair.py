"""Attendance and absence of one row, near the edge of each rule."""

from decimal import Decimal
from typing import Literal

import pytest

from rollbook.core.feed_settings import FeedRules
from rollbook.core.validation.scale import PercentScale, add_up_to_one
from tests.spec.judging import judge

BOTH = "student_id ssid attendance_percentage absence_percentage"
UNLIKE = "PERCENTAGES_DO_NOT_ADD_UP"


def codes(factor: int, present: str, absent: str, *, told: Literal["auto", "100"] = "auto") -> str:
    """The codes of a row in a file of percentages (1) or fractions (100), each once."""
    row = ["1", "2", present, absent]
    outcome = judge(BOTH, row, rules=FeedRules(percent_scale=told), scale=PercentScale(factor))
    return " ".join(f"{each.code} {each.field}" for each in outcome.issues)


PRESENT, ABSENT = "attendance_percentage", "absence_percentage"


@pytest.mark.parametrize(
    ("present", "absent", "expected"),
    [
        ("99", "0.5", f"{UNLIKE} {PRESENT}"),
        ("0", "", ""),
        ("1.5", "", ""),
        ("1", "", f"PERCENT_AMBIGUOUS {PRESENT}"),
        # An absence that is a fraction: 100 times as much completes the attendance, to a tenth.
        ("94.5", "0.056", f"PERCENT_IS_FRACTION {ABSENT}"),
        ("94.5", "0.054", f"PERCENT_IS_FRACTION {ABSENT}"),
        ("94.5", "0.0561", f"{UNLIKE} {PRESENT}"),
        # An attendance that is a fraction, to one percent.
        ("0.94", "5", f"PERCENT_IS_FRACTION {PRESENT}"),
        ("0.94", "7", f"PERCENT_IS_FRACTION {PRESENT}"),
        ("0.94", "4.99", f"PERCENT_AMBIGUOUS {PRESENT}"),
        ("0.94", "7.01", f"PERCENT_AMBIGUOUS {PRESENT}"),
    ],
)
def test_in_a_file_of_percentages_a_fraction_is_one_that_the_other_completes(
    present: str, absent: str, expected: str
) -> None:
    assert codes(1, present, absent) == expected


def test_a_low_attendance_is_believed_where_the_feed_tells_the_scale() -> None:
    assert codes(1, "0.9", "", told="100") == f"ATTENDANCE_BELOW_ONE {PRESENT}"
    assert codes(1, "0.9", "20", told="100") == f"{UNLIKE} {PRESENT}"


@pytest.mark.parametrize(
    ("present", "absent", "expected"),
    [
        ("0.9", "0.3", f"{UNLIKE} {PRESENT}"),
        ("1", "0.5", f"{UNLIKE} {PRESENT}"),
        ("0.5", "1", f"{UNLIKE} {PRESENT}"),
        ("", "0.1", ""),
        ("0.9", "", ""),
        ("2", "0", f"PERCENT_IS_NOT_FRACTION {PRESENT}"),
    ],
)
def test_in_a_file_of_fractions_those_of_one_at_most_are_fractions(
    present: str, absent: str, expected: str
) -> None:
    assert codes(100, present, absent) == expected


@pytest.mark.parametrize(("present", "absent"), [("1.5", "0.5"), ("0.5", "1.5")])
def test_in_a_file_of_fractions_what_is_beside_a_percentage_is_one_too(
    present: str, absent: str
) -> None:
    found = codes(100, present, absent)
    assert found.count("PERCENT_IS_NOT_FRACTION") == 2
    assert UNLIKE not in found


@pytest.mark.parametrize(
    ("present", "absent", "are_fractions"),
    [
        ("1", "0", True), ("0", "1", True), ("0.945", "0.066", True), ("0.945", "0.044", True),
        ("0.945", "0.0661", False), ("0.945", "0.0439", False), ("1.005", "0.001", False),
        ("0.001", "1.005", False), ("-0.005", "1", False), ("1", "-0.005", False),
        ("0.5", "0.3", False), ("0.9", "-0.1", False),
    ],
)  # fmt: skip
def test_two_fractions_miss_one_by_a_rounded_hundredth_at_most(
    present: str, absent: str, are_fractions: bool
) -> None:
    assert add_up_to_one(Decimal(present), Decimal(absent)) is are_fractions
