"""What counts as unusual beside the imports before."""

import json

import pytest

from rollbook.records.unusual import UnusualChanges, unusual, unusual_changes


def names(now: dict[str, int], *before: dict[str, int]) -> list[str]:
    return [line.name for line in unusual(now, before)]


@pytest.mark.parametrize(("count", "is_unusual"), [(80, False), (81, True)])
def test_more_than_twice_the_most_of_before_is_unusual(count: int, is_unusual: bool) -> None:
    before = [{"grade": each} for each in (1, 40, 3, 12, 7)]
    assert names({"grade": count}, *before) == ["grade"] * is_unusual


@pytest.mark.parametrize(("count", "is_unusual"), [(5, False), (4, True), (0, True)])
def test_under_a_quarter_of_the_least_of_before_is_unusual(count: int, is_unusual: bool) -> None:
    before = [{"absences_ytd": each} for each in (20, 400, 300, 120, 70)]
    counts = {"absences_ytd": count} if count else {}
    assert names(counts, *before) == ["absences_ytd"] * is_unusual


def test_what_never_changed_before_is_unusual_from_ten_students_on() -> None:
    assert names({"ssid": 9}, *[{}] * 5) == []
    [line] = unusual({"ssid": 10}, [{}] * 5)
    assert (line.count, line.least, line.most, line.is_more) == (10, 0, 0, True)


def test_where_few_change_each_night_none_is_not_unusual() -> None:
    assert names({}, *[{"grade": 19}] * 5) == []
    assert names({}, *[{"grade": 20}] * 5) == ["grade"]


def test_after_four_imports_nothing_is_usual_yet() -> None:
    assert names({"grade": 10_000}, *[{"grade": 1}] * 4) == []


def test_the_largest_comes_first_and_names_decide_where_they_are_alike() -> None:
    counts = {"a": 50, "b": 90, "c": 50}
    assert names(counts, *[{"d": 70}] * 5) == ["b", "d", "a", "c"]


def test_an_import_that_never_came_to_count_is_not_unusual() -> None:
    assert not unusual_changes({}, [{"fields": {"grade": 400}}] * 5)
    assert unusual_changes({"fields": {}}, [{"fields": {"grade": 400}}] * 5).fields


@pytest.mark.parametrize(
    "written", [7, "x", [], {"fields": [1]}, {"fields": {"grade": "x"}}, {"updated": None}]
)
def test_what_another_program_wrote_into_an_import_before_is_no_count(written: object) -> None:
    found = unusual_changes({"fields": {"grade": 10}, "updated": {"": 10}}, [written] * 5)
    assert ([each.most for each in found.fields], len(found.schools)) == ([0], 1)


def test_what_is_kept_of_it_is_read_again() -> None:
    found = unusual_changes({"fields": {"grade": 10}, "updated": {"Oak": 12}}, [{}] * 5)
    assert UnusualChanges.from_json(json.loads(json.dumps(found.to_json()))) == found
    assert not UnusualChanges.from_json(None)
