"""Keys that vanish, rights that are lost, and an application that came second, are told."""

from pathlib import Path

import psycopg
import pytest

from tests.doubles.neighbor import Neighbor
from tests.integration.cli.commands import CommandLine, student, write_csv


def faults(command: CommandLine) -> list[tuple[str, str, str]]:
    found = command.json("health", code=None)["tables"]
    return [(each["table"], each["column"], each["fault"]) for each in found]


def test_keys_and_indexes_that_are_ours_are_named_and_made_again(
    owner: CommandLine, neighbor: Neighbor
) -> None:
    assert faults(owner) == []
    neighbor.as_owner(
        "alter table student_data_snapshots drop constraint student_data_snapshots_student_id_key,"
        " drop constraint student_data_snapshots_student_id_fkey;"
        "drop index idx_students_ssid; drop index idx_student_data_snapshots_imported_at;"
        "drop index rollbook.issue_kinds_by_code;"
        "alter table rollbook.feeds drop constraint port_is_a_port;"
        "alter table rollbook.job_attempts drop constraint one_end_per_attempt"
    )
    assert sorted(faults(owner)) == [
        ("public.student_data_snapshots", "imported_at", "index"),
        ("public.student_data_snapshots", "student_id", "reference"),
        ("public.student_data_snapshots", "student_id", "unique"),
        ("public.students", "ssid", "index"),
        ("rollbook.feeds", "port_is_a_port", "check"),
        ("rollbook.issue_kinds", "job_id, code", "index"),
        ("rollbook.job_attempts", "job_id, number", "unique"),
    ]
    done = owner("migrate")
    assert (done.code, done.err) == (0, "The tables are up to date.\n"), done
    assert faults(owner) == []


def test_a_key_of_the_other_application_is_told_with_the_statement_and_stops_imports(
    owner: CommandLine, neighbor: Neighbor, tmp_path: Path
) -> None:
    [(name,)] = neighbor.rows(
        "select conname from pg_constraint where contype = 'u' and conrelid = 'students'::regclass"
    )
    neighbor.as_owner(f"alter table students drop constraint {name}")
    statement = "alter table public.students add unique (student_id)"
    assert statement in owner("health").out
    report = owner.json("import", write_csv(tmp_path / "s.csv", student(1)), code=1)
    assert (report["reason"], report["stored"]) == ("tables_changed", False)
    assert "two rows of the same student_id" in report["message"]
    assert statement in owner("migrate").err
    neighbor.as_owner(f"alter table students add constraint {name} unique (student_id)")
    assert owner("migrate").code == 0


def test_another_program_may_delete_our_old_jobs_and_the_values_stay(
    owner: CommandLine, neighbor: Neighbor, tmp_path: Path
) -> None:
    owner("feeds", "set", "files", "--names-limit", "100")
    file = write_csv(tmp_path / "students.csv", *(student(n, grade=n) for n in range(1, 4)))
    job = owner.json("import", file)["job"]
    url = neighbor.new_role("cleaner")
    neighbor.as_owner(f'grant select, delete on jobs to "{neighbor._roles[-1]}"')
    with psycopg.connect(url) as cleaner:
        cleaner.execute("delete from jobs where status = 'completed' and id <= %s", [job])
    snapshots = "select count(*), count(import_job_id) from student_data_snapshots"
    assert neighbor.rows(snapshots) == [(3, 0)]
    assert owner("jobs", "show", str(job)).code == 2
    assert owner.json("import", file, "--force")["counts"]["unchanged"] == 3
    assert faults(owner) == []


def test_references_of_before_that_forbid_to_delete_are_named_and_changed(
    owner: CommandLine, neighbor: Neighbor, django_ready: None
) -> None:
    of_ours = "alter table student_data_snapshots drop constraint student_data_snapshots_{0}_fkey"
    neighbor.as_owner(
        f"{of_ours.format('import_job_id')}, {of_ours.format('student_id').partition('ts ')[2]},"
        'add constraint "Old one" foreign key (import_job_id) references jobs (id),'
        "add foreign key (student_id) references students (id)"
    )
    assert sorted(faults(owner)) == [
        ("public.student_data_snapshots", "import_job_id", "deletion"),
        ("public.student_data_snapshots", "student_id", "deletion"),
    ]
    assert "`rollbook migrate` fixes it" in owner("health").out
    assert owner("migrate").code == 0
    assert faults(owner) == []
    actions = "select confdeltype::text from pg_constraint where contype = 'f' and conrelid ="
    assert neighbor.rows(f"{actions} 'student_data_snapshots'::regclass order by conkey") == [
        ("c",), ("n",),
    ]  # fmt: skip


def test_rights_that_are_lost_with_a_table_are_told_with_the_statements(
    owner: CommandLine, neighbor: Neighbor, tmp_path: Path
) -> None:
    own_role = neighbor.new_role("rollbook_serve")
    name = neighbor._roles[-1]
    neighbor.as_superuser(owner("migrate", "--roles", "--role", name).out)
    serving = CommandLine(owner.home, {"DATABASE_URL": own_role})
    assert faults(serving) == []
    neighbor.as_owner("drop table student_data_snapshots")
    assert owner("migrate").code == 0
    assert {kind for _, _, kind in faults(serving)} == {"right"}
    told = serving("health").out
    lines = [line for line in told.splitlines() if "lacks rights" in line]
    for line in lines:
        neighbor.as_owner(line.partition("run: ")[2])
    assert (len(lines), faults(serving)) == (2, [])


@pytest.fixture
def second(empty_neighbor: Neighbor) -> Neighbor:
    empty_neighbor.as_owner("drop schema public cascade; create schema public")
    return empty_neighbor


def test_an_application_that_comes_second_is_told_by_health_and_migrate(
    second: Neighbor, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    rollbook = CommandLine(home, {"DATABASE_URL": second.owner})
    assert rollbook("migrate").code == 0
    assert faults(rollbook) == []
    # Its own runner passes over what exists.
    with psycopg.connect(second.owner, autocommit=True) as connection:
        for table in ("users", "schools", "documents", "interventions"):
            connection.execute(f"create table public.{table} (id serial primary key)".encode())
    assert faults(rollbook) == [("public.students", "", "order")]
    told = rollbook("health")
    assert (told.code, "a new database" in told.out) == (1, True), told
    done = rollbook("migrate")
    assert (done.code, "was set up after Rollbook" in done.err) == (0, True), done
