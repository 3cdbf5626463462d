"""Under a role that owns nothing of the neighbor, Rollbook works and says what is missing."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.doubles.neighbor import KNOWN, Neighbor
from tests.integration.cli.commands import CommandLine, student, write_csv


@pytest.fixture(scope="module")
def role(neighbor: Neighbor) -> str:
    """A name that has to be quoted."""
    return neighbor.new_role("rollbook Serve")


@pytest.fixture(scope="module")
def own(role: str, neighbor: Neighbor, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """Rollbook under its own role, which has printed what the owner has run."""
    home = tmp_path_factory.mktemp("own")
    home.chmod(0o700)
    command = CommandLine(home, {"DATABASE_URL": role})
    printed = command("migrate")
    assert (printed.code, "lacks a right" in printed.err) == (1, True), printed
    assert "alter table public.students add column ssid" in printed.out
    neighbor.as_owner(printed.out)
    return command


def test_what_the_owner_runs_is_enough_for_the_tables_and_an_import(
    own: CommandLine, tmp_path: Path
) -> None:
    done = own("migrate")
    assert (done.code, done.out, "The tables are up to date." in done.err) == (0, "", True), done
    limits = ("--unchanged-for", "0", "--names-limit", "100", "--new-limit", "100")
    assert own("feeds", "set", "files", *limits).code == 0
    file = write_csv(tmp_path / "students.csv", *(student(n, grade=n) for n in range(1, 9)))
    assert own.json("import", file)["counts"]["inserted"] == 8 - KNOWN
    added = own("terms", "add", "Winter 2026")
    assert (added.code, "alter table public.student_data_snapshots" in added.err) == (1, True)


def test_a_right_that_is_missing_is_named_with_its_object_and_as_a_statement(
    own: CommandLine, neighbor: Neighbor, role: str
) -> None:
    name = neighbor._roles[-1]
    neighbor.as_owner(f'revoke select, update on settings from "{name}"')
    done = own("settings", "list")
    assert "permission denied for table settings, to which it needs select" in done.err
    done = own("migrate")
    assert done.out == f'grant select, update on "public"."settings" to "{name}";\n'
    neighbor.as_owner(done.out)
    assert own("migrate").code == 0


def test_schools_that_may_not_be_read_are_told_with_the_statement(
    own: CommandLine, neighbor: Neighbor, tmp_path: Path
) -> None:
    name = neighbor._roles[-1]
    assert own("schools", "map", "North", "1").code == 0
    neighbor.as_owner(f'revoke select on schools from "{name}"')
    assert "grant select on public.schools" in own("schools", "list").err
    health = own("health")
    assert (health.code, "may not read the application's table" in health.out) == (1, True)
    file = write_csv(tmp_path / "students.csv", *(student(n, grade=n) for n in range(1, 9)))
    notes = own.json("import", file)["file"]["notes"]
    assert any("grant select on public.schools" in note for note in notes)
    done = own("migrate")
    assert done.out == f'grant select on "public"."schools" to "{name}";\n'
    neighbor.as_owner(done.out)
    assert own("migrate").code == 0
    assert own.json("import", file, "--force")["counts"]["updated"] > 0
    assert own("schools", "unmap", "North").code == 0


@pytest.fixture
def frozen(own: CommandLine, neighbor: Neighbor) -> Iterator[int]:
    """An import of the superuser without a sign of life, which the own role sees."""
    name = neighbor._roles[-1]
    neighbor.as_superuser(
        f'grant pg_read_all_stats to "{name}";'
        "insert into jobs (id, job_type, status, input_data)"
        " values (900, 'student_data_import', 'running', '{\"feed\": \"sis\", \"feed_id\": 1}');"
        "insert into rollbook.job_progress (job_id, phase, done, seconds, heartbeat_at)"
        " values (900, 'importing', 0, '{}', now() - interval '1 hour')"
    )
    with psycopg.connect(neighbor.superuser, application_name="rollbook job 900"):
        yield 900


def test_an_import_of_a_role_that_may_not_be_ended_stops_nothing_and_is_told(
    own: CommandLine, frozen: int, role: str, django_ready: None
) -> None:
    from rollbook.records.operations.jobs import end_frozen

    with psycopg.connect(role, autocommit=True) as connection:
        assert end_frozen(connection, older_than=60) == []
    assert own.json("health", code=1)["frozen"] == [frozen]


def brought(own: CommandLine, folder: Path, *new: int) -> int:
    """The number of an import that changed a value and brought two students."""
    rows = [student(n, grade=n) for n in range(1, 9)]
    own("import", write_csv(folder / "before.csv", *rows), "--force")
    changed = [student(1, grade=1, absences=77), *rows[1:], *map(student, new)]
    return int(own.json("import", write_csv(folder / "after.csv", *changed))["job"])


def test_an_import_of_a_role_that_may_not_delete_is_undone_but_for_the_students_it_brought(
    own: CommandLine, neighbor: Neighbor, tmp_path: Path
) -> None:
    job = brought(own, tmp_path, 80, 81)
    done = own.json("jobs", "undo", str(job), "--reason", "A try", "--yes")
    assert (done["students_removed"], done["students_kept"], done["values_restored"]) == (0, 2, 1)
    assert neighbor.rows("select max(absences_ytd) from student_data_snapshots") != [(77,)]
    assert neighbor.rows("select count(*) from students where student_id like '000008_'") == [(2,)]


def test_what_refers_to_a_student_is_asked_before_an_undo_removes_him(
    own: CommandLine, neighbor: Neighbor, tmp_path: Path
) -> None:
    job = brought(own, tmp_path, 70, 71)
    undo = ("jobs", "undo", str(job), "--reason", "A try", "--yes")
    kept = own.json("jobs", "undo", str(job), "--preview")
    assert (kept["students_removed"], kept["students_kept"], kept["values_restored"]) == (0, 2, 1)
    assert "isn't allowed to delete" in own("jobs", "undo", str(job), "--preview").out
    name = neighbor._roles[-1]
    neighbor.as_owner(f'grant delete on students, student_data_snapshots to "{name}"')
    neighbor.as_owner(
        "insert into student_guardians (student_id, name)"
        " select id, 'Ida' from students where student_id = '0000070'"
    )
    assert "isn't allowed to read a table" in own("jobs", "undo", str(job), "--preview").out
    neighbor.as_owner(f'grant select on student_guardians to "{name}"')
    if neighbor.rows("select to_regclass('user_students')") != [(None,)]:
        neighbor.as_owner(f'grant select on user_students to "{name}"')
    done = own.json(*undo)
    assert (done["students_removed"], done["students_kept"]) == (1, 1)
    assert neighbor.rows("select name from student_guardians where name = 'Ida'") == [("Ida",)]
    assert neighbor.rows(
        "select s.student_id from students s where s.student_id in ('0000070', '0000071')"
    ) == [("0000070",)]
