"""Rollbook imports into the neighbor's database and leaves alone what is not its own."""

from pathlib import Path

from tests.doubles.neighbor import KNOWN, OTHER_JOBS, Neighbor
from tests.integration.cli.commands import CommandLine, student, write_csv


def test_known_students_are_found_and_the_neighbors_rows_stay(
    owner: CommandLine, neighbor: Neighbor, tmp_path: Path
) -> None:
    others = "select * from jobs where job_type <> 'student_data_import' order by id"
    settings = "select * from settings order by id"
    before = neighbor.rows(others), neighbor.rows(settings)
    file = write_csv(tmp_path / "students.csv", *(student(n, grade=n) for n in range(1, 10)))
    changed = [word for kind in ("names", "new") for word in (f"--{kind}-limit", "100")]
    assert owner("feeds", "set", "files", *changed).code == 0
    done = owner("import", file, "--json")
    assert done.code == 0, done
    assert done.object["counts"]["inserted"] == 9 - KNOWN
    assert (neighbor.rows(others), neighbor.rows(settings)) == before
    assert len(before[0]) == OTHER_JOBS
