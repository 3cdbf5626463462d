"""Which days are school days, and how old data is by them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rollbook.core.scheduling.parsing import read_calendar, read_pauses
from rollbook.core.scheduling.schedule import Pause
from rollbook.core.scheduling.school_days import (
    ALL_DAYS,
    LOOKS_BACK,
    CalendarRefused,
    SchoolCalendar,
    old_before,
    school_days_since,
    school_moment,
    school_time,
)
from rollbook.core.scheduling.typed_days import kept_period, kept_periods, typed_periods
from tests.unit.core.scheduling.schedules import FAR_ZONES, MOMENTS, PAUSES, QUICK, ZONES

NEW_YORK = ZoneInfo("America/New_York")
WINTER = "2026-12-21 to 2027-01-03 Winter break"
CALENDAR = read_calendar("mon-fri", f"2026-11-26 to 2026-11-27 Thanksgiving\n{WINTER}")
CALENDARS = st.builds(
    SchoolCalendar,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.lists(PAUSES, max_size=6).map(tuple),
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "is_on"),
    [
        (date(2026, 11, 25), True),
        (date(2026, 11, 26), False),
        (date(2026, 11, 28), False),  # a Saturday
        (date(2026, 11, 30), True),
        (date(2026, 12, 20), False),
        (date(2027, 1, 3), False),
        (date(2027, 1, 4), True),
    ],
)
def test_weekends_holidays_and_breaks_have_no_school(day: date, is_on: bool) -> None:
    assert CALENDAR.is_school_day(day) == is_on


@given(CALENDARS, st.dates(date(2023, 8, 1), date(2025, 3, 1)))
def test_a_day_off_is_one_whatever_else_is_off(calendar: SchoolCalendar, day: date) -> None:
    is_off = any(each.first <= day <= each.last for each in calendar.days_off)
    assert calendar.is_school_day(day) == (day.weekday() in calendar.weekdays and not is_off)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-11-25 12:00", "2026-11-25 12:00"),
        ("2026-11-26 00:00", "2026-11-26 00:00"),
        ("2026-11-29 23:59", "2026-11-26 00:00"),
        ("2026-11-30 00:00", "2026-11-30 00:00"),
        ("2027-01-03 12:00", "2026-12-19 00:00"),
    ],
)
def test_on_a_day_without_school_the_clock_stops(now: str, then: str) -> None:
    assert school_moment(CALENDAR, local(now), NEW_YORK) == local(then)


@QUICK
@given(CALENDARS, MOMENTS, MOMENTS, st.sampled_from(ZONES + FAR_ZONES))
def test_the_clock_of_school_days_never_runs_ahead_or_back(
    calendar: SchoolCalendar, one: datetime, other: datetime, zone: str
) -> None:
    early, late = sorted((one, other))
    clock = [school_moment(calendar, each, ZoneInfo(zone)) for each in (early, late)]
    assert clock[0] <= clock[1]
    assert clock[1] <= late
    assert school_moment(ALL_DAYS, late, ZoneInfo(zone)) == late


def test_data_of_a_friday_is_no_older_on_monday_morning_than_on_friday_night() -> None:
    friday = local("2026-12-18 02:00")
    assert school_time(CALENDAR, friday, local("2026-12-18 23:00"), NEW_YORK) == timedelta(hours=21)
    assert school_time(CALENDAR, friday, local("2027-01-03 12:00"), NEW_YORK) == timedelta(hours=22)
    assert school_time(CALENDAR, friday, local("2027-01-04 06:00"), NEW_YORK) == timedelta(hours=28)


def test_a_day_on_which_the_clock_changes_has_23_or_25_hours() -> None:
    for day, hours in (("2026-11-01", 25), ("2026-03-08", 23)):
        begins = local(f"{day} 00:00")
        ends = begins + timedelta(hours=hours)
        assert school_time(ALL_DAYS, begins, ends, NEW_YORK) == timedelta(hours=hours)
        assert school_time(CALENDAR, begins, ends, NEW_YORK) == timedelta()  # both are Sundays


@QUICK
@given(CALENDARS, MOMENTS, MOMENTS, st.sampled_from(ZONES + FAR_ZONES))
def test_time_on_school_days_is_a_part_of_all_time(
    calendar: SchoolCalendar, one: datetime, other: datetime, zone: str
) -> None:
    early, late = sorted((one, other))
    passed = school_time(calendar, early, late, ZoneInfo(zone))
    assert timedelta() <= passed <= late - early
    if late - early < timedelta(days=LOOKS_BACK - 1):
        assert school_time(ALL_DAYS, early, late, ZoneInfo(zone)) == late - early


@QUICK
@given(CALENDARS, MOMENTS, MOMENTS, st.integers(1, 30), st.sampled_from(ZONES + FAR_ZONES))
def test_what_is_from_before_a_moment_is_more_school_days_ago_than_the_limit(
    calendar: SchoolCalendar, one: datetime, other: datetime, limit: int, name: str
) -> None:
    (at, now), zone = sorted((one, other)), ZoneInfo(name)
    before = old_before(calendar, now, limit=limit, zone=zone)
    is_old = school_days_since(calendar, at, now, zone) > limit
    assert is_old == (before is not None and at < before)


def test_old_begins_with_a_day_of_the_districts_clock() -> None:
    now = local("2026-12-02 06:00")  # Wednesday after Thanksgiving
    assert old_before(CALENDAR, now, limit=3, zone=NEW_YORK) == local("2026-11-25 00:00")
    assert old_before(CALENDAR, now, limit=0, zone=NEW_YORK) is None
    assert old_before(CALENDAR, now, limit=LOOKS_BACK, zone=NEW_YORK) is None


def test_school_days_are_counted_from_the_day_after() -> None:
    def since(good: str, now: str) -> int:
        return school_days_since(CALENDAR, local(good), local(now), NEW_YORK)

    assert since("2026-12-18 02:00", "2026-12-18 23:59") == 0
    assert since("2026-12-18 02:00", "2027-01-03 23:59") == 0
    assert since("2026-12-18 02:00", "2027-01-05 00:00") == 2
    assert since("2000-01-01 00:00", "2027-01-05 00:00") <= LOOKS_BACK


@pytest.mark.parametrize(
    ("weekdays", "days_off", "field", "words"),
    [
        ("", "", "weekdays", "mon-fri"),
        ("someday", "", "weekdays", "mon-fri"),
        ("mon-fri", "Veterans Day", "days_off", "Veterans Day"),
        ("mon-fri", "2026-13-01", "days_off", "2026-13-01"),
        ("mon-fri", "2027-01-03 to 2026-12-21", "days_off", "before it starts"),
        ("mon-fri", "2026-12-21 to 2027-12-03 Winter", "days_off", "12/21/2026 to 12/3/2027 has"),
        ("mon-fri", "2026-12-21 to 2027-12-03 Winter", "days_off", "12/21/2026 to 3/30/2027"),
        ("mon-fri", "2026-05-25 to 2026-09-02", "days_off", "has 101 days"),
        ("mon-fri", "2026-12-21 - Jan 3 Winter", "days_off", "and several as"),
        ("mon-fri", "2026-12-21 \u2014 1.3.27 Winter", "days_off", "and several as"),
        ("mon-fri", "2026-12-21 to 1/3/7", "days_off", "and several as"),
        ("mon-fri", "2026-12-21 2027-01-03 Winter", "days_off", "and several as"),
        ("mon-fri", "2026-12-21: 2027-1-3 Winter", "days_off", "and several as"),
        ("mon-fri", "2026-12-21 through January 3", "days_off", "and several as"),
        ("mon-fri", "2026-01-01 " + "x" * 101, "days_off", "Shorten"),
        ("mon-fri", "2026-01-01\n" * 501, "days_off", "too many"),
        ("mon-fri", "\n" * 60_001, "days_off", "characters"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused_at_its_field(
    weekdays: str, days_off: str, field: str, words: str
) -> None:
    with pytest.raises(CalendarRefused) as refused:
        read_calendar(weekdays, days_off)
    assert words in refused.value.faults[field]
    assert len(refused.value.faults[field]) < 400


@given(
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.integers(0, 99),
    st.text(max_size=40).map(lambda text: " ".join(text.split())),
)
def test_what_is_written_is_read_as_the_same_days(first: date, length: int, reason: str) -> None:
    pause = Pause(first, first + timedelta(days=length), reason)
    [read] = read_calendar("mon-fri", kept_period(pause)).days_off
    assert (read.first, read.last) == (pause.first, pause.last)


@pytest.mark.parametrize(
    "separator", ["to", "To", "until", "through", "-", "\u2013", "\u2014", ".."]
)
def test_a_last_day_is_read_however_people_join_it_to_the_first(separator: str) -> None:
    [read] = read_calendar("mon-fri", f"2026-12-21 {separator} 2027-01-03 Winter").days_off
    assert read == Pause(date(2026, 12, 21), date(2027, 1, 3), "Winter")


def test_a_name_may_begin_with_what_only_looks_like_a_last_day() -> None:
    for name in ("Tomorrow", "1/2 day", "6-8 conferences", "2026-27 kickoff"):
        [read] = read_calendar("mon-fri", f"2026-11-11 {name}").days_off
        assert read == Pause(date(2026, 11, 11), date(2026, 11, 11), name)


DATE_LIKE = st.sampled_from(["2026-11-11", "2027-06-11", "2027-99-99", "2026-02-30", "0000-00-00"])
HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(["to", "TO", "..", "-", "\u2013", "until", "through", ":", ",", "Winter"]),
        DATE_LIKE,
        st.text(max_size=3),
        st.sampled_from(["\n", "\u2028", "\x1c"]),
    ),
    max_size=5,
).map(" ".join)


@given(HOSTILE, st.integers(0, 3))
@example("to 2027-06-11 Veterans Day", 0)
@example("to 2027-99-99", 0)
@example("2026-11-11 to 2027-99-99", 0)
@example("to 2026-11-11", 0)
@example("to 2026-11-11 Veterans Day", 0)
def test_a_name_never_makes_a_day_off_longer(name: str, length: int) -> None:
    first = date(2026, 11, 11)
    pause = Pause(first, first + timedelta(days=length), name)
    [read] = read_calendar("mon-fri", kept_periods([pause])).days_off
    assert (read.first, read.last) == (pause.first, pause.last)
    assert read.reason == " ".join(name.split()).strip(" :,")
    [paused] = read_pauses(kept_periods([pause]).splitlines())
    assert (paused["first"], paused["last"]) == (f"{pause.first}", f"{pause.last}")
    assert read_calendar("mon-fri", typed_periods([pause])).days_off == (read,)


def test_a_pause_whose_name_reads_like_a_last_day_is_shown_as_it_was_typed() -> None:
    line = "2026-11-11 to 2026-11-11 to 2027-99-99"
    [paused] = read_pauses([line])
    first, last = (date.fromisoformat(paused[end]) for end in ("first", "last"))
    assert kept_period(Pause(first, last, paused["reason"])) == line
