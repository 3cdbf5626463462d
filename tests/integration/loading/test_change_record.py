"""What an import writes down of each student whom it creates or changes."""

from typing import Any

from tests.integration.loading.district import District, Rejected, Staged

ANN = ("1", "S1", "Ann", "3", "4")
BO = ("2", "S2", "Bo", "5", "K")


def recorded(district: District, job: int | None = None) -> list[tuple[Any, ...]]:
    """Row, Student ID, and per field that changed the value before and after.

    Of a known student, the places that are named as changed are those.
    """
    found = district.rows(
        "SELECT c.row_number, k.student_id, c.is_new, c.had_data,"
        " (SELECT json_object_agg(f.name, json_build_array(f.before, f.after) ORDER BY f.name)"
        "  FROM unnest(i.fields, c.before, c.after) AS f(name, before, after)"
        "  WHERE f.before IS DISTINCT FROM f.after),"
        " ARRAY(SELECT i.fields[place] FROM unnest(c.changed) AS f(place) ORDER BY 1)"
        " FROM rollbook.student_changes c JOIN rollbook.import_changes i USING (job_id)"
        " JOIN students k ON k.id = c.student_id"
        f" WHERE c.job_id = {job or district.last_job} ORDER BY c.row_number"
    )
    for *_, is_new, _, values, changed in found:
        assert changed == ([] if is_new else sorted(values or {}))
    return [(*row[:4], dict(row[4] or {})) for row in found]


def presence_recorded(district: District) -> list[tuple[Any, ...]]:
    return district.rows(
        "SELECT k.student_id, c.missing_since::date::text FROM rollbook.presence_changes c"
        " JOIN students k ON k.id = c.student_id"
        f" WHERE c.job_id = {district.last_job} ORDER BY 1"
    )


def test_a_new_student_is_recorded_with_the_row_and_all_that_the_file_said(
    district: District,
) -> None:
    district.load(("1", None, "Ann", "3", "K"))
    [(row, number, is_new, had_data, values)] = recorded(district)
    assert (row, number, is_new, had_data) == (2, "1", True, False)
    assert values == {
        "absences_ytd": [None, "3"], "grade": [None, "K"], "last_name": [None, "Ann"],
        "students.grade": [None, "K"], "students.last_name": [None, "Ann"],
    }  # fmt: skip


def test_a_known_student_is_recorded_with_the_fields_that_become_others_alone(
    district: District,
) -> None:
    district.load(ANN, BO)
    first = district.last_job
    district.load(ANN, ("2", "S2", "Bo", "6", "1"))
    [(row, number, is_new, had_data, values)] = recorded(district)
    assert (row, number, is_new, had_data) == (3, "2", False, True)
    assert values == {
        "absences_ytd": ["5", "6"], "grade": ["K", "1"], "students.grade": ["K", "1"],
    }  # fmt: skip
    assert district.rows(
        "SELECT import_job_id, imported_at::date::text FROM rollbook.student_changes"
        f" WHERE job_id = {district.last_job}"
    ) == [(first, "2026-01-12")]


def test_an_import_in_which_nothing_changes_is_recorded_without_a_student(
    district: District,
) -> None:
    district.load(ANN)
    district.load(ANN)
    assert recorded(district) == []
    assert district.rows("SELECT count(*) FROM rollbook.import_changes") == [(2,)]


def test_a_value_that_is_cleared_is_recorded_with_nothing_after(district: District) -> None:
    district.load(ANN)
    district.load(("1", "S1", "Ann", None, "4"), blanks="clear")
    [(*_, values)] = recorded(district)
    assert values == {"absences_ytd": ["3", None]}


def test_a_blank_that_keeps_the_value_is_no_change(district: District) -> None:
    district.load(ANN)
    district.load(("1", None, None, None, None), blanks="keep")
    assert recorded(district) == []


def test_a_neighbors_student_is_recorded_as_known_but_without_data(district: District) -> None:
    district.know("1", last_name="Old")
    district.load(("1", None, "Ann", None, None))
    assert recorded(district) == [
        (2, "1", False, False, {"last_name": [None, "Ann"], "students.last_name": ["Old", "Ann"]})
    ]


def test_a_neighbors_student_of_whom_the_file_says_nothing_is_recorded_too(
    district: District,
) -> None:
    district.know("1")
    district.load(("1", None, None, None, None))
    assert recorded(district) == [(2, "1", False, False, {})]


def test_what_another_hand_has_changed_is_recorded_as_it_was(district: District) -> None:
    district.load(ANN)
    district.change("UPDATE students SET last_name = 'Anna'")
    district.load(ANN)
    [(*_, values)] = recorded(district)
    assert values == {"students.last_name": ["Anna", "Ann"]}


def test_a_rejected_row_and_a_column_set_aside_are_not_recorded(district: District) -> None:
    district.load(ANN, BO)
    district.load(
        Staged(("1", "S1", "Ann", None, "5"), refused=("absences_ytd",)),
        set_aside=["grade"],
        rejected=[Rejected(3, ("2",))],
    )
    assert recorded(district) == []
    assert (
        "grade"
        not in district.rows("SELECT fields FROM rollbook.import_changes ORDER BY id DESC LIMIT 1")[
            0
        ][0]
    )


def test_who_is_missing_and_who_is_back_is_recorded_as_it_was_before(district: District) -> None:
    district.load(ANN, BO)
    assert presence_recorded(district) == []
    district.load(ANN)
    assert presence_recorded(district) == [("2", None)]
    district.load(ANN)
    assert presence_recorded(district) == []
    district.load(ANN, BO)
    assert presence_recorded(district) == [("2", "2026-01-13")]


def test_presence_knows_the_import_that_first_named_a_student(district: District) -> None:
    district.load(ANN)
    first = district.last_job
    district.load(ANN, BO)
    assert district.rows(
        "SELECT k.student_id, p.first_job_id FROM rollbook.presence p"
        " JOIN students k ON k.id = p.student_id ORDER BY 1"
    ) == [("1", first), ("2", district.last_job)]
