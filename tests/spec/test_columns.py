"""Specification: columns."""

import pytest

from rollbook.core.catalogue.field import Field
from rollbook.core.catalogue.students import (
    is_ignored_header,
    normalize_header,
    student_catalogue,
    term_of_unknown_header,
)
from rollbook.core.catalogue.terms import Term
from rollbook.core.feed_settings import IGNORE, FeedRules
from tests.spec.judging import CATALOGUE


def test_the_55_fields_of_the_specification_are_declared_once_each() -> None:
    names = [field.name for field in CATALOGUE.fields]
    assert len(names) == len(set(names)) == 55
    assert len(CATALOGUE.snapshot_fields) == 54


def test_no_name_belongs_to_two_fields() -> None:
    owners: dict[str, str] = {}
    for field in CATALOGUE.fields:
        for name in (field.header, field.name, *field.aliases):
            key = normalize_header(name).replace(" ", "")
            assert owners.setdefault(key, field.name) == field.name


@pytest.mark.parametrize("field", CATALOGUE.fields, ids=lambda field: field.name)
def test_a_field_is_found_by_its_header_in_any_case_and_by_its_database_column(
    field: Field,
) -> None:
    assert CATALOGUE.find(field.header) == field
    assert CATALOGUE.find(field.header.upper()) == field
    assert CATALOGUE.find(field.name) == field


@pytest.mark.parametrize(
    "header",
    [
        "  Student   ID ",
        "\ufeffStudent ID",
        "Student\u00a0ID",
        "Stu\u200bdent ID",
        "student_id",
        "Student-ID",
        "Student I.D.".replace("I.D.", "ID:"),
        "STUDENT ID",
        "StudentID",
        "Student_Number",
        "studentNumber",
        "Student Primary ID (StudentNumber)",
    ],
)
def test_blanks_case_and_punctuation_of_a_header_do_not_count(header: str) -> None:
    found = CATALOGUE.find(header)
    assert found is not None
    assert found.name == "student_id"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("State_StudentNumber", "ssid"),
        ("stateID", "ssid"),
        ("SASID", "ssid"),
        ("Primary ID - Student ID (State ID)", "ssid"),
        ("Grade_Level", "grade"),
        ("School Name", "school"),
        ("Attendance Rate", "attendance_percentage"),
        ("Spring 2025 iReady Math Overall Score", "spring_2025_iready_math_score"),
        ("DIBELS PSF Score Fall 2025", "fall_2025_dibels_psf_score"),
    ],
)
def test_the_names_that_student_information_systems_use_are_known(header: str, name: str) -> None:
    found = CATALOGUE.find(header)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("header", ["Absences", "Days Absent", "Other ID", "Current Grade", "ID"])
def test_a_header_that_may_mean_something_else_is_not_guessed(header: str) -> None:
    assert CATALOGUE.find(header) is None


def test_an_unknown_header_has_a_nearest_field() -> None:
    assert CATALOGUE.nearest("Absenses YTD", 1) == [CATALOGUE.by_name["absences_ytd"]]
    assert CATALOGUE.nearest("Bus route") == []


def test_a_feeds_mapping_counts_before_the_catalogue() -> None:
    rules = FeedRules(headers={"Days Absent": "absences_ytd", "Grade": IGNORE})
    found = CATALOGUE.find("days  absent", rules)
    assert found is not None
    assert found.name == "absences_ytd"
    assert CATALOGUE.find("GRADE", rules) is None
    assert is_ignored_header("grade", rules)


def test_our_own_columns_of_a_fix_it_file_are_ignored() -> None:
    assert is_ignored_header("Rollbook: row")
    assert is_ignored_header("Rollbook: what to fix")
    assert not is_ignored_header("Student ID")


def test_a_term_brings_its_18_fields() -> None:
    more = student_catalogue([*CATALOGUE.terms, Term("Winter 2026")])
    added = [field for field in more.fields if field.term == "winter_2026"]
    assert len(added) == 18
    assert len(more.fields) == 55 + 18
    assert more.find("Winter 2026 i-Ready Reading Overall Met Standard") in added


def test_a_header_of_a_term_that_is_not_set_up_is_recognized_as_that() -> None:
    header = "Winter 2026 DIBELS ORF WC Score"
    assert CATALOGUE.find(header) is None
    assert term_of_unknown_header(header) == "Winter 2026"
    assert term_of_unknown_header("Winter 2026 something else") is None


def test_the_fingerprint_changes_with_the_terms() -> None:
    same = student_catalogue()
    more = student_catalogue([*CATALOGUE.terms, Term("Winter 2026")])
    assert CATALOGUE.fingerprint == same.fingerprint != more.fingerprint
