"""Which values an import replaces that another hand had written since the last import."""

from typing import Any

from tests.integration.loading.district import District
from tests.integration.loading.test_undo import ANN, BO, undone


def marked(district: District) -> list[tuple[Any, ...]]:
    """Row and fields of the last import."""
    return district.rows(
        "SELECT c.row_number, array_agg(i.fields[p] ORDER BY p) FROM rollbook.student_changes c"
        " JOIN rollbook.import_changes i USING (job_id) CROSS JOIN LATERAL unnest(c.by_others) p"
        f" WHERE c.job_id = {district.last_job} GROUP BY 1 ORDER BY 1"
    )


def absences(number: int) -> str:
    return f"UPDATE student_data_snapshots SET absences_ytd = {number} WHERE ssid = 'S1'"


def test_a_value_of_either_table_is_marked_whatever_the_file_brings(district: District) -> None:
    district.load(ANN, BO)
    district.change(absences(9))
    district.change("UPDATE students SET last_name = 'X' WHERE student_id = '2'")
    outcome = district.load(("1", "S1", "Anna", "4", "4"), BO)
    assert marked(district) == [(2, ["absences_ytd"]), (3, ["students.last_name"])]
    assert outcome.result.changes.overwritten == {"absences_ytd": 1, "last_name": 1}


def test_what_imports_alone_have_written_is_not_marked(district: District) -> None:
    district.load(ANN, BO)
    district.load(("1", "S1", "Ann", "4", "4"), BO, feed_id=2)
    district.load(("1", "S1", "Ann", None, "5"), BO, blanks="clear")
    district.load(("1", "S1", "Ann", "6", "6"), BO)
    assert marked(district) == []


def test_a_blank_that_the_import_which_made_the_student_left_counts_as_left(
    district: District,
) -> None:
    district.load(("1", "S1", "Ann", None, "4"))
    district.change(absences(9))
    assert district.load(ANN).result.changes.overwritten == {"absences_ytd": 1}


def test_a_value_that_an_import_in_between_passed_over_is_still_another_hands(
    district: District,
) -> None:
    district.load(ANN)
    district.change(absences(9))
    district.load(("1", "S1", "Ann", "5"), fields=("student_id", "ssid", "last_name", "grade"))
    assert district.load(ANN).result.changes.overwritten == {"absences_ytd": 1}


def test_what_was_there_before_any_record_is_nobodys(district: District) -> None:
    district.know("1", "S1", last_name="Theirs")
    assert district.load(ANN).result.changes.overwritten == {}


def test_an_undone_import_has_left_nothing(district: District) -> None:
    district.load(ANN)
    district.load(("1", "S1", "Ann", "5", "4"))
    undone(district)
    assert district.load(("1", "S1", "Ann", "6", "4")).result.changes.overwritten == {}
    district.change(absences(9))
    assert district.load(ANN).result.changes.overwritten == {"absences_ytd": 1}


def test_a_dry_run_marks_what_the_import_would(district: District) -> None:
    district.load(ANN)
    district.change(absences(9))
    district.load(ANN, is_dry_run=True)
    assert marked(district) == [(2, ["absences_ytd"])]
