"""`students.school_id` is written where a person has said which school is meant, and only there."""

from collections.abc import Mapping
from typing import Any

import pytest

from rollbook.core.loading.schools import MOST_NAMED, ConfirmedSchool, SchoolsFound
from tests.integration.loading.district import Counts, District, Outcome, Staged

FIELDS = ("student_id", "ssid", "first_name", "last_name", "grade", "school")
OAK, ELM = ConfirmedSchool("1", "Oak Elementary"), ConfirmedSchool("2", "Elm Middle")
BOTH = {"Oak": OAK, "Elm": ELM}
ANN = ("1", "S1", "Ann", "Oh", "3", "Oak")
BO = ("2", "S2", "Bo", "Li", "6", "Elm")


@pytest.fixture
def neighbor(district: District) -> District:
    district.change(
        "CREATE TABLE public.schools (id serial PRIMARY KEY, name varchar(255) NOT NULL);"
        "INSERT INTO public.schools (name) VALUES ('Oak Elementary'), ('Elm Middle');"
        "ALTER TABLE students ADD FOREIGN KEY (school_id) REFERENCES public.schools (id)"
    )
    return district


def load(
    district: District,
    *rows: tuple[str | None, ...] | Staged,
    schools: Mapping[str, ConfirmedSchool] = BOTH,
    **rules: Any,
) -> Outcome:
    return district.load(*rows, fields=FIELDS, schools=schools, **rules)


def found(outcome: Outcome) -> SchoolsFound:
    assert outcome.result.schools is not None
    return outcome.result.schools


def school_ids(district: District) -> list[tuple[str, int | None]]:
    return district.rows("SELECT student_id, school_id FROM students ORDER BY student_id")


def test_new_students_get_their_school_and_the_same_file_writes_nothing(neighbor: District) -> None:
    outcome = load(neighbor, ANN, BO)
    assert school_ids(neighbor) == [("1", 1), ("2", 2)]
    assert (outcome.result.without_school, outcome.codes) == (0, [])
    assert "2 new students were given the mapped school" in next(found(outcome).notes())
    before = neighbor.versions()
    assert load(neighbor, ANN, BO).counts == Counts(unchanged=2)
    assert neighbor.versions() == before


def test_a_student_who_moves_gets_the_new_school_and_is_counted(neighbor: District) -> None:
    load(neighbor, ANN, BO)
    moved = load(neighbor, (*ANN[:5], "Elm"), BO)
    assert school_ids(neighbor) == [("1", 2), ("2", 2)]
    assert moved.result.changes.fields == {"school": 1, "school_id": 1}
    assert moved.result.changes.overwritten == {}
    assert moved.result.identities.school == 1
    assert [*found(moved).notes()] == ["school_id: 1 known student was given the mapped school."]


def test_a_school_without_mapping_is_told_once_with_its_rows_and_never_guessed(
    neighbor: District,
) -> None:
    load(neighbor, ANN)
    rows = [(str(n), f"S{n}", "Di", "Oh", "3", "Elm Middle") for n in range(3, 6)]
    outcome = load(neighbor, (*ANN[:5], "Elm Middle"), *rows)
    assert school_ids(neighbor) == [("1", 1), ("3", None), ("4", None), ("5", None)]
    (issue,) = found(outcome).issues
    assert (issue.code, issue.row, issue.value) == ("SCHOOL_NOT_MAPPED", None, "Elm Middle")
    assert "isn't matched to one of the application" in issue.message
    assert "4 rows" in issue.message
    assert "Elm" not in issue.message
    assert outcome.result.without_school == 3


@pytest.mark.parametrize("blanks", ["keep", "clear"])
def test_a_blank_or_refused_school_keeps_what_is_there(neighbor: District, blanks: str) -> None:
    load(neighbor, ANN, BO)
    refused = Staged((*BO[:5], None), refused=("school",))
    outcome = load(neighbor, (*ANN[:5], None), refused, blanks=blanks)
    assert school_ids(neighbor) == [("1", 1), ("2", 2)]
    assert (found(outcome).left, found(outcome).issues) == (0, ())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE students SET school_id = NULL; DELETE FROM public.schools WHERE id = 1",
        "UPDATE public.schools SET name = 'Another' WHERE id = 1",
    ],
)
def test_a_mapped_school_that_is_gone_is_told_and_not_written(
    neighbor: District, statement: str
) -> None:
    neighbor.change(statement)
    assert found(load(neighbor, BO)).issues == ()  # the file does not name it
    outcome = load(neighbor, ANN, BO)
    assert school_ids(neighbor) == [("1", None), ("2", 2)]
    (issue,) = found(outcome).issues
    assert (issue.code, issue.value) == ("SCHOOL_GONE", "Oak")
    assert "the application no longer has" in issue.message
    assert "1 row of" in issue.message
    assert outcome.result.without_school == 1


def test_a_school_that_is_only_written_otherwise_now_is_the_same(neighbor: District) -> None:
    neighbor.change("UPDATE public.schools SET name = 'OAK, Elementary' WHERE id = 1")
    load(neighbor, ANN)
    assert school_ids(neighbor) == [("1", 1)]


def test_what_a_person_corrected_is_overwritten_and_told(neighbor: District) -> None:
    neighbor.change("ALTER TABLE students ADD IF NOT EXISTS updated_by integer")
    load(neighbor, ANN, BO)
    neighbor.change("UPDATE students SET school_id = 2, updated_by = 7 WHERE student_id = '1'")
    outcome = load(neighbor, ANN, BO)
    assert neighbor.rows("SELECT school_id, updated_by FROM students ORDER BY student_id") == [
        (1, None),
        (2, None),
    ]
    assert outcome.result.changes.overwritten == {"school_id": 1}
    assert outcome.result.identities.school == 1
    assert any("someone changed it" in note for note in found(outcome).notes())


def test_without_mapping_or_without_the_column_nothing_is_written(neighbor: District) -> None:
    outcome = load(neighbor, ANN, schools={})
    assert (outcome.result.schools, outcome.result.without_school) == (None, 1)
    without = neighbor.load(BO[:5], fields=FIELDS[:5], schools=BOTH)
    assert (without.result.schools, without.result.without_school) == (None, 1)
    aside = neighbor.load(BO, fields=FIELDS, set_aside=("school",), schools=BOTH)
    assert aside.result.schools is None
    assert school_ids(neighbor) == [("1", None), ("2", None)]


def test_standing_alone_a_mapping_of_another_database_is_told(district: District) -> None:
    outcome = load(district, ANN)
    assert outcome.result.are_schools_unreadable
    assert load(district, ANN, schools={}).result.are_schools_unreadable is False


@pytest.mark.parametrize("name", ['100% "Oak"', "O'k {x}", "Ök\\u0041", "%s", "%(now)s"])
def test_any_name_can_be_mapped(neighbor: District, name: str) -> None:
    load(neighbor, (*ANN[:5], name.replace("\\", "\\\\")), schools={name: OAK})
    assert school_ids(neighbor) == [("1", 1)]


def test_schools_may_be_numbered_by_any_type(district: District) -> None:
    key = "7c0e3b5e-5d3f-4d59-9d5b-000000000001"
    district.change(
        "CREATE TABLE public.schools (id uuid PRIMARY KEY, name text);"
        f"INSERT INTO public.schools VALUES ('{key}', 'Oak');"
        "ALTER TABLE students DROP COLUMN school_id; ALTER TABLE students ADD school_id uuid"
    )
    load(district, ANN, schools={"Oak": ConfirmedSchool(key, "Oak")})
    assert [str(each) for _, each in school_ids(district)] == [key]


@pytest.mark.parametrize(("stored", "is_told"), [(1, True), (2, False), (None, True)])
def test_a_namesake_is_another_child_where_the_mapping_says_so(
    neighbor: District, stored: int | None, is_told: bool
) -> None:
    """The application has no school of the file's name: without a mapping all three are told."""
    neighbor.know("TEMP", first_name="Ann", last_name="Oh", grade="3")
    neighbor.change(f"UPDATE students SET school_id = {stored or 'NULL'}")
    outcome = load(neighbor, ANN)
    assert ([code for _, code in outcome.codes] == ["POSSIBLE_TWIN"]) is is_told


def test_the_first_import_beside_others_counts_other_schools(neighbor: District) -> None:
    neighbor.know("1", first_name="Ann", last_name="Oh")
    neighbor.know("2", first_name="Bo", last_name="Li")
    neighbor.change("UPDATE students SET school_id = 2")
    adoption = load(neighbor, ANN, BO).result.adoption
    assert adoption is not None
    assert (adoption.matched, adoption.differing_names, adoption.differing_schools) == (2, 0, 1)


def test_of_more_schools_than_are_named_all_rows_count_and_the_largest_come_first(
    neighbor: District,
) -> None:
    names = [f"School {number:03}" for number in range(MOST_NAMED + 5)]
    given = [*names, names[0], names[1], names[1]]
    outcome = load(neighbor, *((str(n), f"S{n}", "Di", "Oh", "3", s) for n, s in enumerate(given)))
    issues = found(outcome).issues
    assert len(issues) == MOST_NAMED
    assert [issue.value for issue in issues[:3]] == ["School 001", "School 000", "School 002"]
    assert outcome.result.without_school == len(given)


def test_a_table_of_schools_without_their_names_is_nobodys_list(district: District) -> None:
    district.change("CREATE TABLE public.schools (id serial PRIMARY KEY, title text)")
    district.know("8", first_name="Ann", last_name="Oh")
    outcome = load(district, ANN, BO, schools={})
    assert (outcome.counts, outcome.result.without_school) == (Counts(inserted=2), 2)
    assert outcome.codes == [(2, "POSSIBLE_TWIN")]


@pytest.mark.parametrize(
    "change",
    [
        "DROP TABLE IF EXISTS public.schools",
        "CREATE TABLE public.schools (id serial PRIMARY KEY, name text);"
        "ALTER TABLE students DROP COLUMN school_id",
    ],
)
def test_no_student_lacks_a_school_where_students_refer_to_none(
    district: District, change: str
) -> None:
    district.change(change)
    outcome = load(district, ANN, BO, schools={})
    assert (outcome.counts, outcome.result.without_school) == (Counts(inserted=2), 0)
