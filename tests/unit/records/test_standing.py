"""How a feed is doing, as a table: situation, status, whether it is fresh, the run to look at."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.errors import Message
from rollbook.core.scheduling.parsing import read_calendar
from rollbook.core.scheduling.schedule import Pause, Schedule
from rollbook.records.feed_facts import FeedFacts, Run
from rollbook.records.outcome import Outcome
from rollbook.records.standing import FRESH_FOR, TROUBLE, FeedStatus, Standing, by_urgency, judge

ZONE = "America/New_York"
NIGHTLY = Schedule(zone=ZONE, is_on=True)
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)  # a Tuesday, 7:00 AM there
TONIGHT = datetime(2026, 11, 24, 7, 3, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEKDAYS = replace(NIGHTLY, days=frozenset(range(5)))
BREAK = replace(NIGHTLY, pauses=(Pause(date(2026, 11, 22), date(2026, 11, 28), "Thanksgiving"),))


def good(job: int, ended_at: datetime = TONIGHT, outcome: Outcome = Outcome.SUCCEEDED) -> Run:
    return Run(job, outcome, ended_at)


def failed(job: int, ended_at: datetime = TONIGHT) -> Run:
    why = Message("The password is wrong.")
    return Run(job, Outcome.FAILED, ended_at, "bad_credentials", why)


def held(job: int, ended_at: datetime = TONIGHT) -> Run:
    return Run(job, Outcome.NEEDS_REVIEW, ended_at, "held", Message("Half of the rows are new."))


def facts(**known: Any) -> FeedFacts:
    usual: dict[str, Any] = {
        "name": "sis", "schedule": NIGHTLY, "schedule_set_at": NOW - 30 * DAY,
    }  # fmt: skip
    return FeedFacts(**usual | known)


OFF = replace(NIGHTLY, is_on=False)
JUST_SET = {"schedule_set_at": NOW - HOUR}
YESTERDAY = good(4, TONIGHT - DAY)

DAYS = [TONIGHT - at * DAY for at in range(6)]
NO_NEWS: dict[str, Any] = {
    "last": good(5, outcome=Outcome.NO_NEW_FILE), "good": good(5), "unchanged_limit": 3,
}  # fmt: skip

SITUATIONS: dict[str, tuple[dict[str, Any], str, bool, int | None, str | None, int]] = {
    # situation: facts -> status, is fresh, job, reason, missed
    "stored tonight": ({"last": good(5), "good": good(5)}, "fresh", True, 5, None, 0),
    "nothing new tonight": (
        {"last": good(5, outcome=Outcome.NO_NEW_FILE), "good": good(5)}, "fresh", True, 5, None, 0,
    ),
    "nothing new on as many days as the limit": (
        NO_NEWS | {"unchanged": DAYS[:3]}, "unchanged", True, 5, None, 0,
    ),
    "nothing new on one day less": (NO_NEWS | {"unchanged": DAYS[:2]}, "fresh", True, 5, None, 0),
    "nothing new on twice as many days": (
        NO_NEWS | {"unchanged": DAYS}, "unchanged", False, 5, None, 0,
    ),
    "nothing new for long, and nobody wants to be told": (
        NO_NEWS | {"unchanged": DAYS, "unchanged_limit": 0}, "fresh", True, 5, None, 0,
    ),
    "nothing new for long, and then a failure": (
        NO_NEWS | {"unchanged": DAYS, "last": failed(6, NOW - HOUR)},
        "failed", False, 6, "bad_credentials", 0,
    ),
    "nothing new for long, with the schedule off": (
        NO_NEWS | {"unchanged": DAYS, "schedule": OFF}, "off", True, 5, None, 0,
    ),
    "just set, never run": (JUST_SET, "new", True, None, None, 0),
    "never run, and its nights are over": ({}, "missed", False, None, None, 30),
    "failed for good, hours after the last success": (
        {"last": failed(6), "good": YESTERDAY}, "failed", False, 6, "bad_credentials", 1,
    ),
    "failed for good before the night counts as missed": (
        {"last": failed(6, NOW - HOUR), "good": good(5)},
        "failed", False, 6, "bad_credentials", 0,
    ),
    "failed, and tried again": (
        {"last": failed(6, NOW - HOUR), "good": good(5), "next_attempt_at": NOW + HOUR},
        "retrying", True, 6, "bad_credentials", 0,
    ),
    "tried again for too long": (
        {"last": failed(6), "good": YESTERDAY, "next_attempt_at": NOW + HOUR},
        "retrying", False, 6, "bad_credentials", 1,
    ),
    "failed at the very first run": (
        JUST_SET | {"last": failed(1)}, "failed", False, 1, "bad_credentials", 0,
    ),
    "works again": ({"last": good(7), "good": good(7)}, "fresh", True, 7, None, 0),
    "held": (
        {"last": held(6, NOW - HOUR), "held": held(6, NOW - HOUR), "good": good(5)},
        "held", True, 6, "held", 0,
    ),
    "held since yesterday": (
        {"last": held(6), "held": held(6), "good": good(5, TONIGHT - 2 * DAY)},
        "held", False, 6, "held", 2,
    ),
    "held, then nothing new": (
        {"last": good(7), "held": held(6), "good": good(7)}, "held", True, 6, "held", 0,
    ),
    "held, then failed": (
        {"last": failed(7), "held": held(6), "good": good(5)},
        "failed", False, 7, "bad_credentials", 0,
    ),
    "two nights without a run": (
        {"last": good(3, TONIGHT - 2 * DAY), "good": good(3, TONIGHT - 2 * DAY)},
        "missed", False, 3, None, 2,
    ),
    "off, never run": ({"schedule": OFF}, "off", True, None, None, 0),
    "off, stored lately": (
        {"schedule": OFF, "last": good(5), "good": good(5)}, "off", True, 5, None, 0,
    ),
    "off, stored long ago": (
        {"schedule": OFF, "last": good(2, NOW - 9 * DAY), "good": good(2, NOW - 9 * DAY)},
        "old", True, 2, None, 0,
    ),
    "off, and an import by hand failed": (
        {"schedule": OFF, "last": failed(6)}, "failed", True, 6, "bad_credentials", 0,
    ),
    "paused": (
        {"schedule": BREAK, "last": good(2, NOW - 3 * DAY), "good": good(2, NOW - 3 * DAY)},
        "paused", True, 2, None, 0,
    ),
    "failed before its pause": (
        {"schedule": BREAK, "last": failed(3, NOW - 3 * DAY), "good": good(2, NOW - 3 * DAY)},
        "failed", False, 3, "bad_credentials", 0,
    ),
    "on weekdays, after a weekend": (
        {"schedule": WEEKDAYS, "last": good(5), "good": good(5)}, "fresh", True, 5, None, 0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_feed_is_judged_from_its_own_facts(situation: str) -> None:
    known, status, is_fresh, job, reason, missed = SITUATIONS[situation]
    found = judge(facts(**known), NOW)
    assert (found.status, found.is_fresh, found.job) == (status, is_fresh, job)
    assert (found.reason, found.missed, found.feed) == (reason, missed, "sis")


def test_a_weekend_is_no_missed_night_for_a_feed_of_weekdays() -> None:
    friday = good(5, datetime(2026, 11, 20, 7, 3, tzinfo=UTC))
    sunday = datetime(2026, 11, 22, 20, tzinfo=UTC)
    found = judge(facts(schedule=WEEKDAYS, last=friday, good=friday), sunday)
    assert (found.status, found.missed) == (FeedStatus.FRESH, 0)
    assert judge(facts(schedule=NIGHTLY, last=friday, good=friday), sunday).missed == 2


def test_the_reason_is_that_of_the_run_that_is_named() -> None:
    assert judge(facts(last=failed(6), good=YESTERDAY), NOW).why == "The password is wrong."
    assert judge(facts(last=held(6), held=held(6)), NOW).why == "Half of the rows are new."
    assert "worker" in judge(facts(), NOW).why
    assert judge(facts(under_way=9), NOW).why == "Import 9 is running."
    assert judge(facts(last=good(5), good=good(5)), NOW).why == ""


def test_nothing_is_up_to_date_that_never_came() -> None:
    assert judge(facts(**JUST_SET), NOW).status is FeedStatus.NEW
    assert judge(facts(), NOW).status is FeedStatus.MISSED


def test_the_uptime_service_hears_nothing_while_a_planned_feed_is_in_trouble() -> None:
    for known, status, *_ in SITUATIONS.values():
        found = judge(facts(**known), NOW)
        assert found.is_well == (status not in TROUBLE or not found.is_on)


def test_what_needs_a_person_comes_first() -> None:
    found = [judge(facts(**known, name=name), NOW) for name, (known, *_) in SITUATIONS.items()]
    ranked = by_urgency(found)
    order = list(FeedStatus)
    assert [order.index(each.status) for each in ranked] == sorted(
        order.index(each.status) for each in found
    )
    assert ranked[0].missed == max(each.missed for each in found if each.status == "failed")


SCHOOL = read_calendar("mon-fri", "2026-11-26 to 2026-11-27 Thanksgiving")
FRIDAY = datetime(2026, 11, 20, 7, 3, tzinfo=UTC)
PROMISING = replace(NIGHTLY, current_by=time(6, 30))


def at(day: int, hour: int) -> datetime:
    """A moment of November 2026 on the district's clock."""
    return datetime(2026, 11, day, hour, tzinfo=ZoneInfo(ZONE))


def test_runs_that_were_missed_on_days_without_school_count_on_the_next_school_day() -> None:
    known = facts(last=good(5, FRIDAY), good=good(5, FRIDAY), calendar=SCHOOL)
    sunday, monday = judge(known, at(22, 20)), judge(known, at(23, 1))
    assert (sunday.status, sunday.missed, sunday.is_fresh) == (FeedStatus.FRESH, 0, True)
    assert (monday.status, monday.missed, monday.is_fresh) == (FeedStatus.MISSED, 2, False)
    assert (sunday.school_days, monday.school_days) == (0, 1)


def test_a_run_that_failed_in_a_break_is_told_but_makes_no_data_old_before_school_is_on() -> None:
    thursday = failed(6, at(26, 3))
    known = facts(last=thursday, good=good(5, at(25, 3)), calendar=SCHOOL)
    found = [judge(known, at(day, 12)) for day in (26, 29, 30)]
    assert {each.status for each in found} == {FeedStatus.FAILED}
    assert [each.is_fresh for each in found] == [True, True, False]


def test_without_a_schedule_data_is_old_after_a_night_and_half_a_day_of_school() -> None:
    known = facts(schedule=OFF, last=good(5, FRIDAY), good=good(5, FRIDAY), calendar=SCHOOL)
    found = [judge(known, at(day, hour)).status for day, hour in ((22, 20), (23, 14), (23, 15))]
    assert found == [FeedStatus.OFF, FeedStatus.OFF, FeedStatus.OLD]


def test_a_broken_promise_makes_a_feed_late_until_an_import_succeeds() -> None:
    known = facts(schedule=PROMISING, last=good(5, at(23, 3)), good=good(5, at(23, 3)))
    before, after = judge(known, at(24, 6)), judge(known, at(24, 7))
    assert before.late_since is None
    assert before.next_promise == after.late_since == at(24, 6) + timedelta(minutes=30)
    assert (after.is_fresh, after.is_in_trouble) == (False, True)
    done = judge(replace(known, last=good(6, at(24, 8)), good=good(6, at(24, 8))), at(24, 9))
    assert (done.late_since, done.status) == (None, FeedStatus.FRESH)


def test_a_feed_is_late_where_nothing_else_is_wrong_with_it() -> None:
    early = replace(PROMISING, times=(time(6, 0),))
    known = facts(schedule=early, last=good(5, at(23, 7)), good=good(5, at(23, 7)))
    found = judge(known, at(24, 7))
    assert (found.status, found.missed, found.job) == (FeedStatus.LATE, 0, 5)
    assert "No import is running" in found.why
    assert judge(replace(known, under_way=9), at(24, 7)).why == "Import 9 is running."


def test_a_promise_counts_from_when_it_was_set() -> None:
    set_at = at(24, 6) + timedelta(minutes=30)
    assert judge(facts(schedule=PROMISING, schedule_set_at=set_at), at(24, 7)).late_since is None


@pytest.mark.parametrize("zone", ["America/New_York", "Australia/Lord_Howe"])
def test_over_a_year_good_nights_never_look_old_and_a_break_without_imports_does_not_either(
    zone: str,
) -> None:
    calendar = read_calendar(
        "mon-fri", "2026-12-21 to 2027-01-03 Winter\n2027-03-12 to 2027-03-19 Spring"
    )
    schedule = replace(PROMISING, zone=zone)
    clock, begins = ZoneInfo(zone), datetime(2026, 8, 3, 0, 30, tzinfo=ZoneInfo(zone))
    ended = datetime(2026, 8, 3, 3, tzinfo=clock)
    for number in range(365 * 4):
        now = begins.astimezone(UTC) + number * 6 * HOUR
        day = now.astimezone(clock).date()
        tonight = datetime(day.year, day.month, day.day, 3, tzinfo=clock)
        if calendar.is_school_day(day) and tonight <= now:  # none is imported on other days
            ended = tonight
        known = facts(
            schedule=schedule,
            schedule_set_at=begins,
            calendar=calendar,
            last=good(5, ended),
            good=good(5, ended),
        )
        found = judge(known, now)
        is_before_school = calendar.is_school_day(day) and now < tonight
        # On the first morning after days off, their runs were missed until tonight's is done.
        assert found.is_fresh or is_before_school, now
        assert found.late_since is None


@given(hours=st.integers(0, 2000), is_on=st.booleans(), is_failed=st.booleans())
def test_one_feed_never_changes_how_another_stands(
    hours: int, is_on: bool, is_failed: bool
) -> None:
    now, schedule = NOW + hours * HOUR, replace(NIGHTLY, is_on=is_on)
    one = facts(
        name="one", schedule=schedule, last=failed(9) if is_failed else good(9), good=good(8)
    )

    def standing_of_one(*others: FeedFacts) -> Standing:
        return next(judge(each, now) for each in (*others, one) if each.name == "one")

    alone = standing_of_one()
    assert standing_of_one(facts(name="two", last=good(99), good=good(99))) == alone
    assert is_on or alone.is_fresh
    assert (alone.status is FeedStatus.FAILED) == is_failed
    if not is_on and not is_failed:
        assert (alone.status is FeedStatus.OLD) == (now - TONIGHT > FRESH_FOR)


def test_a_file_that_stays_the_same_counts_by_school_days_and_each_day_once() -> None:
    calendar = read_calendar("mon-fri", "2026-11-19 to 2026-11-20 Conferences")
    runs = [*DAYS, *(each + HOUR for each in DAYS)]
    assert judge(facts(**NO_NEWS, unchanged=runs), NOW).unchanged_days == 6
    in_school = judge(facts(**NO_NEWS, unchanged=runs, calendar=calendar), NOW)
    assert (in_school.unchanged_days, in_school.status) == (2, FeedStatus.FRESH)
    why = judge(facts(**NO_NEWS, unchanged=DAYS), NOW).why
    assert why == "No new file on the server for 6 school days. Check that the export still runs."
