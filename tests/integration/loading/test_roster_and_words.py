"""What is asked of the tables after and before a merge: the roster, and words with accents."""

from rollbook.core.loading.changes import count_roster
from rollbook.core.loading.known_words import RECENT_JOBS, accented_words
from tests.integration.loading.district import District

FIELDS = ("student_id", "last_name", "school", "grade")


def test_the_roster_counts_the_students_of_the_last_file_by_school_and_by_grade(
    district: District,
) -> None:
    everybody = [
        ("1", "A", "North", "K"),
        ("2", "B", "North", "1"),
        ("3", "C", None, "1"),
        ("4", "D", "South", None),
    ]
    district.load(*everybody, fields=FIELDS)
    district.load(*everybody[:3], fields=FIELDS)
    district.cursor.execute("create temporary table seen as select id as student from students")
    district.cursor.execute("delete from seen where student in (select max(id) from students)")
    assert count_roster(district.cursor) == {
        "schools": {"North": 2, "": 1},
        "grades": {"K": 1, "1": 2},
    }


def test_a_word_shows_an_encoding_unless_a_recent_import_has_doubted_it(
    district: District,
) -> None:
    district.cursor.execute(
        "create table rollbook.issue_kinds (job_id integer, code text, value text)"
    )
    district.load(("1", "Núñez", None, None), ("2", "Smith", None, None), fields=FIELDS)
    district.know("3", first_name="Zoë", last_name="O’Brien")
    district.know("4", first_name="José", last_name="Núñez")
    assert accented_words(district.cursor) == ("josé", "núñez", "o’brien", "zoë")

    def doubt(job: int, code: str, value: str | None) -> None:
        district.cursor.execute(
            "insert into rollbook.issue_kinds values (%s, %s, %s)", [job, code, value]
        )

    doubt(1, "ENCODING_DOUBTFUL", "José (row 3); Zoë (row 4)")
    doubt(2, "NAME_SHORT", "Núñez")
    doubt(2, "ENCODING_DOUBTFUL", None)
    assert accented_words(district.cursor) == ("núñez", "o’brien")
    doubt(2 + RECENT_JOBS, "NAME_SHORT", None)
    assert accented_words(district.cursor) == ("josé", "núñez", "o’brien", "zoë")
