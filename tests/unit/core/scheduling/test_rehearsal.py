"""When a planned run is rehearsed: in its hours, once, never made up, over every clock change."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.scheduling.due import next_runs, planned_runs
from rollbook.core.scheduling.rehearsal import (
    DEADLINE,
    MARGIN,
    due_rehearsal,
    is_too_late,
    is_worth_trying,
    next_rehearsal,
    rehearsal_at,
)
from rollbook.core.scheduling.schedule import Schedule, ScheduleRefused

RUN = datetime(2026, 11, 24, 10, tzinfo=UTC)
"""2:00 AM in Los Angeles."""
HOUR = timedelta(hours=1)
NIGHTLY = Schedule(zone="America/Los_Angeles", is_on=True, rehearse_hours=4)
ZONES = ("America/Los_Angeles", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe")


def ticked(schedule: Schedule, moments: list[datetime]) -> list[tuple[datetime, datetime]]:
    """When a rehearsal begins, and of which run, where one looks at these moments."""
    begun, last = [], None
    for now in moments:
        if run := due_rehearsal(schedule, last, now=now):
            begun.append((now, run))
            last = run
    return begun


def test_a_run_is_rehearsed_from_its_hours_before_until_half_an_hour_before() -> None:
    for now, is_due in (
        (RUN - 4 * HOUR - timedelta(seconds=1), False),
        (RUN - 4 * HOUR, True),
        (RUN - MARGIN - timedelta(seconds=1), True),
        (RUN - MARGIN, False),
        (RUN, False),
    ):
        assert due_rehearsal(NIGHTLY, None, now=now) == (RUN if is_due else None)


def test_a_run_that_was_rehearsed_is_not_rehearsed_again_though_the_clock_jumps_back() -> None:
    assert due_rehearsal(NIGHTLY, RUN, now=RUN - HOUR) is None
    assert due_rehearsal(NIGHTLY, RUN, now=RUN - 25 * HOUR) is None
    assert due_rehearsal(NIGHTLY, RUN, now=RUN + 20 * HOUR) == RUN + 24 * HOUR


def test_without_hours_or_while_it_is_off_or_pauses_nothing_is_rehearsed() -> None:
    for silent in (replace(NIGHTLY, rehearse_hours=0), replace(NIGHTLY, is_on=False)):
        assert due_rehearsal(silent, None, now=RUN - HOUR) is None
        assert next_rehearsal(silent, None, now=RUN - 9 * HOUR) is None


def test_only_the_next_run_is_rehearsed_the_one_after_it_once_that_is_due() -> None:
    often = replace(NIGHTLY, times=(time(2), time(5)), rehearse_hours=12)
    assert due_rehearsal(often, None, now=RUN - HOUR) == RUN
    assert due_rehearsal(often, RUN, now=RUN - HOUR) is None
    assert due_rehearsal(often, RUN, now=RUN) == RUN + 3 * HOUR
    assert next_rehearsal(often, RUN, now=RUN - HOUR) == RUN


def test_a_rehearsal_ends_before_its_run() -> None:
    assert not is_too_late(RUN, now=RUN - DEADLINE - timedelta(seconds=1))
    assert is_too_late(RUN, now=RUN - DEADLINE)
    assert DEADLINE < MARGIN


@pytest.mark.parametrize("wrong", [-1, 24, 4.5, True, "4", None])
def test_hours_are_a_whole_number_below_a_day(wrong: object) -> None:
    with pytest.raises(ScheduleRefused) as refused:
        Schedule.from_json({"zone": "UTC", "rehearse_hours": wrong})
    assert set(refused.value.faults) == {"rehearse_hours"}


def test_what_is_rehearsed_changes_nothing_that_was_planned() -> None:
    day = RUN.date()
    assert NIGHTLY.has_until(day, replace(NIGHTLY, rehearse_hours=0))
    assert not NIGHTLY.has_until(day, replace(NIGHTLY, times=(time(3),)))


@given(
    zone=st.sampled_from(ZONES),
    times=st.sets(st.integers(0, 95), min_size=1, max_size=3),
    hours=st.integers(1, 23),
    begin=st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: RUN + timedelta(minutes=minutes)),
    gaps=st.lists(st.integers(1, 40), min_size=5, max_size=40),
)
def test_over_every_clock_change_a_run_is_rehearsed_once_and_in_time(
    zone: str, times: set[int], hours: int, begin: datetime, gaps: list[int]
) -> None:
    at = tuple(time(quarter // 4, quarter % 4 * 15) for quarter in times)
    schedule = Schedule(zone=zone, times=at, is_on=True, rehearse_hours=hours)
    now = begin
    moments = [now := now + timedelta(minutes=17 * gap) for gap in gaps]
    begun = ticked(schedule, moments)
    runs = [run for _, run in begun]
    assert runs == sorted(set(runs))
    for moment, run in begun:
        assert run in planned_runs(schedule, run - HOUR, run)
        assert run - hours * HOUR <= moment < run - MARGIN
        assert not any(planned_runs(schedule, moment, run - timedelta(seconds=1)))


@given(
    zone=st.sampled_from(ZONES),
    hours=st.integers(1, 23),
    begin=st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: RUN + timedelta(minutes=minutes)),
)
def test_who_sleeps_until_it_is_due_rehearses_every_run(
    zone: str, hours: int, begin: datetime
) -> None:
    schedule = Schedule(zone=zone, times=(time(2, 0),), is_on=True, rehearse_hours=hours)
    now, last, begun = begin, None, []
    first = next(
        run
        for run in next_runs(schedule, now, count=2)
        if run - max(now, run - hours * HOUR) > MARGIN
    )
    for _ in range(8):
        at = next_rehearsal(schedule, last, now=now)
        assert at is not None and at >= now
        now, last = at, due_rehearsal(schedule, last, now=at)
        begun.append(last)
    assert begun == [first, *next_runs(schedule, first, count=7)]


def test_a_run_that_is_put_before_the_rehearsed_one_is_rehearsed() -> None:
    earlier = replace(NIGHTLY, times=(time(1),))
    assert due_rehearsal(earlier, RUN, now=RUN - 2 * HOUR) == RUN - HOUR
    assert next_rehearsal(earlier, RUN, now=RUN - 2 * HOUR) == RUN - 2 * HOUR
    both = replace(NIGHTLY, times=(time(1), time(2)))
    assert due_rehearsal(both, RUN, now=RUN - 2 * HOUR) == RUN - HOUR
    assert due_rehearsal(both, RUN - HOUR, now=RUN - 2 * HOUR) is None
    later = replace(NIGHTLY, times=(time(3),))
    assert due_rehearsal(later, RUN, now=RUN - 2 * HOUR) == RUN + HOUR


def test_it_is_told_when_a_rehearsal_begins_or_that_it_is_too_late() -> None:
    assert rehearsal_at(NIGHTLY, RUN, since=RUN - 9 * HOUR) == RUN - 4 * HOUR
    assert rehearsal_at(NIGHTLY, RUN, since=RUN - HOUR) == RUN - HOUR
    assert rehearsal_at(NIGHTLY, RUN, since=RUN - MARGIN) is None
    assert rehearsal_at(replace(NIGHTLY, rehearse_hours=0), RUN, since=RUN - HOUR) is None


def test_a_failed_rehearsal_is_tried_again_while_a_person_could_still_decide() -> None:
    assert is_worth_trying(RUN, at=RUN - MARGIN - timedelta(seconds=1))
    assert not is_worth_trying(RUN, at=RUN - MARGIN)
