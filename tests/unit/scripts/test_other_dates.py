"""The dates under which the tests that touch the clock run once more."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from scripts.other_dates import AT_THE_CHANGE, ROOT, TESTS, a_night_ahead, before_change

DISTRICT = ZoneInfo("America/Los_Angeles")
DAYS = [datetime(2026, 11, 24, 12, 34, 56, tzinfo=UTC) + timedelta(days=n * 41) for n in range(20)]


@pytest.mark.parametrize("now", DAYS, ids=lambda now: f"{now:%Y-%m-%d}")
def test_one_is_a_night_more_than_a_year_ahead(now: datetime) -> None:
    night = a_night_ahead(now)
    assert f"{night.astimezone(DISTRICT):%H:%M}" == "02:30"
    assert timedelta(days=399) < night - now < timedelta(days=401)


@pytest.mark.parametrize("now", DAYS, ids=lambda now: f"{now:%Y-%m-%d}")
def test_the_other_is_right_before_the_clock_is_set_forward(now: datetime) -> None:
    moment = before_change(now)
    assert timedelta(0) < moment - now < timedelta(days=366)
    assert f"{moment.astimezone(DISTRICT):%a %H:%M:%S}" == "Sun 01:59:30"
    assert f"{(moment + timedelta(minutes=1)).astimezone(DISTRICT):%H:%M:%S}" == "03:00:30"


def test_the_tests_that_are_named_are_there() -> None:
    assert all((ROOT / name).is_file() for name in TESTS)
    assert set(AT_THE_CHANGE) < set(TESTS)
