"""What a merge says and writes where one thing more or less makes the difference."""

import pytest

from rollbook.core.loading.merge import StudentsTurnedAway
from rollbook.core.loading.staging import Staging
from tests.integration.loading.district import Counts, District

NAMES = ("student_id", "ssid", "first_name", "last_name", "grade")
ANN = ("1", "S1", "Ann", "3", "K")
BO = ("2", "S2", "Bo", "4", "1")
CY = ("3", "S3", "Cy", "5", "2")
FEW_GRADES = (
    "ALTER TABLE students ALTER grade TYPE varchar; DROP TYPE public.grade_level;"
    "CREATE TYPE public.grade_level AS ENUM ('K', '1', '2', '3');"
    "ALTER TABLE students ALTER grade TYPE public.grade_level USING grade::public.grade_level;"
)


def test_other_programs_make_no_student_while_a_file_is_merged(district: District) -> None:
    district.change(
        "CREATE TABLE locks (mode text);"
        "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN "
        "INSERT INTO locks SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND granted"
        " AND relation = 'public.students'::regclass; RETURN NEW; END$$;"
        "CREATE TRIGGER note BEFORE INSERT ON students FOR EACH ROW EXECUTE FUNCTION note()"
    )
    district.load(ANN)
    assert ("ShareRowExclusiveLock",) in district.rows("SELECT mode FROM locks")


def test_an_import_has_room_does_not_wait_forever_and_sees_every_student(
    district: District,
) -> None:
    names = ("work_mem", "lock_timeout", "random_page_cost", "row_security")
    settings = "SELECT " + ", ".join(f"current_setting('{name}')" for name in names)
    district.cursor.execute("SET work_mem = '1MB'")
    before = district.rows(settings)
    district.cursor.connection.commit()
    Staging(district.cursor, ()).create()
    assert district.rows(settings) == [("64MB", "1min", "1.1", "off")]
    district.cursor.connection.commit()
    assert district.rows(settings) == before
    district.cursor.execute("RESET work_mem")


def test_how_many_new_students_a_trigger_has_turned_away_is_told(district: District) -> None:
    district.change(
        "CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN "
        "IF NEW.student_id = '2' THEN RETURN NULL; END IF; RETURN NEW; END$$;"
        "CREATE TRIGGER meddle BEFORE INSERT ON students FOR EACH ROW EXECUTE FUNCTION meddle()"
    )
    with pytest.raises(StudentsTurnedAway, match="didn't save 1 new student as") as error:
        district.load(ANN, BO)
    assert error.value.reason == "students_turned_away"


def test_a_first_file_finds_no_one_of_a_last_one(district: District) -> None:
    result = district.load(ANN).result
    assert (result.missing_from_file, result.newly_missing, result.present_before) == (0, 0, 0)


def test_who_is_not_in_a_file_that_was_cut_is_counted_and_not_missing(district: District) -> None:
    others = [(str(number), f"S{number}", "Di", "3", "K") for number in range(4, 7)]
    district.load(ANN, BO, CY, *others)
    district.load(ANN, CY, *others)
    district.load(ANN, BO, CY, *others, feed_id=2)
    cut = district.load(ANN, is_partial=True, is_cut=True).result
    assert (cut.missing_from_file, cut.newly_missing, cut.present_before) == (1, 4, 5)
    assert district.missing() == ["2"]
    meant = district.load(ANN, is_partial=True).result
    assert (meant.missing_from_file, meant.newly_missing) == (1, 0)
    district.change("DELETE FROM public.students WHERE student_id = '3'")
    assert district.load(ANN, is_partial=True, is_cut=True).result.newly_missing == 3


@pytest.mark.parametrize(("first", "last"), [("Zoe", "Oh"), ("Ann", "Else"), ("Zoe", "Else")])
def test_a_student_with_another_first_or_last_name_counts_once(
    district: District, first: str, last: str
) -> None:
    district.load(("1", "S1", "Ann", "Oh", "K"), fields=NAMES)
    identities = district.load(("1", "S1", first, last, "K"), fields=NAMES).result.identities
    assert identities.names == 1


def test_a_file_without_grades_can_be_merged_where_few_grades_are_known(
    district: District,
) -> None:
    district.change(FEW_GRADES)
    outcome = district.load(("1", "S1", "Ann", "Oh"), fields=NAMES[:4])
    assert (outcome.codes, outcome.counts) == ([], Counts(inserted=1))


def test_a_blank_grade_is_no_unknown_one_where_grades_are_demanded(district: District) -> None:
    district.change(FEW_GRADES + "ALTER TABLE students ALTER grade SET NOT NULL")
    outcome = district.load(
        ("1", "S1", "Ann", "Oh", None), ("2", "S2", "Bo", "Li", "TK"), fields=NAMES
    )
    assert outcome.codes == [(2, "STUDENT_INCOMPLETE"), (3, "STUDENT_INCOMPLETE")]
    blank, unknown = outcome.issues
    assert "needs a grade, and it is blank or was rejected" in blank.message
    assert "ADD VALUE 'TK' BEFORE 'K';" in unknown.message


def test_a_database_that_keeps_grades_as_text_knows_them_all(district: District) -> None:
    district.change("ALTER TABLE students ALTER grade TYPE varchar")
    outcome = district.load(ANN, ("4", "S4", "Di", "3", "TK"))
    assert (outcome.codes, outcome.counts) == ([], Counts(inserted=2))
    assert district.rows("SELECT grade FROM students ORDER BY 1") == [("K",), ("TK",)]


def test_a_number_in_another_writing_in_two_rows_is_not_matched_by_one_of_them(
    district: District,
) -> None:
    district.know("000-0001", first_name="Ann", last_name="Oh")
    rows = (("0000001", None, "Ann", "Oh", "K"), ("0000001", None, "Eva", "Li", "K"))
    outcome = district.load(*rows, fields=NAMES)
    assert outcome.codes == [(2, "DUPLICATE_STUDENT"), (3, "ID_TWIN")]


@pytest.mark.parametrize("has_schools", [True, False])
def test_a_namesake_is_told_by_a_file_without_grades_and_schools(
    district: District, has_schools: bool
) -> None:
    if has_schools:
        district.change("CREATE TABLE public.schools (id serial PRIMARY KEY, name text)")
    district.know("TEMP", first_name="Ann", last_name="Oh", grade="7")
    outcome = district.load(("1", "S1", "Ann", "Oh"), fields=NAMES[:4])
    assert outcome.codes == [(2, "POSSIBLE_TWIN")]


def test_a_file_of_nothing_but_names_tells_who_was_renamed(district: District) -> None:
    fields = ("student_id", "first_name", "last_name")
    district.load(("1", "Ann", "Oh"), ("2", "Bo", "Li"), fields=fields)
    outcome = district.load(("1", "Zoe", "Quill"), ("2", "Max", None), fields=fields)
    (issue,) = outcome.result.renamed
    assert (issue.student_id, issue.field, issue.column) == ("1", "last_name", "Last Name")
    assert issue.value == "Ann Oh → Zoe Quill"


def test_a_name_that_is_cleared_is_no_other_one(district: District) -> None:
    fields = ("student_id", "first_name", "last_name")
    district.load(("1", "Ann", "Oh"), fields=fields)
    outcome = district.load(("1", "Zoe", None), fields=fields, blanks="clear")
    assert outcome.result.renamed == ()


def test_what_another_program_called_a_student_meanwhile_does_not_rename_him(
    district: District,
) -> None:
    fields = ("student_id", "first_name", "last_name")
    district.load(("1", "Ann", "Oh"), fields=fields)
    district.change("UPDATE students SET first_name = 'Zoe', last_name = 'Quill'")
    outcome = district.load(("1", "Ann", "Oh"), fields=fields)
    assert (outcome.counts, outcome.result.renamed) == (Counts(updated=1), ())
