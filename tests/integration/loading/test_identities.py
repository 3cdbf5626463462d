"""How many known students a file would turn into others, counted before anything is written."""

from collections.abc import Sequence
from typing import Any

import pytest

from rollbook.core.loading.identities import Identities
from tests.integration.loading.district import District, Staged

FIELDS = ("student_id", "ssid", "first_name", "last_name", "school", "grade")
ANN = ("001", "9001", "Ann", "Muñoz", "North High", "3")
BO = ("002", "9002", "Bo", "O'Brien Smith", "North High", "12")


def found(district: District, *rows: Staged | Sequence[str | None], **rules: Any) -> Identities:
    return district.load(*rows, fields=FIELDS, **rules).result.identities


def test_a_first_import_changes_no_one(district: District) -> None:
    assert found(district, ANN, BO) == Identities(known=0, new=2, students=2)


def test_the_same_file_changes_no_one(district: District) -> None:
    found(district, ANN, BO)
    assert found(district, ANN, BO) == Identities(known=2, new=0, students=2)


def test_each_kind_is_counted_by_student(district: District) -> None:
    found(district, ANN, BO)
    other = ("001", "9991", "Zoe", "Other", "South High", "7")
    assert found(district, other, BO) == Identities(
        known=2, students=2, names=1, ssid=1, school=1, grade=1
    )


def test_how_a_text_is_written_does_not_make_another_of_it(district: District) -> None:
    found(district, ANN, BO)
    again = (
        ("001", "9001", "ANN ", "MUN\u0303OZ", "NORTH  HIGH", "3"),
        ("002", "9002", "bo", "O’Brien-Smith", "North-High", "12"),
    )
    assert found(district, *again) == Identities(known=2, students=2)
    assert found(district, ("001", "9001", "Ann", "Munoz", "North High", "3")).names == 0


def test_a_stored_blank_that_is_filled_is_no_change(district: District) -> None:
    found(district, ("001", None, None, None, None, None))
    assert found(district, ANN) == Identities(known=1, students=1)


def test_a_blank_cell_changes_nothing_unless_it_clears(district: District) -> None:
    found(district, ANN)
    blank = ("001", "9001", None, "Muñoz", None, "3")
    assert found(district, blank) == Identities(known=1, students=1)
    assert found(district, blank, blanks="clear") == Identities(
        known=1, students=1, names=1, school=1
    )
    without_grade = (*ANN[:5], None)
    assert found(district, without_grade) == Identities(known=1, students=1)
    assert found(district, without_grade, blanks="clear").grade == 1


def test_going_up_one_grade_is_no_change_and_any_other_step_is(district: District) -> None:
    pupils = [
        (f"{number:03}", None, "A", "B", "N", grade)
        for number, grade in enumerate(("PK", "PK", "TK", "K", "1", "11", "4", "4", "4"))
    ]
    after = ("TK", "K", "K", "1", "2", "12", "6", "3", "4")
    found(district, *pupils)
    moved = [(*pupil[:5], grade) for pupil, grade in zip(pupils, after, strict=True)]
    identities = found(district, *moved)
    assert (identities.promoted, identities.grade) == (6, 2)


def test_what_another_program_stored_in_students_counts_too(district: District) -> None:
    district.know("001", "9001", first_name="Zoe", last_name="Else", grade="9")
    assert found(district, ANN) == Identities(known=1, students=1, names=1, grade=1)


def test_a_student_found_by_ssid_counts_as_known(district: District) -> None:
    found(district, ANN)
    assert found(district, ("777", "9001", "Zoe", "Muñoz", "North High", "3")).names == 1


@pytest.mark.parametrize(
    ("first", "last", "is_told"),
    [
        ("Zoe", "Quill", True),
        ("Zoe", "Muñoz", False),
        ("Ann", "Quill", False),
        ("Anne", "Munos", False),
        ("Annabel", "Quill", False),
        ("Zoe", "Muñoz-Quill", False),
        ("Zoe", None, False),
    ],
)
def test_a_student_of_whom_both_names_become_others_is_told(
    district: District, first: str, last: str | None, is_told: bool
) -> None:
    found(district, ANN, BO)
    row = ("001", "9001", first, last, "North High", "3")
    renamed = district.load(BO, row, fields=FIELDS).result.renamed
    assert [(each.row, each.code, each.student_id) for each in renamed] == (
        [(3, "STUDENT_RENAMED", "001")] if is_told else []
    )
    assert district.load(BO, row, fields=FIELDS).result.renamed == ()


@pytest.mark.parametrize(
    ("known", "promoted", "told"),
    [
        (2, 1, []),
        (1, 1, ["1 of the 1 known student goes up to the next grade."]),
        (3, 2, ["2 of the 3 known students go up to the next grade."]),
    ],
)
def test_a_new_school_year_is_told_where_most_known_students_go_up(
    known: int, promoted: int, told: list[str]
) -> None:
    assert list(Identities(known=known, promoted=promoted).notes()) == told
