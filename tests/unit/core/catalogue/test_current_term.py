"""Which term is current: the newest that has begun, by its own day or its season's."""

from datetime import date, timedelta

import pytest

from rollbook.core.catalogue.current_term import begun_terms, next_term
from rollbook.core.catalogue.terms import Term

TERMS = [Term(f"{season} {year}") for year in (2025, 2026) for season in ("Spring", "Fall")]


@pytest.mark.parametrize(
    ("today", "current"),
    [
        (date(2025, 3, 2), "Spring 2025"),
        (date(2025, 7, 31), "Spring 2025"),
        (date(2025, 8, 1), "Fall 2025"),
        (date(2026, 3, 1), "Fall 2025"),
        (date(2026, 11, 27), "Fall 2026"),
    ],
)
def test_the_newest_term_that_has_begun_is_current(today: date, current: str) -> None:
    assert begun_terms(TERMS, today)[0].term.name == current


def test_before_the_first_term_none_has_begun() -> None:
    assert begun_terms(TERMS, date(2025, 3, 1)) == []


def test_a_day_that_the_district_has_set_counts() -> None:
    late = Term("Fall 2026", date(2026, 9, 14), date(2026, 10, 9))
    terms = [*TERMS[:3], late]
    assert begun_terms(terms, date(2026, 9, 13))[0].term.name == "Spring 2026"
    now = begun_terms(terms, date(2026, 9, 14))[0]
    assert (now.term.name, now.has_own_day, now.is_open) == ("Fall 2026", True, True)
    assert not begun_terms(terms, date(2026, 10, 10))[0].is_open


def test_a_winter_begins_in_the_year_before_its_name() -> None:
    winter = [Term("Winter 2026")]
    assert begun_terms(winter, date(2025, 11, 15)) == []
    assert begun_terms(winter, date(2025, 11, 16))[0].is_of_this_year


@pytest.mark.parametrize(
    ("today", "is_of_this_year"),
    [(date(2026, 9, 14), True), (date(2026, 9, 15), False), (date(2027, 1, 1), False)],
)
@pytest.mark.parametrize("name", ["Fall 2025", "Spring 2026"])
def test_without_a_next_fall_the_school_year_ends_in_september(
    name: str, today: date, is_of_this_year: bool
) -> None:
    assert begun_terms([Term(name)], today)[0].is_of_this_year is is_of_this_year


@pytest.mark.parametrize("begins_on", [date(2026, 8, 20), date(2026, 10, 1)])
def test_a_school_year_lasts_until_the_next_fall_begins(begins_on: date) -> None:
    terms = [Term("Spring 2026"), Term("Fall 2026", begins_on), Term("Fall 2024")]
    for today in (date(2026, 8, 1), begins_on - timedelta(days=1)):
        last = begun_terms(terms, today)[0]
        assert (last.term.name, last.is_of_this_year) == ("Spring 2026", True)
    assert begun_terms(terms, begins_on)[0].term.name == "Fall 2026"
    assert begun_terms(terms, begins_on)[0].is_of_this_year


def test_the_term_that_begins_next_is_known() -> None:
    terms = [*TERMS, Term("Summer 2026")]
    coming = next_term(terms, date(2026, 3, 2))
    assert coming is not None
    assert (coming.term.name, coming.begins_on) == ("Fall 2026", date(2026, 8, 1))
    assert next_term(terms, date(2026, 8, 1)) is None


def test_a_summer_is_never_judged() -> None:
    terms = [Term("Spring 2026"), Term("Summer 2026", date(2026, 6, 15), date(2026, 7, 20))]
    assert [each.term.name for each in begun_terms(terms, date(2026, 7, 1))] == ["Spring 2026"]


def test_without_a_last_day_tests_are_expected_for_six_weeks() -> None:
    assert begun_terms(TERMS, date(2026, 8, 1))[0].open_until == date(2026, 9, 12)
    assert begun_terms(TERMS, date(2026, 9, 12))[0].is_open
    assert not begun_terms(TERMS, date(2026, 9, 13))[0].is_open
