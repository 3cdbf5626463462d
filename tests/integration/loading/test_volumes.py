"""How many students, names and schools one import tells of at most."""

from rollbook.core.loading.known_words import accented_words
from rollbook.core.loading.schools import ConfirmedSchool, SchoolsFound
from tests.integration.loading.district import District

SCHOOLS = ("student_id", "ssid", "school")


def test_5000_students_who_were_renamed_are_told(district: District) -> None:
    fields = ("student_id", "first_name", "last_name")
    rows = [(str(number), "Ann", "Oh") for number in range(5_001)]
    district.load(*rows, fields=fields)
    renamed = district.load(*((number, "Zoe", "Quill") for number, *_ in rows), fields=fields)
    assert len(renamed.result.renamed) == 5_000


def test_20_000_names_and_the_doubts_of_1000_jobs_show_an_encoding(district: District) -> None:
    district.cursor.execute(
        "create table rollbook.issue_kinds (job_id integer, code text, value text)"
    )
    district.change(
        "INSERT INTO public.students (student_id, last_name)"
        " SELECT n, 'ñ' || translate(n::text, '0123456789', 'abcdefghij')"
        " FROM generate_series(100001, 120000) n"
    )
    district.know("7", first_name="Xóchitl", last_name="Zúñiga")
    assert len(accented_words(district.cursor)) == 20_000
    district.change("DELETE FROM public.students WHERE student_id <> '7'")
    assert accented_words(district.cursor) == ("xóchitl", "zúñiga")
    for job, is_recent in ((1_000, True), (1_001, False)):
        district.cursor.execute("TRUNCATE rollbook.issue_kinds")
        district.cursor.execute(
            "INSERT INTO rollbook.issue_kinds VALUES"
            f" (0, 'ENCODING_DOUBTFUL', 'Zúñiga (row 3)'), ({job}, 'NAME_SHORT', NULL)"
        )
        assert ("zúñiga" not in accented_words(district.cursor)) is is_recent


def test_a_hundred_schools_are_named_besides_those_that_the_application_does_not_have(
    district: District,
) -> None:
    district.change("CREATE TABLE public.schools (id serial PRIMARY KEY, name text)")
    absent = {f"Absent {n}": ConfirmedSchool("", "") for n in range(3)}
    rows = [(str(n), f"S{n}", f"School {n:03}") for n in range(103)]
    rows += [(f"9{n}{row}", f"T{n}{row}", f"Absent {n}") for n in range(2) for row in range(2)]
    outcome = district.load(*rows, fields=SCHOOLS, schools=absent)
    found = outcome.result.schools
    assert found == SchoolsFound(
        filled=0, moved=0, overwritten=0, left=103, absent=4, is_written=False,
        issues=found.issues if found else (),
    )  # fmt: skip
    assert len(found.issues) == 100
    first = found.issues[0]
    assert (first.value, first.field, first.column) == ("School 000", "school", "School")


def test_what_came_of_the_mapping_is_counted_by_student(district: District) -> None:
    district.change(
        "CREATE TABLE public.schools (id serial PRIMARY KEY, name text);"
        "INSERT INTO public.schools (name) VALUES ('Oak')"
    )
    schools = {"Oak": ConfirmedSchool("1", "Oak")}
    rows = (("1", "S1", "Oak"), ("2", "S2", "Elm"), ("3", "S3", None))
    first = district.load(*rows, fields=SCHOOLS, schools=schools).result
    assert first.schools is not None
    assert first.schools == SchoolsFound(1, 0, 0, 1, 0, True, first.schools.issues)
    assert (first.without_school, first.are_schools_unreadable) == (2, False)
    (issue,) = first.schools.issues
    assert (issue.code, issue.value, issue.column) == ("SCHOOL_NOT_MAPPED", "Elm", "School")
    again = district.load(*rows, fields=SCHOOLS, schools=schools).result
    assert again.schools == SchoolsFound(0, 0, 0, 1, 0, True, first.schools.issues)


def test_schools_are_counted_by_their_students_and_not_by_one_of_the_fields(
    district: District,
) -> None:
    fields = ("student_id", "absences_ytd", "tardies_ytd", "school")
    schools = [(f"{n}", f"School {n}") for n in range(201)]
    schools += [("1001", "Zenith"), ("1002", "Zenith")]
    district.load(*((key, "1", "1", school) for key, school in schools), fields=fields)
    rows = [
        (key, *(("1", "2") if school == "Zenith" else ("2", "1")), school)
        for key, school in schools
    ]
    updated = district.load(*rows, fields=fields).result.changes.updated
    assert (len(updated), updated["Zenith"]) == (200, 2)


def test_schools_without_mapping_come_by_their_rows_and_then_by_their_names(
    district: District,
) -> None:
    district.change("CREATE TABLE public.schools (id serial PRIMARY KEY, name text)")
    known = [("1", "S1", "Oak"), ("2", "S2", "Oak")]
    schools = {"Absent": ConfirmedSchool("", "")}
    district.load(*known, fields=SCHOOLS, schools=schools)
    new = [("3", "S3", "Elm"), ("4", "S4", "Ash"), ("5", "S5", "Yew"), ("6", "S6", "Bay")]
    found = district.load(*known, *new, fields=SCHOOLS, schools=schools).result.schools
    assert found is not None
    assert [issue.value for issue in found.issues] == ["Oak", "Ash", "Bay", "Elm", "Yew"]


def test_a_known_student_who_gets_a_first_school_is_no_other_one(district: District) -> None:
    district.know("1", "S1")
    district.change(
        "CREATE TABLE public.schools (id serial PRIMARY KEY, name text);"
        "INSERT INTO public.schools (name) VALUES ('Oak')"
    )
    schools = {"Oak": ConfirmedSchool("1", "Oak")}
    result = district.load(("1", "S1", "Oak"), fields=SCHOOLS, schools=schools).result
    assert result.schools is not None
    assert (result.schools.moved, result.identities.school) == (1, 0)
