"""A backup holds what is Rollbook's, and a restore leaves alone what is another application's."""

from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.doubles.neighbor import KNOWN, OTHER_JOBS, Neighbor
from tests.integration.cli.commands import CommandLine, Finished, student, write_csv
from tests.integration.neighbor.conftest import known_rows

PASSPHRASE = "five words make a passphrase"
OURS = {
    "students": "select student_id, ssid, first_name, last_name, grade::text from students",
    "snapshots": "select s.student_id, d.absences_ytd, d.school from student_data_snapshots d"
    " join students s on s.id = d.student_id",
    "presence": "select s.student_id, p.feed_id, p.missing_since from rollbook.presence p"
    " join students s on s.id = p.student_id",
    "imports": "select output_data->'report'->'counts' from jobs"
    " where job_type = 'student_data_import' and input_data ? 'feed_id'",
    "settings": "select key, value from settings where key like 'import.%'",
    "feeds": "select name, host, rejected_limit from rollbook.feeds",
}
OTHERS = {
    "students": "select id, student_id, first_name, last_name, grade, school_id, status,"
    f" created_by, updated_by, notes from students where student_id <= '000000{KNOWN}'",
    "guardians": "select * from student_guardians",
    "jobs": "select * from jobs where job_type in ('report_export', 'email_digest')",
    "settings": "select * from settings where key not like 'import.%'",
}


def rows_of(database: str, queries: dict[str, str]) -> dict[str, list[str]]:
    with psycopg.connect(database) as connection:
        return {
            name: sorted(map(str, connection.execute(query.encode()).fetchall()))
            for name, query in queries.items()
        }


@pytest.fixture
def passphrase(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text(f"{PASSPHRASE}\n")
    path.chmod(0o600)
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = known_rows(6)
    return write_csv(tmp_path / "s.csv", *rows, student(7), student(8))


@pytest.fixture
def standalone(rollbook: CommandLine, file: Path) -> CommandLine:
    """An installation of its own, with imports and a setting."""
    assert rollbook("import", file).code == 0
    assert rollbook("settings", "set", "import.notification_emails", "it@example.org").code == 0
    assert rollbook("audit", "verify").code == 0  # every event is sealed
    return rollbook


@pytest.fixture
def backup(standalone: CommandLine, passphrase: Path, tmp_path: Path) -> Path:
    path = tmp_path / "rollbook.backup"
    assert standalone("backup", path, "--passphrase-file", passphrase).code == 0
    return path


def at(database: str, tmp_path: Path, name: str = "other") -> CommandLine:
    home = tmp_path / name
    home.mkdir(mode=0o700)
    return CommandLine(home, {"DATABASE_URL": database})


def restored(command: CommandLine, file: Path, passphrase: Path, *options: str) -> Finished:
    return command("restore", file, "--passphrase-file", passphrase, *options)


def test_it_holds_none_of_the_others_jobs_and_settings_and_comes_back_among_them(
    owner: CommandLine, neighbor: Neighbor, file: Path, passphrase: Path, tmp_path: Path
) -> None:
    assert owner("import", file).code == 0
    assert owner("settings", "set", "import.notification_emails", "it@example.org").code == 0
    neighbor.as_owner(
        "insert into settings (key, value, is_secret) values"
        " ('import.sftp_password', 'their secret', true), ('district.motto', 'theirs', false);"
        "insert into jobs (job_type, status, input_data) values"
        " ('student_data_import', 'completed', '{\"theirs\": 1}')"
    )
    ours, theirs = rows_of(neighbor.owner, OURS), rows_of(neighbor.owner, OTHERS)
    path = tmp_path / "neighbor.backup"
    done = owner("backup", path, "--passphrase-file", passphrase)
    assert done.code == 0, done
    assert f"{OTHER_JOBS + 1} rows in public.jobs, 4 rows in public.settings" in done.out
    held = everything_in(path)
    for word in (b"their secret", b"sftp_password", b"district.motto", b"OPENAI", b"report_export"):
        assert word not in held
    assert b"it@example.org" in held
    again = restored(owner, path, passphrase, "--replace", "--yes")
    assert again.code == 0, again
    assert "Imports got new numbers" not in again.out
    assert rows_of(neighbor.owner, OURS) == ours
    assert rows_of(neighbor.owner, OTHERS) == theirs
    report = owner.json("import", file, "--force")
    assert report["counts"]["unchanged"] == KNOWN + 2
    neighbor.as_owner("delete from settings where key in ('import.sftp_password','district.motto')")


def test_a_backup_of_the_others_database_comes_back_standing_alone(
    owner: CommandLine, neighbor: Neighbor, file: Path, passphrase: Path, tmp_path: Path,
    fresh_database: str,
) -> None:  # fmt: skip
    assert owner("import", file).code in (0, 6)
    path = tmp_path / "neighbor.backup"
    assert owner("backup", path, "--passphrase-file", passphrase).code == 0
    alone = at(fresh_database, tmp_path)
    done = restored(alone, path, passphrase)
    assert (done.code, "Another application" in done.out) == (0, False), done
    assert rows_of(fresh_database, OURS) == rows_of(neighbor.owner, OURS)
    with psycopg.connect(fresh_database) as connection:
        jobs = connection.execute("select distinct job_type from jobs").fetchall()
    assert jobs == [("student_data_import",)]
    assert alone.json("import", file, "--force")["counts"]["inserted"] == 0


def test_it_comes_back_beside_an_application_that_has_students_jobs_and_settings(
    standalone: CommandLine, backup: Path, passphrase: Path, empty_neighbor: Neighbor,
    tmp_path: Path, file: Path,
) -> None:  # fmt: skip
    theirs = rows_of(empty_neighbor.owner, OTHERS)
    command = at(empty_neighbor.owner, tmp_path)
    done = restored(command, backup, passphrase)
    assert done.code == 0, done
    out = " ".join(done.out.split())
    assert f"{KNOWN} students of the backup already existed and kept their values; 0 of them" in out
    assert "2 were added" in out
    assert f"Imports got new numbers, {OTHER_JOBS} higher" in out
    assert rows_of(empty_neighbor.owner, OTHERS) == theirs
    alone = standalone.environ["DATABASE_URL"]
    assert rows_of(empty_neighbor.owner, OURS) == rows_of(alone, OURS)
    assert numbers_that_lead_nowhere(empty_neighbor.owner) == []
    number = OTHER_JOBS + 1
    assert command.json("jobs", "show", str(number))["job"] == number
    report = command.json("import", file, "--force")
    assert (report["counts"]["unchanged"], report["job"]) == (8, number + 1)
    assert "The audit log is complete" in command("audit", "verify").out


def test_students_that_may_be_others_or_do_not_fit_refuse_the_whole_restore(
    backup: Path, passphrase: Path, empty_neighbor: Neighbor, tmp_path: Path
) -> None:
    command = at(empty_neighbor.owner, tmp_path)
    empty_neighbor.as_owner("update students set student_id = '000-0002 ' where id = 2")
    theirs = rows_of(empty_neighbor.owner, OTHERS)
    done = restored(command, backup, passphrase)
    assert (done.code, "1 may be in this database as others" in done.err) == (2, True), done
    empty_neighbor.as_owner("update students set student_id = '0000002' where id = 2")
    assert empty_neighbor.rows("select to_regclass('student_data_snapshots')") == [(None,)]
    assert theirs["jobs"] == rows_of(empty_neighbor.owner, OTHERS)["jobs"]


def test_a_grade_that_the_other_application_does_not_know_refuses_the_restore(
    rollbook: CommandLine, passphrase: Path, empty_neighbor: Neighbor, tmp_path: Path
) -> None:
    assert rollbook("import", write_csv(tmp_path / "s.csv", student(20, grade="PK"))).code == 0
    path = tmp_path / "young.backup"
    assert rollbook("backup", path, "--passphrase-file", passphrase).code == 0
    command = at(empty_neighbor.owner, tmp_path)
    done = restored(command, path, passphrase)
    assert (done.code, "1 can't be added" in done.err) == (2, True), done
    empty_neighbor.as_owner("alter type grade_level add value 'PK' before 'K'")
    assert restored(command, path, passphrase).code == 0


def test_what_others_build_on_our_tables_is_named_before_a_restore(
    owner: CommandLine, neighbor: Neighbor, backup: Path, passphrase: Path
) -> None:
    neighbor.as_owner("create view absences as select absences_ytd from student_data_snapshots")
    done = restored(owner, backup, passphrase, "--replace", "--yes")
    neighbor.as_owner("drop view absences")
    assert (done.code, "absences" in done.err) == (2, True), done


def everything_in(path: Path) -> bytes:
    from rollbook.backup.read import opened

    with opened(path, PASSPHRASE) as backup:
        return b"".join(data for _, parts in backup.tables() for data in parts)


def numbers_that_lead_nowhere(database: str) -> list[Any]:
    """Return tables that name an import or a student who is not there."""
    query = b"""
        select table_schema || '.' || table_name, column_name from information_schema.columns
        where table_schema = 'rollbook' and column_name in ('job_id', 'student_id')
          and data_type = 'integer' or column_name = 'import_job_id'
    """
    found = []
    with psycopg.connect(database) as connection:
        for table, column in connection.execute(query).fetchall():
            known = "students" if column == "student_id" else "jobs"
            lost = f"select count(*) from {table} where {column} not in (select id from {known})"
            if connection.execute(lost.encode()).fetchall() != [(0,)]:
                found.append(table)
    return found
