"""`rollbook jobs import`: the file of a dry run, imported as it was checked, or refused."""

from pathlib import Path

import pytest

from tests.integration.cli.commands import CommandLine, Stored, student, write_csv


@pytest.fixture
def checked(rollbook: CommandLine, tmp_path: Path) -> str:
    """The number of a dry run of three students, whose file is no longer there."""
    file = write_csv(tmp_path / "students.csv", *map(student, range(1, 4)))
    number: int = rollbook.json("import", file, "--dry-run")["job"]
    file.unlink()
    return str(number)


def test_the_bytes_of_the_dry_run_are_imported_once_as_a_job_of_their_own(
    rollbook: CommandLine, checked: str, stored: Stored
) -> None:
    found = rollbook.json("jobs", "import", checked)
    assert (found["job"], found["status"], found["stored"]) == (2, "completed", True)
    assert found["counts"]["inserted"] == 3
    assert stored("select count(*) from public.students") == [(3,)]
    assert stored("select job_id from rollbook.stored_files") == []
    assert stored(
        "select actor, after->'checked'->>'job' from rollbook.audit_events"
        " where action = 'import.requested'"
    ) == [("command line", checked)]
    assert stored("select count(*) from rollbook.procrastinate_jobs") == [(0,)]
    again = rollbook("jobs", "import", checked)
    assert (again.code, "has saved a newer file" in again.err) == (2, True)
    assert stored("select count(*) from public.jobs") == [(2,)]


def test_other_settings_and_what_is_no_dry_run_are_refused_and_nothing_is_written(
    rollbook: CommandLine, checked: str, stored: Stored
) -> None:
    assert rollbook("feeds", "set", "files", "--blanks", "clear").code == 0
    refused = rollbook("jobs", "import", checked, "--json")
    assert (refused.code, refused.out) == (2, "")
    assert f"The settings have changed since check {checked}" in refused.err
    assert rollbook("feeds", "set", "files", "--blanks", "keep").code == 0
    assert rollbook("jobs", "import", checked).code == 0
    no_check = rollbook("jobs", "import", "2")
    assert (no_check.code, "Import 2 isn't a check whose file can be imported" in no_check.err) == (
        2,
        True,
    )
    assert rollbook("jobs", "import", "99").code == 2
    assert stored("select count(*) from public.jobs") == [(2,)]


def test_a_file_beyond_the_limits_is_held_as_any_other(
    rollbook: CommandLine, tmp_path: Path, stored: Stored
) -> None:
    rows = [student(number) for number in range(1, 21)]
    rows[5:10] = [f",{row.split(',', 1)[1]}" for row in rows[5:10]]
    file = write_csv(tmp_path / "held.csv", *rows)
    number = rollbook.json("import", file, "--dry-run", code=7)["job"]
    found = rollbook.json("jobs", "import", str(number), code=7)
    assert (found["job"], found["status"], found["reason"]) == (2, "held", "held")
    assert stored("select count(*) from public.students") == [(0,)]
