"""Specification: values, one table per type."""

from typing import Any

import pytest

from rollbook.core import cells
from rollbook.core.catalogue.students import FIX_IT_ROW
from rollbook.core.csv_lines import harmless
from rollbook.core.feed_settings import FeedRules
from tests.spec.judging import judge, judge_cell, judge_file

LEVEL = "fall_2025_dibels_psf_level"
SCORE = "fall_2025_iready_reading_score"
ACCURACY = "fall_2025_dibels_orf_acc_score"
DIBELS = "fall_2025_dibels_psf_score"
MET = "fall_2025_iready_math_met_standard"

EVERY_TYPE = ["last_name", "school", "absences_ytd", SCORE, "attendance_percentage", MET, LEVEL,
              "grade"]  # fmt: skip


def identifier(cell: str, rules: FeedRules | None = None) -> tuple[str | None, list[str], int]:
    """Value, codes and what was repaired of a Student ID beside a good SSID."""
    outcome = judge("student_id ssid", [cell, "900"], rules=rules or FeedRules())
    row = outcome.rows.get(2)
    if row is None:
        return None, outcome.codes, 0
    return row["student_id"], outcome.codes, int(row["repaired"] or 0)


class TestEveryCell:
    @pytest.mark.parametrize("blank", [" ", "\t", "\u00a0", "\u200b", "\ufeff", "\u3000"])
    def test_outer_blanks_are_trimmed(self, blank: str) -> None:
        assert judge_cell("last_name", f"{blank}Ada{blank}{blank}") == ("Ada", None)
        assert judge_cell("absences_ytd", f"{blank}5{blank}") == ("5", None)
        assert identifier(f"{blank}00123{blank}") == ("00123", [], 0)

    @pytest.mark.parametrize("field", EVERY_TYPE)
    @pytest.mark.parametrize("control", ["\x00", "\x07", "\x0b", "\x1f", "\x7f", "\x85", "a\tb"])
    def test_control_characters_are_refused_everywhere(self, field: str, control: str) -> None:
        assert judge_cell(field, f"1{control}2") == (None, "BAD_CHARACTER")

    @pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", " \n ", "\n\n"])
    def test_a_line_break_inside_a_text_becomes_one_blank(self, line_break: str) -> None:
        assert judge_cell("school", f"Oak{line_break}Hill") == ("Oak Hill", None)

    @pytest.mark.parametrize("field", EVERY_TYPE)
    def test_a_byte_that_the_encoding_does_not_know_refuses_its_cell(self, field: str) -> None:
        assert judge_cell(field, "Mu\udcf1oz") == (None, "INVALID_BYTE")

    @pytest.mark.parametrize("field", EVERY_TYPE)
    def test_an_error_of_a_workbook_is_never_a_blank(self, field: str) -> None:
        assert judge_cell(field, f"{cells.ERROR}#REF!") == (None, "CELL_ERROR")

    @pytest.mark.parametrize("field", EVERY_TYPE)
    def test_a_date_of_a_workbook_is_no_value_of_ours(self, field: str) -> None:
        value, code = judge_cell(field, f"{cells.DATE}1900-01-04")
        assert value is None
        assert code is not None

    @pytest.mark.parametrize(
        "marker", ["", "N/A", "n/a", "NA", "NULL", "null", r"\N", "-", "--", "#N/A", "None"]
    )
    @pytest.mark.parametrize("field", ["absences_ytd", SCORE, "absence_percentage", MET, LEVEL,
                                       "grade"])  # fmt: skip
    def test_blank_markers_count_in_any_case(self, field: str, marker: str) -> None:
        assert judge_cell(field, marker) == (None, None)

    def test_a_feed_may_have_blank_markers_of_its_own(self) -> None:
        rules = FeedRules(blank_markers=("Absent",))
        assert judge_cell(SCORE, "ABSENT", rules) == (None, None)
        assert judge_cell("last_name", "Absent", rules) == ("Absent", None)

    def test_a_feed_may_say_what_a_value_means(self) -> None:
        rules = FeedRules(values={"grade": {"KDG": "K"}, "ssid": {"0": ""}})
        assert judge_cell("grade", " KDG ", rules) == ("K", None)
        assert judge_cell("school", "KDG", rules) == ("KDG", None)

    @pytest.mark.parametrize("text", ["'=Oak", "'@x", "'-Ann", "'+Ann", "'Okina", "''s"])
    def test_an_apostrophe_belongs_to_the_value(self, text: str) -> None:
        assert judge_cell("last_name", text) == (text, None)
        assert judge_file("Student ID,SSID,Last Name", f"S1,9,{text}") == [["S1", "9", text]]

    @pytest.mark.parametrize("text", ["=Oak", "@x", "-Ann", "+Ann", "'=Oak", "''s", "'t Hooft"])
    def test_what_our_own_downloads_put_before_a_formula_is_taken_off(self, text: str) -> None:
        header = f"{FIX_IT_ROW},Student ID,SSID,Last Name"
        assert judge_file(header, f"7,S1,9,{harmless(text)}") == [["S1", "9", text]]


class TestIdentifier:
    @pytest.mark.parametrize("text", ["00123", "7", "A-12_3.4/5", "0" * 50, "12E45", "abc"])
    def test_it_is_kept_to_the_letter(self, text: str) -> None:
        assert identifier(text) == (text, [], 0)

    @pytest.mark.parametrize("text", ['="00123"', "'00123", '\'="00123"'])
    def test_what_keeps_its_zeros_in_a_spreadsheet_is_unwrapped(self, text: str) -> None:
        assert identifier(text) == ("00123", [], 0)

    @pytest.mark.parametrize("text", ["12345.0", "12345.00", f"{cells.NUMBER}12345"])
    def test_a_number_is_repaired_with_a_warning(self, text: str) -> None:
        assert identifier(text) == ("12345", ["ID_NUMBER"], 1)

    def test_where_identifiers_have_no_leading_zeros_a_number_needs_no_warning(self) -> None:
        assert identifier("12345.0", FeedRules(leading_zeros=False)) == ("12345", [], 1)

    @pytest.mark.parametrize("text", ["1.23E+09", "1.2e9", "6E+18", "1E5", "1,5E+3"])
    def test_scientific_notation_has_lost_digits(self, text: str) -> None:
        assert identifier(text) == (None, ["ID_DIGITS_LOST"], 0)

    def test_a_workbooks_number_beyond_15_digits_has_lost_digits(self) -> None:
        assert identifier(f"{cells.NUMBER}1234567890123456") == (None, ["ID_DIGITS_LOST"], 0)

    @pytest.mark.parametrize(
        "text",
        [
            "12 345",
            "12,345",
            "#12",
            "Muñoz",
            "１２３",
            "--",
            "N/A",
            "null",
            "12\n3",
            "a'b",
            "Total",
            "SUBTOTAL",
        ],
    )
    def test_any_other_character_is_refused(self, text: str) -> None:
        assert identifier(text) == (None, ["BAD_IDENTIFIER"], 0)

    def test_more_than_50_characters_are_refused(self) -> None:
        assert identifier("1" * 51) == (None, ["TOO_LONG"], 0)

    @pytest.mark.parametrize("text", ["12\x003", "12\udc923"])
    def test_a_bad_byte_rejects_the_row(self, text: str) -> None:
        assert identifier(text)[0] is None


class TestName:
    @pytest.mark.parametrize("name", ["Null", "NA", "None", "N/A", "-", "O'Neil", "Nguyễn", "X"])
    def test_only_an_empty_cell_is_blank(self, name: str) -> None:
        assert judge_cell("last_name", name) == (name, None)
        assert judge_cell("last_name", "") == (None, None)

    def test_it_is_stored_in_unicodes_composed_form(self) -> None:
        assert judge_cell("last_name", "Mun\u0303oz") == ("Muñoz", None)

    @pytest.mark.parametrize(
        ("field", "longest"),
        [("last_name", 100), ("first_name", 100), ("preferred_name", 100), ("school", 255)],
    )
    def test_it_is_never_cut_off(self, field: str, longest: int) -> None:
        assert judge_cell(field, "é" * longest) == ("é" * longest, None)
        assert judge_cell(field, "é" * (longest + 1)) == (None, "TOO_LONG")


class TestCount:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("0", "0"),
            ("5", "5"),
            ("007", "7"),
            ("1,234", "1234"),
            ("1,234,567", "1234567"),
            ("12.0", "12"),
            ("-0", "0"),
            ("2147483647", "2147483647"),
            (f"{cells.NUMBER}12", "12"),
        ],
    )
    def test_whole_numbers_are_accepted(self, text: str, value: str) -> None:
        assert judge_cell("absences_ytd", text) == (value, None)

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("-1", "NEGATIVE"),
            ("12.5", "NOT_WHOLE"),
            ("2147483648", "OUT_OF_RANGE"),
            ("9" * 5000, "NOT_A_NUMBER"),
            ("five", "NOT_A_NUMBER"),
            ("1,23", "NOT_A_NUMBER"),
            ("12,34", "NOT_A_NUMBER"),
            ("0,123", "NOT_A_NUMBER"),
            ("1234,567", "NOT_A_NUMBER"),
            ("1 234", "NOT_A_NUMBER"),
            ("+5", "NOT_A_NUMBER"),
            ("1e3", "NOT_A_NUMBER"),
            ("0x1F", "NOT_A_NUMBER"),
            ("1_000", "NOT_A_NUMBER"),
            ("Infinity", "NOT_A_NUMBER"),
            ("NaN", "NOT_A_NUMBER"),
            ("１２", "NOT_A_NUMBER"),
            ("٣", "NOT_A_NUMBER"),
            ("<1", "CENSORED"),
            ("5%", "NOT_A_NUMBER"),
            (".", "NOT_A_NUMBER"),
        ],
    )
    def test_anything_else_is_refused(self, text: str, code: str) -> None:
        assert judge_cell("absences_ytd", text) == (None, code)

    @pytest.mark.parametrize(("choice", "value"), [("up", "13"), ("down", "12"), ("nearest", "13")])
    def test_a_feed_may_round_half_days_and_the_job_says_so(self, choice: Any, value: str) -> None:
        rules = FeedRules(half_days=choice)
        outcome = judge("student_id ssid absences_ytd", ["1", "2", "12.5"], rules=rules)
        assert outcome.rows[2]["absences_ytd"] == value
        assert outcome.codes == []
        assert outcome.notes == [
            f"Absences YTD: half days were rounded to whole days ({choice}), "
            "as set in the feed (1)."
        ]

    def test_a_rounded_count_is_still_not_negative(self) -> None:
        assert judge_cell("absences_ytd", "-0.5", FeedRules(half_days="up"))[1] == "NEGATIVE"


class TestScore:
    @pytest.mark.parametrize(
        ("field", "lowest", "highest"), [(SCORE, 100, 800), (ACCURACY, 0, 100), (DIBELS, 0, 400)]
    )
    def test_it_lies_within_the_instruments_range(
        self, field: str, lowest: int, highest: int
    ) -> None:
        assert judge_cell(field, str(lowest)) == (str(lowest), None)
        assert judge_cell(field, str(highest)) == (str(highest), None)
        assert judge_cell(field, str(lowest - 1)) == (None, "OUT_OF_RANGE")
        assert judge_cell(field, str(highest + 1)) == (None, "OUT_OF_RANGE")

    def test_an_accuracy_of_1_or_less_may_be_a_fraction_and_is_not_guessed(self) -> None:
        for text in ("1", "1.0", "0.98"):
            assert judge_cell(ACCURACY, text) == (None, "PERCENT_AMBIGUOUS")
        assert judge_cell(ACCURACY, "1%") == ("1", None)
        assert judge_cell(ACCURACY, "0") == ("0", None)
        assert judge_cell(ACCURACY, "100") == ("100", None)

    def test_an_accuracy_may_have_a_percent_sign_and_other_scores_may_not(self) -> None:
        assert judge_cell(ACCURACY, "98%") == ("98", None)
        assert judge_cell(ACCURACY, "98 %") == ("98", None)
        assert judge_cell(SCORE, "500%") == (None, "NOT_A_NUMBER")

    @pytest.mark.parametrize(
        "text", ["Discontinued", "tested out", "Not Assessed", "MAX SCORE", "Max Score "]
    )
    def test_a_known_non_score_is_blank_with_one_note_on_the_column(self, text: str) -> None:
        rows = [[str(number), str(number), text] for number in range(3)]
        outcome = judge(f"student_id ssid {DIBELS}", *rows)
        assert outcome.rows[2][DIBELS] is None
        assert outcome.codes == []
        assert outcome.notes == [
            "Fall 2025 DIBELS PSF Score: cells that say there is no score were read as blank (3)."
        ]

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("<1", "CENSORED"),
            (">99", "CENSORED"),
            ("412.5", "NOT_WHOLE"),
            ("Level 3", "NOT_A_NUMBER"),
        ],
    )
    def test_anything_else_is_refused(self, text: str, code: str) -> None:
        assert judge_cell(SCORE, text) == (None, code)


class TestYesNo:
    @pytest.mark.parametrize("text", ["Yes", "Y", "TRUE", "1", "Met", "yes", "met"])
    def test_yes(self, text: str) -> None:
        assert judge_cell(MET, text) == ("t", None)

    @pytest.mark.parametrize("text", ["No", "n", "False", "0", "Not met", "NOT  MET"])
    def test_no(self, text: str) -> None:
        assert judge_cell(MET, text) == ("f", None)

    @pytest.mark.parametrize("text", ["2", "maybe", "X", "01", "Met Standard: No", "not"])
    def test_anything_else_is_refused(self, text: str) -> None:
        assert judge_cell(MET, text) == (None, "NOT_YES_NO")


class TestLevel:
    @pytest.mark.parametrize("text", ["Well Below Benchmark", "at benchmark", "Core"])
    def test_a_known_level_is_kept_as_written(self, text: str) -> None:
        assert judge_cell(LEVEL, text) == (text, None)

    @pytest.mark.parametrize(
        "text", ["Mid or Above Grade Level", "2 Grade Levels Below", "Three or More Grades Below"]
    )
    def test_placements_of_iready_are_known(self, text: str) -> None:
        assert judge_cell("fall_2025_iready_math_level", text) == (text, None)

    def test_an_unknown_level_is_a_warning_and_is_kept(self) -> None:
        assert judge_cell(LEVEL, "Purple") == ("Purple", "UNKNOWN_LEVEL")

    def test_a_level_is_never_cut_off(self) -> None:
        assert judge_cell(LEVEL, "x" * 51) == (None, "TOO_LONG")


class TestGrade:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("PK", "PK"),
            ("tk", "TK"),
            ("K", "K"),
            ("k ", "K"),
            ("KG", "K"),
            ("Kindergarten", "K"),
            ("0", "K"),
            ("00", "K"),
            ("TransitionalKindergarten", "TK"),
            ("PreKindergarten", "PK"),
            ("1", "1"),
            ("01", "1"),
            ("12", "12"),
            ("Grade 3", "3"),
            ("GRADE 03", "3"),
            ("3rd", "3"),
            ("9.0", "9"),
            ("10.0", "10"),
            ("11th", "11"),
            ("1st grade", "1"),
            (f"{cells.NUMBER}4", "4"),
        ],
    )
    def test_it_is_normalized(self, text: str, value: str) -> None:
        assert judge_cell("grade", text) == (value, None)

    @pytest.mark.parametrize("text", ["-1", "-2", "13", "Ungraded", "PostGraduate", "Preschool"])
    def test_a_code_that_means_something_else_elsewhere_is_refused_with_its_cure(
        self, text: str
    ) -> None:
        (issue,) = judge("student_id ssid grade", ["1", "2", text]).issues
        assert (issue.code, "under Feeds, Columns" in issue.message) == ("BAD_GRADE", True)
        assert not issue.message.endswith("Fix it in your SIS.")
        rules = FeedRules(values={"grade": {text: "PK"}})
        assert judge_cell("grade", text, rules) == ("PK", None)

    @pytest.mark.parametrize("text", ["13", "-1", "Grade", "UG", "3.5", "1-2 x", "٣"])
    def test_anything_else_is_refused(self, text: str) -> None:
        assert judge_cell("grade", text) == (None, "BAD_GRADE")

    @pytest.mark.parametrize("text", ["01-04-1900", "1/4/1900", "5-Mar", "Mar-05", "1900-01-04",
                                      f"{cells.DATE}1900-01-04"])  # fmt: skip
    def test_a_grade_that_a_spreadsheet_turned_into_a_date_is_refused_as_that(
        self, text: str
    ) -> None:
        assert judge_cell("grade", text) == (None, "GRADE_IS_DATE")


def test_numbers_of_rejected_rows_count_where_lengths_are_compared() -> None:
    outcome = judge("student_id ssid", ["41", "901"], ["42", "902"], ["7", "no one's"])
    assert [rejected.row for rejected in outcome.rejected] == [4]
    assert outcome.validator.uneven == {"student_id"}


@pytest.mark.parametrize("name", ["MuÃ±oz", "JosÃ© LuÃ\u00ads", "Oâ€™Neil"])
def test_a_name_that_another_program_garbled_is_kept_with_a_warning(name: str) -> None:
    assert judge_cell("last_name", name) == (name, "GARBLED_TEXT")


@pytest.mark.parametrize("name", ["Muñoz", "Ângela", "Ãna", "O’Neil", "Łukasz", "Nguyễn"])
def test_a_name_with_accents_is_not_garbled(name: str) -> None:
    assert judge_cell("last_name", name) == (name, None)


def test_a_decimal_comma_is_named() -> None:
    (issue,) = judge("student_id ssid attendance_percentage", ["1", "2", "94,1"]).issues
    assert "94,5 for 94.5" in issue.message
