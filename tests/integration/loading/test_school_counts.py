"""Who was in the last file and who is in this one, school by school, before it is written."""

import random
from typing import Any

import pytest

from rollbook.core.limits.by_school import compare_schools
from rollbook.core.loading import school_counts
from rollbook.core.loading.school_counts import Move, SchoolCounts
from scripts.guard.roster_counts import Roster, counts_of
from tests.integration.loading.district import District, Rejected

FIELDS = ("student_id", "school", "grade")
SCHOOLS = ("North", "north", "South", "")
GRADES = ("K", "1", "2", "")


def load(district: District, roster: Roster, **more: Any) -> SchoolCounts | None:
    rows = [(student, school or None, grade or None) for student, (school, grade) in roster.items()]
    more = {"fields": FIELDS, "blanks": "clear"} | more
    return district.load(*rows, **more).result.schools_compared


def found(counts: SchoolCounts | None, *, is_promotion: bool) -> Any:
    assert counts is not None
    compared = compare_schools(counts, new=0, is_promotion=is_promotion, is_turn=True)
    numbers = {name.lower(): each for name, each in compared.numbers().items()}
    return numbers, compared.new, compared.measures()


def test_a_first_file_is_compared_with_nothing(district: District) -> None:
    assert load(district, {"1": ("North", "3")}) is None


def test_a_file_that_is_no_roster_is_compared_with_nothing(district: District) -> None:
    load(district, {"1": ("North", "3")})
    assert load(district, {"1": ("South", "3")}, is_roster=False) is None


def test_the_statements_count_as_the_model_does(district: District) -> None:
    chance = random.Random("schools")

    def place() -> tuple[str, str]:
        return chance.choice(SCHOOLS), chance.choice(GRADES)

    for _ in range(12):
        district.empty()
        students = [f"{at:03}" for at in range(60)]
        before = {student: place() for student in chance.sample(students, 40)}
        now = {
            student: before[student] if student in before and chance.random() < 0.6 else place()
            for student in chance.sample(students, 40)
        }
        gone = sorted({*before} - {*now})
        rejected = chance.sample(gone, min(len(gone), 4))
        load(district, before)
        rows = [Rejected(900 + at, (each,)) for at, each in enumerate(rejected)]
        counts, expected = load(district, now, rejected=rows), counts_of(before, now, rejected)
        for is_promotion in (False, True):
            assert found(counts, is_promotion=is_promotion) == found(
                expected, is_promotion=is_promotion
            )


def test_a_student_who_is_back_is_of_no_school_before(district: District) -> None:
    ann, bo = {"1": ("North", "3")}, {"2": ("South", "4")}
    load(district, {**ann, **bo})
    load(district, bo)
    counts = load(district, {"1": ("South", "4"), **bo})
    assert counts is not None
    assert counts.moves == [Move("North", "3", "South", "4", True, True, 1, 0)]
    numbers = found(counts, is_promotion=False)[0]
    assert numbers == {"north": (0, 0, 0, 0, 0, 0), "south": (1, 2, 0, 0, 0, 0)}


def test_a_file_without_schools_and_grades_moves_nobody(district: District) -> None:
    load(district, {"1": ("North", "3")})
    result = district.load(("1",), ("2",), fields=("student_id",)).result
    counts = result.schools_compared
    assert found(counts, is_promotion=False)[0] == {
        "north": (1, 1, 0, 0, 0, 0),
        "": (0, 1, 0, 1, 0, 0),
    }


def test_as_many_schools_as_rows_are_looked_at_up_to_a_limit(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(school_counts, "MOST", 3)
    many = {str(at): (f"School {min(at, 4)}", "3") for at in range(9)}
    load(district, many)
    moved = {str(at): (f"Other {min(at, 4)}", "4") for at in range(9)}
    counts = load(district, moved | {str(at): (f"New {at}", "3") for at in range(20, 30)})
    assert counts is not None
    assert [len(each) for each in (counts.there, counts.moves, counts.newcomers)] == [3, 3, 3]
    assert (counts.there[0].school, counts.moves[0].to_school) == ("School 4", "Other 4")
