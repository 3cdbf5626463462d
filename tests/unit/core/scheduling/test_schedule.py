"""What an administrator may set, and how it is stored."""

import json
from datetime import UTC, date, time

import pytest
from hypothesis import given

from rollbook.core.scheduling.schedule import Pause, Schedule, ScheduleRefused
from tests.unit.core.scheduling.schedules import QUICK, schedules

ZONE = "America/New_York"
SUMMER = Pause(date(2027, 6, 12), date(2027, 8, 10), "summer break")


def test_a_feed_is_imported_every_night_at_two_unless_a_person_says_otherwise() -> None:
    schedule = Schedule(zone=ZONE)
    assert schedule.times == (time(2, 0),)
    assert schedule.days == {0, 1, 2, 3, 4, 5, 6}
    assert not schedule.is_on


@QUICK
@given(schedule=schedules())
def test_what_is_stored_is_read_back_the_same(schedule: Schedule) -> None:
    assert Schedule.from_json(json.loads(json.dumps(schedule.to_json()))) == schedule


def test_the_stored_form_can_be_read_by_people() -> None:
    schedule = Schedule(
        zone=ZONE,
        times=(time(14, 30), time(2, 0)),
        days=frozenset({4, 0}),
        pauses=(SUMMER,),
        is_on=True,
    )
    assert schedule.to_json() == {
        "zone": "America/New_York",
        "times": ["02:00", "14:30"],
        "days": [0, 4],
        "pauses": [{"first": "2027-06-12", "last": "2027-08-10", "reason": "summer break"}],
        "is_on": True,
        "current_by": None,
        "rehearse_hours": 0,
    }


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("zone", "America/Gotham", "There is no time zone “America/Gotham”."),
        ("zone", "America", "There is no time zone “America”."),
        ("zone", "", "There is no time zone “”."),
        ("zone", "../etc/passwd", "There is no time zone"),
        ("zone", "x" * 5000, "There is no time zone"),
        ("zone", None, "Name the time zone"),
        ("times", [], "Choose at least one time"),
        ("times", [f"{n // 2:02}:{n % 2 * 30:02}" for n in range(25)], "25 times a day are too"),
        ("times", ["02:00", "14:00", "02:00"], "02:00 is there twice."),
        ("times", ["02:00:30"], "Times are full minutes"),
        ("times", ["02:00+05:00"], "Times are full minutes"),
        ("times", ["25:00"], "Write the times as a list"),
        ("times", "02:00", "Write the times as a list"),
        ("times", 2, "Write the times as a list"),
        ("days", [], "Choose at least one day"),
        ("days", [0, 7], "A day is a number from 0, Monday, to 6, Sunday."),
        ("days", ["Monday"], "Write the days as a list of numbers"),
        ("days", [1.5], "Write the days as a list of numbers"),
        ("pauses", [{"first": "2027-08-10", "last": "2027-06-12"}], "before it starts."),
        ("pauses", [{"first": "2027-06-12", "last": "2028-08-10"}], "longer than a year."),
        ("pauses", [{"first": "2027-06-12"}], "Write each pause with its first and last day"),
        ("pauses", ["summer"], "Write each pause with its first and last day"),
        ("pauses", [{"first": "2027-06-12", "last": "2027-06-13", "reason": "x" * 101}], "Shorten"),
        ("is_on", "yes", "Say with true or false"),
        ("time", "times", "It has no setting “time”"),
    ],
)  # fmt: skip
def test_a_setting_that_makes_no_sense_is_refused_in_a_sentence(
    setting: str, value: object, words: str
) -> None:
    with pytest.raises(ScheduleRefused) as refused:
        Schedule.from_json({"zone": ZONE, setting: value})
    assert list(refused.value.faults) == [setting]
    assert words in refused.value.faults[setting]
    assert str(refused.value).startswith("The schedule wasn't saved: ")
    assert str(refused.value).endswith(" Nothing was changed.")


def test_all_that_is_wrong_is_reported_at_once() -> None:
    with pytest.raises(ScheduleRefused) as refused:
        Schedule(zone="Nowhere", times=(), days=frozenset())
    assert set(refused.value.faults) == {"zone", "times", "days"}


@pytest.mark.parametrize("data", [None, [], "02:00", 2])
def test_what_is_no_schedule_at_all_is_refused(data: object) -> None:
    with pytest.raises(ScheduleRefused, match="It has to be an object"):
        Schedule.from_json(data)


def test_a_schedule_without_a_zone_is_refused() -> None:
    with pytest.raises(ScheduleRefused, match="Name the time zone"):
        Schedule.from_json({"times": ["02:00"]})


def test_a_time_of_another_clock_is_refused_however_the_schedule_is_made() -> None:
    with pytest.raises(ScheduleRefused, match="full minutes"):
        Schedule(zone=ZONE, times=(time(2, 0, tzinfo=UTC),))


def test_a_pause_holds_on_both_its_ends() -> None:
    schedule = Schedule(zone=ZONE, pauses=(SUMMER,))
    days = [date(2027, 6, 11), date(2027, 6, 12), date(2027, 8, 10), date(2027, 8, 11)]
    assert [schedule.pause_on(day) for day in days] == [None, SUMMER, SUMMER, None]


def test_a_limit_is_itself_allowed() -> None:
    at_most = tuple(time(hour) for hour in range(24))
    leap_year = Pause(date(2028, 1, 1), date(2029, 1, 1), "r" * 100)
    schedule = Schedule(zone=ZONE, times=at_most, pauses=(leap_year,))
    assert (len(schedule.times), schedule.pause_on(date(2029, 1, 1))) == (24, leap_year)


@pytest.mark.parametrize(
    ("pause", "words"),
    [
        (Pause(date(2028, 1, 1), date(2029, 1, 2)), "longer than a year"),
        (Pause(date(2028, 1, 1), date(2028, 1, 2), "r" * 101), "at most 100 characters"),
    ],
)
def test_one_more_than_a_limit_is_refused(pause: Pause, words: str) -> None:
    with pytest.raises(ScheduleRefused, match=words):
        Schedule(zone=ZONE, pauses=(pause,))


def test_the_time_that_is_chosen_twice_is_named() -> None:
    with pytest.raises(ScheduleRefused, match="14:30 is there twice"):
        Schedule(zone=ZONE, times=(time(2, 0), time(14, 30), time(14, 30)))
