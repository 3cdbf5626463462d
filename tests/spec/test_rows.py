"""Specification: whole rows, plausibility, columns set aside, issues."""

import pytest

from rollbook.core import cells
from rollbook.core.feed_settings import FeedRules
from rollbook.core.issues import Severity
from rollbook.core.table import DamagedRecord
from tests.spec.judging import judge

IDS = "student_id ssid"


@pytest.mark.parametrize("row", [["", "2"], ["1", ""], [" ", "2"], ["1", "2 3"], ["1E+9", "2"]])
def test_a_blank_or_refused_identifier_rejects_the_row(row: list[str]) -> None:
    outcome = judge(IDS, row, ["7", "8"])
    assert [rejected.row for rejected in outcome.rejected] == [2]
    assert list(outcome.rows) == [3]
    assert outcome.issues[0].severity is Severity.ERROR
    assert (outcome.validator.records, outcome.validator.rejected) == (2, 1)


def test_an_identifier_that_is_not_required_may_be_blank_but_not_garbled() -> None:
    rules = FeedRules(required=("student_id",))
    outcome = judge(IDS, ["1", ""], ["2", "x y"], rules=rules)
    assert list(outcome.rows) == [2]
    assert outcome.rows[2]["ssid"] is None
    assert outcome.codes == ["BAD_IDENTIFIER"]


@pytest.mark.parametrize("required", [("student_id",), ("ssid",), ()])
def test_a_row_without_any_identifier_is_rejected(required: tuple[str, ...]) -> None:
    outcome = judge(IDS, ["", ""], rules=FeedRules(required=required))
    assert outcome.codes == ["MISSING_ID"]
    assert outcome.rows == {}


def test_a_feed_without_student_ids_may_do_with_the_ssid() -> None:
    rules = FeedRules(required=("ssid",))
    outcome = judge("ssid absences_ytd", ["9", "5"], ["", "5"], rules=rules)
    assert list(outcome.rows) == [2]
    assert outcome.codes == ["MISSING_ID"]


def test_a_refused_cell_leaves_the_rest_of_the_row_to_be_imported() -> None:
    outcome = judge(f"{IDS} absences_ytd grade", ["1", "2", "many", "3"])
    row = outcome.rows[2]
    assert (row["absences_ytd"], row["grade"], row["refused"]) == (None, "3", "{absences_ytd}")


def test_all_issues_of_a_row_are_found_even_if_it_is_rejected() -> None:
    fields = f"{IDS} absences_ytd grade fall_2025_dibels_psf_level"
    outcome = judge(fields, ["", "x y", "many", "99", "Purple"])
    assert outcome.codes_of(2) == {
        "MISSING_ID",
        "BAD_IDENTIFIER",
        "NOT_A_NUMBER",
        "BAD_GRADE",
        "UNKNOWN_LEVEL",
        "ROW_SHIFTED",  # the grade would be a number of absences
    }


def test_an_issue_names_row_student_column_field_and_value() -> None:
    outcome = judge(f"{IDS} absences_ytd", ["1", "2", "3"], ['="007"', "2", f"{cells.NUMBER}-4"])
    (issue,) = outcome.issues
    assert (issue.code, issue.severity, issue.row) == ("NEGATIVE", Severity.ERROR, 3)
    assert (issue.student_id, issue.column, issue.field) == ("007", "Absences YTD", "absences_ytd")
    assert issue.value == "-4"
    assert "-4" not in issue.message


def test_issues_come_in_the_order_of_the_file() -> None:
    rows = [[str(number), "1", "x"] for number in range(5)]
    damaged = [DamagedRecord(4, "ROW_TOO_LONG", "Too long.", ["1"])]
    outcome = judge(f"{IDS} absences_ytd", *rows, damaged=damaged)
    assert [issue.row for issue in outcome.issues] == [2, 3, 4, 4, 5, 6, None]


def test_a_damaged_record_is_an_error_and_counts_as_a_rejected_record() -> None:
    damaged = DamagedRecord(9, "ROW_TOO_SHORT", "The record is too short.", ["1", "2"])
    outcome = judge(f"{IDS} absences_ytd grade", ["5", "6", "7", "8"], damaged=[damaged])
    (issue,) = outcome.issues
    assert (issue.code, issue.row, issue.student_id) == ("ROW_TOO_SHORT", 9, None)
    assert (outcome.validator.records, outcome.validator.rejected) == (2, 1)
    assert outcome.judged[0].accepted == 1


def test_a_quote_inside_a_cell_is_a_warning_and_the_row_is_kept() -> None:
    outcome = judge(f"{IDS} last_name", ["5", "6", 'Ann "Nan"'], stray_quotes=[2])
    (issue,) = outcome.issues
    assert (issue.code, issue.severity, issue.student_id) == (
        "STRAY_QUOTE",
        Severity.WARNING,
        "5",
    )
    assert outcome.rows[2]["last_name"] == 'Ann "Nan"'


@pytest.mark.parametrize(
    ("recent", "total"),
    [
        ("absences_last_30_days", "absences_ytd"),
        ("tardies_last_30_days", "tardies_ytd"),
        ("unexcused_absences_last_30_days", "unexcused_absences_ytd"),
        ("excused_absences_last_30_days", "excused_absences_ytd"),
        ("incident_count_last_30_days", "incident_count_ytd"),
    ],
)
def test_more_in_30_days_than_in_the_year_is_a_warning_and_is_imported(
    recent: str, total: str
) -> None:
    outcome = judge(f"{IDS} {total} {recent}", ["1", "2", "5", "6"], ["3", "4", "5", "5"])
    (issue,) = outcome.issues
    assert (issue.code, issue.severity, issue.field) == (
        "RECENT_ABOVE_TOTAL",
        Severity.WARNING,
        recent,
    )
    assert outcome.rows[2][recent] == "6"


@pytest.mark.parametrize("days", ["ytd", "last_30_days"])
def test_excused_and_unexcused_unlike_absences_is_a_warning(days: str) -> None:
    fields = f"{IDS} absences_{days} unexcused_absences_{days} excused_absences_{days}"
    outcome = judge(
        fields, ["1", "2", "5", "3", "2"], ["3", "4", "5", "3", "1"], ["5", "6", "5", "", "1"]
    )
    assert [(issue.code, issue.row) for issue in outcome.issues] == [("ABSENCES_DO_NOT_ADD_UP", 3)]


@pytest.mark.parametrize(
    ("absent", "codes"),
    [("5.5", []), ("5.6", []), ("5.4", []), ("5.61", ["PERCENTAGES_DO_NOT_ADD_UP"])],
)
def test_attendance_plus_absence_may_miss_100_by_a_tenth(absent: str, codes: list[str]) -> None:
    fields = f"{IDS} attendance_percentage absence_percentage"
    outcome = judge(fields, ["1", "2", "94.5", absent])
    assert outcome.codes == codes
    assert outcome.rows[2]["attendance_percentage"] == "94.50"


def test_a_blank_or_refused_number_is_not_compared() -> None:
    fields = f"{IDS} absences_ytd absences_last_30_days"
    outcome = judge(fields, ["1", "2", "", "6"], ["3", "4", "x", "6"])
    assert outcome.codes == ["NOT_A_NUMBER"]


def rows_with(bad: int, good: int, cell: str = "x") -> list[list[str]]:
    return [[str(row), str(row), cell if row < bad else "3"] for row in range(bad + good)]


@pytest.mark.parametrize(
    ("bad", "good", "aside"), [(5, 44, True), (5, 45, False), (4, 0, False), (5, 0, True)]
)
def test_a_column_of_which_more_than_a_tenth_is_refused_is_set_aside(
    bad: int, good: int, aside: bool
) -> None:
    outcome = judge(f"{IDS} absences_ytd", *rows_with(bad, good))
    assert outcome.set_aside == (["absences_ytd"] if aside else [])
    assert outcome.codes.count("COLUMN_SET_ASIDE") == aside
    if aside:
        assert outcome.issues[-1].row is None
        assert outcome.validator.columns_set_aside()
        assert outcome.codes.count("COLUMN_SET_ASIDE") == 1


def test_blank_cells_do_not_dilute_the_share_of_refused_ones() -> None:
    blank = [[str(row), str(row), ""] for row in range(100, 200)]
    outcome = judge(f"{IDS} absences_ytd", *rows_with(5, 44), *blank)
    assert outcome.set_aside == ["absences_ytd"]


def test_an_identifiers_column_is_never_set_aside_because_it_rejects_rows() -> None:
    outcome = judge(IDS, *[[f"{row} x", str(row)] for row in range(20)])
    assert outcome.set_aside == []
    assert len(outcome.rejected) == 20


class TestMentioned:
    """Invalid is never missing: a rejected row shows which student it may name."""

    def test_the_other_identifier_and_what_was_refused(self) -> None:
        outcome = judge(IDS, ['"12 3', "900"], ["", "901"])
        assert [rejected.mentioned for rejected in outcome.rejected] == [("12 3", "900"), ("901",)]

    def test_a_damaged_record_names_the_cells_to_which_an_identifier_may_have_moved(self) -> None:
        fields = "last_name student_id ssid grade"
        long = DamagedRecord(2, "ROW_TOO_LONG", "", ["Doe", "Jr", "00123", "900", "3"])
        short = DamagedRecord(3, "ROW_TOO_SHORT", "", ["'00124", "901", "3"])
        cut = DamagedRecord(4, "ROW_BROKEN", "", ["Roe", '"00125'])
        outcome = judge(fields, damaged=[long, short, cut])
        assert [set(rejected.mentioned) for rejected in outcome.rejected] == [
            {"Jr", "00123", "900"},
            {"00124", "901", "3"},
            {"Roe", "00125"},
        ]

    def test_an_identifier_that_a_line_break_cut_in_two_is_put_together(self) -> None:
        first = DamagedRecord(2, "ROW_BROKEN", "", ["Doe", "001"])
        second = DamagedRecord(3, "ROW_BROKEN", "", ["23", "900", "3"])
        outcome = judge("last_name student_id ssid grade", damaged=[first, second])
        assert "00123" in outcome.rejected[0].mentioned

    def test_a_record_of_very_many_cells_mentions_a_bounded_number(self) -> None:
        cells_ = [str(number) for number in range(10_000)]
        outcome = judge(IDS, damaged=[DamagedRecord(2, "ROW_TOO_LONG", "", cells_)])
        assert len(outcome.rejected[0].mentioned) <= 101
