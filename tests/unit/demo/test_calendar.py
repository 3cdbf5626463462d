"""The nights of the demo's past, on any day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from rollbook.demo.calendar import DAYS, past_nights, vendors_terms

ZONE = ZoneInfo("America/Los_Angeles")
BEGIN = datetime(2026, 6, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=5_000)).map(lambda passed: BEGIN + passed)


@given(MOMENTS)
def test_they_are_school_nights_of_the_month_before_in_order(now: datetime) -> None:
    nights = past_nights(now, ZONE)
    local = [night.at.astimezone(ZONE) for night in nights]
    assert 20 <= len(nights) <= 23
    assert [night.ago for night in nights] == [*range(len(nights), 0, -1)]
    assert all(each.weekday() < 5 for each in local)
    assert [night.weekday for night in nights] == [each.weekday() for each in local]
    weekly = [night.weeks_ago for night in nights if night.weeks_ago is not None]
    assert weekly[-4:] == [3, 2, 1, 0]
    assert nights[-1].weeks_ago == 0 != now.astimezone(ZONE).weekday() - nights[-1].weekday
    assert now - timedelta(days=DAYS + 2) < nights[0].at < nights[-1].at < now


def test_the_vendors_have_the_two_terms_whose_tests_were_given_last() -> None:
    def names(day: date) -> list[str]:
        return [term.name for term in vendors_terms(day)]

    assert names(date(2026, 11, 27)) == ["Spring 2026", "Fall 2026"]
    assert names(date(2027, 8, 20)) == ["Fall 2026", "Spring 2027"]
    assert names(date(2026, 7, 1)) == ["Spring 2026"]
