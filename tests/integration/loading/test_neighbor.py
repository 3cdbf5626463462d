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
