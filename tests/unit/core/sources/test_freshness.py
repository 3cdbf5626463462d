"""Which files have come together, and whose date cannot be right: by a server's times alone."""

from dataclasses import dataclass

import pytest

from rollbook.core.sources.arrival import Arrival, Served
from rollbook.core.sources.freshness import (
    choice_remarks,
    days_ahead,
    fresh_files,
    newest_beside,
    passed_over,
    served_of,
)
from rollbook.core.sources.named_file import NamedFile

HOUR, DAY = 3600, 86_400
TONIGHT = 1_800_000_000


@dataclass(frozen=True)
class File:
    name: str
    modified: int
    size: int = 1_000


def files(*modified: int) -> list[File]:
    found = [File(f"students_{number}.csv", time) for number, time in enumerate(modified)]
    return sorted(found, key=lambda file: file.modified, reverse=True)


SEVEN = files(*(TONIGHT - 600 * number for number in range(7)))
OLD_NIGHTS = files(*(TONIGHT - DAY * night for night in range(60)))


def codes(found: list[File], arrival: Arrival) -> list[str]:
    return [each.code for each in choice_remarks(found, served_of(found, arrival), arrival)]


def test_files_of_one_night_are_fresh_together_also_in_a_first_import() -> None:
    assert len(fresh_files(SEVEN, ())) == 7
    assert len(fresh_files([*SEVEN, *OLD_NIGHTS[1:]], (TONIGHT - DAY,))) == 7


@pytest.mark.parametrize("before", [(), (TONIGHT - DAY,), (TONIGHT - 30 * DAY,)])
def test_a_folder_that_keeps_its_old_files_stays_quiet(before: tuple[int, ...]) -> None:
    """Also in a first import, and after weeks in which nothing could be fetched."""
    assert len(fresh_files(OLD_NIGHTS, before)) == 1
    assert codes(OLD_NIGHTS, Arrival(before=before)) == []


def test_a_file_that_was_there_when_another_was_imported_is_not_fresh() -> None:
    corrected = files(TONIGHT, TONIGHT - 2 * HOUR)
    assert len(fresh_files(corrected, (TONIGHT - 2 * HOUR,))) == 1


def test_the_same_seven_files_are_told_again_when_they_are_imported_again() -> None:
    assert len(fresh_files(SEVEN, (TONIGHT, TONIGHT - DAY))) == 7


def test_a_file_dated_far_after_all_others_is_told() -> None:
    ahead = files(TONIGHT + 400 * DAY, TONIGHT, TONIGHT - DAY)
    assert days_ahead(ahead[0].modified, [TONIGHT, TONIGHT - DAY], []) == 400
    assert codes(ahead, Arrival()) == ["FILE_DATED_AHEAD"]
    assert codes(ahead[:1], Arrival(before=(TONIGHT,))) == ["FILE_DATED_AHEAD"]


def test_pauses_that_are_usual_are_not_told() -> None:
    assert codes(files(TONIGHT), Arrival()) == []
    assert days_ahead(TONIGHT, [], [TONIGHT - 29 * DAY]) == 0
    terms = [TONIGHT - 100 * DAY, TONIGHT - 200 * DAY, TONIGHT - 300 * DAY]
    assert days_ahead(TONIGHT, terms, terms[:1]) == 0


def test_before_the_first_import_one_forgotten_file_tells_little() -> None:
    assert days_ahead(TONIGHT, [TONIGHT - 1_000 * DAY], []) == 0
    assert days_ahead(TONIGHT, [TONIGHT - 20_000 * DAY], []) == 20_000


def test_a_file_that_comes_and_loses_against_a_date_in_the_future_is_told() -> None:
    first = files(TONIGHT + 4_000 * DAY, TONIGHT - DAY)
    last = served_of(first, Arrival())
    assert passed_over(first, last, last) == 0
    again = files(TONIGHT + 4_000 * DAY, TONIGHT, TONIGHT - DAY)
    assert passed_over(again, served_of(again, Arrival()), last) == 1
    told = codes(again, Arrival(last=last, before=(last.modified,)))
    assert "NEWER_FILE_PASSED_OVER" in told


def test_a_newer_file_that_wins_passes_over_nothing() -> None:
    last = Served("", 1_000, TONIGHT - DAY, others=TONIGHT - 2 * DAY)
    assert passed_over(OLD_NIGHTS, served_of(OLD_NIGHTS, Arrival()), last) == 0


def test_where_a_server_gives_no_times_nothing_is_said_of_them() -> None:
    alike = files(0, 0, 0)
    last = served_of(alike, Arrival())
    assert passed_over(alike, last, last) == 0
    assert codes(alike, Arrival()) == []


def test_a_link_to_the_newest_file_is_that_file() -> None:
    assert codes([File("latest.csv", TONIGHT), File("a.csv", TONIGHT)], Arrival()) == []
    assert len(fresh_files([File("b.csv", TONIGHT, 1), File("a.csv", TONIGHT, 2)], ())) == 2


def test_beside_a_file_is_what_came_in_its_night_or_before() -> None:
    others = [NamedFile("a.csv", time) for time in (TONIGHT - DAY, TONIGHT + 60, TONIGHT + DAY)]
    assert newest_beside(others, TONIGHT) == TONIGHT + 60
    assert newest_beside([NamedFile("a.csv", None)], TONIGHT) == newest_beside((), TONIGHT) == 0
