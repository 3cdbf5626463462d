"""A term that is set up by its name: what it means is said, and the nearest one is offered."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.catalogue.meant_terms import assumed, likely_instead, nearest, next_to_add
from rollbook.core.catalogue.terms import Term

NOVEMBER = date(2026, 11, 27)


def test_a_winter_is_said_with_its_school_year_and_its_first_day() -> None:
    assert assumed(Term("Winter 2026")) == (
        "Winter 2026 is the winter of the school year 2025-2026. Without a first day of its own, "
        "it counts from November 16, 2025."
    )
    assert assumed(Term("Winter 2026", date(2026, 1, 5))) == (
        "Winter 2026 is the winter of the school year 2025-2026."
    )
    assert assumed(Term("Summer 2026")) == "Summer 2026 is the summer of the school year 2025-2026."


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Winter 2026", "Winter 2027"),
        ("Winter 2027", None),
        ("Fall 2025", "Fall 2026"),
        ("Fall 2026", None),
        ("Spring 2026", "Spring 2027"),
        ("Fall 2027", None),
    ],
)
def test_a_season_long_past_is_probably_not_meant(typed: str, meant: str | None) -> None:
    found = likely_instead(Term(typed), NOVEMBER)
    assert (None if found is None else found.name) == meant


def test_days_that_are_given_say_what_is_meant() -> None:
    assert likely_instead(Term("Winter 2026", date(2026, 1, 5)), NOVEMBER) is None
    assert likely_instead(Term("Winter 2026", None, date(2026, 3, 5)), NOVEMBER) is None


def test_the_term_that_began_last_is_offered_and_then_the_next() -> None:
    assert next_to_add([], NOVEMBER).name == "Winter 2027"
    assert next_to_add(["Winter 2027"], NOVEMBER).name == "Spring 2027"
    assert next_to_add(["Winter 2027", "Spring 2027"], NOVEMBER).name == "Fall 2027"
    assert next_to_add([], date(2026, 9, 1)).name == "Fall 2026"
    assert next_to_add([], date(2026, 1, 2)).name == "Winter 2026"


@given(st.dates(date(2001, 1, 1), date(2098, 1, 1)))
def test_what_is_offered_is_never_long_past_on_any_day(today: date) -> None:
    offered = next_to_add([], today)
    assert likely_instead(offered, today) is None
    for season in ("Fall", "Winter", "Spring", "Summer"):
        assert likely_instead(nearest(season, today), today) is None
