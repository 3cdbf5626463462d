"""How the next runs are told."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from rollbook.core.scheduling.description import runs_in_words
from rollbook.core.scheduling.schedule import Pause, Schedule

ZONE = "America/New_York"
NIGHTLY = Schedule(zone=ZONE, is_on=True)
SUMMER = Pause(date(2027, 6, 12), date(2027, 8, 10), "summer break")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-11-23T15:00", ("tonight at 2:00 AM", "Wednesday, Nov 25 at 2:00 AM")),
        ("2026-11-24T00:30", ("tonight at 2:00 AM", "tomorrow at 2:00 AM")),
        ("2026-11-24T02:00", ("tomorrow at 2:00 AM", "Thursday, Nov 26 at 2:00 AM")),
        ("2026-12-30T15:00", ("tonight at 2:00 AM", "Friday, Jan 1, 2027 at 2:00 AM")),
        ("2027-03-13T15:00", ("tonight at 3:00 AM", "Monday, Mar 15 at 2:00 AM")),
    ],
)
def test_a_run_is_reported_as_people_say_it(now: str, words: tuple[str, ...]) -> None:
    assert runs_in_words(NIGHTLY, local(now), count=2) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (time(0, 15), "tonight at 12:15 AM"),
        (time(4, 59), "tonight at 4:59 AM"),
        (time(5, 0), "tomorrow at 5:00 AM"),
        (time(9, 0), "tomorrow at 9:00 AM"),
        (time(12, 5), "today at 12:05 PM"),
        (time(14, 30), "today at 2:30 PM"),
        (time(17, 59), "today at 5:59 PM"),
        (time(18, 0), "tonight at 6:00 PM"),
    ],
)
def test_from_six_in_the_evening_to_five_it_is_tonight_else_today_or_tomorrow(
    at: time, words: str
) -> None:
    schedule = replace(NIGHTLY, times=(at,))
    assert runs_in_words(schedule, local("2026-11-23T10:00"), count=1) == (words,)


def test_three_runs_are_reported_unless_more_are_asked_for() -> None:
    mondays = replace(NIGHTLY, days=frozenset({0}))
    assert runs_in_words(mondays, local("2026-11-23T10:00")) == (
        "Monday, Nov 30 at 2:00 AM",
        "Monday, Dec 7 at 2:00 AM",
        "Monday, Dec 14 at 2:00 AM",
    )


def test_a_pause_is_reported_from_the_last_run_before_it_until_the_last_night_of_it() -> None:
    schedule = replace(NIGHTLY, pauses=(SUMMER,))
    paused = ("paused until Aug 11, summer break", "Wednesday, Aug 11 at 2:00 AM")
    assert runs_in_words(schedule, local("2027-06-11T01:00"), count=1) == ("tonight at 2:00 AM",)
    assert runs_in_words(schedule, local("2027-06-11T10:00"), count=1) == paused
    assert runs_in_words(schedule, local("2027-07-01T10:00"), count=1) == paused
    assert runs_in_words(schedule, local("2027-08-10T10:00"), count=1) == ("tonight at 2:00 AM",)


def test_pauses_that_follow_one_another_are_reported_as_one() -> None:
    more = Pause(date(2027, 8, 11), date(2027, 8, 20))
    schedule = replace(NIGHTLY, pauses=(more, SUMMER))
    assert runs_in_words(schedule, local("2027-07-01T10:00"), count=0) == (
        "paused until Aug 21, summer break",
    )


def test_the_end_of_a_pause_in_another_year_is_reported_with_its_year() -> None:
    slip = Pause(date(2026, 12, 20), date(2027, 11, 3))
    schedule = replace(NIGHTLY, pauses=(slip,))
    assert runs_in_words(schedule, local("2026-12-21T10:00"), count=0) == (
        "paused until Nov 4, 2027",
    )


def test_a_schedule_that_is_off_says_so() -> None:
    off = replace(NIGHTLY, is_on=False)
    assert runs_in_words(off, local("2026-11-23T10:00")) == (
        "off: nothing is imported until you turn it on",
    )
