"""Protected values: imports leave them, count them, and see when their file agrees."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.loading.protection import Protected
from rollbook.core.loading.undo import Undone
from tests.integration.loading.district import FIRST_NIGHT, District, Staged
from tests.integration.loading.test_properties import ROWS
from tests.integration.loading.test_undo import ANN, BO, NOW, kept, state, undone
from tests.integration.loading.test_undo_properties import BLANKS, EDITS, unhurried

FIELDS = ("student_id", "ssid", "last_name", "absences_ytd", "grade")


def protect(
    district: District, student_id: str, field: str, value: str | None, *,
    until: datetime | None = None,
) -> None:  # fmt: skip
    """Have a value kept that another hand has written already."""
    district.cursor.execute(
        "INSERT INTO rollbook.protected_values"
        " (student_id, field, value, reason, protected_by, protected_at, until_at)"
        " SELECT id, %s, %s, 'So says the registrar', 'ada', %s, %s FROM students"
        " WHERE student_id = %s",
        [field, value, FIRST_NIGHT, until, student_id],
    )
    district.cursor.connection.commit()


def protections(district: District) -> list[tuple[Any, ...]]:
    return district.rows(
        "SELECT field, said, said_row, said_job_id, why_ended, ended_job_id"
        " FROM rollbook.protected_values ORDER BY id"
    )


@pytest.fixture
def corrected(district: District) -> District:
    """Ann has 9 absences and another name by another hand, and both are protected."""
    district.load(ANN, BO)
    district.change(
        "UPDATE students SET last_name = 'Anna' WHERE student_id = '1';"
        "UPDATE student_data_snapshots SET last_name = 'Anna', absences_ytd = 9"
        " WHERE ssid = 'S1'"
    )
    protect(district, "1", "last_name", "Anna")
    protect(district, "1", "absences_ytd", "9")
    return district


def test_an_import_leaves_protected_values_in_both_tables_and_stores_all_others(
    corrected: District,
) -> None:
    outcome = corrected.load(("1", "S1", "Ann", "4", "5"), BO)
    assert corrected.snapshots("last_name", "absences_ytd", "grade") == [
        ("1", "Anna", 9, "5"), ("2", "Bo", 5, "K"),
    ]  # fmt: skip
    assert corrected.rows("SELECT last_name, grade::text FROM students WHERE student_id = '1'") == [
        ("Anna", "5")
    ]
    assert outcome.result.protected == Protected(kept=2)
    job = corrected.last_job
    assert protections(corrected) == [
        ("last_name", "Ann", 2, job, None, None), ("absences_ytd", "4", 2, job, None, None),
    ]  # fmt: skip


def test_what_is_left_is_neither_a_change_nor_an_identity_that_becomes_another(
    corrected: District,
) -> None:
    outcome = corrected.load(ANN, BO)
    assert (outcome.counts.updated, outcome.counts.unchanged) == (0, 2)
    assert outcome.result.identities.names == 0
    assert outcome.result.changes.fields == {}
    assert corrected.rows("SELECT count(*) FROM rollbook.student_changes WHERE NOT is_new") == [
        (0,)
    ]


def test_protection_ends_with_the_import_whose_file_agrees(corrected: District) -> None:
    outcome = corrected.load(("1", "S1", "Anna", "3", "4"), BO)
    assert outcome.result.protected == Protected(kept=1, agreed=1)
    job = corrected.last_job
    assert protections(corrected)[0] == ("last_name", "Anna", 2, job, "agreed", job)
    corrected.load(("1", "S1", "Annie", "3", "4"), BO)
    assert corrected.snapshots("last_name", "absences_ytd")[0] == ("1", "Annie", 9)


def test_what_is_no_longer_protected_is_stored_while_anothers_is(corrected: District) -> None:
    protect(corrected, "2", "absences_ytd", "5")
    corrected.load(("1", "S1", "Anna", "9", "4"), ("2", "S2", "Bo", "6", "K"))
    outcome = corrected.load(("1", "S1", "Anna", "3", "4"), ("2", "S2", "Bo", "6", "K"))
    assert corrected.snapshots("absences_ytd") == [("1", 3), ("2", 5)]
    assert outcome.result.protected == Protected(kept=1)


def test_a_file_that_was_outdated_when_a_value_was_protected_neither_ends_that_nor_writes(
    corrected: District,
) -> None:
    outdated = FIRST_NIGHT - timedelta(seconds=1)
    corrected.change("UPDATE students SET last_name = 'Anne'")
    row = ("1", "S1", "Anna", "3", "4")
    outcome = corrected.load(row, BO, outdated_since=outdated)
    assert outcome.result.protected == Protected(kept=1, older=1)
    job = corrected.last_job
    assert protections(corrected) == [
        ("last_name", None, None, None, None, None), ("absences_ytd", "3", 2, job, None, None),
    ]  # fmt: skip
    assert corrected.rows("SELECT last_name FROM students WHERE student_id = '1'") == [("Anne",)]


def test_a_file_that_became_outdated_after_a_value_was_protected_ends_that(
    corrected: District,
) -> None:
    row = ("1", "S1", "Anna", "3", "4")
    outcome = corrected.load(row, BO, outdated_since=FIRST_NIGHT)
    assert outcome.result.protected == Protected(kept=1, agreed=1)


def test_a_day_that_is_over_ends_it_and_that_import_stores_its_value(district: District) -> None:
    district.load(ANN)
    district.change("UPDATE student_data_snapshots SET absences_ytd = 9")
    protect(district, "1", "absences_ytd", "9", until=FIRST_NIGHT + timedelta(days=2))
    district.load(ANN)
    assert district.snapshots("absences_ytd") == [("1", 9)]
    outcome = district.load(ANN)
    assert outcome.result.protected == Protected(expired=1)
    assert district.snapshots("absences_ytd") == [("1", 3)]
    assert [row[4] for row in protections(district)] == ["date"]


@pytest.mark.parametrize("blanks", ["keep", "clear"])
def test_a_blank_neither_clears_a_protected_value_nor_agrees_with_it(
    corrected: District, blanks: str
) -> None:
    outcome = corrected.load(("1", "S1", None, None, None), BO, blanks=blanks)
    assert corrected.snapshots("last_name", "absences_ytd")[0] == ("1", "Anna", 9)
    assert outcome.result.protected == (Protected(kept=2) if blanks == "clear" else Protected())


def test_a_cell_that_was_refused_is_not_counted(corrected: District) -> None:
    row = Staged(("1", "S1", "Anna", None, "4"), refused=("absences_ytd",))
    outcome = corrected.load(row, BO, blanks="clear")
    assert outcome.result.protected == Protected(agreed=1)
    assert corrected.snapshots("absences_ytd")[0] == ("1", 9)


def test_an_empty_value_can_be_kept(district: District) -> None:
    district.load(ANN)
    district.change("UPDATE student_data_snapshots SET absences_ytd = NULL")
    protect(district, "1", "absences_ytd", None)
    assert district.load(ANN).result.protected == Protected(kept=1)
    assert district.snapshots("absences_ytd") == [("1", None)]


@pytest.mark.parametrize("brought", [("Annie", "4"), (None, None)])
def test_the_first_data_of_a_student_hold_the_protected_values(
    district: District, brought: tuple[str | None, ...]
) -> None:
    district.know("1", "S1", last_name="Anna")
    for field, value in (("last_name", "Anna"), ("absences_ytd", None), ("tardies_ytd", "7")):
        protect(district, "1", field, value)
    before = state(district)
    district.load(("1", "S1", *brought, "4"), BO)
    assert district.snapshots("last_name", "absences_ytd", "tardies_ytd", "grade") == [
        ("1", "Anna", None, 7, "4"), ("2", "Bo", 5, None, "K"),
    ]  # fmt: skip
    undone(district)
    assert state(district) == before


def test_what_another_hand_emptied_in_a_students_data_stays_empty(corrected: District) -> None:
    corrected.change("UPDATE student_data_snapshots SET last_name = NULL")
    corrected.load(("1", "S1", "Ann", "4", "5"))
    assert corrected.snapshots("last_name")[0] == ("1", None)


def test_a_file_without_the_column_or_the_student_says_nothing(corrected: District) -> None:
    names = ("student_id", "ssid", "grade")
    assert corrected.load(("1", "S1", "4"), ("2", "S2", "K"), fields=names).result.protected == (
        Protected()
    )
    assert corrected.load(BO).result.protected == Protected()
    assert corrected.load(ANN, BO, set_aside=["absences_ytd"]).result.protected == Protected(kept=1)


def test_what_a_dry_run_says_is_what_the_import_does_and_it_ends_nothing(
    corrected: District,
) -> None:
    row = ("1", "S1", "Anna", "3", "5")
    checked = corrected.load(row, BO, is_dry_run=True).result.protected
    assert [each[1:] for each in protections(corrected)] == [(None, None, None, None, None)] * 2
    assert checked == corrected.load(row, BO).result.protected == Protected(kept=1, agreed=1)


def test_the_students_of_others_who_are_deleted_take_their_protections_along(
    corrected: District,
) -> None:
    corrected.change("DELETE FROM students WHERE student_id = '1'")
    assert corrected.load(BO).result.protected == Protected(gone=2)
    assert corrected.rows(
        "SELECT DISTINCT why_ended, value, said FROM rollbook.protected_values"
    ) == [("student_gone", None, None)]


def test_a_field_that_was_removed_is_no_longer_protected(corrected: District) -> None:
    protect(corrected, "1", "iready_reading_score_spring_2020", "500")
    assert corrected.load(BO).result.protected == Protected(gone=1)
    assert [row[4] for row in protections(corrected)] == [None, None, "field_gone"]


def test_an_undo_leaves_protected_values_and_says_so(district: District) -> None:
    district.load(ANN, BO)
    district.load(("1", "S1", "Anna", "4", "4"), BO)
    protect(district, "1", "absences_ytd", "4")
    assert undone(district).values_restored == 1
    assert district.snapshots("last_name", "absences_ytd")[0] == ("1", "Ann", 4)
    assert kept(district) == [("1", "absences_ytd", "protected")]


def test_an_undo_keeps_a_new_student_with_a_protected_value(district: District) -> None:
    district.load(ANN)
    protect(district, "1", "grade", "4")
    assert undone(district).students_kept == 1
    assert kept(district) == [("1", None, "protected")]


def test_an_undo_returns_values_whose_protection_ended_with_its_day(district: District) -> None:
    district.load(ANN)
    district.load(("1", "S1", "Anna", "4", "4"), BO)
    for student_id, field, value in (("1", "absences_ytd", "4"), ("2", "grade", "K")):
        protect(district, student_id, field, value, until=NOW)
    assert undone(district) == Undone(1, 0, 2, 0)
    assert district.snapshots("last_name", "absences_ytd") == [("1", "Ann", 3)]
    assert protections(district)[0] == ("absences_ytd", None, None, None, "date", None)


def test_an_undo_on_the_last_day_of_a_protection_leaves_the_value(district: District) -> None:
    district.load(ANN)
    district.load(("1", "S1", "Ann", "4", "4"))
    protect(district, "1", "absences_ytd", "4", until=NOW + timedelta(seconds=1))
    assert undone(district) == Undone(0, 0, 0, 1)


def test_what_an_undone_import_agreed_with_is_protected_again(corrected: District) -> None:
    corrected.load(("1", "S1", "Anna", "3", "4"), BO)
    undone(corrected)
    assert [row[4:] for row in protections(corrected)] == [(None, None), (None, None)]


def test_an_undo_protects_a_value_again_whose_student_has_no_data_any_more(
    district: District,
) -> None:
    district.load(ANN)
    protect(district, "1", "grade", "4")
    district.load(ANN, BO)
    assert protections(district)[0][4] == "agreed"
    district.change("DELETE FROM student_data_snapshots WHERE absences_ytd = 3")
    undone(district)
    assert protections(district)[0][4] is None


def test_an_undo_protects_no_value_that_is_no_longer_there(corrected: District) -> None:
    corrected.load(("1", "S1", "Anna", "9", "4"), BO)
    agreed = corrected.last_job
    corrected.load(("1", "S1", "Anne", "9", "4"), BO)
    undone(corrected, agreed)
    assert [row[4:] for row in protections(corrected)] == [("agreed", agreed), (None, None)]
    assert corrected.snapshots("last_name")[0] == ("1", "Anne")


PROTECTED = st.lists(
    st.tuples(st.sampled_from("123"), st.sampled_from(["last_name", "absences_ytd", "grade"])),
    unique=True,
    max_size=5,
)


@unhurried
@given(first=ROWS, edit=EDITS, fields=PROTECTED, second=ROWS, blanks=BLANKS)
def test_protected_values_stay_through_any_import_and_its_undo(
    district: District,
    first: list[Staged],
    edit: str,
    fields: list[tuple[str, str]],
    second: list[Staged],
    blanks: str,
) -> None:
    district.empty()
    district.load(*first)
    district.change(edit)
    for student_id, field in fields:
        [(value,)] = district.rows(
            f"SELECT max(to_jsonb(n) ->> '{field}') FROM student_data_snapshots n"
            f" JOIN students k ON k.id = n.student_id AND k.student_id = '{student_id}'"
        )
        protect(district, student_id, field, value)
    before, protected = state(district), _values(district)
    lasting = _lasting(district)
    district.load(*second, blanks=blanks)
    for key in _lasting(district):
        assert _values(district).get(key) == protected.get(key)
    undone(district)
    assert state(district) == before
    assert _lasting(district) == lasting


def _lasting(district: District) -> list[tuple[Any, ...]]:
    return district.rows(
        "SELECT k.student_id, p.field FROM rollbook.protected_values p"
        " JOIN students k ON k.id = p.student_id WHERE p.ended_at IS NULL ORDER BY 1, 2"
    )


def _values(district: District) -> dict[tuple[str, str], Any]:
    return {
        (student_id, field): (in_students, in_snapshots)
        for student_id, field, in_students, in_snapshots in district.rows(
            "SELECT k.student_id, p.field, to_jsonb(k) ->> p.field, to_jsonb(n) ->> p.field"
            " FROM rollbook.protected_values p JOIN students k ON k.id = p.student_id"
            " LEFT JOIN student_data_snapshots n ON n.student_id = k.id"
        )
    }
