"""A Student ID that was typed in another writing must not give the student a second record."""

import pytest

from rollbook.core.loading.adoption import Adoption
from tests.integration.loading.district import Counts, District, Staged

FIELDS = ("student_id", "ssid", "first_name", "last_name", "grade", "school")
ANN = ("0000001", "S1", "Ann", "Muñoz", "3", "Oak")
BO = ("0000002", "S2", "Bo", "Li", "4", "Oak")

WRITINGS = [
    ("0000001", "0000001 "),
    ("0000001", " 0000001"),
    ("0000001", "\u00a00000001"),
    ("0000001", "0000001\u200b"),
    ("0000001", "000-0001"),
    ("0000001", "#0000001"),
    ("0000001", "0000001.0"),
    ("0000001", "0000001.0 "),
    ("000-0001", "0000001"),
    ("S0000001", "s0000001"),
    ("s0000001", "S-0000001"),
]


def row(
    student_id: str, ssid: str | None = "S1", first: str = "Ann", last: str = "Muñoz"
) -> Staged:
    return Staged((student_id, ssid, first, last, "3", "Oak"))


def count(district: District) -> int:
    ((number,),) = district.rows("SELECT count(*) FROM students")
    return int(number)


@pytest.mark.parametrize(("given", "stored"), WRITINGS)
def test_a_number_in_another_writing_is_matched_where_the_names_agree(
    district: District, given: str, stored: str
) -> None:
    district.know(stored, first_name="ANN", last_name="Munoz", grade="3")
    outcome = district.load(row(given), fields=FIELDS)
    assert outcome.codes == [(2, "ID_WRITTEN_DIFFERENTLY")]
    assert outcome.issues[0].value == f"{given} → {stored}"
    assert outcome.counts == Counts(updated=1)
    assert district.rows("SELECT student_id, ssid FROM students") == [(stored, "S1")]
    again = district.load(row(given), fields=FIELDS)
    assert again.counts == Counts(unchanged=1)


@pytest.mark.parametrize(("given", "stored"), WRITINGS)
def test_a_number_in_another_writing_is_rejected_where_the_names_differ(
    district: District, given: str, stored: str
) -> None:
    district.know(stored, first_name="Eva", last_name="Munoz", grade="3")
    outcome = district.load(row(given), fields=FIELDS)
    assert outcome.codes == [(2, "ID_TWIN")]
    assert outcome.issues[0].value == f"{given} → {stored}"
    assert outcome.counts == Counts(rejected=1)
    assert count(district) == 1


def test_without_names_nothing_makes_sure_who_it_is(district: District) -> None:
    district.know("000-0001", first_name="Ann", last_name="Muñoz")
    fields = ("student_id", "absences_ytd")
    outcome = district.load(("0000001", "3"), fields=fields, required=("student_id",))
    assert outcome.codes == [(2, "ID_TWIN")]
    district.empty()
    district.know("000-0001", last_name="Muñoz")
    assert district.load(row("0000001"), fields=FIELDS).codes == [(2, "ID_TWIN")]


def test_several_students_with_the_number_in_other_writings_reject_the_row(
    district: District,
) -> None:
    district.know("000-0001", first_name="Ann", last_name="Muñoz")
    district.know("0000001 ", first_name="Ann", last_name="Muñoz")
    outcome = district.load(row("0000001"), fields=FIELDS)
    assert outcome.codes == [(2, "ID_TWIN")]
    assert outcome.issues[0].value == "0000001 → 000-0001, 0000001 "


def test_the_ssid_decides_among_writings(district: District) -> None:
    district.know("000-0001", "S1")
    district.know("0000001 ")
    assert district.load(row("0000001"), fields=FIELDS).codes == [(2, "MATCHED_BY_SSID")]


def test_an_ssid_of_another_student_than_the_writing_names_rejects_the_row(
    district: District,
) -> None:
    district.know("000-0001", first_name="Ann", last_name="Muñoz")
    district.know("9", "S1", first_name="Eva", last_name="Li")
    assert district.load(row("0000001"), fields=FIELDS).codes == [(2, "ID_CONFLICT")]


def test_another_ssid_speaks_against_the_same_names(district: District) -> None:
    district.know("000-0001", "S9", first_name="Ann", last_name="Muñoz")
    assert district.load(row("0000001"), fields=FIELDS).codes == [(2, "ID_TWIN")]


def test_other_names_and_ssids_are_another_student_and_told(district: District) -> None:
    district.know("12-1", "S9", first_name="Eva", last_name="Li")
    outcome = district.load(row("121"), fields=FIELDS)
    assert outcome.codes == [(2, "POSSIBLE_TWIN")]
    assert outcome.counts == Counts(inserted=1)


def test_a_file_with_both_writings_imports_neither(district: District) -> None:
    district.know("0000001", first_name="Ann", last_name="Muñoz")
    outcome = district.load(row("0000001", None), row("000-0001", None), fields=FIELDS)
    assert outcome.codes == [(2, "DUPLICATE_STUDENT"), (3, "DUPLICATE_STUDENT")]


def test_two_new_numbers_alike_but_for_writing_are_not_two_students(district: District) -> None:
    outcome = district.load(row("A-7", None), row("a7", None), row("A8", None), fields=FIELDS)
    assert outcome.codes == [(2, "IDS_ALIKE"), (3, "IDS_ALIKE")]
    assert "Row 3 of" in outcome.issues[0].message
    own = district.load(row("B-7", "S1"), row("b7", "S2", "Eva"), fields=FIELDS)
    assert own.codes == []


SSIDS = [
    ("9000000001", "900-000-0001"),
    ("900.000.0001", "9000000001"),
    ("9000000001", "9000000001 "),
    ("9000000001", "9000000001.0"),
    ("wa-77", "WA77"),
    ("WA77", "wa77\u200b"),
]


@pytest.mark.parametrize(("given", "stored"), SSIDS)
def test_an_ssid_in_another_writing_finds_the_student_where_the_names_agree(
    district: District, given: str, stored: str
) -> None:
    district.know("0000005", stored, first_name="ANN", last_name="Munoz", grade="3")
    outcome = district.load(row("0000001", given), fields=FIELDS)
    assert (outcome.codes, outcome.counts) == ([(2, "MATCHED_BY_SSID")], Counts(updated=1))
    assert district.rows("SELECT student_id, ssid FROM students") == [("0000005", given)]


@pytest.mark.parametrize(("given", "stored"), SSIDS)
def test_an_ssid_in_another_writing_makes_no_second_record_of_another_name(
    district: District, given: str, stored: str
) -> None:
    district.know("0000005", stored, first_name="Eva", last_name="Munoz", grade="3")
    outcome = district.load(row("0000001", given), fields=FIELDS)
    assert (outcome.codes, outcome.counts) == ([(2, "ID_TWIN")], Counts(rejected=1))
    assert outcome.issues[0].value == "0000001 → 0000005"
    fields = ("student_id", "ssid")
    nameless = district.load(("0000001", given), fields=fields, required=("student_id",))
    assert (nameless.codes, count(district)) == ([(2, "ID_TWIN")], 1)


@pytest.mark.parametrize(("given", "stored"), SSIDS)
def test_an_ssid_of_another_student_is_a_conflict_in_whatever_writing(
    district: District, given: str, stored: str
) -> None:
    district.know("0000001", first_name="Ann", last_name="Muñoz", grade="3")
    district.know("0000005", stored, first_name="Eva", last_name="Li")
    assert district.load(row("0000001", given), fields=FIELDS).codes == [(2, "ID_CONFLICT")]
    district.know("0000006", f"{stored}-", first_name="Eva", last_name="Li")
    assert district.load(row("0000009", given), fields=FIELDS).codes == [(2, "SSID_AMBIGUOUS")]


@pytest.mark.parametrize(("given", "stored"), SSIDS)
def test_an_own_ssid_in_another_writing_is_replaced_and_told(
    district: District, given: str, stored: str
) -> None:
    district.know("0000001", stored, first_name="Ann", last_name="Muñoz", grade="3")
    assert district.load(row("0000001", given), fields=FIELDS).codes == [(2, "SSID_CHANGED")]
    assert district.rows("SELECT ssid FROM students") == [(given,)]


def test_one_ssid_in_two_writings_is_not_two_new_students(district: District) -> None:
    outcome = district.load(
        row("0000001", "WA-77"), row("0000002", "wa77", "Eva"), row("0000003", "WA78", "Bo"),
        fields=FIELDS,
    )  # fmt: skip
    assert outcome.codes == [(2, "SSID_SHARED"), (3, "SSID_SHARED")]
    assert outcome.counts == Counts(inserted=1, rejected=2)


def test_both_records_in_the_database_are_told(district: District) -> None:
    district.load(ANN, BO, fields=FIELDS)
    for typed in ("0000001 ", "000-0001", "1"):
        district.know(typed, first_name="Ann", last_name="Muñoz")
    outcome = district.load(ANN, BO, fields=FIELDS)
    assert outcome.codes == [(2, "TWIN_RECORDS")]
    assert outcome.issues[0].value == "0000001 → 0000001 , 000-0001, 1"
    assert outcome.counts == Counts(unchanged=2)


def test_the_advice_blames_the_side_that_lost_the_zeros(district: District) -> None:
    district.know("1", "7", first_name="Ann", last_name="Muñoz")
    district.know("0000002", first_name="Bo", last_name="Li")
    outcome = district.load(
        row("0000001", "S1"), row("2", "S2"), row("0000003", "0000007"), fields=FIELDS
    )
    assert [code for _, code in outcome.codes] == ["ID_ZEROS_LOST"] * 3
    stored, file, ssid = outcome.issues
    assert "spreadsheet" not in stored.message
    assert "correct the saved ID" in stored.message
    assert stored.value == "0000001 → 1"
    assert "spreadsheet" in file.message
    assert "spreadsheet" not in ssid.message


def test_zeros_that_were_lost_in_another_writing_are_found(district: District) -> None:
    district.know("000-0001", first_name="Ann", last_name="Muñoz")
    assert district.load(row("1"), fields=FIELDS).codes == [(2, "ID_ZEROS_LOST")]


@pytest.mark.parametrize(
    ("known", "is_told"),
    [
        ({"first_name": "Ann", "last_name": "Munoz", "grade": "3"}, True),
        ({"first_name": "Ann", "last_name": "Munoz"}, True),
        ({"first_name": "Ann", "last_name": "Munoz", "grade": "4"}, False),
        ({"first_name": "Anna", "last_name": "Munoz", "grade": "3"}, False),
        ({"last_name": "Munoz", "grade": "3"}, False),
    ],
)
def test_a_new_student_like_a_known_one_without_a_snapshot_is_told(
    district: District, known: dict[str, str], is_told: bool
) -> None:
    district.know("TEMP", **known)
    outcome = district.load(ANN, fields=FIELDS)
    assert outcome.counts == Counts(inserted=1)
    assert outcome.codes == ([(2, "POSSIBLE_TWIN")] if is_told else [])
    if is_told:
        assert outcome.issues[0].value == "0000001 → TEMP"


def test_a_namesake_with_a_snapshot_is_an_ordinary_one(district: District) -> None:
    district.load(ANN, fields=FIELDS)
    outcome = district.load(("0000009", "S9", "Ann", "Muñoz", "3", "Oak"), fields=FIELDS)
    assert outcome.codes == []


@pytest.mark.parametrize(
    ("stored", "given", "is_told"),
    [
        ("Oak", "OAK.", True),
        ("Oak", "Elm", False),
        ("Oak", "Oak Elementary", True),  # not in the list: perhaps the same, under another name
        (None, "Elm", True),
    ],
)
def test_a_namesake_in_certainly_another_school_is_another(
    district: District, stored: str | None, given: str, is_told: bool
) -> None:
    district.change(
        "CREATE TABLE public.schools (id serial PRIMARY KEY, name varchar(255) NOT NULL);"
        "INSERT INTO public.schools (name) VALUES ('Oak'), ('Elm')"
    )
    district.know("TEMP", first_name="Ann", last_name="Munoz", grade="3")
    district.change(
        f"UPDATE students SET school_id = (SELECT id FROM public.schools WHERE name = '{stored}')"
    )
    outcome = district.load((*ANN[:5], given), fields=FIELDS)
    assert bool(outcome.codes) is is_told


def test_a_student_whose_row_is_rejected_as_a_twin_is_not_missing(district: District) -> None:
    district.load(ANN, BO, fields=FIELDS)
    district.load(row("000-0001", None, "Eva"), BO, fields=FIELDS)
    assert district.missing() == []


def test_no_message_repeats_a_number(district: District) -> None:
    district.know("MARKER-1", first_name="Eva", last_name="Li")
    outcome = district.load(row("MARKER1"), fields=FIELDS)
    assert not any("MARKER" in issue.message for issue in outcome.issues)


def test_the_first_import_beside_others_counts_who_fits(district: District) -> None:
    district.know("0000001", first_name="Ann", last_name="Muñoz")
    district.know("000-0002", first_name="Bo", last_name="Li")
    district.know("0000003 ", first_name="Eva", last_name="Oh")
    district.know("0000004", first_name="Other", last_name="Name")
    district.know("TEMP", first_name="Ida", last_name="New", grade="3")
    district.know("0000009", first_name="Not", last_name="Here")
    rows = (
        ANN,
        BO,
        row("0000003", "S3"),
        row("0000004", "S4"),
        row("0000005", "S5", "Ida", "New"),
        row("0000006", "S6", "Kai"),
    )
    adoption = district.load(*rows, fields=FIELDS).result.adoption
    assert adoption == Adoption(
        matched=3,
        written_differently=1,
        differing_names=1,
        differing_schools=0,
        new=2,
        known_not_in_file=2,
        possible_twins=2,
        named_only_by_rejected_rows=1,
        new_possible_twins=1,
        second_records=0,
    )
    assert [*adoption.notes()] == [
        "This is the first import into a table that already had students. Of the 6 students "
        "already there, 3 are in the file (1 with another name, 1 under a Student ID that is "
        "written differently), 1 is only in a row that was rejected, and 2 aren't in it. Of the 2 "
        "new students, 1 may already be there under another number."
    ]
    assert district.load(*rows, fields=FIELDS).result.adoption is None


def test_an_empty_table_is_not_adopted(district: District) -> None:
    assert district.load(ANN, fields=FIELDS).result.adoption is None
