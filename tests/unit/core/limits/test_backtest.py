"""A limit is tried on the nights on record before it is set."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.feed_settings import FeedRules
from rollbook.core.limits.backtest import Backtest, Night, backtest
from rollbook.core.limits.of_schools import key_of_school
from rollbook.core.limits.table import LIMITS, hold_schools
from rollbook.core.measure import Measure
from rollbook.core.report import Report

NEWEST = datetime(2026, 11, 20, 7, tzinfo=UTC)


def night(
    job: int, *, stored: bool = True, approved: bool = False, **measures: tuple[int, int]
) -> Night:
    found = {kind: Measure(*numbers) for kind, numbers in measures.items()}
    return Night(job, NEWEST - timedelta(days=99 - job), stored, approved, found)


def tried(kind: str, nights: list[Night], **limits: int) -> Backtest:
    [found] = [each for each in backtest(nights, FeedRules(**limits)) if each.kind == kind]  # type: ignore[arg-type,unused-ignore]
    return found


def test_each_limit_that_can_be_set_is_tried_and_no_other() -> None:
    found = backtest([], FeedRules(rejected_limit=7))
    assert [each.kind for each in found] == [
        kind for kind, limit in LIMITS.items() if limit.setting is not None
    ]
    assert (found[0].kind, found[0].percent, found[0].nights) == ("rejected", 7, 0)
    assert (found[0].held, found[0].quiet) == ([], None)


def test_a_good_night_that_would_have_been_held_is_a_false_alarm_and_others_are_not() -> None:
    nights = [
        night(5, rejected=(9, 100)),
        night(4, rejected=(12, 100)),
        night(3, rejected=(30, 100), approved=True),
        night(2, rejected=(90, 100), stored=False),
        night(1, missing=(50, 100)),
    ]
    found = tried("rejected", nights, rejected_limit=10)
    assert found.nights == 4
    assert [each.night.job for each in found.held] == [4, 3, 2]
    assert [each.percent for each in found.held] == [12, 30, 90]
    assert (found.alarms, found.quiet) == (1, 12)


@pytest.mark.parametrize(
    ("part", "whole", "quiet"),
    [(4, 4, 0), (5, 1_000, 1), (10, 100, 10), (101, 1_000, 11), (0, 0, 0)],
)
def test_from_which_percentage_on_a_night_is_not_held(part: int, whole: int, quiet: int) -> None:
    assert tried("rejected", [night(1, rejected=(part, whole))]).quiet == quiet


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50)), min_size=1, max_size=8))
def test_from_that_percentage_on_no_good_night_is_held_and_below_it_one_is(
    measured: list[tuple[int, int]],
) -> None:
    nights = [night(at, rejected=(min(of), max(of))) for at, of in enumerate(measured)]
    quiet = tried("rejected", nights).quiet
    assert quiet is not None
    assert tried("rejected", nights, rejected_limit=quiet).alarms == 0
    assert quiet == 0 or tried("rejected", nights, rejected_limit=quiet - 1).alarms > 0


def test_a_limit_of_one_school_is_tried_on_the_school_that_is_beyond_it_most() -> None:
    found = {
        "schools_missing": Measure(320, 520),
        key_of_school("schools_missing", "oak"): Measure(20, 20),
        key_of_school("schools_missing", "elm"): Measure(300, 500),
    }
    nights = [Night(1, NEWEST, was_stored=True, was_approved=False, measures=found)]
    tried_at = tried("schools_missing", nights, one_school_limit=70)
    assert [each.measure for each in tried_at.held] == [Measure(20, 20)]


def test_a_school_near_its_limit_is_kept_for_a_lower_one() -> None:
    report, schools = Report(), {"oak": Measure(11, 40), "elm": Measure(9, 9), "ash": Measure(0, 0)}
    hold_schools(report, FeedRules(), measured={"schools_missing": schools}, accepted={})
    assert (report.status, report.measures) == ("running", {"schools_missing": Measure(11, 40)})
    nights = [Night(1, NEWEST, was_stored=True, was_approved=False, measures=report.measures)]
    assert tried("schools_missing", nights, one_school_limit=20).alarms == 1


def test_a_night_on_which_no_school_is_near_its_limit_counts_as_measured() -> None:
    report = Report()
    measured = {"schools_missing": {"oak": Measure(2, 40), "elm": Measure(0, 300)}}
    hold_schools(report, FeedRules(), measured=measured, accepted={})
    assert report.measures == {"schools_missing": Measure(0, 300)}


@given(
    whole=st.integers(1, 5_000),
    percent=st.integers(0, 100),
    kind=st.sampled_from(("rejected", "missing", "names", "newcomers", "schools_missing")),
)
def test_it_says_from_how_many_on_a_limit_holds(whole: int, percent: int, kind: str) -> None:
    limit = LIMITS[kind]
    rules = FeedRules(**{limit.setting: percent})  # type: ignore[arg-type]
    measured = Night(1, NEWEST, True, False, {kind: Measure(0, whole)})
    found = tried(kind, [measured], **{str(limit.setting): percent})
    beyond = [part for part in range(whole + 1) if limit.is_beyond(Measure(part, whole), rules)]
    assert found.holds_from == (beyond[0] if beyond else None)


def test_it_tells_the_last_night_and_the_largest_share() -> None:
    nights = [
        night(3, missing=(4, 100)),
        night(2, rejected=(9, 10)),
        night(1, missing=(12, 200)),
    ]
    found = tried("missing", nights)
    assert (found.last, found.most, found.nights) == (Measure(4, 100), Measure(12, 200), 2)
    assert (found.last, tried("names", nights).last) == (Measure(4, 100), None)
