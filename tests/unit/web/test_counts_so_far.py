"""The counts and the first problems of a running import's page."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.events import RowsCounted, StudentsCounted
from rollbook.core.issues import Issue, IssueGroup, Severity
from rollbook.records.found_so_far import FoundSoFar

pytestmark = pytest.mark.usefixtures("django_ready")

ROWS = RowsCounted(good=90, with_warnings=7, rejected=3)


def at(phase: str, found: FoundSoFar, *, done: int = 0, total: int | None = None) -> Any:
    from rollbook.records.queries.progress import JobProgress

    return JobProgress(phase, done, total, {}, datetime.now(UTC), False, found=found)


def numbers(found: FoundSoFar, phase: str = "validating", **more: Any) -> list[tuple[str, int]]:
    from rollbook.web.pages.imports.so_far import counts

    return [(tile.label, tile.count) for tile in counts(found, at(phase, found, **more))]


def test_rows_are_counted_first_and_students_once_they_are_known() -> None:
    assert numbers(FoundSoFar()) == []
    rows = [("Rows", 100), ("Good", 90), ("With problems", 7), ("Rejected", 3)]
    assert numbers(FoundSoFar(ROWS)) == rows
    students = [("New", 1), ("Updated", 2), ("Unchanged", 94)]
    assert numbers(FoundSoFar(ROWS, StudentsCounted(1, 2, 94)), "importing") == [*rows, *students]


def test_of_how_many_rows_is_estimated_by_the_bytes_while_they_are_read() -> None:
    from rollbook.web.pages.imports.so_far import counts, estimated

    assert estimated(1000, 0.04) is estimated(1000, 1.0) is None
    assert estimated(1234, 0.25) == 4900
    found = FoundSoFar(ROWS)
    note = counts(found, at("validating", found, done=50, total=200))[0].note
    assert note == "of about 400"
    for progress in (at("validating", found, done=50), at("importing", found, done=1, total=7)):
        assert counts(found, progress)[0].note == "read and checked"


@given(st.integers(1, 10**9), st.floats(0.05, 0.999))
def test_an_estimate_is_never_less_than_what_is_read(rows: int, part: float) -> None:
    from rollbook.web.pages.imports.so_far import estimated

    about = estimated(rows, part)
    assert about is not None and rows <= about <= rows / part * 1.06 + 1


def test_while_it_runs_no_header_of_the_file_is_shown() -> None:
    from rollbook.web.pages.imports.so_far import so_far

    def group(column: str, field: str | None, count: int) -> IssueGroup:
        issue = Issue("ODD", Severity.WARNING, "Is odd.", row=2, column=column, field=field)
        return IssueGroup(issue, count)

    causes = (group("Grd", "grade", 4), group("Ada", None, 2), group("Bob", None, 1))
    progress = at("validating", FoundSoFar(ROWS, problems=9, causes=causes))
    shown = so_far(progress, headers={"grade": "Grade"})
    told = [(each.example.column, each.count) for each in shown["causes_so_far"]]
    assert told == [("Grade", 4), (None, 3)]
    assert (shown["problems_so_far"], shown["other_problems"]) == (9, 2)


def test_before_its_first_report_nothing_is_shown() -> None:
    from rollbook.web.pages.imports.so_far import so_far

    shown = so_far(None, headers={})
    assert not any(shown.values())
