"""The same student twice in a file, found without a database."""

from collections.abc import Sequence

import pytest

from rollbook.core.feed_settings import FeedRules
from rollbook.core.issues import Findings
from rollbook.core.validation.duplicates import DuplicateFinder
from tests.doubles.issue_list import IssueList
from tests.spec.judging import judge

FIELDS = "student_id ssid absences_ytd"


def find(
    *rows: Sequence[str], fields: str = FIELDS, required: tuple[str, ...] = ("student_id", "ssid")
) -> tuple[tuple[int, int], list[tuple[int | None, str]]]:
    outcome = judge(fields, *rows, rules=FeedRules(required=required))
    listed = IssueList()
    finder = DuplicateFinder(outcome.validator.staged_fields, Findings(listed))
    for judged in outcome.judged:
        finder.add(judged.copy_text, judged.rejected)
    counts = finder.finish()
    return counts, [(issue.row, issue.code) for issue in listed.issues]


def test_rows_with_identical_values_count_once() -> None:
    rows = [["1", "9", "5"], ["2", "8", "5"], ["1", "9", " 5 "], ["1.0", "9", "5"]]
    assert find(*rows) == ((2, 0), [(4, "DUPLICATE_ROW"), (5, "DUPLICATE_ROW")])


def test_differing_rows_are_all_rejected_each_naming_the_others() -> None:
    outcome = judge(FIELDS, ["1", "9", "5"], ["1", "9", "6"], ["1", "9", "5"])
    listed = IssueList()
    finder = DuplicateFinder(outcome.validator.staged_fields, Findings(listed))
    finder.add(outcome.judged[0].copy_text, outcome.judged[0].rejected)
    assert finder.finish() == (0, 3)
    assert "Rows 3, 4 " in listed.issues[0].message


def test_a_refused_cell_makes_a_row_differ_from_one_with_a_blank_cell() -> None:
    assert find(["1", "9", ""], ["1", "9", "x"])[0] == (0, 2)


def test_two_students_with_one_ssid_are_both_rejected() -> None:
    rows = [["1", "9", "5"], ["2", "9", "5"]]
    assert find(*rows) == ((0, 2), [(2, "SSID_SHARED"), (3, "SSID_SHARED")])


def test_a_repeated_row_does_not_share_its_ssid_with_itself() -> None:
    assert find(["1", "9", "5"], ["1", "9", "5"])[0] == (1, 0)


def test_blank_identifiers_are_no_ones() -> None:
    rows = [["1", "", "5"], ["2", "", "5"]]
    assert find(*rows, required=("student_id",)) == ((0, 0), [])


def test_a_file_without_student_ids_is_compared_by_ssid() -> None:
    found = find(["9", "5"], ["9", "5"], ["8", "5"], fields="ssid absences_ytd", required=("ssid",))
    assert found == ((1, 0), [(3, "DUPLICATE_ROW")])


def test_a_student_named_by_a_rejected_row_is_disputed() -> None:
    rows = [["1", "9", "5"], ["1", "", "6"], ["2", "8", "5"], ["", "8", "5"], ["3", "7", "5"]]
    assert find(*rows) == ((0, 2), [(2, "STUDENT_DISPUTED"), (4, "STUDENT_DISPUTED")])


def test_rejected_rows_that_repeat_each_other_dispute_no_one_else() -> None:
    assert find(["1", "", "5"], ["1", "", "5"], ["2", "8", "5"]) == ((0, 0), [])


def test_two_enrollments_of_a_student_are_named_as_that() -> None:
    fields = "student_id ssid absences_ytd school grade"
    rows = [["1", "9", "5", "Oak", "3"], ["1", "9", "5", "Elm", "3"], ["2", "8", "5", "Oak", "3"]]
    twice = [(2, "ENROLLED_TWICE"), (3, "ENROLLED_TWICE")]
    assert find(*rows, fields=fields) == ((0, 2), twice)
    rows[1][4] = "4"
    assert find(*rows, fields=fields) == ((0, 2), twice)
    rows[1][2] = "6"
    assert [code for _, code in find(*rows, fields=fields)[1]] == ["DUPLICATE_STUDENT"] * 2


def issues(*rows: Sequence[str], fields: str = FIELDS) -> list[tuple[int | None, str, str | None]]:
    """Row, code and field of each issue."""
    names = fields.split()
    required = tuple(name for name in ("student_id", "ssid") if name in names)
    outcome = judge(fields, *rows, rules=FeedRules(required=required))
    listed = IssueList()
    finder = DuplicateFinder(outcome.validator.staged_fields, Findings(listed))
    for judged in outcome.judged:
        finder.add(judged.copy_text, judged.rejected)
    finder.finish()
    return [(each.row, each.code, each.field) for each in listed.issues]


def test_an_issue_names_the_identifier_that_is_there_twice() -> None:
    assert issues(["1", "9", "5"], ["1", "9", "5"]) == [(3, "DUPLICATE_ROW", "student_id")]
    twice = [(row, "DUPLICATE_STUDENT", "student_id") for row in (2, 3)]
    assert issues(["1", "9", "5"], ["1", "9", "6"]) == twice
    shared = [(row, "SSID_SHARED", "ssid") for row in (2, 3)]
    assert issues(["1", "9", "5"], ["2", "9", "5"]) == shared
    disputed = [(2, "STUDENT_DISPUTED", "student_id")]
    assert issues(["1", "9", "5"], ["1", "", "6"]) == disputed


@pytest.mark.parametrize("fields", ["student_id absences_ytd", "ssid absences_ytd"])
def test_every_repetition_names_the_first_row(fields: str) -> None:
    outcome = judge(fields, *[["9", "5"]] * 3, rules=FeedRules(required=(fields.split()[0],)))
    listed = IssueList()
    finder = DuplicateFinder(outcome.validator.staged_fields, Findings(listed))
    finder.add(outcome.judged[0].copy_text, outcome.judged[0].rejected)
    assert finder.finish() == (2, 0)
    assert [each.row for each in listed.issues] == [3, 4]
    assert all("row 2." in each.message for each in listed.issues)


def test_one_ssid_in_a_file_without_student_ids_that_says_two_things_is_shared() -> None:
    fields = "ssid absences_ytd"
    shared = [(row, "SSID_SHARED", "ssid") for row in (2, 3)]
    assert issues(["9", "5"], ["9", "6"], ["8", "5"], fields=fields) == shared


def test_a_row_that_is_told_already_is_not_disputed_besides() -> None:
    clash = [["1", "9", "5"], ["1", "9", "6"], ["1", "", "7"]]
    assert [code for _, code in find(*clash)[1]] == ["DUPLICATE_STUDENT"] * 2
    repeated = [["1", "9", "5"], ["1", "9", "5"], ["1", "", "7"]]
    assert find(*repeated) == ((1, 1), [(3, "DUPLICATE_ROW"), (2, "STUDENT_DISPUTED")])
