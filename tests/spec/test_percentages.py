"""Specification: percentages and the scale of a file."""

from typing import Any

import pytest

from rollbook.core.feed_settings import FeedRules
from rollbook.core.validation.scale import PercentScale
from tests.spec.judging import Outcome, judge

BOTH = "student_id ssid attendance_percentage absence_percentage"
PRESENT = "student_id ssid attendance_percentage"
ABSENT = "student_id ssid absence_percentage"


def judge_percents(
    fields: str,
    *rows: tuple[str, ...],
    rules: FeedRules | None = None,
    scale: PercentScale | None = None,
) -> Outcome:
    numbered = [[str(number), str(number), *row] for number, row in enumerate(rows, 2)]
    return judge(fields, *numbered, rules=rules or FeedRules(), scale=scale)


def percents(outcome: Outcome, row: int = 2) -> tuple[str | None, ...]:
    names = ("attendance_percentage", "absence_percentage")
    return tuple(outcome.rows[row][name] for name in names if name in outcome.rows[row])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("94.5", "94.50"),
        ("94.5%", "94.50"),
        ("94.5 %", "94.50"),
        ("94.445", "94.45"),
        ("94.444", "94.44"),
        ("0.5%", "0.50"),
        ("1%", "1.00"),
        ("100", "100.00"),
        ("-0", "0.00"),
        ("0", "0.00"),
        ("94.4449999999999999999999999999999999", "94.44"),
    ],
)
def test_it_has_two_decimals_rounded_half_up(text: str, value: str) -> None:
    scale = PercentScale(1)
    assert percents(judge_percents(ABSENT, (text,), scale=scale)) == (value,)


@pytest.mark.parametrize("text", ["-1", "100.004", "101", "120%", "-5%"])
def test_below_0_and_above_100_are_refused(text: str) -> None:
    outcome = judge_percents(ABSENT, (text,), scale=PercentScale(1))
    assert outcome.codes == ["OUT_OF_RANGE"]


@pytest.mark.parametrize("text", ["94,5", "ninety", "%", "1e1", "9.4.5"])
def test_what_is_no_number_is_refused(text: str) -> None:
    assert judge_percents(PRESENT, (text,), scale=PercentScale(1)).codes == ["NOT_A_NUMBER"]


def test_rows_that_add_up_to_1_make_a_file_of_fractions() -> None:
    outcome = judge_percents(BOTH, ("0.945", "0.055"), ("1", "0"))
    assert percents(outcome) == ("94.50", "5.50")
    assert percents(outcome, 3) == ("100.00", "0.00")
    assert "0.945 was read as 94.5%" in outcome.notes[0]
    assert outcome.codes == []


def test_rows_that_add_up_to_100_make_a_file_of_percentages() -> None:
    outcome = judge_percents(BOTH, ("94.5", "5.5"), ("99.5", "0.5"))
    assert percents(outcome, 3) == ("99.50", "0.50")
    assert outcome.codes == []


def test_half_a_percent_absence_is_never_read_as_half_of_the_year() -> None:
    outcome = judge_percents(ABSENT, ("0.5",), ("0.25",))
    assert outcome.codes == ["PERCENT_AMBIGUOUS"] * 2
    outcome = judge_percents(ABSENT, ("0.5",), ("7",), ("3.2",))
    assert outcome.rows[2]["absence_percentage"] == "0.50"


def test_a_whole_column_of_attendance_that_no_school_has_is_one_of_fractions() -> None:
    outcome = judge_percents(PRESENT, ("0.945",), ("0.88",), ("1",))
    assert percents(outcome, 4) == ("100.00",)
    assert outcome.codes == []


def test_one_number_above_1_does_not_make_percentages_of_a_column_of_absence_fractions() -> None:
    outcome = judge_percents(ABSENT, ("0.03",), ("0.12",), ("0.05",), ("1.5",))
    assert outcome.codes == ["PERCENT_AMBIGUOUS"] * 3
    assert "Nothing in this file shows" in outcome.notes[0]


@pytest.mark.parametrize(("absence", "value"), [("0.055", "5.50"), ("5.5", "5.50")])
def test_an_attendance_with_a_percent_sign_shows_the_scale_of_a_bare_absence(
    absence: str, value: str
) -> None:
    outcome = judge_percents(BOTH, ("94.5%", absence), ("99.9%", str(float(absence) / 55)))
    assert percents(outcome) == ("94.50", value)
    assert percents(outcome, 3) == ("99.90", "0.10")
    assert outcome.codes == []


def test_a_rounded_attendance_that_fits_both_scales_shows_neither() -> None:
    few = judge_percents(BOTH, *[("100%", "0.004")] * 9, ("94.5%", "0.055"))
    assert percents(few) == ("100.00", "0.40")
    alone = judge_percents(BOTH, *[("100%", "0.004")] * 4)
    assert percents(alone) == ("100.00", None)
    assert set(alone.codes) == {"PERCENT_AMBIGUOUS"}


def test_a_lone_1_is_ambiguous() -> None:
    assert judge_percents(PRESENT, ("1",)).codes == ["PERCENT_AMBIGUOUS"]


def test_0_means_the_same_on_every_scale() -> None:
    assert percents(judge_percents(ABSENT, ("0",), ("0",))) == ("0.00",)


def test_a_percent_sign_means_what_it_says_in_a_file_of_fractions_too() -> None:
    outcome = judge_percents(BOTH, ("0.945", "0.055"), ("94.5%", "5.5%"), ("0.9", "0.1"))
    assert percents(outcome, 3) == ("94.50", "5.50")
    assert outcome.codes == []


def test_a_feed_may_say_the_scale() -> None:
    fraction = FeedRules(percent_scale="1")
    assert percents(judge_percents(ABSENT, ("0.5",), rules=fraction)) == ("50.00",)
    percent = FeedRules(percent_scale="100")
    assert percents(judge_percents(ABSENT, ("0.5",), rules=percent)) == ("0.50",)


@pytest.mark.parametrize("scale", ["auto", "100"])
def test_a_row_of_fractions_in_a_file_of_percentages_is_an_error(scale: Any) -> None:
    rules = FeedRules(percent_scale=scale)
    rows = [("94.5", "5.5"), ("90", "10"), ("0.945", "0.055"), ("0.94", "0.05"), ("80", "20")]
    outcome = judge_percents(BOTH, *rows, rules=rules)
    assert outcome.codes == ["PERCENT_IS_FRACTION"] * 4
    assert percents(outcome, 4) == (None, None)
    refused = outcome.rows[4]["refused"] or ""
    assert set(refused.strip("{}").split(",")) == {"attendance_percentage", "absence_percentage"}


def test_a_row_of_percentages_in_a_file_of_fractions_is_an_error() -> None:
    rows = [("0.945", "0.055"), ("0.9", "0.1"), ("99.5", "0.5"), ("1", "99"), ("0.8", "0.2")]
    outcome = judge_percents(BOTH, *rows)
    assert outcome.codes == ["PERCENT_IS_NOT_FRACTION"] * 4
    assert percents(outcome, 4) == (None, None)
    assert percents(outcome, 5) == (None, None)


def test_one_cell_of_the_other_scale_beside_its_good_neighbor_is_refused_alone() -> None:
    outcome = judge_percents(BOTH, ("94.5", "5.5"), ("94.5", "0.055"), ("0.945", "5.5"))
    assert percents(outcome, 3) == ("94.50", None)
    assert percents(outcome, 4) == (None, "5.50")


def test_a_lone_fraction_between_percentages_is_not_guessed() -> None:
    outcome = judge_percents(PRESENT, ("94.5",), ("88",), ("0.9",))
    assert outcome.codes == ["PERCENT_AMBIGUOUS"]
    told = judge_percents(PRESENT, ("0.9",), rules=FeedRules(percent_scale="100"))
    assert told.codes == ["ATTENDANCE_BELOW_ONE"]
    assert percents(told) == ("0.90",)


def test_a_file_whose_halves_disagree_imports_neither_wrongly() -> None:
    outcome = judge_percents(BOTH, ("94.5", "5.5"), ("0.945", "0.055"))
    assert percents(outcome, 2) == ("94.50", "5.50")
    assert percents(outcome, 3) == (None, None)
    assert "Nothing in this file shows" in outcome.notes[0]
