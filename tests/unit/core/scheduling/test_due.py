"""When a feed is imported: each planned night once, whatever the clock does."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.scheduling.due import due, missed, next_runs
from rollbook.core.scheduling.schedule import Pause, Schedule
from tests.unit.core.scheduling.schedules import MOMENTS, QUICK, ZONES, schedules

NIGHTLY = Schedule(zone="America/New_York", is_on=True)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def runs_between(schedule: Schedule, start: datetime, end: datetime) -> list[datetime]:
    def following() -> Iterator[datetime]:
        last = start
        while True:
            (last,) = next_runs(schedule, last, count=1)
            yield last

    return list(takewhile(lambda run: run <= end, following()))


def ticked(schedule: Schedule, moments: list[datetime], last: datetime | None) -> list[datetime]:
    """What tickers begin that look at these moments and share `last`."""
    begun = []
    for now in moments:
        if run := due(schedule, last, now=now):
            begun.append(run)
            last = run
    return begun


def shown_by_a_clock(schedule: Schedule, start: datetime, end: datetime) -> list[datetime]:
    """The runs found by watching the district's clock on the wall, a quarter of an hour a look."""
    zone, runs = ZoneInfo(schedule.zone), []
    latest = (start - DAY).astimezone(zone).replace(tzinfo=None)
    now = start - DAY
    while now <= end:
        wall = now.astimezone(zone).replace(tzinfo=None)
        if wall > latest:
            if now > start and _planned_in(schedule, latest, wall):
                runs.append(now)
            latest = wall
        now += timedelta(minutes=15)
    return runs


def _planned_in(schedule: Schedule, after: datetime, until: datetime) -> bool:
    days = (after.date() + DAY * n for n in range((until.date() - after.date()).days + 1))
    return any(
        after < datetime.combine(day, at) <= until
        for day in days
        if day.weekday() in schedule.days and not schedule.pause_on(day)
        for at in schedule.times
    )


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", [time(1, 30), time(2, 0), time(2, 30), time(23, 45)])
def test_in_three_years_each_night_runs_once(zone: str, at: time) -> None:
    schedule = Schedule(zone=zone, times=(at,), is_on=True)
    begin = datetime(2026, 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    hours = [begin + HOUR * n for n in range(1, (3 * 365) * 24 + 1)]
    begun = ticked(schedule, hours, begin)
    nights = [run.astimezone(ZoneInfo(zone)).date() for run in begun]
    assert nights == [date(2026, 1, 1) + DAY * n for n in range(3 * 365)]


@pytest.mark.parametrize(
    ("zone", "at", "night", "run"),
    [
        ("America/New_York", time(2, 0), "2027-03-14", "2027-03-14T07:00"),  # skipped
        ("America/New_York", time(2, 30), "2027-03-14", "2027-03-14T07:00"),
        ("America/New_York", time(3, 0), "2027-03-14", "2027-03-14T07:00"),
        ("America/New_York", time(1, 30), "2026-11-01", "2026-11-01T05:30"),  # comes twice
        ("America/New_York", time(2, 0), "2026-11-01", "2026-11-01T07:00"),
        ("America/Chicago", time(2, 0), "2027-03-14", "2027-03-14T08:00"),
        ("America/Chicago", time(1, 30), "2026-11-01", "2026-11-01T06:30"),
        ("America/Phoenix", time(2, 0), "2027-03-14", "2027-03-14T09:00"),
        ("Pacific/Honolulu", time(2, 0), "2027-03-14", "2027-03-14T12:00"),
        ("Pacific/Apia", time(2, 0), "2011-12-30", "2011-12-30T10:00"),  # a day without a night
    ],
)
def test_a_night_on_which_the_clock_changes_runs_once(
    zone: str, at: time, night: str, run: str
) -> None:
    day = date.fromisoformat(night)
    schedule = Schedule(zone=zone, times=(at,), days=frozenset({day.weekday()}), is_on=True)
    assert next_runs(schedule, utc(night) - DAY, count=2)[0] == utc(run)
    assert next_runs(schedule, utc(run), count=1)[0] > utc(run) + 6 * DAY


def test_a_run_at_midnight_is_due_although_the_clock_went_back_to_the_day_before() -> None:
    midnight = Schedule(zone="America/St_Johns", times=(time(0, 0),), is_on=True)
    run = utc("2010-11-07T02:30")  # one minute later it was 11:01 PM again
    assert due(midnight, run - DAY, now=run + HOUR / 4) == run
    assert ticked(midnight, [run + HOUR / 4, run + HOUR, run + 2 * HOUR], run - DAY) == [run]


def test_times_that_the_clock_skips_together_are_one_run() -> None:
    schedule = replace(NIGHTLY, times=(time(2, 0), time(2, 30), time(3, 0), time(4, 0)))
    assert next_runs(schedule, utc("2027-03-14T00:00"), count=2) == (
        utc("2027-03-14T07:00"),
        utc("2027-03-14T08:00"),
    )


@QUICK
@given(schedule=schedules(is_on=True), start=MOMENTS)
def test_the_runs_are_those_that_a_clock_on_the_wall_shows(
    schedule: Schedule, start: datetime
) -> None:
    start = start.replace(minute=0, second=0, microsecond=0)
    end = start + 40 * DAY
    assert runs_between(schedule, start, end) == shown_by_a_clock(schedule, start, end)


@QUICK
@given(schedule=schedules(is_on=True), after=MOMENTS)
def test_runs_are_later_than_asked_and_ascend_and_continue_one_another(
    schedule: Schedule, after: datetime
) -> None:
    runs = next_runs(schedule, after, count=6)
    assert len(runs) == 6
    assert all(earlier < later for earlier, later in pairwise((after, *runs)))
    assert next_runs(schedule, runs[2], count=3) == runs[3:]


@QUICK
@given(schedule=schedules(is_on=True), last=MOMENTS)
def test_a_run_is_due_from_its_moment_on_and_not_before(schedule: Schedule, last: datetime) -> None:
    (run,) = next_runs(schedule, last, count=1)
    assert due(schedule, last, now=run - timedelta(microseconds=1)) is None
    assert due(schedule, last, now=run) == run
    assert due(schedule, run, now=run) is None


@QUICK
@given(
    schedule=schedules(is_on=True),
    start=MOMENTS,
    steps=st.lists(st.integers(-3 * 24 * 60, 5 * 24 * 60), max_size=40),
)
def test_whatever_the_clock_and_the_tickers_do_no_run_begins_twice_or_early(
    schedule: Schedule, start: datetime, steps: list[int]
) -> None:
    now, last = start, start
    for step in steps:
        now += timedelta(minutes=step)
        run = due(schedule, last, now=now)
        if run is None:
            continue
        assert last < run <= now
        assert run == runs_between(schedule, last, now)[-1]
        assert due(schedule, run, now=now) is None
        last = run


@QUICK
@given(
    schedule=schedules(is_on=True),
    start=MOMENTS,
    seconds=st.lists(st.lists(st.integers(20, 60), min_size=30), min_size=2, max_size=4),
)
def test_several_tickers_begin_each_run_once(
    schedule: Schedule, start: datetime, seconds: list[list[int]]
) -> None:
    """Each looks at least every hour, at moments of its own; they share what was begun last."""
    schedule = replace(schedule, pauses=())  # one that begins at midnight takes the run of 23:45
    moments = sorted(
        start + timedelta(seconds=60 * sum(steps[:n]))
        for steps in seconds
        for n in range(len(steps) + 1)
    )
    begun = ticked(schedule, moments, start)
    assert begun == sorted(set(begun))
    planned = runs_between(schedule, start, moments[-1])
    assert set(begun) <= set(planned)
    # One of several in the same hour may be made up by the next; none but those is left out.
    assert all(any(run <= one < run + HOUR for one in begun) for run in planned)


def test_of_five_missed_nights_one_is_made_up() -> None:
    now = utc("2026-11-23T15:00")
    assert ticked(NIGHTLY, [now, now + HOUR], utc("2026-11-18T07:00")) == [utc("2026-11-23T07:00")]


def test_a_run_that_is_days_old_is_made_up_once() -> None:
    mondays = replace(NIGHTLY, days=frozenset({0}))
    now = utc("2026-11-30T05:00")
    assert ticked(mondays, [now, now + HOUR], utc("2026-11-16T07:00")) == [utc("2026-11-23T07:00")]
    assert due(mondays, utc("2020-01-06T07:00"), now=now) == utc("2026-11-23T07:00")


def test_a_run_is_not_made_up_once_a_pause_has_begun_nor_after_it() -> None:
    break_ = Pause(date(2026, 11, 25), date(2026, 11, 27), "Thanksgiving")
    schedule = replace(NIGHTLY, pauses=(break_,))
    last = utc("2026-11-23T07:00")
    missed_night = utc("2026-11-24T07:00")
    assert due(schedule, last, now=utc("2026-11-24T20:00")) == missed_night
    assert due(schedule, last, now=utc("2026-11-25T20:00")) is None
    assert due(schedule, last, now=utc("2026-11-28T06:00")) is None
    assert due(schedule, last, now=utc("2026-11-28T07:00")) == utc("2026-11-28T07:00")


def test_nothing_is_due_that_was_never_switched_on_or_is_off() -> None:
    now = utc("2026-11-23T15:00")
    off = replace(NIGHTLY, is_on=False)
    assert due(NIGHTLY, None, now=now) is None
    assert due(off, utc("2026-11-18T07:00"), now=now) is None
    assert next_runs(off, now, count=3) == ()
    assert missed(off, utc("2026-11-18T07:00"), now=now, grace=HOUR) == 0


def test_a_schedule_switched_on_now_runs_for_the_first_time_tonight() -> None:
    on_at = utc("2026-11-23T15:00")
    assert due(NIGHTLY, on_at, now=on_at + 15 * HOUR) is None
    assert due(NIGHTLY, on_at, now=on_at + 16 * HOUR) == utc("2026-11-24T07:00")


def test_a_clock_that_jumps_back_begins_nothing_again() -> None:
    moments = [utc("2026-11-23T07:00"), utc("2026-11-23T05:00"), utc("2026-11-23T07:00")]
    assert ticked(NIGHTLY, moments, utc("2026-11-22T07:00")) == [utc("2026-11-23T07:00")]


@pytest.mark.parametrize(
    ("now", "count"),
    [
        ("2026-11-23T06:59", 0),
        ("2026-11-23T08:59", 0),  # still within its grace
        ("2026-11-23T09:00", 1),
        ("2026-11-24T08:00", 1),
        ("2026-11-24T10:00", 2),
        ("2026-11-21T10:00", 0),  # the clock was set back
    ],
)
def test_runs_without_success_are_counted_when_their_grace_is_over(now: str, count: int) -> None:
    last_good = utc("2026-11-22T07:04")
    assert missed(NIGHTLY, last_good, now=utc(now), grace=2 * HOUR) == count


def test_a_pause_makes_no_data_old() -> None:
    summer = Pause(date(2027, 6, 12), date(2027, 8, 10), "summer break")
    schedule = replace(NIGHTLY, pauses=(summer,))
    last_good = utc("2027-06-11T06:04")
    assert missed(schedule, last_good, now=utc("2027-08-10T20:00"), grace=2 * HOUR) == 0
    assert missed(schedule, last_good, now=utc("2027-08-11T20:00"), grace=2 * HOUR) == 1


def test_a_feed_without_success_is_judged_from_when_it_was_switched_on() -> None:
    now = utc("2026-11-25T15:00")
    assert missed(NIGHTLY, None, now=now, grace=HOUR) == 0
    assert missed(NIGHTLY, utc("2026-11-23T15:00"), now=now, grace=HOUR) == 2


@QUICK
@given(schedule=schedules(is_on=True), last_good=MOMENTS, hours=st.integers(0, 400))
def test_what_is_missed_is_what_was_planned(
    schedule: Schedule, last_good: datetime, hours: int
) -> None:
    now = last_good + hours * HOUR
    planned = runs_between(schedule, last_good, now)
    assert missed(schedule, last_good, now=now, grace=timedelta()) == len(planned)
