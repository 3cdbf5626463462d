"""The squares of a feed's last thirty nights, as a table: what ran, what they show."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.scheduling.schedule import Pause, Schedule
from rollbook.records.outcome import Outcome
from rollbook.records.strip import NIGHTS, NightKind, NightRun, first_night, strip

ZONE = ZoneInfo("America/Los_Angeles")
NIGHTLY = Schedule(zone=ZONE.key, is_on=True)
OFF = replace(NIGHTLY, is_on=False)
NOW = datetime(2026, 11, 27, 12, tzinfo=ZONE)  # a Friday; the clocks went back on November 1
LONG_AGO = NOW - timedelta(days=90)
TODAY = NOW.date()


def at(hour: int = 2, minute: int = 0, *, back: int = 0) -> datetime:
    return NOW.replace(hour=hour, minute=minute) - timedelta(days=back)


def runs(*outcomes: str, day: int = 0) -> list[NightRun]:
    """The imports of one day, in their order, an hour apart."""
    return [
        NightRun(number, Outcome(each), at(number, back=day))
        for number, each in enumerate(outcomes, 1)
    ]


NIGHTS_AS_TOLD = {
    "a file was stored": (("succeeded",), "succeeded", 1),
    "some values were not": (("with_warnings",), "with_warnings", 1),
    "the file was held": (("needs_review",), "needs_review", 1),
    "nothing worked": (("failed",), "failed", 1),
    "the server had the same file": (("no_new_file",), "no_new_file", 1),
    "somebody stopped it": (("stopped",), "stopped", 1),
    "somebody undid it": (("undone",), "stopped", 1),
    "it waits": (("waiting",), "under_way", 1),
    "it runs": (("running",), "under_way", 1),
    "the second run made up for the first": (("failed", "succeeded"), "succeeded", 2),
    "the second run failed": (("succeeded", "failed"), "failed", 2),
    "polled after the file came": (("succeeded", "no_new_file", "no_new_file"), "succeeded", 1),
    "polled before it came": (("no_new_file", "with_warnings"), "with_warnings", 2),
    "failed, then nothing new": (("failed", "no_new_file"), "no_new_file", 2),
    "nothing new, then failed": (("no_new_file", "failed"), "failed", 2),
    "stored, failed, nothing new": (("succeeded", "failed", "no_new_file"), "succeeded", 1),
    "failed, and the next try was stopped": (("failed", "stopped"), "failed", 1),
    "stored twice, one undone": (("succeeded", "undone"), "succeeded", 1),
    "held, and a file by hand was stored": (("needs_review", "succeeded"), "needs_review", 1),
    "held twice": (("needs_review", "needs_review"), "needs_review", 2),
    "failed, and it runs again": (("failed", "running"), "failed", 1),
    "discarded, and it runs again": (("stopped", "running"), "stopped", 1),
}  # fmt: skip


@pytest.mark.parametrize("told", NIGHTS_AS_TOLD)
def test_a_night_shows_the_import_that_says_what_it_came_to(told: str) -> None:
    outcomes, kind, job = NIGHTS_AS_TOLD[told]
    found = strip(runs(*outcomes), NIGHTLY, LONG_AGO, now=NOW)[-1]
    assert (found.day, found.kind, found.job, found.runs) == (TODAY, kind, job, len(outcomes))


def test_the_strip_is_thirty_nights_with_today_as_the_last() -> None:
    found = strip([], OFF, LONG_AGO, now=NOW)
    days = [night.day for night in found]
    assert len(days) == NIGHTS
    assert days == sorted({TODAY - timedelta(days=back) for back in range(NIGHTS)})
    assert {night.kind for night in found} == {NightKind.NO_RUN}
    assert first_night(NOW, ZONE) == datetime(2026, 10, 29, 7, tzinfo=UTC), "midnight of that day"


def missed(
    schedule: Schedule, set_at: datetime | None = LONG_AGO, now: datetime = NOW
) -> set[date]:
    found = strip([], schedule, set_at, now=now)
    assert {night.kind for night in found} <= {NightKind.MISSED, NightKind.NO_RUN}
    return {night.day for night in found if night.kind is NightKind.MISSED}


def test_a_weekend_without_a_planned_run_is_empty_and_a_weekday_without_one_was_missed() -> None:
    weekdays = replace(NIGHTLY, days=frozenset(range(5)))
    every = {TODAY - timedelta(days=back) for back in range(NIGHTS)}
    assert missed(weekdays) == {day for day in every if day.weekday() < 5}
    assert missed(NIGHTLY) == every
    assert missed(OFF) == set()


def test_nothing_was_missed_in_a_pause_nor_before_the_schedule_was_set() -> None:
    pause = replace(NIGHTLY, pauses=(Pause(date(2026, 11, 1), date(2026, 11, 25), "Break"),))
    assert missed(pause, at(3, back=28)) == {date(2026, 10, 31), date(2026, 11, 26), TODAY}
    assert missed(NIGHTLY, at(3, back=2)) == {TODAY - timedelta(days=1), TODAY}
    assert missed(NIGHTLY, None) == set()


def test_tonights_run_is_missed_two_hours_after_it_was_planned() -> None:
    assert TODAY not in missed(NIGHTLY, now=at(1, 59))
    assert TODAY not in missed(NIGHTLY, now=at(3, 59))
    assert TODAY in missed(NIGHTLY, now=at(4))


def test_each_night_has_its_import_where_the_clock_changes() -> None:
    """2:00 AM comes once on November 1, whose clock shows 1:30 AM twice, and not on March 8."""
    for now in (NOW, datetime(2026, 3, 20, 12, tzinfo=ZONE)):
        days = [now.date() - timedelta(days=back) for back in range(NIGHTS)]
        for fold in (0, 1):
            each = [
                NightRun(
                    number,
                    Outcome.SUCCEEDED,
                    datetime(day.year, day.month, day.day, 1, 30, tzinfo=ZONE, fold=fold),
                )
                for number, day in enumerate(reversed(days), 1)
            ]
            found = strip(each, NIGHTLY, LONG_AGO, now=now)
            assert [night.job for night in found] == list(range(1, NIGHTS + 1))
        late = replace(NIGHTLY, times=(time(1, 30),))
        assert missed(late, now - timedelta(days=60), now) == set(days)


def test_an_import_just_before_midnight_is_of_that_day_on_the_districts_clock() -> None:
    before, after = at(23, 59, back=1), at(0, 0)
    each = [NightRun(1, Outcome.FAILED, before.astimezone(UTC)),
            NightRun(2, Outcome.SUCCEEDED, after.astimezone(UTC))]  # fmt: skip
    found = strip(each, OFF, None, now=NOW)
    assert [(night.job, night.kind) for night in found[-2:]] == [
        (1, NightKind.FAILED), (2, NightKind.SUCCEEDED),
    ]  # fmt: skip


@given(
    st.lists(
        st.tuples(st.sampled_from(list(Outcome)), st.integers(0, 40 * 24)), max_size=30
    ),
    st.booleans(),
)  # fmt: skip
def test_whatever_ran_is_on_its_night_and_a_failure_is_never_shown_as_none(
    drawn: list[tuple[Outcome, int]], is_on: bool
) -> None:
    each = [
        NightRun(number, outcome, NOW - timedelta(hours=hours))
        for number, (outcome, hours) in enumerate(drawn, 1)
    ]
    found = strip(each, replace(NIGHTLY, is_on=is_on), LONG_AGO, now=NOW)
    for night in found:
        ran = [run for run in each if run.asked_at.astimezone(ZONE).date() == night.day]
        assert night.runs == len(ran)
        assert (night.job is None) == (not ran)
        outcomes = {run.outcome for run in ran}
        if Outcome.NEEDS_REVIEW in outcomes:
            assert night.kind is NightKind.NEEDS_REVIEW
        if outcomes and outcomes <= {Outcome.FAILED, Outcome.STOPPED, Outcome.RUNNING}:
            assert (night.kind is NightKind.FAILED) == (Outcome.FAILED in outcomes)
