"""What the privacy page tells people to do does what it says."""

import re
from pathlib import Path

import psycopg
import pytest

from tests.integration.cli.commands import CommandLine, student, write_csv

PAGE = Path(__file__).parents[3] / "docs/reference/privacy.md"
ON_THE_PAGE = "0012345"
TABLES = (
    "public.students", "public.student_data_snapshots", "rollbook.presence", "rollbook.issues",
    "rollbook.rejected_rows", "rollbook.student_changes", "rollbook.student_search",
    "rollbook.protected_values", "rollbook.job_notes", "rollbook.incomplete_rows",
    "rollbook.row_fixes",
)  # fmt: skip


@pytest.mark.usefixtures("records")
def test_what_is_stored_of_a_student_is_deleted_as_the_page_says(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    from rollbook.records.operations.student_search import bring_up_to_date

    rows = [student(n) for n in range(1, 80)]
    odd = student(12345, absences="many")
    rollbook.json("import", write_csv(tmp_path / "a.csv", *rows, odd))
    # A row that is not imported at all: it has a cell too many.
    rollbook.json("import", write_csv(tmp_path / "b.csv", *rows, f"{student(12345)},North"))
    # A file without a header: what was found in its place is an issue about the whole file.
    (tmp_path / "c.csv").write_text(f"{student(12345)}\n", encoding="utf-8")
    rollbook.json("import", tmp_path / "c.csv", code=3)
    (tmp_path / "d.csv").write_text("Lovelace,Ada,North\n", encoding="utf-8")
    rollbook.json("import", tmp_path / "d.csv", code=3)
    protect = ("students", "protect", "0012345", "grade", "--reason", "Says 0012345")
    assert rollbook(*protect).code == 0
    fix = ("jobs", "fix", "1", "--row", "81", "--column", "Absences YTD")
    assert rollbook(*fix, "--over", stdin="4\n").code == 0
    assert rollbook("jobs", "note", "1", "Asked the school about 0012345").code == 0
    bring_up_to_date()
    [told] = re.findall(r"```sql\n(.+?)```", PAGE.read_text(), re.DOTALL)
    with psycopg.connect(rollbook.environ["DATABASE_URL"], autocommit=True) as connection:
        assert all(_named(connection, table) for table in TABLES[3:5] + TABLES[:1])
        assert _whole_file_issues(connection) == 2
        before = _students(connection)
        connection.execute(told)
        assert _students(connection) == before - 1
        assert not any(_named(connection, table) for table in TABLES)
        assert _whole_file_issues(connection) == 0


def test_the_page_names_the_defaults_of_what_is_kept_how_long(django_ready: None) -> None:
    from rollbook.records.district import (
        AUDIT_DAYS,
        CHANGES_DAYS,
        FILES_DAYS,
        ISSUES_DAYS,
        JOBS_DAYS,
    )

    page = PAGE.read_text()
    for setting in (FILES_DAYS, ISSUES_DAYS, CHANGES_DAYS, JOBS_DAYS, AUDIT_DAYS):
        [line] = [each for each in page.splitlines() if f"`{setting.key}`" in each]
        assert f"| {int(setting.default):,} days" in line


def _named(connection: "psycopg.Connection[tuple[int]]", table: str) -> int:
    """In how many rows of `table` the student is, by the Student ID or the number of the row."""
    found = connection.execute(
        f"select count(*) from {table} t where t::text like %s", [f"%{ON_THE_PAGE}%"]
    ).fetchone()
    assert found
    return found[0]


def _whole_file_issues(connection: "psycopg.Connection[tuple[int]]") -> int:
    found = connection.execute(
        "select count(*) from rollbook.issues where row_number is null and value is not null"
    ).fetchone()
    assert found
    return found[0]


def _students(connection: "psycopg.Connection[tuple[int]]") -> int:
    found = connection.execute(
        "select count(*) from public.student_data_snapshots where first_name is not null"
    ).fetchone()
    assert found
    return found[0]
