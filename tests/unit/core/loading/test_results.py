"""What a merge counts by default, and what of it the feed's limits are compared with."""

from datetime import UTC, datetime

from rollbook.core.feed_settings import FeedRules
from rollbook.core.loading.changes import Changes
from rollbook.core.loading.identities import Identities
from rollbook.core.loading.plan import MergePlan, MergeResult, StudentJudgment
from rollbook.core.loading.presence import Presence
from rollbook.core.loading.schools import SchoolsFound
from rollbook.core.measure import Measure


def test_what_nobody_has_counted_is_zero() -> None:
    assert Presence() == Presence(0, 0, 0)
    assert Identities() == Identities(0, 0, 0, 0, 0, 0, 0, 0, 0)
    assert StudentJudgment(frozenset(), 0).not_storable == 0


def test_limits_are_compared_with_the_known_students() -> None:
    counted = Identities(
        known=10, new=5, students=20, names=1, ssid=2, school=3, grade=4, promoted=6, last_year=7
    )
    expected = {
        "names": Measure(1, 10),
        "ssid": Measure(2, 10),
        "school": Measure(3, 10),
        "grade": Measure(4, 10),
        "last_year": Measure(7, 10),
    }
    assert counted.measures() == expected
    result = MergeResult(0, 0, 0, 0, 0, 9, 7, 8, Changes(), counted)
    assert result.measures == expected | {"missing": Measure(7, 8)}


def test_a_result_without_a_neighbor_has_no_students_without_a_school() -> None:
    result = MergeResult(0, 0, 0, 0, 0, 0, 0, 0, Changes(), Identities())
    assert (result.without_school, result.are_schools_unreadable) == (0, False)


def test_a_plan_is_of_a_whole_file_unless_it_says_otherwise() -> None:
    plan = MergePlan(1, 2, FeedRules(), (), (), (), datetime(2026, 1, 12, tzinfo=UTC))
    assert plan.is_roster
    assert not (plan.is_partial or plan.is_of_some or plan.is_cut or plan.ends)


def test_what_came_of_schools_is_told_for_each_kind_of_student() -> None:
    nothing = SchoolsFound(0, 0, 0, 0, 0, is_written=True)
    assert [*nothing.notes()] == []
    found = SchoolsFound(1, 2, 3, 4, 5, is_written=True)
    given, overwritten, left, absent = found.notes()
    assert given == (
        "school_id: 1 new student was and 2 known students were given the mapped school."
    )
    assert overwritten.startswith("school_id: 3 students had a different school in students")
    assert left.startswith("school_id wasn't changed for 4 students, because")
    assert absent.startswith("school_id wasn't changed for 5 students of schools that")
