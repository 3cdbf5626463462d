"""Of which term a test is: its own or none."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.catalogue.terms import Term
from rollbook.core.layouts.iready import DIAGNOSTIC_RESULTS
from rollbook.core.layouts.windows import Windows

TERMS = [Term("Fall 2025"), Term("Winter 2026"), Term("Spring 2026"), Term("Fall 2026")]
FALL, WINTER = "Fall (Beginning of Year - November 15)", "Winter (November 16 - March 1)"


@pytest.mark.parametrize(
    ("window", "year", "day", "term"),
    [
        (FALL, "2025-2026", "9/10/2025", "Fall 2025"),
        (WINTER, "2025-2026", "12/12/2025", "Winter 2026"),
        (WINTER, "2025-2026", "", "Winter 2026"),
        ("MOY", "2025-2026", "4/30/2026", "Winter 2026"),
        ("EOY", "2025-2026", "1/5/2026", "Spring 2026"),
        ("BOY", "2025-2026", "2025-09-12", "Fall 2025"),
        ("MOY", "2025-26", "", "Winter 2026"),
        ("EOY", "SY25-26", "2026-05-12 10:11:12", "Spring 2026"),
        ("Fall", "", "9/10/2025", "Fall 2025"),
        ("Fall", "2026", "9/10/2025", "Fall 2025"),
        ("BOY", "2026-2027", "8/20/2026", "Fall 2026"),
    ],
)
def test_a_test_is_of_the_term_of_its_window(window: str, year: str, day: str, term: str) -> None:
    placed = Windows(TERMS).place(window, year, day)
    assert placed.term is not None
    assert placed.term.name == term


@pytest.mark.parametrize(
    ("window", "year", "day"),
    [
        ("Benchmark 4", "2025-2026", "9/10/2025"),
        ("Fall", "", ""),
        ("Fall", "2026", ""),
        ("Fall", "2025-2026", "9/10/2024"),
        ("Fall", "2025-2026", "4/10/2026"),
        ("Fall", "2025-2026", "1/4/2026"),
        (WINTER, "2025-2026", "5/5/2026"),
        ("MOY", "2025-2026", "5/20/2026"),
        ("MOY", "2025-2026", "10/31/2025"),
        ("EOY", "2025-2026", "12/20/2025"),
        ("Fall", "2025-2026", "yesterday"),
        ("", "2025-2026", ""),
        ("", "2025-2026", "9/10/2025"),  # without windows of the vendor's own
        ("Fall", "2025-2027", "9/10/2025"),
    ],
)
def test_a_test_of_which_that_is_not_certain_is_of_none(window: str, year: str, day: str) -> None:
    placed = Windows(TERMS).place(window, year, day)
    assert placed.term is None
    assert placed.unknown_term is None
    assert placed.why


def test_a_term_that_is_not_set_up_is_named() -> None:
    placed = Windows([Term("Fall 2025")]).place("Winter", "2025-2026", "1/8/2026")
    assert (placed.term, placed.unknown_term) == (None, "Winter 2026")


@pytest.mark.parametrize(
    ("day", "term"),
    [
        ("8/1/2025", "Fall 2025"),
        ("11/15/2025", "Fall 2025"),
        ("11/16/2025", "Winter 2026"),
        ("3/1/2026", "Winter 2026"),
        ("3/2/2026", "Spring 2026"),
        ("6/30/2026", "Spring 2026"),
    ],
)
def test_without_a_window_the_vendors_own_days_tell(day: str, term: str) -> None:
    placed = Windows(TERMS, DIAGNOSTIC_RESULTS.seasons).place("", "2025-2026", day)
    assert placed.term is not None
    assert placed.term.name == term


def test_days_that_the_district_has_set_come_before_the_vendors() -> None:
    own = Term("Winter 2026", date(2025, 11, 1), date(2026, 2, 1))
    windows = Windows([*TERMS[:1], own], DIAGNOSTIC_RESULTS.seasons)
    placed = windows.place("", "2025-2026", "11/3/2025")
    assert placed.term == own
    late = Term("Winter 2026", date(2025, 11, 1), date(2026, 5, 10))
    assert Windows([late]).place("MOY", "2025-2026", "5/5/2026").term == late
    of_another_year = windows.place("", "2023-2024", "11/3/2025")
    assert (of_another_year.term, bool(of_another_year.why)) == (None, True)


@given(
    st.sampled_from(["", "Fall", "Winter", "Spring", "BOY", "MOY", "EOY", "nothing"]),
    st.sampled_from(["", "2024-2025", "2025-2026", "2026", "x"]),
    st.dates(date(2023, 1, 1), date(2028, 1, 1)) | st.none(),
)
def test_no_test_is_placed_in_another_season_or_school_year(
    window: str, year: str, day: date | None
) -> None:
    windows = Windows(TERMS, DIAGNOSTIC_RESULTS.seasons)
    placed = windows.place(window, year, "" if day is None else day.isoformat())
    if placed.term is None:
        return
    season, of_year = placed.term.key.split("_")
    begins = int(of_year) - (season != "fall")
    meant = {"BOY": "fall", "MOY": "winter", "EOY": "spring"}.get(window, window.lower())
    assert meant in ("", season)
    assert "-" not in year or year.startswith(str(begins))
    assert day is None or date(begins, 6, 1) <= day < date(begins + 1, 9, 1)
