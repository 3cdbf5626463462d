"""For arbitrary files: an undone import was never there, and a later one keeps its values."""

from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.integration.loading.district import FIELDS, District, Staged
from tests.integration.loading.test_properties import ROWS, shared_ssids
from tests.integration.loading.test_undo import kept, state, undone

EDITS = st.sampled_from([
    "SELECT 1",
    "UPDATE students SET last_name = 'Edited' WHERE student_id = '1'",
    "UPDATE students SET grade = NULL, ssid = NULL WHERE student_id IN ('2', '3')",
    "UPDATE student_data_snapshots SET absences_ytd = 99",
    "DELETE FROM student_data_snapshots WHERE absences_ytd = 3",
    "INSERT INTO students (student_id, ssid, last_name) SELECT '77', '7', 'Theirs'"
    " WHERE NOT EXISTS (SELECT FROM students WHERE ssid = '7')",
])  # fmt: skip
"""What another hand does. No two students share an SSID: an undo would not give it back."""
BLANKS = st.sampled_from(["keep", "clear"])
unhurried = settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)


@unhurried
@given(first=ROWS, edit=EDITS, second=ROWS, blanks=BLANKS, is_partial=st.booleans())
def test_an_import_that_is_undone_was_never_there(
    district: District,
    first: list[Staged],
    edit: str,
    second: list[Staged],
    blanks: str,
    is_partial: bool,
) -> None:
    district.empty()
    district.load(*first)
    district.change(edit)
    before = state(district)
    district.load(*second, blanks=blanks, is_partial=is_partial)
    found = undone(district)
    assert (found.students_kept, found.values_kept) == (0, 0)
    assert state(district) == before


@unhurried
@given(first=ROWS, second=ROWS, third=ROWS, blanks=BLANKS)
def test_of_three_imports_the_second_is_undone_and_the_values_of_the_third_stay(
    district: District,
    first: list[Staged],
    second: list[Staged],
    third: list[Staged],
    blanks: str,
) -> None:
    district.empty()
    district.load(*first)
    after_first = _values(district)
    district.load(*second, blanks=blanks)
    job, after_second = district.last_job, _values(district)
    district.load(*third, blanks=blanks)
    after_third = _values(district)
    undone(district, job)
    now = _values(district)
    taken = set(
        district.rows("SELECT student_id, field FROM rollbook.undo_kept WHERE why = 'ssid_taken'")
    )
    for student, values in after_third.items():
        old = after_second.get(student)
        if old is None or values != old:
            assert student in now, "the third created or changed the student"
        for field, value in values.items() if student in now else ():
            if old is None or old[field] != value:
                assert now[student][field] == value, "the third brought it"
            elif (student, field.removeprefix("students.")) in taken:
                continue
            elif student in after_first and after_first[student] != {}:
                assert now[student][field] == after_first[student][field]


@unhurried
@given(first=ROWS, second=ROWS, third=ROWS, blanks=BLANKS, is_narrow=st.booleans())
def test_two_imports_that_are_undone_the_older_first_were_never_there(
    district: District,
    first: list[Staged],
    second: list[Staged],
    third: list[Staged],
    blanks: str,
    is_narrow: bool,
) -> None:
    district.empty()
    district.load(*first)
    before = state(district)
    jobs: list[int] = []
    for rows in (second, third):
        fields = FIELDS
        if is_narrow and jobs:
            fields = tuple(reversed(FIELDS[:-1]))
            rows = [replace(each, values=each.values[-2::-1]) for each in rows]
        district.load(*rows, fields=fields, blanks=blanks)
        jobs.append(district.last_job)
    undone(district, jobs[0])
    assert shared_ssids(district) == []
    assume(not any(why == "ssid_taken" for *_, why in kept(district)))
    undone(district, jobs[1])
    assert state(district) == before


def _values(district: District) -> dict[int, dict[str, Any]]:
    """All values of each student, by the number of the row."""
    found = district.rows(
        "SELECT k.id, to_jsonb(k) - 'updated_at', to_jsonb(n) - '{id,imported_at,import_job_id,"
        "created_at,updated_at,student_id}'::text[] FROM students k"
        " LEFT JOIN student_data_snapshots n ON n.student_id = k.id"
    )
    return {
        number: {f"students.{name}": value for name, value in student.items()} | (data or {})
        for number, student, data in found
    }
