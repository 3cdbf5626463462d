"""The synthetic district is plausible, and the same each time."""

import re
import tracemalloc
from collections import Counter
from itertools import islice

import pytest

from rollbook.core.catalogue.field import Level
from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.catalogue.terms import INITIAL_TERMS, Term
from rollbook.core.feed_settings import FeedRules
from rollbook.demo.assessments import DIBELS_LEVELS, IREADY_LEVELS
from rollbook.demo.district import Nights, students

CATALOGUE = student_catalogue()
NAMES = [field.name for field in CATALOGUE.fields]
COUNT = 3_000
Student = dict[str, str]


def _district(*, seed: int = 1, night: int = 0, count: int = COUNT) -> list[Student]:
    made = students(CATALOGUE, count=count, seed=seed, night=night)
    return [dict(zip(NAMES, row, strict=True)) for row in made]


@pytest.fixture(scope="module")
def district() -> list[Student]:
    return _district()


def test_the_same_seed_makes_the_same_district_and_another_another(district: list[Student]) -> None:
    assert _district() == district
    assert _district(seed=2) != district


def test_numbers_are_unique_and_have_leading_zeros(district: list[Student]) -> None:
    assert len({student["student_id"] for student in district}) == COUNT
    assert len({student["ssid"] for student in district}) == COUNT
    assert all(re.fullmatch(r"0\d{6}", student["student_id"]) for student in district)
    assert all(re.fullmatch(r"\d{10}", student["ssid"]) for student in district)


def test_every_cell_is_as_the_catalogue_declares_it() -> None:
    for row in students(CATALOGUE, count=500, seed=3):
        for field, cell in zip(CATALOGUE.fields, row, strict=True):
            verdict = field.type.judge(cell, FeedRules())
            assert verdict.code is None, field.name
            assert (verdict.value or "") == {"Yes": "t", "No": "f"}.get(cell, cell)


def test_attendance_adds_up(district: list[Student]) -> None:
    for student in district:
        whole = {name: int(text) for name, text in student.items() if _is_count(name)}
        for period in ("ytd", "last_30_days"):
            parts = whole[f"excused_absences_{period}"] + whole[f"unexcused_absences_{period}"]
            assert whole[f"absences_{period}"] == parts
        for what in ("absences", "tardies", "excused_absences", "unexcused_absences"):
            assert whole[f"{what}_last_30_days"] <= whole[f"{what}_ytd"]
        shares = [
            student[f"{what}_percentage"].replace(".", "") for what in ("attendance", "absence")
        ]
        assert sum(map(int, shares)) == 100_00


def test_scores_go_with_levels_and_with_the_standard(district: list[Student]) -> None:
    stem = "fall_2025_iready_math"
    assessed = [student for student in district if student["grade"] == "4"]
    assessed = [student for student in assessed if student[f"{stem}_score"]]
    assessed.sort(key=lambda student: int(student[f"{stem}_score"]))
    ranks = [IREADY_LEVELS.index(student[f"{stem}_level"]) for student in assessed]
    assert ranks == sorted(ranks) and len(set(ranks)) == len(IREADY_LEVELS)
    for student, rank in zip(assessed, ranks, strict=True):
        assert student[f"{stem}_met_standard"] == ("Yes" if rank >= 3 else "No")


def test_a_student_who_is_strong_in_one_assessment_tends_to_be_in_others(
    district: list[Student],
) -> None:
    columns = ("fall_2025_iready_math_score", "fall_2025_iready_reading_score")
    scores = [
        [int(student[column]) for column in columns]
        for student in district
        if student["grade"] == "5" and all(student[column] for column in columns)
    ]
    strong = [reading for math, reading in scores if math > 520]
    weak = [reading for math, reading in scores if math <= 520]
    assert sum(strong) / len(strong) > sum(weak) / len(weak) + 30


def test_assessments_are_given_in_their_grades_only(district: list[Student]) -> None:
    for student in district:
        tested = {name for name in NAMES if name.endswith("_score") and student[name]}
        if student["grade"] in ("9", "10", "11", "12"):
            # Who is in grade 9 now was in grade 8 last spring.
            assert not any("fall_2025" in name for name in tested)
        if student["grade"] == "K":
            assert not any("orf" in name or "spring_2025" in name for name in tested)
    tested_now = [s for s in district if s["grade"] == "1" and s["fall_2025_dibels_psf_score"]]
    assert tested_now


def test_each_school_has_its_own_grades(district: list[Student]) -> None:
    grades: dict[str, set[str]] = {}
    for student in district:
        grades.setdefault(student["school"], set()).add(student["grade"])
    for school, found in grades.items():
        if "Elementary" in school:
            assert found == {"K", "1", "2", "3", "4", "5"}
        elif "Middle" in school:
            assert found == {"6", "7", "8"}
        else:
            assert found == {"9", "10", "11", "12"}


def test_it_has_the_names_that_careless_software_breaks_on(district: list[Student]) -> None:
    family = {student["last_name"] for student in district}
    assert "Null" in family and any("'" in name for name in family)
    assert any("-" in name for name in family)
    assert any(not name.isascii() for name in family)


def test_its_levels_are_known_to_the_catalogue() -> None:
    known = {
        level
        for field in CATALOGUE.fields
        if isinstance(field.type, Level)
        for level in field.type.known
    }
    assert known >= {*IREADY_LEVELS, *DIBELS_LEVELS}


def test_a_term_that_was_added_has_results_too() -> None:
    catalogue = student_catalogue([*INITIAL_TERMS, Term("Winter 2026")])
    at = [field.name for field in catalogue.fields].index("winter_2026_iready_math_score")
    assert any(row[at] for row in students(catalogue, count=50, seed=1))


def test_a_later_night_changes_some_brings_a_few_and_lacks_a_few() -> None:
    nights = [
        {student["student_id"]: student for student in _district(count=10_000, night=night)}
        for night in (0, 1)
    ]
    before, after = nights
    assert len(before) == len(after)
    assert 1 <= len(after.keys() - before.keys()) <= 10
    assert 1 <= len(before.keys() - after.keys()) <= 10
    both = before.keys() & after.keys()
    changed = [number for number in both if before[number] != after[number]]
    assert 450 <= len(changed) <= 550
    differing = Counter(
        name for number in changed for name in NAMES if before[number][name] != after[number][name]
    )
    assert "absences_ytd" in differing and "last_name" not in differing


def test_a_later_night_adds_up_as_well() -> None:
    test_attendance_adds_up(_district(night=40))


def test_its_memory_does_not_grow_with_the_district() -> None:
    made = students(CATALOGUE, count=1_000_000, seed=1)
    next(made)
    tracemalloc.start()
    for _ in islice(made, 5_000):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def _is_count(name: str) -> bool:
    return name.endswith(("_ytd", "_last_30_days"))


def test_one_night_after_the_other_makes_the_same_as_each_for_itself() -> None:
    nights = Nights(CATALOGUE, count=200, seed=5, changed_percent=10.0)
    for night in range(6):
        made = students(CATALOGUE, count=200, seed=5, night=night, changed_percent=10.0)
        assert nights.next() == [*made]
