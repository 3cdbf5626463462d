"""Which days and years a text names, and of which terms they can be."""

from datetime import date, timedelta

import pytest

from rollbook.core.catalogue.school_days import (
    are_of_several_windows,
    date_in,
    is_day_of_term,
    school_years_in,
    years_of_term,
)

DAY = timedelta(days=1)
FIRST = date(2025, 9, 1)
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@pytest.mark.parametrize(
    ("text", "years"),
    [("24-25", {2024}), ("SY 24/25", {2024}), ("25-24", set()), ("24-26", set()), ("24-24", set())],
)
def test_a_short_school_year_is_of_two_years_that_follow_each_other(
    text: str, years: set[int]
) -> None:
    assert school_years_in(text) == years


def test_a_school_year_is_found_within_a_text() -> None:
    assert school_years_in("Fall 2024-2025") == {2024}
    assert school_years_in("Spring 2026") == {2025, 2026}


@pytest.mark.parametrize(
    ("term", "years"),
    [
        ("fall_2025", {2025}), ("spring_2025", {2024}), ("winter_2025", {2024, 2025}),
        ("summer_2025", {2024, 2025}),
    ],
)  # fmt: skip
def test_the_years_in_which_the_school_year_of_a_term_may_have_begun(
    term: str, years: set[int]
) -> None:
    assert years_of_term(term) == years


@pytest.mark.parametrize(
    ("term", "first", "last"),
    [
        ("fall_2025", date(2025, 7, 1), date(2025, 12, 31)),
        ("winter_2026", date(2025, 11, 1), date(2027, 4, 30)),
        ("spring_2026", date(2026, 1, 1), date(2026, 8, 31)),
        ("summer_2026", date(2026, 5, 1), date(2026, 9, 30)),
    ],
)
def test_a_term_is_tested_from_its_first_day_to_its_last(
    term: str, first: date, last: date
) -> None:
    assert is_day_of_term(first, term)
    assert is_day_of_term(last, term)
    assert not is_day_of_term(first - DAY, term)
    assert not is_day_of_term(last + DAY, term)


@pytest.mark.parametrize("number", range(1, 13))
def test_a_month_is_known_by_its_name_in_either_order(number: int) -> None:
    day, name = date(2026, number, 5), MONTHS[number - 1]
    assert date_in(f"5-{name}-2026") == day
    assert date_in(f"{name.upper()} 5, 2026") == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-02-05", date(2026, 2, 5)),
        (" 2026-2-5 10:15", date(2026, 2, 5)),
        ("2/5/2026", date(2026, 2, 5)),
        ("02-05-26", date(2026, 2, 5)),
        ("5 February 26", date(2026, 2, 5)),
        ("February 5 2026", date(2026, 2, 5)),
        ("2/30/2026", None),
        ("5-Foo-2026", None),
        ("at 2/5/2026", None),
        ("", None),
    ],
)
def test_the_day_that_a_text_begins_with(text: str, day: date | None) -> None:
    assert date_in(text) == day


def test_two_windows_are_28_days_apart() -> None:
    assert are_of_several_windows({FIRST: 1, FIRST + 28 * DAY: 1})
    assert not are_of_several_windows({FIRST: 1, FIRST + 27 * DAY: 1})


@pytest.mark.parametrize(
    ("before", "after", "are_several"),
    [
        ((40, 40), 20, True), ((400, 401), 199, False), ((40, 41), 19, False),
        ((10, 10), 80, True), ((100, 99), 801, False), ((10, 9), 81, False),
    ],
)  # fmt: skip
def test_a_fifth_of_the_tests_is_in_the_smaller_window(
    before: tuple[int, int], after: int, are_several: bool
) -> None:
    early, late = before
    days = {FIRST + 60 * DAY: after, FIRST: early, FIRST + DAY: late}
    assert are_of_several_windows(days) is are_several


def test_no_day_and_a_single_one_are_of_one_window() -> None:
    assert not are_of_several_windows({})
    assert not are_of_several_windows({FIRST: 9})
