"""What is written, and what is left alone."""

from datetime import timedelta

import pytest

from tests.integration.loading.district import FIRST_NIGHT, Counts, District, Rejected, Staged

ANN = ("1", "S1", "Ann", "3", "K")
BO = ("2", "S2", "Bo", "4", "1")


def test_a_second_night_with_the_same_values_writes_nothing(district: District) -> None:
    assert district.load(ANN, BO).counts == Counts(inserted=2)
    before = district.versions()
    assert district.load(ANN, BO).counts == Counts(unchanged=2)
    assert district.versions() == before


@pytest.mark.parametrize("blanks", ["keep", "clear"])
def test_a_blank_ssid_never_clears_the_one_that_is_stored(district: District, blanks: str) -> None:
    district.load(ANN)
    outcome = district.load(("1", None, "Ann", "3", "K"), blanks=blanks)
    assert outcome.counts == Counts(unchanged=1)
    assert district.snapshots("ssid") == [("1", "S1")]
    assert district.rows("SELECT ssid FROM students") == [("S1",)]


def test_only_the_changed_student_is_stamped(district: District) -> None:
    district.load(ANN, BO)
    assert district.load(ANN, ("2", "S2", "Bo", "5", "1")).counts == Counts(updated=1, unchanged=1)
    first = FIRST_NIGHT.replace(tzinfo=None)
    stamps = district.snapshots("absences_ytd", "imported_at")
    assert stamps == [("1", 3, first), ("2", 5, first + timedelta(days=1))]


def test_a_blank_keeps_the_stored_value(district: District) -> None:
    district.load(ANN)
    assert district.load(("1", "S1", None, None, None)).counts == Counts(unchanged=1)
    assert district.snapshots("last_name", "absences_ytd") == [("1", "Ann", 3)]


def test_a_feed_may_clear_blanks_but_never_what_was_refused(district: District) -> None:
    district.load(ANN)
    cleared = Staged(("1", "S1", "Ann", None, None), refused=("grade",))
    assert district.load(cleared, blanks="clear").counts == Counts(updated=1)
    assert district.snapshots("absences_ytd", "grade") == [("1", None, "K")]
    assert district.load(cleared, blanks="clear").counts == Counts(unchanged=1)


def test_a_column_set_aside_or_absent_is_untouched(district: District) -> None:
    district.load(ANN)
    district.load(("1", "S1", "Bea", "9", "2"), set_aside=("absences_ytd",), blanks="clear")
    district.load(("1", "7"), fields=("student_id", "tardies_ytd"), blanks="clear")
    columns = ("last_name", "absences_ytd", "grade", "tardies_ytd")
    assert district.snapshots(*columns) == [("1", "Bea", 3, "2", 7)]


def test_what_another_hand_changed_is_overwritten_and_stamped(district: District) -> None:
    district.load(ANN)
    district.change("UPDATE students SET last_name = 'Other'")
    assert district.load(ANN).counts == Counts(updated=1)
    assert district.rows("SELECT last_name FROM students") == [("Ann",)]
    (stamped,) = district.snapshots("imported_at")
    assert stamped[1] == (FIRST_NIGHT + timedelta(days=1)).replace(tzinfo=None)


def test_a_known_students_first_snapshot_is_an_update(district: District) -> None:
    district.know("1", "S1", last_name="Ann", grade="K")
    assert district.load(ANN).counts == Counts(updated=1)


def test_a_file_of_nothing_but_numbers_can_be_merged(district: District) -> None:
    assert district.load(("1",), fields=("student_id",)).counts == Counts(inserted=1)
    assert district.load(("1",), fields=("student_id",)).counts == Counts(unchanged=1)


def test_rows_rejected_in_validation_are_counted(district: District) -> None:
    outcome = district.load(ANN, ("1", "S1", "Bo", "3", "K"), BO, rejected=[Rejected(9)])
    assert outcome.counts == Counts(inserted=1, rejected=3)
    assert outcome.result.rejected == 3


def test_a_neighbors_demands_reject_an_incomplete_new_student(district: District) -> None:
    district.change("ALTER TABLE students ALTER last_name SET NOT NULL")
    outcome = district.load(ANN, ("2", "S2", None, "4", "1"))
    assert outcome.codes == [(3, "STUDENT_INCOMPLETE")]
    outcome = district.load(ANN, BO, set_aside=("last_name",))
    assert outcome.codes == [(3, "STUDENT_INCOMPLETE")]


def test_a_grade_the_neighbor_does_not_know_stays_in_the_snapshot(district: District) -> None:
    district.change("ALTER TYPE grade_level RENAME VALUE 'TK' TO 'transitional'")
    district.load(ANN)
    outcome = district.load(("1", "S1", "Ann", "3", "TK"), ("2", "S2", "Bo", "4", "TK"))
    assert outcome.codes == [(2, "GRADE_NOT_STORED"), (3, "STUDENT_INCOMPLETE")]
    assert district.snapshots("grade") == [("1", "TK")]
    assert district.rows("SELECT grade::text FROM students") == [("K",)]


def test_changes_are_counted_per_field_and_per_school(district: District) -> None:
    fields = ("student_id", "ssid", "absences_ytd", "grade", "school")
    district.load(
        ("1", "S1", "3", "K", "Oak"),
        ("2", "S2", "3", "K", "Oak"),
        ("3", "S3", "3", "K", None),
        fields=fields,
    )
    changes = district.load(
        ("1", "S1", "4", "1", "Oak"),
        ("2", "S2", "4", "K", "Elm"),
        ("3", "S3", None, "1", None),
        ("4", "S4", "0", "K", "Elm"),
        fields=fields,
    ).result.changes
    assert changes.fields == {"absences_ytd": 2, "grade": 2, "school": 1}
    assert changes.updated == {"Oak": 1, "Elm": 1, "": 1}
    assert changes.inserted == {"Elm": 1}
    again = district.load(("1", "S1", "4", "1", "Oak"), fields=fields).result.changes
    assert (again.fields, again.updated, again.inserted) == ({}, {}, {})


def test_of_more_schools_than_are_counted_the_whole_and_the_largest_are_there(
    district: District,
) -> None:
    fields = ("student_id", "absences_ytd", "school")
    schools = [f"School {number}" for number in range(205)]
    rows = [(f"{number}", school) for number, school in enumerate(schools)]
    rows += [(f"1{number}", "School 0") for number in range(1_000, 1_003)]
    first = district.load(*((key, "1", school) for key, school in rows), fields=fields)
    assert (len(first.result.changes.inserted), first.result.changes.inserted["School 0"]) == (
        200,
        4,
    )
    changes = district.load(*((key, "2", school) for key, school in rows), fields=fields)
    assert changes.result.changes.fields == {"absences_ytd": 208}
    assert len(changes.result.changes.updated) == 200
    assert changes.result.changes.updated["School 0"] == 4


def test_a_file_without_schools_counts_changes_under_the_stored_ones(district: District) -> None:
    district.load(("1", "S1", "Oak"), fields=("student_id", "ssid", "school"))
    changes = district.load(("1", "S1", "5"), fields=("student_id", "ssid", "tardies_ytd"))
    assert changes.result.changes.updated == {"Oak": 1}


def test_a_known_student_without_a_snapshot_is_among_the_changes(district: District) -> None:
    district.know("1", "S1", last_name="Ann", grade="K")
    changes = district.load(("1", "S1", "Ann", "3", "K")).result.changes
    assert changes.fields == {"absences_ytd": 1, "grade": 1, "last_name": 1, "ssid": 1}
    assert changes.updated == {"": 1}


def test_what_an_import_sets_for_itself_ends_with_its_transaction(district: District) -> None:
    settings = "SELECT name, setting FROM pg_settings ORDER BY name"
    before = district.rows(settings)
    district.load(("1", "S1", "Ann", "3", "4"))
    assert district.rows(settings) == before


def test_a_field_is_filled_where_a_merged_row_has_a_value(district: District) -> None:
    outcome = district.load(("1", "S1", "Ann", None, "4"), (None, None, "Bo", "3", "K"))
    assert outcome.counts.rejected == 1
    assert outcome.filled == ("student_id", "ssid", "last_name", "grade")
