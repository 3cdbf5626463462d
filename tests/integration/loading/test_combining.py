"""Rows of one student that are tests of several terms become one record; others stay apart."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.integration.loading.district import Counts, District, Staged

FIELDS = (
    "student_id",
    "ssid",
    "spring_2025_iready_reading_score",
    "fall_2025_iready_reading_score",
    "fall_2025_iready_reading_level",
)
SPRING, FALL, LEVEL = FIELDS[2:]
OF_SPRING = ("1", None, "400", None, None)
OF_FALL = ("1", "S1", None, "431", "Early On Grade Level")
ABOUT: dict[str, Any] = {
    "fields": FIELDS,
    "is_of_tests": True,
    "blanks": "keep",
    "new_students": "reject",
}


@pytest.fixture
def known(district: District) -> District:
    district.load(("1", "S1", "Ann", "3", "4"), ("2", "S2", "Bo", "5", "K"))
    return district


def scores(district: District) -> Sequence[tuple[object, ...]]:
    return district.snapshots(SPRING, FALL, LEVEL)


def test_tests_of_two_terms_are_one_record_of_the_student(known: District) -> None:
    outcome = known.load(OF_SPRING, OF_FALL, **ABOUT)
    assert (known.combined, outcome.counts) == (1, Counts(updated=1))
    assert scores(known) == [("1", 400, 431, "Early On Grade Level"), ("2", None, None, None)]
    changed = f"SELECT row_number FROM rollbook.student_changes WHERE job_id = {known.last_job}"
    assert known.rows(changed) == [(3,)]


def test_rows_of_other_students_stay_beside_a_record_of_several(known: District) -> None:
    outcome = known.load(OF_SPRING, OF_FALL, ("2", None, "410", None, None), **ABOUT)
    assert (known.combined, outcome.counts) == (1, Counts(updated=2))


def test_a_refused_cell_stays_refused(known: District) -> None:
    known.load(OF_FALL, **ABOUT)
    outcome = known.load(OF_SPRING, Staged(("1", None, None, None, None), refused=(FALL,)), **ABOUT)
    assert (known.combined, outcome.counts) == (1, Counts(updated=1))
    assert scores(known)[0] == ("1", 400, 431, "Early On Grade Level")


@pytest.mark.parametrize(
    "other",
    [
        ("1", "S1", None, "432", "Early On Grade Level"),
        ("1", "S9", "400", None, None),
        Staged(("1", "S1", None, None, None), refused=(FALL,)),
    ],
)
def test_rows_that_contradict_each_other_stay_apart_and_are_rejected(
    known: District, other: Staged | tuple[str | None, ...]
) -> None:
    outcome = known.load(OF_FALL, other, ("2", None, "410", None, None), **ABOUT)
    assert known.combined == 0
    assert outcome.counts == Counts(updated=1, rejected=2)
    assert scores(known) == [("1", None, None, None), ("2", 410, None, None)]


def test_a_student_named_in_two_writings_is_not_two_students(known: District) -> None:
    outcome = known.load(OF_SPRING, ("01", "S1", None, "431", None), **ABOUT)
    assert known.combined == 0
    assert outcome.counts.updated == 0


def test_rows_without_a_number_are_no_one_student(known: District) -> None:
    outcome = known.load(
        (None, "S1", "400", None, None), (None, "S2", None, "431", None), OF_FALL, **ABOUT
    )
    assert known.combined == 0
    assert outcome.counts.total == 3


def test_by_ssid_alone_rows_are_combined_too(known: District) -> None:
    about = ABOUT | {"fields": FIELDS[1:]}
    outcome = known.load(("S1", "400", None, None), ("S1", None, "431", None), **about)
    assert (known.combined, outcome.counts) == (1, Counts(updated=1))


def test_a_file_of_tests_says_of_nobody_that_he_is_missing_or_there(known: District) -> None:
    before = known.rows("SELECT * FROM rollbook.presence ORDER BY 1, 2")
    known.load(OF_SPRING, OF_FALL, feed_id=2, **ABOUT)
    known.load(OF_FALL, **ABOUT)
    assert known.rows("SELECT * FROM rollbook.presence ORDER BY 1, 2") == before


def test_nobody_is_created_by_a_test(known: District) -> None:
    outcome = known.load(("3", None, "400", None, None), **ABOUT)
    assert outcome.counts == Counts(rejected=1)
    assert [code for _, code in outcome.codes] == ["STUDENT_UNKNOWN"]


@pytest.mark.parametrize(
    ("last", "first", "code"),
    [
        ("Gomez", "Ana", "NAMES_DIFFER"),
        ("Smith", "Ana", None),
        ("Smithson", "Ana", None),
        ("Smi", "Ana", None),
        ("Gomez", "Smith", "NAMES_DIFFER"),
        ("Bo", "Ana", "NAMES_DIFFER"),
        ("Gomez", "Bo", None),
        ("Gomez", "Bob", None),
        ("Gomez", "B", None),
        ("SMITH", "bo", None),
        ("Smith-Lee", "Bob", None),
        ("Bo", "Smith", None),
        (None, "Ana", None),
        ("Gomez", None, None),
    ],
)
def test_a_test_with_other_names_than_the_students_is_not_the_students(
    district: District, last: str | None, first: str | None, code: str | None
) -> None:
    names = ("student_id", "ssid", "last_name", "first_name")
    district.load(("1", "S1", "Smith", "Bo"), fields=names)
    fields = (*names, FALL)
    about = ABOUT | {"fields": fields, "set_aside": ("last_name", "first_name")}
    outcome = district.load(("1", None, last, first, "431"), **about)
    assert [each for _, each in outcome.codes] == ([code] if code else [])
    assert district.snapshots("last_name", "first_name", FALL) == [
        ("1", "Smith", "Bo", None if code else 431)
    ]
