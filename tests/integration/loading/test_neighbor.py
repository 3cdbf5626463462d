"""What another program or its database does must neither be counted wrongly nor lose a row."""

import psycopg
import pytest

from rollbook.core.loading.merge import StudentsTurnedAway
from tests.integration.loading.district import Counts, District

ANN = ("1", "S1", "Ann", "3", "K")
BO = ("2", "S2", "Bo", "4", "1")
CY = ("3", "S3", "Cy", "5", "2")


def test_a_student_that_another_program_deletes_is_not_newly_missing(district: District) -> None:
    district.load(ANN, BO, CY)
    district.load(ANN, CY)
    district.change("DELETE FROM public.students WHERE student_id = '3'")
    result = district.load(ANN).result
    assert (result.missing_from_file, result.newly_missing) == (1, 0)
    assert district.missing() == ["2"]


def test_a_neighbor_who_demands_an_ssid_rejects_the_row_alone(district: District) -> None:
    district.change("ALTER TABLE students ALTER ssid SET NOT NULL")
    fields = ("student_id", "last_name", "absences_ytd", "grade")
    outcome = district.load(("1", "Ann", "3", "K"), fields=fields)
    assert outcome.codes == [(2, "STUDENT_INCOMPLETE")]


@pytest.mark.parametrize("body", ["RETURN NULL", "NEW.student_id = 'X1'; RETURN NEW"])
def test_a_trigger_that_turns_a_new_student_away_stops_the_import(
    district: District, body: str
) -> None:
    district.change(
        f"CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {body}; END$$;"
        "CREATE TRIGGER meddle BEFORE INSERT ON students FOR EACH ROW EXECUTE FUNCTION meddle()"
    )
    with pytest.raises(StudentsTurnedAway):
        district.load(ANN)


def test_row_security_hides_no_one(district: District) -> None:
    district.know("9", "S1", last_name="Ann", grade="K")
    district.change(
        "ALTER TABLE students ENABLE ROW LEVEL SECURITY;"
        "ALTER TABLE students FORCE ROW LEVEL SECURITY;"
        "CREATE POLICY visible ON students FOR SELECT USING (student_id <> '9');"
        "CREATE POLICY ins ON students FOR INSERT WITH CHECK (true)"
    )
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        district.load(ANN)


def test_students_who_swap_their_ssids_are_both_rejected(district: District) -> None:
    district.load(ANN, BO)
    outcome = district.load(("1", "S2", "Ann", "3", "K"), ("2", "S1", "Bo", "4", "1"))
    assert outcome.codes == [(2, "ID_CONFLICT"), (3, "ID_CONFLICT")]


def test_a_new_student_with_an_ssid_that_is_just_given_up_is_not_its_old_owner(
    district: District,
) -> None:
    district.load(ANN, BO)
    outcome = district.load(("1", "S7", "Ann", "3", "K"), ("4", "S1", "Di", "4", "1"))
    assert outcome.counts == Counts(rejected=2)
    assert district.rows("SELECT student_id, ssid FROM students ORDER BY 1") == [
        ("1", "S1"),
        ("2", "S2"),
    ]


FULL = ("student_id", "ssid", "first_name", "last_name", "grade")
WITHOUT_PK = (
    "ALTER TABLE students ALTER grade TYPE varchar; DROP TYPE public.grade_level;"
    "CREATE TYPE public.grade_level AS ENUM ('K', '1', '2', '3');"
    "ALTER TABLE students ALTER grade TYPE public.grade_level USING grade::public.grade_level;"
)


def test_each_column_that_lacks_something_is_named(district: District) -> None:
    district.change(
        "ALTER TABLE students ALTER first_name SET NOT NULL, ALTER last_name SET NOT NULL,"
        " ALTER grade SET NOT NULL"
    )
    outcome = district.load(("1", "S1", None, "Ann", None), fields=FULL)
    assert [(issue.code, issue.field) for issue in outcome.issues] == [
        ("STUDENT_INCOMPLETE", "first_name"),
        ("STUDENT_INCOMPLETE", "grade"),
    ]
    assert "a first name" in outcome.issues[0].message
    assert "a grade" in outcome.issues[1].message
    none = district.load(("1", "S1", "Ann", "K"), fields=("student_id", "ssid", *FULL[3:]))
    (issue,) = none.issues
    assert (issue.field, "no such column" in issue.message) == ("first_name", True)
    assert none.result.rejected == 1


@pytest.mark.parametrize("is_demanded", [True, False])
def test_a_grade_that_the_database_does_not_know_is_named_with_the_way_out(
    district: District, is_demanded: bool
) -> None:
    district.change(WITHOUT_PK + "ALTER TABLE students ALTER grade SET NOT NULL" * is_demanded)
    district.know("2", first_name="Bo", last_name="Li", grade="K")
    outcome = district.load(
        ("1", "S1", "Ann", "Oh", "PK"), ("2", "S2", "Bo", "Li", "TK"), fields=FULL
    )
    assert outcome.codes == [(2, "STUDENT_INCOMPLETE"), (3, "GRADE_NOT_STORED")]
    assert [(issue.field, issue.value) for issue in outcome.issues] == [
        ("grade", "PK"),
        ("grade", "TK"),
    ]
    for issue in outcome.issues:
        assert """ALTER TYPE "public"."grade_level" ADD VALUE 'PK' BEFORE 'K';""" in issue.message
        assert "ADD VALUE '12';" in issue.message
    district.change(outcome.issues[0].message.partition("again: ")[2])
    done = district.load(("1", "S1", "Ann", "Oh", "PK"), ("2", "S2", "Bo", "Li", "TK"), fields=FULL)
    assert done.codes == []
    assert district.rows("SELECT student_id, grade::text FROM students ORDER BY grade") == [
        ("1", "PK"),
        ("2", "TK"),
    ]


def test_a_correction_that_is_overwritten_is_told_and_no_longer_its_authors(
    district: District,
) -> None:
    rows = (("1", "S1", "Ann", "Oh", "K"), ("2", "S2", "Bo", "Li", "1"))
    district.load(*rows, fields=FULL)
    district.change("UPDATE students SET updated_by = 7")
    district.change("UPDATE students SET first_name = 'Anna', grade = '2' WHERE student_id = '1'")
    changes = district.load(*rows, fields=FULL).result.changes
    assert changes.fields == changes.overwritten == {"first_name": 1, "grade": 1}
    assert district.rows("SELECT first_name, updated_by FROM students ORDER BY student_id") == [
        ("Ann", None),
        ("Bo", 7),
    ]
    district.change("UPDATE students SET last_name = 'O' WHERE student_id = '1'")
    changes = district.load(("1", "S1", "Ann", "Ohara", "K"), rows[1], fields=FULL).result.changes
    assert changes.fields == changes.overwritten == {"last_name": 1}


def test_a_table_without_authors_is_updated_too(district: District) -> None:
    district.load(ANN)
    district.change("ALTER TABLE students DROP updated_by")
    assert district.load(("1", "S1", "Anna", "3", "K")).counts == Counts(updated=1)
