"""Moments on the command line: the district's clock, American, with the zone where it is needed."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.cli.times import DAY, KEPT_DAY, Clock, day_text, days_text
from rollbook.core.scheduling.parsing import read_days_off
from rollbook.core.scheduling.schedule import Pause
from rollbook.core.scheduling.typed_days import kept_period, typed_period

PACIFIC = Clock(ZoneInfo("America/Los_Angeles"))
NIGHT = datetime(2026, 11, 26, 10, 5, 7, tzinfo=UTC)


def test_a_moment_is_told_on_the_districts_clock() -> None:
    assert PACIFIC.told(NIGHT) == "Nov 26, 2026, 2:05 AM Pacific Time"
    assert PACIFIC.column(NIGHT) == "Nov 26, 2026, 2:05 AM"
    assert PACIFIC.column(None) == "never"
    assert PACIFIC.short(NIGHT) == "11/26 2:05 AM"
    assert PACIFIC.time(NIGHT) == "2:05 AM Pacific Time"
    assert PACIFIC.second(NIGHT) == "Nov 26, 2026, 2:05:07 AM"
    assert Clock(ZoneInfo("Europe/Berlin")).told(NIGHT) == "Nov 26, 2026, 11:05 AM Europe/Berlin"


def test_days_are_told_the_american_way() -> None:
    first, last = date(2026, 12, 21), date(2027, 1, 3)
    assert days_text(first, last) == "Dec 21, 2026 to Jan 3, 2027"
    assert day_text(first) == "Dec 21, 2026"


DAYS = st.dates(min_value=date(1000, 1, 1), max_value=date(9000, 1, 1))
REASONS = st.sampled_from(["", "Winter  break", "to 2027-99-99", "- 1/3/2027"])


@given(DAYS, st.integers(0, 90), REASONS)
def test_days_off_are_told_as_they_are_typed(first: date, length: int, reason: str) -> None:
    pause = Pause(first, first + timedelta(days=length), reason)
    told = typed_period(pause)
    has_day = "/" in reason or "99" in reason  # such a name is read only as it is kept
    assert told.startswith(f"{first}" if has_day else f"{first.month}/{first.day}/{first.year}")
    assert read_days_off([told]) == read_days_off([kept_period(pause)])


@given(st.dates(min_value=date(1000, 1, 1)))
def test_an_option_takes_a_date_the_american_way_and_as_it_is_kept(day: date) -> None:
    for text in (f"{day.month}/{day.day}/{day.year}", day.isoformat()):
        assert DAY(text) == day
        assert KEPT_DAY(text) == day.isoformat()


@pytest.mark.parametrize("text", ["21/12/2026", "12/21/026", "soon", "2026-13-01"])
def test_what_is_no_date_is_named_with_an_example(text: str) -> None:
    for option in (DAY, KEPT_DAY):
        with pytest.raises(click.BadParameter, match=r"12/21/2026"):
            option(text)


def test_an_option_says_which_month_there_is_none_of() -> None:
    with pytest.raises(click.BadParameter, match=r"There is no month 13\. Enter it like"):
        DAY("13/1/2027")


@pytest.mark.parametrize("text", ["", "none", "None"])
def test_no_day_can_be_said(text: str) -> None:
    assert KEPT_DAY(text) == ""
