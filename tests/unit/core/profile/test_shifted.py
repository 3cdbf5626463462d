"""A column that has shifted as a whole is told from one that grows, begins or is filled in."""

from collections import Counter
from collections.abc import Sequence

import pytest

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.catalogue.terms import Term
from rollbook.core.measure import Measure
from rollbook.core.profile.filled import FIRST, Filled, with_nights
from rollbook.core.profile.shifted import (
    Shift,
    least_shifts,
    rewritten_scores,
    shifted_issues,
    swapped_columns,
    with_more,
)
from rollbook.core.profile.spread import Spread, Spreads, spread_of_numbers, spread_of_words

CATALOGUE = student_catalogue([Term("Fall 2025")])
READING, MATH = "fall_2025_iready_reading_score", "fall_2025_iready_math_score"
GROWN = [at // 10 for at in range(200)]
"""Absences of 200 students, from 0 to 19."""


def of(values: Sequence[float]) -> Spread:
    return spread_of_numbers(Counter(map(str, values)))


def share(
    now: Sequence[float],
    *befores: Sequence[float],
    name: str = "absences_ytd",
    is_turn: bool = False,
) -> float:
    nights = [{name: of(before)} for before in befores]
    found = least_shifts({name: of(now)}, nights, CATALOGUE, is_turn=is_turn)
    return round(found[name].share, 2) if found else -1


def test_the_file_that_is_most_alike_is_compared_with() -> None:
    high = [value + 100 for value in GROWN]
    assert share(high, GROWN) == 1.0
    assert share(high, GROWN, high) == 0.0
    assert share(high, high, GROWN) == 0.0


def test_a_first_file_and_a_column_that_begins_have_nothing_to_compare() -> None:
    assert share(GROWN) == -1
    assert least_shifts({"absences_ytd": of(GROWN)}, [{}], CATALOGUE, is_turn=False) == {}


@pytest.mark.parametrize("grown", [1, 2])
def test_a_day_or_two_of_absences_are_no_shift(grown: int) -> None:
    later = [value + (at % 10 < grown) for at, value in enumerate(GROWN)]
    assert share(later, GROWN) < 0.1


def test_scores_that_are_filled_in_grade_by_grade_are_no_shift() -> None:
    kindergarten = [350 + at % 40 for at in range(40)]
    school = [*kindergarten, *(450 + at % 90 for at in range(400))]
    assert share(school, kindergarten, name=READING) == 0.0


def test_everybody_has_the_same_value() -> None:
    tardies = [0] * 140 + [1] * 30 + [2] * 30
    shifts = least_shifts(
        {"tardies_ytd": of([0] * 200)}, [{"tardies_ytd": of(tardies)}], CATALOGUE, is_turn=False
    )
    assert shifts["tardies_ytd"].is_one
    assert shifts["tardies_ytd"].measure == Measure(60, 60)
    few = [0] * 171 + [1] * 29
    assert share([0] * 200, few) == 0.14, "too few differed to say so of them"
    assert share([0] * 193 + [1] * 7, tardies) < 0.3, "too many differ still"


@pytest.mark.parametrize(
    ("name", "now", "before"),
    [
        ("absences_ytd", [0] * 200, GROWN),
        ("tardies_last_30_days", [0] * 200, GROWN),
        ("incident_count_ytd", [0] * 200, GROWN),
        ("attendance_percentage", [100.0] * 200, [100.0 - value for value in GROWN]),
        ("absence_percentage", [0.0] * 200, [float(value) for value in GROWN]),
    ],
)
def test_what_is_counted_by_the_year_begins_with_nothing_in_summer_alone(
    name: str, now: list[float], before: list[float]
) -> None:
    assert share(now, before, name=name, is_turn=True) == 0.0, "30 days after school or a rollover"
    assert share(now, before, name=name, is_turn=False) >= 0.9
    assert share(before, now, name=name, is_turn=True) >= 0.9, (
        "the other way is wrong in summer, too"
    )


def test_a_score_does_not_begin_in_summer() -> None:
    scores = [400 + value for value in GROWN]
    assert share([100] * 200, scores, name=READING, is_turn=True) == 1.0


def test_words_are_compared_by_their_frequencies() -> None:
    level = "fall_2025_iready_reading_level"
    before = spread_of_words({"a": 100, "b": 60, "c": 40})
    for now, expected in (({"x": 100, "y": 60, "z": 40}, 0.0), ({"x": 200}, 1.0)):
        [shift] = least_shifts(
            {level: spread_of_words(now)}, [{level: before}], CATALOGUE, is_turn=False
        ).values()
        assert shift.share == expected


def test_scores_are_compared_student_by_student_and_counts_are_not() -> None:
    now = Filled(200, {READING: 150, "absences_ytd": 200})
    becomes = {READING: [50, 60, 0], "absences_ytd": [0, 190, 0]}
    nights: list[Spreads] = [{}, {READING: Spread(), "absences_ytd": Spread()}]
    found = rewritten_scores(becomes, now, nights, CATALOGUE)
    assert {name: shift.measure for name, shift in found.items()} == {READING: Measure(60, 100)}
    few = {READING: [171, 29, 0]}
    assert rewritten_scores(few, Filled(200, {READING: 200}), nights, CATALOGUE) == {}


def test_a_score_that_no_earlier_file_has_is_not_compared_with_what_is_stored() -> None:
    becomes, now = {READING: [0, 200, 0]}, Filled(200, {READING: 200})
    assert rewritten_scores(becomes, now, [{MATH: Spread()}], CATALOGUE) == {}


def test_the_greater_shift_counts_with_the_spread_that_is_known() -> None:
    spread = of(GROWN)
    one, other = Shift(Measure(1, 10), spread), Shift(Measure(5, 10), Spread())
    assert with_more({READING: one}, {READING: other}) == {READING: Shift(Measure(5, 10), spread)}
    assert with_more({READING: other}, {READING: one}) == {READING: other}
    assert with_more({}, {READING: one}) == {READING: one}


def swap(one: Sequence[float], other: Sequence[float], names: tuple[str, str]) -> dict[str, str]:
    nights: list[Spreads] = [{names[0]: of(one), names[1]: of(other)}]
    now = {names[0]: of(other), names[1]: of(one)}
    return swapped_columns(now, least_shifts(now, nights, CATALOGUE, is_turn=False), CATALOGUE)


def test_two_columns_that_fit_each_others_past_have_been_swapped() -> None:
    pair = ("excused_absences_ytd", "unexcused_absences_ytd")
    fewer = [value // 2 for value in GROWN]
    assert swap(GROWN, fewer, pair) == {pair[0]: pair[1], pair[1]: pair[0]}
    assert swap(GROWN, GROWN, pair) == {}
    assert swap(GROWN, fewer, (READING, "absences_ytd")) == {}, "a score is no count"


def told(name: str, shift: Shift, now: Spread, swapped: dict[str, str]) -> str:
    [issue] = shifted_issues(
        {name: shift},
        {name: now},
        swapped,
        headers={name: "Abs", "tardies_ytd": "Late"},
        catalogue=CATALOGUE,
    )
    assert (issue.code, issue.column, issue.field, issue.row) == (
        "COLUMN_SHIFTED", "Abs", name, None,
    )  # fmt: skip
    return issue.message


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ([value * 100 for value in GROWN], "the scale has probably changed, by 100."),
        ([value + 30 for value in GROWN], "The median was about 8.5, and is about 38.5 now."),
    ],
)
def test_the_issue_says_in_which_way_numbers_have_shifted(now: list[float], words: str) -> None:
    shift = Shift(Measure(1_200, 2_000), of(GROWN))
    said = told("absences_ytd", shift, of(now), {})
    assert "At least 1,200 of 2,000 values" in said
    assert words in said


def test_the_issue_says_what_else_has_become_of_a_column() -> None:
    shift = Shift(Measure(120, 200), of(GROWN), is_one=True)
    assert "120 of 200 that differed now have that value" in told(
        "absences_ytd", shift, Spread(), {}
    )
    swapped = {"absences_ytd": "tardies_ytd"}
    assert "what Late had in the last files" in told("absences_ytd", shift, Spread(), swapped)
    level = told("fall_2025_iready_reading_level", Shift(Measure(9, 10), of(GROWN)), of(GROWN), {})
    assert "from the last files. Check" in level, "the place of a word is no number"


def test_what_was_accepted_is_told_by_the_files_before_it() -> None:
    nights: list[tuple[Spreads, bool]] = [
        ({"absences_ytd": of([value])}, value == 2) for value in (1, 2, 3)
    ]
    before = with_nights(FIRST, nights)
    assert [*before.nights] == [night for night, _ in nights]
    assert [*before.told] == [nights[2][0]]
    assert [*with_nights(FIRST, nights[:1]).told] == []


def test_an_attendance_of_0_before_a_year_has_a_day_is_no_shift_while_years_turn() -> None:
    present, none = [90 + at % 10 for at in range(200)], [0] * 200
    assert share(none, present, name="attendance_percentage", is_turn=True) == 0.0
    assert share(none, present, name="attendance_percentage") >= 0.9
    low = [9] * 200
    assert share(low, present, name="attendance_percentage", is_turn=True) >= 0.9
