"""Which values an import replaces that another hand had written since the last import."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rollbook.core.loading import change_record
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


def test_values_are_looked_for_in_every_row_however_few_at_once(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change_record, "AT_ONCE", 1)
    district.load(ANN, BO)
    district.change(absences(9))
    new = [(f"{number}", f"S{number}", "New", "1", "4") for number in (3, 4, 5)]
    district.load(*new, ("1", "S1", "Ann", "4", "4"), BO)
    assert marked(district) == [(5, ["absences_ytd"])]


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


def test_an_import_that_ran_after_one_with_a_higher_number_has_left_the_last_value(
    district: District,
) -> None:
    with_number(district, 8)
    district.load(ANN)
    with_number(district, 5)
    district.load(("1", "S1", "Ann", "5", "4"))
    with_number(district, 9)
    assert district.load(ANN).result.changes.overwritten == {}
    district.change(absences(5))
    assert district.load(("1", "S1", "Ann", "6", "4")).result.changes.overwritten == {
        "absences_ytd": 1
    }


def with_number(district: District, number: int) -> None:
    """Give the next job this number, as if it had been queued earlier or later."""
    district.change(f"SELECT setval(pg_get_serial_sequence('public.jobs', 'id'), {number}, false)")


COUNTS = ("absences_ytd", "tardies_ytd")
CELLS = st.sampled_from([None, "3", "4"])
NIGHTS = st.permutations(range(1, 5)).flatmap(
    lambda numbers: st.tuples(
        *(
            st.tuples(
                st.just(number),
                st.lists(CELLS, min_size=1, max_size=2),
                st.lists(st.tuples(st.sampled_from(COUNTS), CELLS), max_size=2),
            )
            for number in numbers
        )
    )
)
"""Of each night: the number of its job, the cells of its file, what another hand writes then."""


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(nights=NIGHTS)
def test_what_another_hand_wrote_is_found_after_any_nights_in_any_order_of_their_jobs(
    district: District,
    nights: tuple[tuple[int, list[str | None], list[tuple[str, str | None]]], ...],
) -> None:
    district.empty()
    stored: dict[str, str | None] = dict.fromkeys(COUNTS)
    left: dict[str, str | None] = {}
    for place, (number, cells, edits) in enumerate(nights):
        with_number(district, number)
        of_file = dict(zip(COUNTS, cells, strict=False))
        changed = {
            name: value
            for name, value in of_file.items()
            if value is not None and value != stored[name]
        }
        others = {name for name in changed.keys() & left.keys() if left[name] != stored[name]}
        outcome = district.load(("1", *cells), fields=("student_id", *of_file))
        assert outcome.result.changes.overwritten == dict.fromkeys(others, 1)
        left |= of_file if place == 0 else changed
        stored |= changed
        for name, value in edits:
            district.change(f"UPDATE student_data_snapshots SET {name} = {value or 'NULL'}")
            stored[name] = value
