"""A result says what a number was in the import before, where it is another now."""

from typing import Any

import pytest

from rollbook.core.report import Counts, Report

pytestmark = pytest.mark.usefixtures("django_ready")


def job(number: int, *, errors: int = 8, warnings: int = 6, missing: int = 22) -> Any:
    from rollbook.records.queries.jobs import JobView

    counts = Counts(total=2000, missing_from_file=missing)
    report = Report(
        status="completed", stored=True, counts=counts, errors=errors, warnings=warnings
    )
    return JobView(number, "sis", "x", None, None, report)


def notes(now: Any, before: Any) -> dict[str, str]:
    from rollbook.web.pages.imports.result import tiles

    found = tiles(now, None, before, is_administrator=False)
    return {tile.label: tile.note for tile in found}


def test_what_is_another_number_than_last_time_is_told_and_nothing_else() -> None:
    told = notes(job(2), job(1, errors=1_003, missing=20))
    assert told["To fix"] == "problems, imported without the value, 1,003 to fix last time"
    assert told["Warnings"] == "worth a look"
    assert told["Not in file"] == "left as they are, 20 last time"
    assert "last time" not in told["New"] + told["Updated"] + told["Unchanged"]


def test_without_an_import_before_nothing_is_compared() -> None:
    assert "last time" not in "".join(notes(job(1), None).values())


def test_schools_with_the_most_changes_come_first() -> None:
    from rollbook.web.pages.imports.sentences import changed_schools

    changes = {"inserted": {"East": 1}, "updated": {"East": 2, "North": 9, "": 3, "Ash": 3}}
    assert [line[0] for line in changed_schools(changes)] == ["North", "No school", "Ash", "East"]


class Missing:
    """A change record in which so many students are missing since the last file."""

    def __init__(self, missing: int) -> None:
        self.missing = missing

    def counts(self, _told: Any) -> Any:
        return self

    def of_students(self) -> dict[str, int]:
        return {"missing": self.missing}


def test_who_was_missing_before_is_told_beside_who_is_now() -> None:
    from rollbook.web.pages.imports.result import tiles

    for gone, note in (
        (21, "21 since the last file, 1 already missing before"),
        (22, "22 since the last file"),
        (0, "left as they are"),
    ):
        record: Any = Missing(gone)
        found = tiles(job(2), record, None, is_administrator=False)
        assert [tile.note for tile in found if tile.label == "Not in file"] == [note]


def test_the_first_line_of_a_result_says_who_was_marked_missing() -> None:
    from rollbook.web.pages.imports.sentences import outcome_sentence

    counts = Counts(total=200, updated=62, unchanged=138)
    report = Report(status="completed", stored=True, counts=counts)
    assert outcome_sentence(report, missing=101) == (
        "62 updated and 138 unchanged of 200 students in the file. "
        "101 students were marked missing."
    )


def test_rows_not_imported_are_not_compared_with_problems_of_last_time() -> None:
    now = job(2, errors=4)
    now.report.counts = Counts(total=2000, rejected=2)
    note = notes(now, job(1, errors=1))["To fix"]
    assert note == "problems, 2 rows not imported, 1 to fix last time"


def test_what_an_undone_import_did_is_told_as_over() -> None:
    undone = job(2)
    undone.report.undone = {"at": "2026-11-28T12:00:00+00:00", "by": "x"}
    told = notes(undone, None)
    assert (told["New"], told["Updated"]) == ("had been added", "had new values until the undo")
