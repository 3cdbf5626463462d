"""A check and an import say the same of a student who is in a file twice."""

from rollbook.core.duplicate_texts import TEXTS, about_rows
from rollbook.core.issues import Issue
from rollbook.core.loading.issue_texts import Row, issues_of
from rollbook.core.validation.duplicates import _clashes, _disputes, _repeats


def of_an_import(code: str, others: list[int]) -> Issue:
    row = Row(9, "1", "2", None, None, code, others, False, False, None)
    return issues_of(row, {})[0]


def test_the_sentence_code_and_severity_are_the_same() -> None:
    of_a_check = {
        "DUPLICATE_ROW": _repeats(9, 3),
        "DUPLICATE_STUDENT": _clashes("DUPLICATE_STUDENT", 9, [3, 9, 11]),
        "ENROLLED_TWICE": _clashes("ENROLLED_TWICE", 9, [3, 9, 11]),
        "SSID_SHARED": _clashes("SSID_SHARED", 9, [3, 9, 11]),
        "STUDENT_DISPUTED": _disputes(9, [3, 11]),
    }
    assert of_a_check.keys() == TEXTS.keys()
    for code, checked in of_a_check.items():
        imported = of_an_import(code, [3] if code == "DUPLICATE_ROW" else [3, 9, 11])
        parts = [
            (each.code, each.severity, each.message, each.field) for each in (checked, imported)
        ]
        assert parts[0] == parts[1]


def test_one_row_and_many_rows_are_named_in_their_number() -> None:
    assert about_rows("Row{s} {rows} {names} it.", [4]) == "Row 4 names it."
    assert about_rows("Row{s} {rows} {has} it.", [4, 5]) == "Rows 4, 5 have it."
    many = about_rows("Row{s} {rows} {names} it.", list(range(1, 8)))
    assert many == "Rows 1, 2, 3, 4, 5 and others name it."
