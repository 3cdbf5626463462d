"""The page of the school year leads with where the year is, and draws its days in their order."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.catalogue.school_year import SchoolYear
from rollbook.core.scheduling.school_days import SchoolCalendar
from rollbook.web.pages.settings.year_line import LENGTH, leading, year_line

YEAR = SchoolYear(date(2026, 8, 11), date(2027, 6, 2))
SWITCHED = date(2026, 8, 1)


@pytest.mark.parametrize(
    ("today", "switched", "tone", "sentence", "offers"),
    [
        (date(2026, 5, 2), None, "info", "2026-27 starts in 101 days.", False),
        (date(2026, 5, 3), None, "warn", "2026-27 starts in 100 days. You haven't", True),
        (date(2026, 8, 10), None, "warn", "2026-27 starts tomorrow. You haven't switched", True),
        (date(2026, 8, 10), SWITCHED, "ok", "2026-27 starts tomorrow.", False),
        (date(2026, 9, 10), None, "warn", "2026-27 is under way: 265 days left. You", True),
        (date(2026, 9, 11), None, "ok", "2026-27 is under way: 264 days left.", False),
        (date(2027, 6, 1), SWITCHED, "ok", "2026-27 is under way: 1 day left.", False),
        (date(2027, 6, 2), SWITCHED, "ok", "2026-27 is under way: today is its last day.", False),
        (date(2027, 6, 3), SWITCHED, "warn", "The school year 2026-27 is over.", False),
    ],
)
def test_what_leads_says_where_the_year_is_and_offers_the_switch_while_it_can_be_made(
    today: date, switched: date | None, tone: str, sentence: str, offers: bool
) -> None:
    told = leading(YEAR, switched=switched, today=today)
    assert told.sentence.startswith(sentence)
    assert (told.tone, told.offers_switch) == (tone, offers)


def test_without_its_days_the_year_is_to_be_set() -> None:
    told = leading(None, switched=None, today=YEAR.first)
    assert (told.tone, told.sentence) == ("warn", "The school year isn't set.")


@given(st.integers(-200, 500), st.none() | st.integers(-100, 30))
def test_every_part_is_on_the_line_and_the_stops_are_in_their_order(
    days: int, ahead: int | None
) -> None:
    today = YEAR.first + timedelta(days)
    switched = None if ahead is None else YEAR.first + timedelta(ahead)
    calendar = SchoolCalendar()
    line = year_line(YEAR, switched=switched, today=today, calendar=calendar)
    parts = [line.school, *line.breaks, *([line.gone] if line.gone else [])]
    assert all(x >= 0 and x + width <= LENGTH + 2 for x, width in parts)
    assert 0 <= line.today < LENGTH
    found = [stop.day for stop in line.stops]
    assert found == sorted(set(found))
    assert {YEAR.first, YEAR.last, today} <= {*found}
    assert [stop.when for stop in line.stops].count("today") == 1
