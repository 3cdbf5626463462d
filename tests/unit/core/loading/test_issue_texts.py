"""What an issue of a judged row names: its field, its value and the student."""

from dataclasses import replace

import pytest

from rollbook.core.issues import Issue, Severity
from rollbook.core.loading.issue_texts import Row, issues_of, last_row_cut

HEADERS = {"student_id": "Student ID", "ssid": "State ID", "last_name": "Name", "grade": "Grade"}
ROW = Row(7, "100", "S1", "S0", None, None, None, False, False, None)
"""A row about which nothing is to be said."""

REJECTED = {
    "ID_CONFLICT": "ssid",
    "ID_CUT_OFF": "student_id",
    "FILE_TRUNCATED": "student_id",
    "SSID_AMBIGUOUS": "ssid",
    "STUDENT_UNKNOWN": "student_id",
    "ID_ZEROS_LOST": "student_id",
    "ID_ZEROS_DIFFER": "student_id",
    "ID_TWIN": "student_id",
    "IDS_ALIKE": "student_id",
    "ID_REPAIRED": "student_id",
    "DUPLICATE_STUDENT": "student_id",
    "ENROLLED_TWICE": "student_id",
    "STUDENT_DISPUTED": "student_id",
    "SSID_SHARED": "ssid",
}


def only(row: Row) -> Issue:
    (issue,) = issues_of(row, HEADERS, grade_statements="ALTER TYPE grades;")
    return issue


def test_of_a_row_about_which_nothing_is_known_nothing_is_said() -> None:
    assert issues_of(ROW, HEADERS) == []


def test_a_test_of_a_student_with_other_names_names_the_column_of_last_names() -> None:
    issue = only(replace(ROW, code="NAMES_DIFFER"))
    assert (issue.field, issue.column) == ("last_name", "Name")


@pytest.mark.parametrize(("code", "field"), REJECTED.items())
def test_a_rejected_row_names_the_number_that_is_wrong(code: str, field: str) -> None:
    issue = only(replace(ROW, code=code, others=[7, 9]))
    value = {"student_id": "100", "ssid": "S1"}[field]
    assert (issue.code, issue.severity, issue.row) == (code, Severity.ERROR, 7)
    assert (issue.field, issue.column, issue.value) == (field, HEADERS[field], value)
    assert issue.student_id == "100"
    assert "{" not in issue.message


def test_the_other_rows_of_a_rejected_one_are_named() -> None:
    assert "Row 9 of" in only(replace(ROW, code="IDS_ALIKE", others=[7, 9])).message


@pytest.mark.parametrize(
    ("row", "value"),
    [
        (replace(ROW, code="ID_TWIN", twins=["1-00"]), "100 → 1-00"),
        (replace(ROW, code="ID_TWIN", twins=["1-00", "1 00"], given_id=None), "S1 → 1-00, 1 00"),
        (replace(ROW, code="ID_CONFLICT", twins=["1-00"]), "S1"),
        (replace(ROW, code="ID_ZEROS_LOST", twins=["0100"]), "100"),
        (replace(ROW, code="ID_ZEROS_LOST", twins=["10"], is_stored_short=True), "100 → 10"),
    ],
)
def test_a_stored_number_in_another_writing_is_shown_where_it_is_to_be_corrected(
    row: Row, value: str
) -> None:
    assert only(row).value == value


def test_the_stored_number_is_blamed_only_where_it_is_the_short_one() -> None:
    short = replace(ROW, code="ID_ZEROS_LOST", is_stored_short=True)
    assert "correct the saved ID" in only(short).message
    for row in (replace(short, is_stored_short=False), replace(short, code="ID_TWIN")):
        assert "correct the saved ID" not in only(row).message


def test_a_repetition_names_the_first_row_and_warns() -> None:
    issue = only(replace(ROW, code="DUPLICATE_ROW", others=[3]))
    assert (issue.code, issue.severity) == ("DUPLICATE_ROW", Severity.WARNING)
    assert (issue.field, issue.value) == ("student_id", "100")
    assert "row 3." in issue.message


@pytest.mark.parametrize(
    ("row", "code", "field", "value"),
    [
        (replace(ROW, stored_id="42", is_matched_by_ssid=True), "MATCHED_BY_SSID", "student_id",
         "100 → 42"),
        (replace(ROW, stored_id="42", is_matched_by_ssid=True, given_id=None), "MATCHED_BY_SSID",
         "student_id", "S1 → 42"),
        (replace(ROW, stored_id="100", is_ssid_changed=True), "SSID_CHANGED", "ssid", "S0 → S1"),
        (replace(ROW, stored_id="100", unknown_grade="TK"), "GRADE_NOT_STORED", "grade", "TK"),
        (replace(ROW, stored_id="1-00", is_matched_by_key=True), "ID_WRITTEN_DIFFERENTLY",
         "student_id", "100 → 1-00"),
        (replace(ROW, stored_id="100", twins=["1-00", "1 00"]), "TWIN_RECORDS", "student_id",
         "100 → 1-00, 1 00"),
        (replace(ROW, twins=["1-00"]), "POSSIBLE_TWIN", "student_id", "100 → 1-00"),
    ],
)  # fmt: skip
def test_a_warning_names_what_is_to_be_looked_at(
    row: Row, code: str, field: str, value: str
) -> None:
    issue = only(row)
    assert (issue.code, issue.severity, issue.field) == (code, Severity.WARNING, field)
    assert (issue.value, issue.student_id) == (value, row.stored_id or "100")


def test_the_twins_of_a_student_found_by_ssid_are_not_told_besides() -> None:
    row = replace(ROW, stored_id="42", is_matched_by_ssid=True, twins=["1-00"])
    assert only(row).code == "MATCHED_BY_SSID"


@pytest.mark.parametrize(
    ("lacking", "word"),
    [("first_name", "a first name"), ("last_name", "a last name"), ("grade", "a grade"),
     ("ssid", "an SSID")],
)  # fmt: skip
def test_what_a_new_student_lacks_is_named_and_where_it_would_be(lacking: str, word: str) -> None:
    row = replace(ROW, code="STUDENT_INCOMPLETE", lacking=[lacking])
    issue = only(row)
    assert (issue.code, issue.severity, issue.field) == (
        "STUDENT_INCOMPLETE", Severity.ERROR, lacking,
    )  # fmt: skip
    assert f"This new student needs {word}, and" in issue.message
    assert ("the file has no such column" in issue.message) is (lacking == "first_name")
    assert issue.value is None


def test_a_grade_that_the_database_does_not_know_is_told_with_the_way_out() -> None:
    row = replace(ROW, code="STUDENT_INCOMPLETE", lacking=["grade"], unknown_grade="TK")
    assert only(row).message.endswith("ALTER TYPE grades;")
    assert only(row).value == "TK"
    other = replace(row, lacking=["ssid"])
    assert "ALTER TYPE" not in only(other).message


@pytest.mark.parametrize(
    ("unknown_grade", "lacking", "is_all"),
    [("TK", ["grade"], True), ("TK", ["grade", "ssid"], False), (None, ["grade"], False),
     ("TK", [], False), (None, [], False)],
)  # fmt: skip
def test_only_the_database_s_list_of_grades_keeps_a_student_out(
    unknown_grade: str | None, lacking: list[str], is_all: bool
) -> None:
    row = replace(ROW, unknown_grade=unknown_grade, lacking=lacking)
    assert row.is_grade_all_that_lacks is is_all


def test_a_last_row_that_was_cut_is_an_error() -> None:
    issue = last_row_cut(9)
    assert (issue.code, issue.severity, issue.row) == ("FILE_TRUNCATED", Severity.ERROR, 9)
    assert issue.message.startswith("The file ends in the middle of this row")
