"""A school year's days, its terms, and when it may be switched to."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.catalogue.school_year import (
    EARLIEST_SWITCH,
    LATEST_SWITCH,
    LONGEST,
    SchoolYear,
    are_classes_ending,
    fields_of_the_year,
    is_turning,
    over_terms,
    switch_fault,
    year_fault,
)
from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.catalogue.terms import Term

YEAR = SchoolYear(date(2027, 8, 11), date(2028, 6, 2))
YEARS = st.builds(
    lambda first, days: SchoolYear(first, first + timedelta(days=days)),
    st.dates(date(2020, 1, 1), date(2039, 12, 31)),
    st.integers(60, LONGEST - 1),
)


def test_a_year_is_named_by_both_of_its_years_and_has_three_terms() -> None:
    assert YEAR.name == "2027-28"
    assert YEAR.terms == ["Fall 2027", "Winter 2028", "Spring 2028"]
    assert SchoolYear(date(2027, 1, 11), date(2027, 12, 2)).name == "2027"
    assert YEAR.missing_terms((Term("Winter 2028"),)) == ["Fall 2027", "Spring 2028"]


def test_a_year_ends_after_it_begins_and_within_a_year() -> None:
    first = YEAR.first
    assert year_fault(first, first)
    assert not year_fault(first, first + timedelta(days=1))
    assert not year_fault(first, first + timedelta(days=LONGEST - 1))
    assert year_fault(first, first + timedelta(days=LONGEST))


@given(YEARS, st.integers(-500, 500))
def test_a_year_is_switched_to_around_its_first_day_alone(year: SchoolYear, days: int) -> None:
    today = year.first + timedelta(days=days)
    is_near = -EARLIEST_SWITCH.days <= days <= LATEST_SWITCH.days
    assert bool(switch_fault(year, today)) is not is_near


def test_what_is_set_aside_is_attendance_and_behavior_and_no_score() -> None:
    fields = {field.name: field.area for field in fields_of_the_year(student_catalogue())}
    assert set(fields.values()) == {"attendance", "behavior"}
    assert len(fields) == 12


@pytest.mark.parametrize(
    ("today", "by_months", "by_days"),
    [
        ("2027-05-31", False, False),
        ("2027-06-01", True, True),
        ("2027-09-10", True, True),
        ("2027-09-11", True, False),
        ("2028-01-10", False, False),
        ("2028-06-01", True, False),
        ("2028-06-02", True, False),
        ("2028-06-03", True, True),
        ("2028-09-30", True, True),
        ("2028-10-01", False, False),
    ],
)
def test_a_year_turns_by_the_districts_days_or_by_the_months(
    today: str, by_months: bool, by_days: bool
) -> None:
    day = date.fromisoformat(today)
    assert is_turning(day, None) is by_months
    assert is_turning(day, YEAR) is by_days


def test_a_year_that_begins_in_january_turns_then() -> None:
    south = SchoolYear(date(2027, 1, 28), date(2027, 12, 10))
    for today in (date(2026, 12, 14), date(2027, 1, 28), date(2027, 2, 27), date(2027, 12, 11)):
        assert is_turning(today, south) and not is_turning(today, None)
    assert not is_turning(date(2027, 7, 1), south)
    assert is_turning(date(2028, 4, 8), south) and not is_turning(date(2028, 4, 9), south)


def test_the_highest_grade_leaves_in_the_last_month() -> None:
    assert [are_classes_ending(date(2028, 5, at), YEAR) for at in (1, 2, 31)] == [False, True, True]
    assert are_classes_ending(date(2027, 5, 1), YEAR), "of the year before no day is known"
    assert are_classes_ending(date(2028, 5, 1), None)
    assert not are_classes_ending(date(2028, 4, 30), None)


@pytest.mark.parametrize(
    ("today", "by_months", "by_days"),
    [("2027-05-31", 1, 1), ("2027-06-01", 2, 2), ("2028-06-01", 3, 2), ("2028-06-03", 3, 3)],
)
def test_terms_are_over_with_their_school_year(today: str, by_months: int, by_days: int) -> None:
    terms = [Term("Spring 2026"), Term("Fall 2026"), Term("Winter 2028")]
    day = date.fromisoformat(today)
    assert over_terms(terms, day, None) == terms[:by_months]
    assert over_terms(terms, day, YEAR) == terms[:by_days]
