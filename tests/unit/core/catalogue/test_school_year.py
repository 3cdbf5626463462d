"""A school year's days, its terms, and when it may be switched to."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.catalogue.school_year import (
    EARLIEST_SWITCH,
    LATEST_SWITCH,
    LONGEST,
    SchoolYear,
    fields_of_the_year,
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
