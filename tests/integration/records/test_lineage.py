"""Where each value of a student came from."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import CommandLine, student, write_csv

Night = Callable[..., int]
Change = Callable[[str], None]


@pytest.fixture
def night(records: str, rollbook: CommandLine, tmp_path: Path) -> Night:
    """Import student 1 with these values, in row 3; return the job's number."""
    numbers: Iterator[int] = iter(range(1, 100))

    def load(*options: str, **values: Any) -> int:
        rows = student(2), student(1, **values)
        file = write_csv(tmp_path / f"night_{next(numbers)}.csv", *rows)
        done = rollbook.json("import", file, "--force", *options)
        return int(done["job"])

    return load


@pytest.fixture
def change(records: str) -> Change:
    """Change the database as another program would."""

    def execute(statement: str) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(statement)

    return execute


def of(field: str) -> Any:
    """The lineage of one field of student 1."""
    from rollbook.records.queries.lineage import lineage_of

    return lineage_of("0000001").fields[field]


def had(field: str) -> list[tuple[Any, int | None]]:
    """Every value of the field with the import that brought it."""
    return [(each.value, each.change and each.change.job) for each in of(field).had]


def test_a_value_has_the_import_file_and_row_that_brought_it_and_the_value_before(
    night: Night,
) -> None:
    first = night(absences=3)
    second = night(absences=5)
    night(absences=5, grade=4)
    found = of("absences_ytd")
    brought = found.brought
    assert (found.value, brought.before, brought.is_before_known) == (5, 3, True)
    assert (brought.job, brought.file, brought.row) == (second, "night_2.csv", 3)
    assert brought.feed == "files"
    assert had("absences_ytd") == [(5, second), (3, first)]


def test_of_a_new_student_no_value_before_is_claimed(night: Night) -> None:
    first = night(absences=3)
    brought = of("absences_ytd").brought
    assert (brought.job, brought.before, brought.is_before_known) == (first, None, False)


def test_what_students_holds_has_a_lineage_of_its_own(night: Night, change: Change) -> None:
    first = night(grade=3)
    second = night(grade=4)
    change("UPDATE public.student_data_snapshots SET grade = '5'")
    assert had("students.grade") == [("4", second), ("3", first)]
    assert had("grade") == [("5", None), ("4", second), ("3", first)]


def test_percentages_are_compared_as_numbers(night: Night) -> None:
    night()
    found = of("attendance_percentage")
    assert (float(found.value), found.is_by_another_hand) == (98.0, False)


def test_a_value_that_another_hand_changed_since_is_not_the_imports(
    night: Night, change: Change
) -> None:
    first = night(absences=3)
    change("UPDATE public.student_data_snapshots SET absences_ytd = 4")
    found = of("absences_ytd")
    assert (found.is_by_another_hand, found.brought, found.newest.job) == (True, None, first)
    assert had("absences_ytd") == [(4, None), (3, first)]


def test_what_another_hand_wrote_between_two_imports_is_among_the_values(
    night: Night, change: Change
) -> None:
    first = night(absences=3)
    change("UPDATE public.student_data_snapshots SET absences_ytd = 4")
    second = night(absences=3, grade=4)
    assert had("absences_ytd") == [(3, second), (4, None), (3, first)]
    assert of("absences_ytd").brought.before == 4


def protect() -> None:
    """Protect the absences of student 1, once another hand has written them."""
    from rollbook.records.operations.protections import Wish, protect_value
    from rollbook.records.queries.lineage import lineage_of

    wish = Wish(lineage_of("0000001").number, "absences_ytd", "Counted by hand")
    protect_value(wish, actor="ada")


def test_a_value_that_a_person_protected_is_that_persons_until_someone_writes_another(
    night: Night, change: Change
) -> None:
    first = night(absences=3)
    change("UPDATE public.student_data_snapshots SET absences_ytd = 4")
    protect()
    night(absences=6)
    found = of("absences_ytd")
    assert (found.kept.by, found.kept.reason) == ("ada", "Counted by hand")
    assert (found.is_by_another_hand, found.brought, found.newest.job) == (False, None, first)
    assert [each.kept for each in found.had] == [found.kept, None]
    change("UPDATE public.student_data_snapshots SET absences_ytd = 5")
    found = of("absences_ytd")
    assert (found.is_by_another_hand, found.kept) == (True, None)


def test_a_protected_value_that_an_import_has_replaced_is_still_that_persons(
    night: Night, change: Change
) -> None:
    first = night(absences=3)
    change("UPDATE public.student_data_snapshots SET absences_ytd = 4")
    protect()
    change("UPDATE rollbook.protected_values SET ended_at = now(), why_ended = 'released'")
    second = night(absences=6)
    change("UPDATE public.student_data_snapshots SET absences_ytd = 4")
    assert had("absences_ytd") == [(4, None), (6, second), (4, None), (3, first)]
    hands = [each.kept and each.kept.by for each in of("absences_ytd").had]
    assert hands == [None, None, "ada", None]


def test_a_protected_value_that_an_import_brought_is_the_imports(night: Night) -> None:
    first = night(absences=3)
    protect()
    found = of("absences_ytd")
    assert (found.brought.job, found.kept) == (first, None)


def test_a_value_of_before_the_record_is_not_on_record(night: Night, change: Change) -> None:
    from rollbook.records.queries.lineage import lineage_of

    first = night(absences=3)
    change("DELETE FROM rollbook.student_changes")
    assert had("absences_ytd") == [(3, None)]
    assert of("absences_ytd").is_by_another_hand is False
    assert lineage_of("0000001").import_job == first
    second = night(absences=5)
    assert had("absences_ytd") == [(5, second), (3, None)]


def test_a_compacted_record_knows_the_last_import_but_no_value_before(
    night: Night, change: Change
) -> None:
    night(absences=3)
    second = night(absences=5)
    change(
        "UPDATE rollbook.student_changes SET before = NULL, after = CASE WHEN is_new THEN NULL"
        " ELSE after END; UPDATE rollbook.import_changes SET is_compact = true"
    )
    assert had("absences_ytd") == [(5, second)]
    assert of("absences_ytd").brought.is_before_known is False


def test_what_a_check_would_have_changed_brought_nothing(night: Night, change: Change) -> None:
    first = night(absences=3)
    second = night(absences=5)
    change(f"UPDATE rollbook.import_changes SET is_stored = false WHERE job_id = {second}")
    change("UPDATE public.student_data_snapshots SET absences_ytd = 3")
    assert had("absences_ytd") == [(3, first)]


def test_a_student_of_another_program_has_values_that_no_import_brought(
    records: str, change: Change
) -> None:
    from rollbook.records.queries.lineage import lineage_of

    change("INSERT INTO public.students (student_id, last_name) VALUES ('0000001', 'Lovelace')")
    found = lineage_of("0000001")
    assert (found.imported_at, found.import_job) == (None, None)
    assert had("students.last_name") == [("Lovelace", None)]
    assert had("absences_ytd") == [(None, None)]


@pytest.mark.usefixtures("records")
def test_an_unknown_student_is_refused_without_repeating_the_number() -> None:
    from rollbook.records.queries.lineage import NoSuchStudent, lineage_of

    with pytest.raises(NoSuchStudent) as refused:
        lineage_of("marker-4711")
    assert "4711" not in str(refused.value)
