"""Whose a row is, and which rows are refused because nobody can tell."""

from tests.integration.loading.district import Counts, District, Staged


def test_a_student_is_matched_by_student_id(district: District) -> None:
    district.know("0042", "S1")
    assert district.load(("0042", "S1", "Ann", "3", "K")).counts == Counts(updated=1)


def test_a_row_with_an_unknown_student_id_is_matched_by_its_ssid(district: District) -> None:
    district.know("0042", "S1")
    outcome = district.load(("77", "S1", "Ann", "3", "K"))
    assert outcome.codes == [(2, "MATCHED_BY_SSID")]
    assert outcome.issues[0].value == "77 → 0042"
    assert outcome.issues[0].student_id == "0042"
    assert outcome.issues[0].column == "Student ID"
    assert district.snapshots("absences_ytd") == [("0042", 3)]


def test_a_file_without_student_ids_is_matched_by_ssid(district: District) -> None:
    district.know("0042", "S1")
    fields = ("ssid", "absences_ytd")
    outcome = district.load(("S1", "3"), ("S2", "4"), fields=fields, required=("ssid",))
    assert outcome.codes == [(2, "MATCHED_BY_SSID"), (3, "STUDENT_UNKNOWN")]
    assert outcome.counts == Counts(updated=1, rejected=1)


def test_a_file_without_ssids_is_matched_by_student_id(district: District) -> None:
    district.know("0042", "S1")
    fields = ("student_id", "absences_ytd")
    outcome = district.load(("0042", "3"), ("43", "4"), fields=fields, required=("student_id",))
    assert (outcome.codes, outcome.counts) == ([], Counts(inserted=1, updated=1))
    assert district.rows("SELECT ssid FROM students ORDER BY id") == [("S1",), (None,)]


def test_two_numbers_of_two_students_reject_the_row(district: District) -> None:
    district.know("1", "S1")
    district.know("2", "S2")
    outcome = district.load(("1", "S2", "Ann", "3", "K"))
    assert outcome.codes == [(2, "ID_CONFLICT")]
    assert outcome.result.rejected == 1
    assert district.snapshots() == []


def test_an_ssid_that_several_students_have_identifies_no_one(district: District) -> None:
    district.know("1", "S1")
    district.know("2", "S1")
    outcome = district.load(("9", "S1", "Ann", "3", "K"), ("1", "S1", "Bo", "3", "K"))
    assert outcome.codes == [(2, "SSID_AMBIGUOUS")]
    assert outcome.counts == Counts(updated=1, rejected=1)


def test_a_feed_may_refuse_to_create_students(district: District) -> None:
    outcome = district.load(("1", "S1", "Ann", "3", "K"), new_students="reject")
    assert outcome.codes == [(2, "STUDENT_UNKNOWN")]


def test_a_new_ssid_that_no_one_has_replaces_the_old_one(district: District) -> None:
    district.know("1", "S1")
    outcome = district.load(("1", "S9", "Ann", "3", "K"))
    assert outcome.codes == [(2, "SSID_CHANGED")]
    assert district.rows("SELECT ssid FROM students") == [("S9",)]


def test_a_first_ssid_of_a_known_student_is_no_change_to_warn_of(district: District) -> None:
    district.know("1")
    assert district.load(("1", "S9", "Ann", "3", "K")).codes == []
    assert district.rows("SELECT ssid FROM students") == [("S9",)]


def test_a_repaired_number_never_matches_nor_doubles_one_with_zeros(district: District) -> None:
    district.know("0042", "007")
    outcome = district.load(
        Staged(("42", "S2", "Ann", "3", "K"), repaired=1),
        Staged(("0042", "7", "Bo", "3", "K"), repaired=2),
        Staged(("43", "7", "Cy", "3", "K"), repaired=2),
        leading_zeros=False,
    )
    assert [code for _, code in outcome.codes] == ["ID_ZEROS_LOST"] * 3
    assert district.rows("SELECT student_id, ssid FROM students") == [("0042", "007")]


def test_digits_whose_zeros_a_spreadsheet_program_removed_double_no_one(
    district: District,
) -> None:
    district.know("0042", "007")
    outcome = district.load(("42", "7", "Ann", "3", "K"), ("42", "8", "Ann", "3", "K"))
    assert outcome.codes == [(2, "ID_ZEROS_LOST"), (3, "ID_ZEROS_LOST")]
    assert district.rows("SELECT student_id, ssid FROM students") == [("0042", "007")]


def test_an_ssid_without_its_zeros_does_not_replace_the_stored_one(district: District) -> None:
    district.know("0042", "007")
    assert district.load(("0042", "7", "Ann", "3", "K")).codes == [(2, "ID_ZEROS_LOST")]
    assert district.rows("SELECT ssid FROM students") == [("007",)]


def test_zeros_that_come_back_to_an_ssid_are_a_change_like_any_other(district: District) -> None:
    district.know("0042", "7")
    assert district.load(("0042", "007", "Ann", "3", "K")).codes == [(2, "SSID_CHANGED")]
    assert district.rows("SELECT ssid FROM students") == [("007",)]


def test_lost_zeros_in_a_text_file_do_not_matter_where_the_ssid_names_the_student(
    district: District,
) -> None:
    district.know("0042", "S7")
    assert district.load(("42", "S7", "Ann", "3", "K")).codes == [(2, "MATCHED_BY_SSID")]


def test_letters_are_no_lost_zeros(district: District) -> None:
    district.know("00A42", "S7")
    assert district.load(("A42", "S8", "Ann", "3", "K")).counts == Counts(inserted=1)


def test_a_repaired_number_that_is_known_exactly_is_fine(district: District) -> None:
    district.know("42", "S2")
    outcome = district.load(
        Staged(("42", "S2", "Ann", "3", "K"), repaired=1), ("043", "S3", "Bo", "3", "K")
    )
    assert (outcome.codes, outcome.counts) == ([], Counts(inserted=1, updated=1))


def test_repaired_numbers_of_one_length_create_students(district: District) -> None:
    rows = [Staged((number, f"S{number}", "Ann", "3", "K"), repaired=1) for number in ("41", "42")]
    assert district.load(*rows).counts == Counts(inserted=2)


def test_repaired_numbers_of_several_lengths_create_no_one(district: District) -> None:
    rows = [Staged((number, f"S{number}0", "Ann", "3", "K"), repaired=1) for number in ("4", "42")]
    outcome = district.load(*rows, uneven=["student_id"])
    assert outcome.codes == [(2, "ID_REPAIRED"), (3, "ID_REPAIRED")]
    assert district.load(*rows, leading_zeros=False).counts == Counts(inserted=2)


def test_identical_rows_count_once(district: District) -> None:
    row = ("1", "S1", "Ann", "3", "K")
    outcome = district.load(row, row, row)
    assert outcome.codes == [(3, "DUPLICATE_ROW"), (4, "DUPLICATE_ROW")]
    assert outcome.counts == Counts(inserted=1, duplicates=2)


def test_differing_rows_of_one_student_are_all_rejected_and_name_each_other(
    district: District,
) -> None:
    rows = [("1", "S1", "Ann", str(number), "K") for number in range(9)]
    outcome = district.load(*rows)
    assert [code for _, code in outcome.codes] == ["DUPLICATE_STUDENT"] * 9
    assert "Rows 3, 4, 5, 6, 7 and others have" in outcome.issues[0].message
    assert "Rows 2, 3, 4, 5, 6 and others have" in outcome.issues[8].message


def test_two_enrollments_of_a_student_are_named_as_that(district: District) -> None:
    outcome = district.load(("1", "S1", "Ann", "3", "K"), ("1", "S1", "Ann", "3", "1"))
    assert outcome.codes == [(2, "ENROLLED_TWICE"), (3, "ENROLLED_TWICE")]
    assert "several enrollments" in outcome.issues[0].message
    other = district.load(("2", "S2", "Bo", "3", "K"), ("2", "S2", "Bo", "4", "1"))
    assert [code for _, code in other.codes] == ["DUPLICATE_STUDENT"] * 2


def test_rows_that_differ_only_in_what_was_refused_differ(district: District) -> None:
    outcome = district.load(
        ("1", "S1", "Ann", None, "K"),
        Staged(("1", "S1", "Ann", None, "K"), refused=("absences_ytd",)),
    )
    assert outcome.counts == Counts(rejected=2)


def test_whether_two_rows_are_one_student_is_judged_after_matching(district: District) -> None:
    district.know("1", "S1")
    outcome = district.load(("1", "S1", "Ann", "3", "K"), ("99", "S1", "Ann", "3", "K"))
    assert outcome.codes == [(2, "DUPLICATE_STUDENT"), (3, "DUPLICATE_STUDENT")]


def test_two_new_students_with_one_ssid_are_both_rejected(district: District) -> None:
    outcome = district.load(("1", "S1", "Ann", "3", "K"), ("2", "S1", "Bo", "3", "K"))
    assert outcome.codes == [(2, "SSID_SHARED"), (3, "SSID_SHARED")]
    assert "Row 3 has" in outcome.issues[0].message


def test_a_thousand_repeated_students_are_judged_in_a_moment(district: District) -> None:
    rows = [(str(number % 3000), f"S{number % 3000}", "Ann", "3", "K") for number in range(9000)]
    assert district.load(*rows).counts == Counts(inserted=3000, duplicates=6000)


def test_no_message_repeats_a_students_number(district: District) -> None:
    district.know("1", "MARKER1")
    district.know("2", "MARKER2")
    outcome = district.load(
        ("1", "MARKER2", "Ann", "3", "K"),
        ("2", "MARKER3", "Bo", "3", "K"),
        ("MARKER4", "MARKER1", "Bo", "3", "K"),
        ("MARKER5", "MARKER6", "Bo", "3", "K"),
        ("MARKER5", "MARKER6", "Cy", "3", "K"),
    )
    assert len(outcome.issues) == 5
    assert not any("MARKER" in issue.message for issue in outcome.issues)


def test_an_ssid_that_a_row_without_a_student_id_has_too_is_shared(district: District) -> None:
    outcome = district.load((None, "9", "Ann", "1", "K"), ("7", "9", "Ann", "1", "K"))
    assert outcome.codes == [(2, "STUDENT_UNKNOWN"), (3, "SSID_SHARED")]
