"""Rows that are not imported still speak against others: what they name is disputed."""

import pytest

from tests.integration.loading.district import Counts, District, Rejected, Staged

CONTRADICTING = (("A1", "S1", "Ann", "3", "K"), ("A1", "S1", "Ann", "4", "K"))


def test_an_ssid_of_rows_that_contradict_each_other_is_given_to_no_other(
    district: District,
) -> None:
    outcome = district.load(*CONTRADICTING, ("B1", "S1", "Bo", "5", "K"))
    assert outcome.codes == [
        (2, "DUPLICATE_STUDENT"),
        (3, "DUPLICATE_STUDENT"),
        (4, "SSID_SHARED"),
    ]
    assert "Rows 2, 3 have" in outcome.issues[2].message
    assert district.snapshots() == []


def test_an_ssid_of_a_row_that_may_not_create_a_student_is_given_to_no_other(
    district: District,
) -> None:
    district.know("1")
    outcome = district.load(
        ("1", "S9", "Ann", "3", "K"), ("2", "S9", "Bo", "4", "K"), new_students="reject"
    )
    assert outcome.codes == [(2, "SSID_SHARED"), (3, "STUDENT_UNKNOWN")]


def test_a_student_named_by_a_row_in_conflict_is_not_changed_by_another(district: District) -> None:
    district.know("100", "S1")
    district.know("200", "S2")
    outcome = district.load(("100", "S2", "Ann", "3", "K"), ("999", "S1", "Ann", "5", "K"))
    assert outcome.codes == [(2, "ID_CONFLICT"), (3, "DUPLICATE_STUDENT")]
    assert "Row 2 has" in outcome.issues[1].message
    assert district.snapshots() == []


def test_an_ssid_in_conflict_identifies_no_one_alone(district: District) -> None:
    district.know("100", "S1")
    district.know("200", "S2")
    outcome = district.load(("100", "S2", "Ann", "3", "K"), ("999", "S2", "Bo", "5", "K"))
    assert outcome.codes == [(2, "ID_CONFLICT"), (3, "SSID_SHARED")]
    assert district.snapshots() == []


def test_a_row_in_conflict_does_not_speak_against_both_numbers_of_another(
    district: District,
) -> None:
    district.know("100", "S1")
    district.know("200", "S2")
    outcome = district.load(("100", "S2", "Ann", "3", "K"), ("200", "S2", "Bo", "5", "K"))
    assert outcome.codes == [(2, "ID_CONFLICT")]
    assert district.snapshots("absences_ytd") == [("200", 5)]


def test_rows_of_one_number_and_two_students_keep_their_reason_beside_a_rejected_row(
    district: District,
) -> None:
    district.know("1", "S1")
    district.know("2", "S2")
    outcome = district.load(
        ("9", "S1", "Ann", "3", "K"),
        ("9", "S2", "Bo", "5", "K"),
        rejected=[Rejected(90, ("1",))],
    )
    assert outcome.codes == [(2, "DUPLICATE_STUDENT"), (3, "DUPLICATE_STUDENT")]


def test_one_unknown_student_id_is_not_matched_to_two_students(district: District) -> None:
    district.know("100", "S1")
    outcome = district.load(("999", "S1", "Ann", "3", "K"), ("999", "S9", "Ann", "5", "K"))
    assert outcome.codes == [(2, "DUPLICATE_STUDENT"), (3, "DUPLICATE_STUDENT")]
    assert district.rows("SELECT student_id FROM students") == [("100",)]


def test_a_row_without_a_student_id_is_no_other_students(district: District) -> None:
    district.know("100", "S1")
    district.know("200", "S2")
    outcome = district.load(
        (None, "S1", "Ann", "3", "K"), (None, "S2", "Bo", "5", "K"), required=("ssid",)
    )
    assert outcome.counts == Counts(updated=2)


def test_a_repaired_number_that_is_refused_says_nothing_against_its_twin(
    district: District,
) -> None:
    outcome = district.load(
        Staged(("42", "S1", "Ann", "3", "K"), repaired=1),
        ("42", "S1", "Ann", "3", "K"),
        uneven=("student_id",),
    )
    assert outcome.codes == [(2, "ID_REPAIRED")]
    assert district.snapshots("absences_ytd") == [("42", 3)]


@pytest.mark.parametrize(
    "mentioned", [("1",), ("S1",), ("S1", "1")], ids=["Student ID", "SSID", "both"]
)
def test_a_student_named_by_a_row_that_was_rejected_is_disputed(
    district: District, mentioned: tuple[str, ...]
) -> None:
    outcome = district.load(
        ("1", "S1", "Ann", "3", "K"),
        ("2", "S2", "Bo", "3", "K"),
        rejected=[Rejected(4, mentioned), Rejected(5, ("77",))],
    )
    assert outcome.codes == [(2, "STUDENT_DISPUTED")]
    assert "Row 4 of" in outcome.issues[0].message
    assert outcome.counts == Counts(inserted=1, rejected=3)
    assert district.snapshots() == [("2",)]


def test_a_student_found_by_ssid_is_disputed_where_a_rejected_row_has_the_stored_student_id(
    district: District,
) -> None:
    district.know("100", "S1")
    outcome = district.load(("999", "S1", "Ann", "3", "K"), rejected=[Rejected(9, ("100",))])
    assert outcome.codes == [(2, "STUDENT_DISPUTED")]


def test_two_new_numbers_alike_but_for_zeros_are_not_two_students(district: District) -> None:
    fields = ("student_id", "absences_ytd")
    rows = (("00123", "3"), ("123", "4"), ("0124", "5"), ("A7", "6"), ("0A7", "7"))
    outcome = district.load(*rows, fields=fields, required=("student_id",))
    assert outcome.codes == [(2, "ID_ZEROS_DIFFER"), (3, "ID_ZEROS_DIFFER")]
    assert "Row 3 of" in outcome.issues[0].message
    assert district.snapshots() == [("0124",), ("0A7",), ("A7",)]


def test_numbers_alike_but_for_zeros_with_ssids_of_their_own_are_two_students(
    district: District,
) -> None:
    outcome = district.load(("012", "S1", "Ann", "3", "K"), ("12", "S2", "Bo", "4", "K"))
    assert outcome.codes == []
    assert district.snapshots() == [("012",), ("12",)]
