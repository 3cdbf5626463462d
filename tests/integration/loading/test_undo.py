"""Undoing an import: what it changed returns, and what others changed since stays."""

from datetime import timedelta
from typing import Any

import pytest

from rollbook.core.loading.undo import (
    AlreadyUndone,
    NotOnRecord,
    StudentsKept,
    Undone,
    find_undo,
    undo,
)
from tests.integration.loading.district import FIRST_NIGHT, District

ANN = ("1", "S1", "Ann", "3", "4")
BO = ("2", "S2", "Bo", "5", "K")
NOW = FIRST_NIGHT + timedelta(days=100)


def undone(district: District, job: int | None = None) -> Undone:
    found = undo(district.cursor, job or district.last_job, now=NOW, has_updated_by=False)
    district.cursor.connection.commit()
    return found


def state(district: District) -> dict[str, list[tuple[Any, ...]]]:
    """All that an import writes, but for the times of the rows."""
    return {
        "students": district.rows(
            "SELECT student_id, ssid, first_name, last_name, grade FROM students ORDER BY 1"
        ),
        "snapshots": district.rows(
            "SELECT k.student_id, n.imported_at, n.import_job_id, n.ssid, n.last_name, n.grade,"
            " n.absences_ytd, n.school FROM student_data_snapshots n"
            " JOIN students k ON k.id = n.student_id ORDER BY 1"
        ),
        "presence": district.rows(
            "SELECT p.feed_id, k.student_id, p.missing_since, p.first_job_id"
            " FROM rollbook.presence p JOIN students k ON k.id = p.student_id ORDER BY 1, 2"
        ),
    }


def kept(district: District) -> list[tuple[Any, ...]]:
    return district.rows(
        "SELECT k.student_id, u.field, u.why FROM rollbook.undo_kept u"
        " JOIN students k ON k.id = u.student_id ORDER BY 1, 2"
    )


def absences(district: District) -> list[tuple[Any, ...]]:
    return district.snapshots("absences_ytd")


def test_changed_values_return_and_new_students_are_removed(district: District) -> None:
    district.load(ANN)
    before = state(district)
    district.load(("1", "S1", "Anna", "4", "5"), BO)
    assert undone(district) == Undone(1, 0, 3, 0)
    assert state(district) == before


def test_a_first_import_that_is_undone_leaves_nothing(district: District) -> None:
    district.load(ANN, BO)
    assert undone(district) == Undone(2, 0, 0, 0)
    assert state(district) == {"students": [], "snapshots": [], "presence": []}


def test_what_was_cleared_is_there_again(district: District) -> None:
    district.load(ANN)
    before = state(district)
    district.load(("1", "S1", "Ann", None, "4"), blanks="clear")
    assert undone(district) == Undone(0, 0, 1, 0)
    assert state(district) == before


def test_who_was_marked_missing_is_not_and_who_was_back_is_missing_again(
    district: District,
) -> None:
    district.load(ANN, BO)
    district.load(ANN)
    before = state(district)
    district.load(BO, ("3", None, "Cy", None, None))
    undone(district)
    assert state(district) == before


def test_the_second_of_three_leaves_the_values_of_the_third(district: District) -> None:
    district.load(ANN, BO)
    district.load(("1", "S1", "Ann", "4", "5"), ("2", "S2", "Bo", "6", "K"))
    second = district.last_job
    district.load(("1", "S1", "Ann", "9", "5"), ("2", "S2", "Bo", "6", "K"))
    assert undone(district, second) == Undone(0, 0, 2, 1)
    assert district.snapshots("absences_ytd", "grade") == [("1", 9, "4"), ("2", 5, "K")]
    assert kept(district) == [("1", "absences_ytd", "later_import")]


def test_a_later_import_that_brought_the_same_value_back_counts_as_later(
    district: District,
) -> None:
    district.load(ANN)
    for days in ("4", "9", "4"):
        district.load(("1", "S1", "Ann", days, "4"))
    assert undone(district, district.last_job - 2) == Undone(0, 0, 0, 1)
    assert absences(district) == [("1", 4)]


def test_the_older_of_two_imports_leaves_its_values_to_no_one(district: District) -> None:
    district.load(ANN)
    before = state(district)
    district.load(("1", "S1", "Ann", "4", "5"), BO)
    older = district.last_job
    district.load(("1", "S1", "Ann", "9", "5"), ("2", "S2", "Bo", "6", "K"))
    undone(district, older)
    assert district.rows(
        "SELECT before[i], after[i] FROM rollbook.student_changes c, generate_series(1, 9) i"
        f" WHERE job_id = {district.last_job} AND after[i] = '9'"
    ) == [("3", "9")]  # fmt: skip
    undone(district)
    assert state(district) == before


def test_an_ssid_that_another_student_has_by_now_is_not_given_back(district: District) -> None:
    district.load(ANN)
    district.load(("1", "S9", "Ann", "4", "4"))
    older = district.last_job
    district.load(("1", "S9", "Ann", "4", "4"), ("2", "S1", "Bo", "5", "K"))
    assert undone(district, older) == Undone(0, 0, 1, 1)
    assert district.rows("SELECT student_id, ssid FROM students ORDER BY 1") == [
        ("1", "S9"), ("2", "S1"),
    ]  # fmt: skip
    assert kept(district) == [("1", "ssid", "ssid_taken")]


def test_an_ssid_that_a_new_student_was_given_by_hand_is_not_given_back(district: District) -> None:
    district.load(ANN)
    district.load(("1", "S9", "Ann", "3", "4"), BO)
    district.change("UPDATE students SET ssid = 'S1' WHERE student_id = '2'")
    assert undone(district) == Undone(0, 1, 0, 1)
    assert kept(district) == [("1", "ssid", "ssid_taken"), ("2", None, "other_hand")]


def test_a_name_of_which_a_later_import_wrote_one_table_is_the_later_imports(
    district: District,
) -> None:
    district.load(ANN)
    district.load(("1", "S1", "Anna", "3", "4"))
    older = district.last_job
    district.change("UPDATE students SET last_name = 'Edited'")
    district.load(("1", "S1", "Anna", "3", "4"))
    assert undone(district, older) == Undone(0, 0, 0, 1)
    assert kept(district) == [("1", "last_name", "later_import")]


def test_a_value_returns_beside_one_that_a_later_import_brought(district: District) -> None:
    district.load(ANN)
    district.load(("1", "S1", "Ann", "4", "4"))
    older = district.last_job
    district.load(("1", "S1", "Ann", "4", "5"))
    newer = district.rows("SELECT imported_at, import_job_id FROM student_data_snapshots")
    assert undone(district, older) == Undone(0, 0, 1, 0)
    assert district.snapshots("absences_ytd", "grade") == [("1", 3, "5")]
    assert district.rows("SELECT imported_at, import_job_id FROM student_data_snapshots") == newer


def test_first_data_are_gone_again_where_every_field_was_new(district: District) -> None:
    district.know("1")
    before = state(district)
    district.load(ANN)
    assert undone(district).values_kept == 0
    assert state(district) == before


@pytest.mark.parametrize("table", ["students", "student_data_snapshots"])
def test_a_new_student_stays_where_rollbook_may_not_delete(district: District, table: str) -> None:
    district.load(ANN)
    district.change(f"REVOKE DELETE ON {table} FROM CURRENT_USER")
    assert undone(district) == Undone(0, 1, 0, 0)
    assert kept(district) == [("1", None, "may_not_delete")]


def test_data_of_which_another_hand_has_every_value_are_of_the_import_before_again(
    district: District,
) -> None:
    district.load(ANN)
    [of_first] = district.rows("SELECT imported_at, import_job_id FROM student_data_snapshots")
    district.load(("1", "S1", "Ann", "4", "4"))
    district.change("UPDATE student_data_snapshots SET absences_ytd = 9")
    assert undone(district) == Undone(0, 0, 0, 1)
    found = "SELECT imported_at, import_job_id, absences_ytd FROM student_data_snapshots"
    assert district.rows(found) == [(*of_first, 9)]


def test_presence_in_another_feed_goes_with_a_student_who_goes(district: District) -> None:
    district.load(ANN)
    district.load(ANN, BO)
    job = district.last_job
    district.load(BO, feed_id=2)
    assert undone(district, job) == Undone(1, 0, 0, 0)
    assert district.rows("SELECT count(*), count(DISTINCT feed_id) FROM rollbook.presence") == [
        (1, 1)
    ]


def test_an_ssid_that_another_hand_has_changed_is_not_said_to_be_taken(district: District) -> None:
    district.load(ANN)
    district.load(("1", "S9", "Ann", "3", "4"))
    district.change("UPDATE students SET ssid = 'S7'")
    assert undone(district) == Undone(0, 0, 0, 1)
    assert kept(district) == [("1", "ssid", "other_hand")]


def test_a_name_returns_though_another_hand_has_deleted_the_students_data(
    district: District,
) -> None:
    district.load(ANN)
    district.load(("1", "S1", "Anna", "3", "4"))
    district.change("DELETE FROM student_data_snapshots")
    assert undone(district) == Undone(0, 0, 0, 1)
    assert district.rows("SELECT last_name FROM students") == [("Ann",)]
    assert kept(district) == [("1", "last_name", "other_hand")]


def test_a_value_that_another_hand_has_changed_stays(district: District) -> None:
    district.load(ANN)
    district.load(("1", "S1", "Anna", "4", "4"))
    district.change("UPDATE students SET last_name = 'Anne'")
    assert undone(district) == Undone(0, 0, 1, 1)
    assert district.rows("SELECT last_name FROM students") == [("Anne",)]
    assert kept(district) == [("1", "last_name", "other_hand")]


def test_a_new_student_whom_a_later_import_changed_stays(district: District) -> None:
    district.load(ANN)
    district.load(ANN, BO)
    second = district.last_job
    district.load(ANN, ("2", "S2", "Bo", "6", "K"))
    assert undone(district, second) == Undone(0, 1, 0, 0)
    assert kept(district) == [("2", None, "later_import")]
    assert absences(district) == [("1", 3), ("2", 6)]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE students SET last_name = 'Bob' WHERE student_id = '2'",
        "UPDATE students SET updated_at = '2026-05-01' WHERE student_id = '2'",
        "UPDATE student_data_snapshots SET updated_at = '2026-05-01'",
    ],
)
def test_a_new_student_whom_another_hand_has_written_stays(district: District, change: str) -> None:
    district.load(ANN, BO)
    district.change(change)
    undone(district)
    assert ("2", None, "other_hand") in kept(district)


def test_a_new_student_to_whom_another_table_refers_stays(district: District) -> None:
    district.change(
        "CREATE SCHEMA other; CREATE TABLE other.plans"
        " (number text REFERENCES public.students (student_id) ON DELETE CASCADE)"
    )
    district.load(ANN, BO)
    district.change("INSERT INTO other.plans VALUES ('2')")
    assert undone(district) == Undone(1, 1, 0, 0)
    assert kept(district) == [("2", None, "referred_to")]
    assert district.rows("SELECT number FROM other.plans") == [("2",)]


@pytest.mark.parametrize(
    ("row", "returned"),
    [
        (("1", None, "Ann", "3", None), 2),
        (("1", None, "Old", "3", None), 2),  # nothing of it is new to the table students
        (("1", None, None, None, None), 0),
    ],
)
def test_first_data_of_a_neighbors_student_is_gone_again(
    district: District, row: tuple[str | None, ...], returned: int
) -> None:
    district.know("1", last_name="Old")
    before = state(district)
    district.load(row)
    assert undone(district) == Undone(0, 0, returned, 0)
    assert state(district) == before


def test_first_data_that_another_hand_has_written_since_stay(district: District) -> None:
    district.know("1", last_name="Old")
    district.load(("1", None, "Old", None, None))
    district.change("UPDATE student_data_snapshots SET absences_ytd = 9, updated_at = now()")
    assert undone(district) == Undone(0, 0, 1, 0)
    assert absences(district) == [("1", 9)]


def test_a_value_whose_column_is_gone_is_told_and_the_others_return(district: District) -> None:
    district.load(ANN)
    district.load(("1", "S1", "Anna", "4", "4"))
    district.change("ALTER TABLE student_data_snapshots DROP COLUMN absences_ytd")
    assert undone(district) == Undone(0, 0, 1, 1)
    assert kept(district) == [("1", "absences_ytd", "column_gone")]
    assert district.rows("SELECT last_name FROM students") == [("Ann",)]


def test_three_undone_the_newest_first_are_as_before_the_first(district: District) -> None:
    district.load(ANN)
    before, jobs = state(district), []
    for rows in ((ANN, BO), (BO,), (("1", "S1", "Anna", "9", "5"), ("2", None, "B", "1", "1"))):
        district.load(*rows)
        jobs.append(district.last_job)
    for job in reversed(jobs):
        undone(district, job)
    assert state(district) == before


def test_a_second_undo_finds_nothing_to_undo(district: District) -> None:
    district.load(ANN)
    undone(district)
    with pytest.raises(AlreadyUndone):
        undone(district)


def test_what_is_not_on_record_is_not_undone(district: District) -> None:
    with pytest.raises(NotOnRecord):
        undone(district, 1)


def test_an_import_after_an_undo_brings_the_values_again(district: District) -> None:
    district.load(ANN)
    district.load(("1", "S1", "Ann", "4", "4"), BO)
    after = [row[:1] + row[3:] for row in state(district)["snapshots"]]
    undone(district)
    district.load(("1", "S1", "Ann", "4", "4"), BO)
    assert [row[:1] + row[3:] for row in state(district)["snapshots"]] == after


def test_a_rule_of_the_database_that_keeps_students_is_told_and_nothing_is_undone(
    district: District,
) -> None:
    district.load(ANN)
    district.load(("1", "S1", "Ann", "4", "4"), BO)
    after = state(district)
    district.change(
        "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
        "CREATE TRIGGER keep BEFORE DELETE ON students FOR EACH ROW EXECUTE FUNCTION keep()"
    )
    with pytest.raises(StudentsKept, match="didn't remove 1 student"):
        undone(district)
    district.cursor.connection.rollback()
    assert state(district) == after


def test_a_value_that_a_rule_of_the_database_writes_otherwise_counts_as_another_hands(
    district: District,
) -> None:
    district.load(ANN)
    district.change(
        "CREATE FUNCTION loud() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN new.last_name := upper(new.last_name); RETURN new; END';"
        "CREATE TRIGGER loud BEFORE UPDATE ON students FOR EACH ROW EXECUTE FUNCTION loud()"
    )
    district.load(("1", "S1", "Anna", "3", "4"))
    assert undone(district) == Undone(0, 0, 0, 1)
    assert kept(district) == [("1", "last_name", "other_hand")]
    assert district.rows("SELECT last_name FROM students") == [("ANNA",)]


def test_an_ssid_that_an_import_changed_is_the_students_own_again(district: District) -> None:
    district.load(("1", "S1", "Ann", None, None), ("2", None, "Bo", None, None))
    before = state(district)
    district.load(("1", "S9", "Ann", None, None), ("2", "S2", "Bo", None, None))
    assert state(district) != before
    undone(district)
    assert state(district) == before


def test_students_of_others_are_left_alone(district: District) -> None:
    district.know("77", last_name="Theirs")
    district.load(ANN)
    undone(district)
    assert district.rows("SELECT student_id, last_name FROM students") == [("77", "Theirs")]


def test_where_a_table_that_may_refer_cannot_be_read_new_students_stay(district: District) -> None:
    district.change(
        "CREATE TABLE hidden (student integer REFERENCES students (id));"
        "CREATE TABLE notes (student integer REFERENCES students (id));"
        "REVOKE ALL ON hidden FROM CURRENT_USER"
    )
    district.load(ANN)
    district.load(ANN, BO, ("3", None, "Cy", None, None))
    district.change("INSERT INTO notes SELECT id FROM students WHERE student_id = '2'")
    assert undone(district) == Undone(0, 2, 0, 0)
    assert kept(district) == [("2", None, "referred_to"), ("3", None, "may_not_look")]


def test_an_undo_keeps_others_from_changing_students_meanwhile_and_a_preview_does_not(
    district: District,
) -> None:
    district.load(ANN)
    locked = (
        "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid()"
        " AND relation = 'public.students'::regclass AND mode = 'ShareRowExclusiveLock'"
    )
    find_undo(district.cursor, district.last_job, now=NOW)
    assert district.cursor.execute(locked).fetchall() == [(0,)]
    district.cursor.connection.rollback()
    undo(district.cursor, district.last_job, now=NOW, has_updated_by=False)
    assert district.cursor.execute(locked).fetchall() == [(1,)]
