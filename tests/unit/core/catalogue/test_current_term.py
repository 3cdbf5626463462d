"""Which term is current: the newest that has begun, by its own day or its season's."""

from datetime import date

import pytest

from rollbook.core.catalogue.current_term import begun_terms
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
    [(date(2026, 7, 31), True), (date(2026, 8, 1), False), (date(2027, 1, 1), False)],
)
def test_a_term_of_an_earlier_school_year_is_told_apart(today: date, is_of_this_year: bool) -> None:
    assert begun_terms([Term("Fall 2025")], today)[0].is_of_this_year is is_of_this_year
