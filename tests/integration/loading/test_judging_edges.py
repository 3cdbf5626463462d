"""Whose a row is, where one more student or another number would make the difference."""

import pytest

from tests.integration.loading.district import Counts, Cut, District, Rejected, Staged

FIELDS = ("student_id", "ssid", "first_name", "last_name", "grade")


def row(
    student_id: str | None,
    ssid: str | None = "S1",
    first: str | None = "Ann",
    last: str | None = "Oh",
    grade: str | None = "3",
    repaired: int = 0,
) -> Staged:
    return Staged((student_id, ssid, first, last, grade), repaired=repaired)


def test_an_ssid_to_the_letter_comes_before_one_in_another_writing(district: District) -> None:
    district.know("100", "S-7", first_name="Ann", last_name="Oh")
    district.know("200", "S7", first_name="Ann", last_name="Oh")
    outcome = district.load(row("300", "S7"), fields=FIELDS)
    assert outcome.codes == [(2, "MATCHED_BY_SSID")]
    assert outcome.issues[0].student_id == "200"


def test_an_ssid_to_the_letter_comes_before_one_with_other_zeros(district: District) -> None:
    district.know("100", "007")
    district.know("200", "7")
    outcome = district.load(row("300", "7"), fields=FIELDS)
    assert (outcome.codes, outcome.issues[0].student_id) == ([(2, "MATCHED_BY_SSID")], "200")
    assert district.load(row("200", "7"), fields=FIELDS).codes == []


def test_numbers_of_signs_alone_are_in_no_other_writing(district: District) -> None:
    district.know("--", "..", first_name="Ann", last_name="Oh")
    outcome = district.load(row("-", "."), row("0", "0", "Bo", "Li"), fields=FIELDS)
    assert outcome.counts == Counts(inserted=2)
    assert outcome.codes == []


def test_a_stranger_s_number_of_signs_or_letters_makes_no_second_record(
    district: District,
) -> None:
    rows = (row("0", "S1"), row("A1", "S2", "Bo", "Li"))
    district.load(*rows, fields=FIELDS)
    district.know("-", first_name="Cy", last_name="Ng")
    district.know("00A1", first_name="Di", last_name="Ek")
    assert district.load(*rows, fields=FIELDS).codes == []


def test_letters_have_no_zeros_to_lose_whatever_was_repaired_beside_them(
    district: District,
) -> None:
    district.know("00A42", "0B7")
    rows = (
        row("A42", "9", repaired=2),
        row("43", "B7", "Bo", "Li", repaired=1),
    )
    outcome = district.load(*rows, fields=FIELDS)
    assert (outcome.codes, outcome.counts) == ([], Counts(inserted=2))
    plain = district.load(row("44", "B07", "Cy", "Ng"), row("45", "00B7"), fields=FIELDS)
    assert plain.counts == Counts(inserted=2)


def test_a_repaired_number_has_lost_zeros_whatever_its_ssid_says(district: District) -> None:
    district.know("0042", "S7")
    outcome = district.load(row("42", "S7", repaired=1), fields=FIELDS)
    assert outcome.codes == [(2, "ID_ZEROS_LOST")]


def test_where_one_stored_number_is_short_and_one_is_long_the_file_is_blamed(
    district: District,
) -> None:
    district.know("1", "7", first_name="Bo", last_name="Li")
    district.know("0001", "0007", first_name="Cy", last_name="Ng")
    outcome = district.load(row("01", "S9"), row("55", "07"), fields=FIELDS)
    assert outcome.codes == [(2, "ID_ZEROS_LOST"), (3, "ID_ZEROS_LOST")]
    assert all("spreadsheet" in issue.message for issue in outcome.issues)


def test_a_number_in_another_writing_comes_before_one_with_other_zeros(
    district: District,
) -> None:
    district.know("000-0001", first_name="Ann", last_name="Oh")
    district.know("1", first_name="Bo", last_name="Li")
    outcome = district.load(row("0000001", None), fields=FIELDS)
    assert outcome.codes == [(2, "ID_TWIN")]
    assert outcome.issues[0].value == "0000001 → 000-0001, 1"


def test_a_row_whose_zeros_were_lost_is_no_one_s_though_the_names_agree(
    district: District,
) -> None:
    district.know("000-0001", first_name="Ann", last_name="Oh")
    outcome = district.load(row("1", None), fields=FIELDS)
    assert [(issue.code, issue.student_id) for issue in outcome.issues] == [("ID_ZEROS_LOST", "1")]


@pytest.mark.parametrize(
    ("given", "stored"), [(None, "S9"), ("S9", None), (None, None), ("S9", "S9")]
)
def test_a_number_in_another_writing_is_matched_unless_two_ssids_speak_against_it(
    district: District, given: str | None, stored: str | None
) -> None:
    district.know("000-0001", stored, first_name="Ann", last_name="Oh", grade="3")
    outcome = district.load(row("0000001", given), fields=FIELDS)
    assert outcome.counts == Counts(updated=1)
    assert outcome.issues[0].student_id == "000-0001"


def test_a_number_in_another_writing_without_an_ssid_makes_no_second_student(
    district: District,
) -> None:
    district.know("000-0001", "S9", first_name="Eva", last_name="Li")
    rows = (row("0000001", None), row("77", None, "Cy", "Ng"))
    outcome = district.load(*rows, fields=FIELDS)
    assert outcome.codes == [(2, "ID_TWIN")]
    assert outcome.counts == Counts(inserted=1, rejected=1)


def test_an_ssid_of_a_third_student_speaks_against_a_number_in_another_writing(
    district: District,
) -> None:
    district.know("000-0001", "S9", first_name="Eva", last_name="Li")
    district.know("9", "S1", first_name="Bo", last_name="Ek")
    assert district.load(row("0000001", "S1"), fields=FIELDS).codes == [(2, "ID_CONFLICT")]


@pytest.mark.parametrize(("field", "given"), [("student_id", "12"), ("student_id", "7")])
def test_a_student_id_that_no_one_has_is_cut_only_where_it_begins_a_known_one(
    district: District, field: str, given: str
) -> None:
    district.know("123", "S123", first_name="Bo", last_name="Li")
    outcome = district.load(row(given, "S9"), fields=FIELDS, cut=Cut(field))
    assert outcome.codes == ([(2, "ID_CUT_OFF")] if given == "12" else [])


def test_only_the_last_row_may_end_too_early(district: District) -> None:
    district.know("123", "S123", first_name="Bo", last_name="Li")
    rows = (row("12", "S1"), row("7", "S12", "Cy", "Ng"), row("8", "S8", "Di", "Ek"))
    for field in ("student_id", "ssid"):
        assert district.load(*rows, fields=FIELDS, cut=Cut(field)).codes == []
        district.empty()
        district.know("123", "S123", first_name="Bo", last_name="Li")
    certain = district.load(*rows, fields=FIELDS, cut=Cut("grade", is_certain=True))
    assert certain.codes == [(4, "FILE_TRUNCATED")]


def test_a_last_row_that_was_rejected_before_keeps_its_reason(district: District) -> None:
    rows = (row("1", "S1"), row(None, "S9", "Bo", "Li"))
    outcome = district.load(*rows, fields=FIELDS, cut=Cut("grade", is_certain=True))
    assert outcome.codes == [(3, "STUDENT_UNKNOWN")]


def test_rows_that_are_right_hide_none_that_is_doubtful(district: District) -> None:
    district.load(row("0042", "007"), fields=FIELDS)
    rows = (
        row("0042", "007"),
        row("43", "7", "Bo", "Li"),
        row("12-3", None, "Cy", "Ng"),
        row("123", "S5", "Di", "Ek"),
        row("A-9", "S6", "Eva", "Ax"),
    )
    outcome = district.load(*rows, fields=FIELDS)
    assert outcome.codes == [(3, "ID_ZEROS_LOST"), (4, "IDS_ALIKE"), (5, "IDS_ALIKE")]


def test_two_new_numbers_of_digits_are_told_apart_only_by_an_ssid_of_each(
    district: District,
) -> None:
    outcome = district.load(row("012", "S1"), row("12", None, "Bo", "Li"), fields=FIELDS)
    assert outcome.codes == [(2, "ID_ZEROS_DIFFER"), (3, "ID_ZEROS_DIFFER")]


@pytest.mark.parametrize(
    ("known", "rows", "codes"),
    [
        ([], [row("1", "42", repaired=2)], ["ID_REPAIRED"]),
        ([("1", None)], [row("1", "42", repaired=2)], ["ID_REPAIRED"]),
        ([("1", "42")], [row("1", "42", repaired=2)], []),
        ([("9", "42")], [row("1", "42", repaired=2)], ["MATCHED_BY_SSID"]),
        ([], [row("1", "42", repaired=1)], []),
        ([], [row("1", "42")], []),
    ],
)
def test_repaired_ssids_of_several_lengths_are_given_to_no_one(
    district: District,
    known: list[tuple[str, str | None]],
    rows: list[Staged],
    codes: list[str],
) -> None:
    for each in known:
        district.know(*each, first_name="Ann", last_name="Oh", grade="3")
    outcome = district.load(*rows, fields=FIELDS, uneven=["ssid"])
    assert [code for _, code in outcome.codes] == codes


def test_repaired_numbers_of_several_lengths_create_no_one_in_a_file_without_ssids(
    district: District,
) -> None:
    rows = (row("4", None, repaired=1), row("42", None, "Bo", "Li", repaired=1))
    outcome = district.load(*rows, fields=FIELDS, uneven=["student_id"])
    assert outcome.codes == [(2, "ID_REPAIRED"), (3, "ID_REPAIRED")]


def test_an_unrepaired_number_is_given_where_repaired_ones_have_several_lengths(
    district: District,
) -> None:
    outcome = district.load(row("1"), row("22", "S2"), fields=FIELDS, uneven=["student_id", "ssid"])
    assert outcome.counts == Counts(inserted=2)


def test_one_ssid_in_the_writings_of_two_students_is_shared_by_rows_without_student_ids(
    district: District,
) -> None:
    district.know("100", "WA-77", first_name="Ann", last_name="Oh")
    district.know("200", "wa77", first_name="Bo", last_name="Li")
    rows = (row(None, "WA-77"), row(None, "wa77", "Bo", "Li"))
    outcome = district.load(*rows, fields=FIELDS, required=("ssid",))
    assert outcome.codes == [(2, "SSID_SHARED"), (3, "SSID_SHARED")]


@pytest.mark.parametrize(("number", "are_all_named"), [(6, True), (7, False)])
@pytest.mark.parametrize("kind", ["student", "ssid", "writing", "divided"])
def test_five_other_rows_are_named_and_that_there_are_more(
    district: District, kind: str, number: int, are_all_named: bool
) -> None:
    rows = {
        "student": [row("1", "S1", f"Ann{n}") for n in range(number)],
        "ssid": [row(f"A{n}", "S1", f"Ann{n}") for n in range(number)],
        "writing": [row("0" * n + "12", None, f"Ann{n}") for n in range(number)],
        "divided": [row("9", f"S{n}") for n in range(number)],
    }[kind]
    if kind == "divided":
        for n in range(number):
            district.know(f"10{n}", f"S{n}")
    outcome = district.load(*rows, fields=FIELDS, required=("student_id",))
    assert len(outcome.codes) == number
    assert all(("and others" not in issue.message) is are_all_named for issue in outcome.issues)
    assert "ows 3, 4, 5, 6, 7" in outcome.issues[0].message


def test_five_rejected_rows_that_dispute_a_student_are_named(district: District) -> None:
    rejected = [Rejected(number, ("1",)) for number in range(3, 9)]
    (issue,) = district.load(row("1"), fields=FIELDS, rejected=rejected).issues
    assert "ows 3, 4, 5, 6, 7 and others" in issue.message
    (fewer,) = district.load(row("1"), fields=FIELDS, rejected=rejected[1:]).issues
    assert "and others" not in fewer.message


def test_five_second_records_are_named(district: District) -> None:
    district.load(row("123"), fields=FIELDS)
    for typed in ("123 ", "12-3", "1-23", "1.23", "123-", "-123"):
        district.know(typed)
    outcome = district.load(row("123"), fields=FIELDS)
    assert [issue.value for issue in outcome.issues] == ["123 → 123 , 12-3, 1-23, 1.23, 123-"]


def test_an_unknown_grade_is_told_of_the_row_that_has_it(district: District) -> None:
    district.change("ALTER TYPE grade_level RENAME VALUE 'TK' TO 'transitional'")
    district.know("2", "S2", first_name="Ann", last_name="Oh", grade="3")
    outcome = district.load(row("1", "S1", grade="TK"), row("2", "S2"), fields=FIELDS)
    assert outcome.codes == [(2, "STUDENT_INCOMPLETE")]


@pytest.mark.parametrize(
    ("given", "stored", "is_told"),
    [(None, "S9", True), ("S1", None, True), (None, None, True), ("S1", "S9", False)],
)
def test_a_namesake_is_told_unless_two_ssids_say_that_they_are_two(
    district: District, given: str | None, stored: str | None, is_told: bool
) -> None:
    district.know("TEMP", stored, first_name="Ann", last_name="Oh")
    outcome = district.load(row("1", given), fields=FIELDS)
    assert outcome.codes == ([(2, "POSSIBLE_TWIN")] if is_told else [])


def test_a_student_who_was_there_twice_counts_at_the_first_import(district: District) -> None:
    district.know("0000001", first_name="Ann", last_name="Oh")
    district.know("000-0001", first_name="Ann", last_name="Oh")
    district.know("7-7", first_name="Bo", last_name="Li")
    rows = (row("0000001"), row("77", None, "Cy", "Ng"))
    adoption = district.load(*rows, fields=FIELDS).result.adoption
    assert adoption is not None
    assert (adoption.second_records, adoption.possible_twins, adoption.new_possible_twins) == (
        1, 2, 0,
    )  # fmt: skip


@pytest.mark.parametrize(
    "change", ["ALTER last_name SET DEFAULT 'Unknown', ALTER last_name SET NOT NULL"]
)
def test_a_column_with_a_default_is_demanded_of_a_file_that_brings_it(
    district: District, change: str
) -> None:
    district.change(f"ALTER TABLE students {change}")
    outcome = district.load(("1", "S1", None), fields=("student_id", "ssid", "last_name"))
    assert outcome.codes == [(2, "STUDENT_INCOMPLETE")]
    without = district.load(("1", "S1"), fields=("student_id", "ssid"))
    assert without.counts == Counts(inserted=1)
    assert district.rows("SELECT last_name FROM students") == [("Unknown",)]


def test_a_neighbor_who_always_names_an_author_keeps_the_last_one(district: District) -> None:
    district.load(row("1"), fields=FIELDS)
    district.change(
        "UPDATE students SET updated_by = 7; ALTER TABLE students ALTER updated_by SET NOT NULL"
    )
    assert district.load(row("1", first="Anna"), fields=FIELDS).counts == Counts(updated=1)
    assert district.rows("SELECT updated_by FROM students") == [(7,)]


def test_every_student_with_the_number_is_named_whoever_made_the_record(
    district: District,
) -> None:
    district.load(row("000-0001", None, "Eva", "Li"), fields=FIELDS)
    district.know("0000001 ", first_name="Bo", last_name="Ek")
    (issue,) = district.load(row("0000001", None), fields=FIELDS).issues
    assert (issue.code, issue.value) == ("ID_TWIN", "0000001 → 000-0001, 0000001 ")


def test_a_new_student_without_a_name_is_added_with_a_warning_for_each_name(
    district: District,
) -> None:
    district.know("100", "S1", first_name="Ann", last_name="Oh")
    outcome = district.load(
        row("100", "S1", "Ann", None),
        row("200", "S2", "Bo", None),
        row("300", "S3", None, None),
        row("400", "S4", "Cy", "Li"),
        fields=FIELDS,
    )
    assert outcome.counts == Counts(inserted=3, updated=1)
    assert outcome.codes == [(3, "NAME_BLANK"), (4, "NAME_BLANK"), (4, "NAME_BLANK")]
    assert sorted((each.field, each.student_id) for each in outcome.issues) == [
        ("first_name", "300"), ("last_name", "200"), ("last_name", "300"),
    ]  # fmt: skip


def test_of_a_file_without_names_or_with_a_refused_name_no_blank_one_is_told(
    district: District,
) -> None:
    outcome = district.load(Staged(("100", "S1")), fields=("student_id", "ssid"))
    assert outcome.codes == []
    refused = Staged(("200", "S2", "Bo", None, "3"), refused=("last_name",))
    assert district.load(refused, fields=FIELDS).codes == []
