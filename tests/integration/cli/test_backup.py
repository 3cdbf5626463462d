"""`rollbook backup` and `restore`: everything comes back on an empty machine, or nothing does."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from rollbook import embedded
from tests.conftest import database_copy
from tests.integration.cli.commands import CommandLine, Finished, student, write_csv
from tests.integration.servers import RunningServer, asyncssh_server

PASSPHRASE = "five words make a passphrase"
TABLES = (
    "select table_schema || '.' || table_name from information_schema.tables"
    " where table_schema in ('public', 'rollbook') and table_name not like 'procrastinate%'"
    " and table_name not in ('django_migrations', 'django_session', 'access_signinlink',"
    " 'access_apitoken', 'access_idempotentrequest', 'last_tick', 'web_cache') order by 1"
)
Query = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def passphrase(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text(f"{PASSPHRASE}\n")
    path.chmod(0o600)
    return path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    serve(folder, 1, *(student(number) for number in range(1, 31)))
    return folder


@pytest.fixture(scope="module")
def sftp(served: Path) -> Iterator[RunningServer]:
    with asyncssh_server(served) as server:
        yield server


@pytest.fixture(scope="module")
def prepared(
    server: str, migrated: str, sftp: RunningServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[CommandLine]:
    """Students, a feed with its secret, a term, a held import with its file, and people."""
    folder = tmp_path_factory.mktemp("prepared")
    home = folder / "home"
    home.mkdir(mode=0o700)
    with database_copy(server, migrated) as url:
        command = CommandLine(home, {"DATABASE_URL": url})
        _fill(command, sftp, folder)
        yield command


@pytest.fixture
def district(prepared: CommandLine, server: str, tmp_path: Path) -> Iterator[CommandLine]:
    """A copy of the prepared one, for one test."""
    home = tmp_path / "home"
    shutil.copytree(prepared.home, home)
    template = urlsplit(prepared.environ["DATABASE_URL"]).path.lstrip("/")
    with database_copy(server, template) as url:
        yield CommandLine(home, {"DATABASE_URL": url})


def _fill(rollbook: CommandLine, sftp: RunningServer, tmp_path: Path) -> None:
    told = [
        rollbook("terms", "add", "Winter 2026"),
        rollbook(
            "feeds",
            "add",
            "sis",
            *sftp.trusted_options,
            "--pattern",
            "student_data_*.csv",
            stdin=f"{sftp.password}\n",
        ),
        rollbook("run", "sis"),
        rollbook("admins", "add", "ada@example.org", stdin="a long enough sentence\n"),
    ]
    assert [done.code for done in told] == [0, 0, 0, 0], told
    odd = "Zoë “\\N”\\t|Δ"
    scores = tmp_path / "scores.csv"
    scores.write_text(
        f"Student ID,SSID,First Name,Winter 2026 DIBELS LNF Score\n0000001,9000000001,{odd},33\n"
    )
    assert rollbook("import", scores).code == 0
    rows = [student(number) for number in range(100, 120)]
    rows[5:10] = [f",{row.split(',', 1)[1]}" for row in rows[5:10]]
    assert rollbook("import", write_csv(tmp_path / "held.csv", *rows)).code == 7


@pytest.fixture
def empty(tmp_path: Path) -> CommandLine:
    """Another machine: a home with nothing in it, and no DATABASE_URL."""
    home = tmp_path / "other"
    home.mkdir(mode=0o700)
    return CommandLine(home)


@pytest.fixture
def backup(district: CommandLine, passphrase: Path, tmp_path: Path) -> Path:
    path = tmp_path / "rollbook.backup"
    done = district("backup", path, "--passphrase-file", passphrase)
    assert done.code == 0, done
    return path


def serve(folder: Path, number: int, *rows: str) -> None:
    file = write_csv(folder / f"student_data_{number}.csv", *rows)
    old = time.time() - 3600 + number
    os.utime(file, (old, old))


def restored(command: CommandLine, file: Path, passphrase: Path, *options: str) -> Finished:
    return command("restore", file, "--passphrase-file", passphrase, *options)


@contextmanager
def reaching(command: CommandLine) -> Iterator[Query]:
    """Ask the database of a command line, its own or the embedded one."""
    if url := command.environ.get("DATABASE_URL"):
        with psycopg.connect(url, autocommit=True) as connection:
            yield lambda statement: connection.execute(statement).fetchall()
        return
    with (
        embedded.running(command.home) as url,
        psycopg.connect(url, autocommit=True) as connection,
    ):
        yield lambda statement: connection.execute(statement).fetchall()


def checksums(command: CommandLine) -> dict[str, tuple[int, str]]:
    """Of every table the number of rows and a checksum of all of them; backups are no content."""
    with reaching(command) as query:
        found = {}
        for (table,) in query(TABLES):
            is_audit = table == "rollbook.audit_events"
            condition = " where action not like 'backup.%'" if is_audit else ""
            [found[table]] = query(
                "select count(*), coalesce(md5(string_agg(to_jsonb(t)::text, '' order by"
                f" to_jsonb(t)::text)), '') from {table} t{condition}"
            )
        return found


def test_everything_comes_back_on_an_empty_machine_and_works_there(
    district: CommandLine, backup: Path, passphrase: Path, empty: CommandLine, served: Path
) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    before = checksums(district)
    assert {"rollbook.secrets", "rollbook.stored_files", "rollbook.access_user"} <= {
        table for table, (rows, _) in before.items() if rows
    }
    assert before["public.student_data_snapshots"][0] == 30
    done = restored(empty, backup, passphrase)
    assert done.code == 0, done
    assert checksums(empty) == before
    assert (empty.home / "secret.key").read_text() == (district.home / "secret.key").read_text()
    assert (empty.home / "secret.key").stat().st_mode & 0o777 == 0o600
    assert not list(empty.home.glob("secret.key.*"))

    # The credentials decrypt and the next night's import signs in with them ...
    serve(served, 2, *(student(number) for number in range(1, 34)))
    report = empty.json("run", "sis")
    assert report["job"] == 4
    assert (report["counts"]["inserted"], report["counts"]["total"]) == (3, 33)
    # ... and so does the stored file of the held import, which an administrator decides on.
    approved = empty.json("jobs", "approve", "3", "--reason", "They are visitors")
    assert approved["counts"]["inserted"] == 15


def test_restore_reports_the_rows_of_every_table_and_leaves_an_audit_event(
    district: CommandLine, backup: Path, passphrase: Path, empty: CommandLine
) -> None:
    done = restored(empty, backup, passphrase)
    lines = {line.split()[0]: line.split()[1:] for line in done.out.splitlines() if "." in line}
    assert lines["public.students"] == ["30", "30"]
    assert lines["rollbook.stored_files"] == ["1", "1"]
    with reaching(empty) as query:
        assert query(
            "select actor, subject, after->'rows'->>'public.students' from rollbook.audit_events"
            " where action = 'backup.restored'"
        ) == [("command line", "rollbook.backup", "30")]
    with reaching(district) as query:
        assert query(
            "select subject from rollbook.audit_events where action = 'backup.written'"
        ) == [("rollbook.backup",)]
    for word in ("Lovelace", "Ada", "Zoë", "0000001", "9000000001"):
        assert word not in done.out + done.err


def test_nothing_in_the_file_can_be_read_without_the_passphrase(
    backup: Path, district: CommandLine, sftp: RunningServer
) -> None:
    content = backup.read_bytes()
    for word in ("Lovelace", "ada@example.org", "students", str(sftp.password)):
        assert word.encode() not in content


def test_who_was_signed_in_links_and_tokens_do_not_come_back(
    district: CommandLine, passphrase: Path, tmp_path: Path, empty: CommandLine
) -> None:
    with psycopg.connect(district.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(
            "insert into rollbook.django_session values ('key', 'data', now() + interval '1 day')"
        )
        connection.execute(
            "insert into rollbook.access_signinlink values ('digest', 'administrator', 'ada',"
            " now() + interval '1 hour')"
        )
        connection.execute(
            "insert into rollbook.access_apitoken (name, digest, scopes, owner_id, created_at,"
            " expires_at) select 'nightly', 'digest', array['read'], min(id), now(),"
            " now() + interval '1 day' from rollbook.access_user"
        )
    file = tmp_path / "signed-in.backup"
    assert district("backup", file, "--passphrase-file", passphrase).code == 0
    assert restored(empty, file, passphrase).code == 0
    with reaching(empty) as query:
        assert query("select count(*) from rollbook.django_session") == [(0,)]
        assert query("select count(*) from rollbook.access_signinlink") == [(0,)]
        assert query("select count(*) from rollbook.access_apitoken") == [(0,)]


def test_a_changed_a_cut_or_a_foreign_file_and_a_wrong_passphrase_change_nothing(
    backup: Path, passphrase: Path, empty: CommandLine, tmp_path: Path
) -> None:
    content = backup.read_bytes()
    wrong = tmp_path / "wrong.backup"
    changed = bytearray(content)
    changed[-1] ^= 1
    for damaged, word in (
        (bytes(changed), "damaged"),
        (content[:-100], "damaged"),
        (b"hello" * 99, "isn't a Rollbook backup"),
    ):
        wrong.write_bytes(damaged)
        done = restored(empty, wrong, passphrase)
        assert (done.code, word in done.err) == (3, True), done
    passphrase.write_text("another five words for it")
    done = restored(empty, backup, passphrase)
    assert (done.code, "passphrase is wrong" in done.err) == (3, True)
    assert not (empty.home / "postgres").exists()
    assert restored(empty, tmp_path / "absent", passphrase).code == 2


def test_check_proves_a_backup_without_a_database(
    backup: Path, passphrase: Path, empty: CommandLine
) -> None:
    done = restored(empty, backup, passphrase, "--check")
    assert (done.code, "The backup is complete" in done.out) == (0, True), done
    assert list(empty.home.iterdir()) == []


def test_a_database_that_holds_something_is_replaced_only_when_asked_for(
    backup: Path, passphrase: Path, empty: CommandLine, district: CommandLine, tmp_path: Path
) -> None:
    assert empty("import", write_csv(tmp_path / "other.csv", student(900))).code == 0
    added = empty(
        "feeds", "add", "x", "--host", "localhost", "--user", "x", "--pattern", "*", stdin="pw\n"
    )
    assert added.code == 0, added
    own_key = (empty.home / "secret.key").read_text()
    refused = restored(empty, backup, passphrase)
    assert refused.code == 2
    assert "1 row in public.students" in refused.err
    declined = empty("restore", backup, "--passphrase-file", passphrase, "--replace", stdin="n\n")
    assert declined.code == 1
    assert checksums(empty)["public.students"][0] == 1
    assert (empty.home / "secret.key").read_text() == own_key
    done = restored(empty, backup, passphrase, "--replace", "--yes")
    assert done.code == 0, done
    assert checksums(empty) == checksums(district)
    [kept] = empty.home.glob("secret.key.before-restore-*")
    assert kept.read_text() == own_key
    assert str(kept) in done.out.replace("\n", "")


def test_a_file_that_is_there_is_replaced_only_with_force(
    backup: Path, district: CommandLine, passphrase: Path
) -> None:
    content = backup.read_bytes()
    refused = district("backup", backup, "--passphrase-file", passphrase)
    assert (refused.code, "--force" in refused.err) == (2, True)
    assert backup.read_bytes() == content
    assert district("backup", backup, "--passphrase-file", passphrase, "--force").code == 0
    assert backup.read_bytes() != content
    assert list(backup.parent.glob("rollbook.backup*")) == [backup]


def test_a_full_disk_leaves_no_backup_and_the_earlier_one_as_it_was(
    rollbook: CommandLine, passphrase: Path, tmp_path: Path
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "none", small], check=False)
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    try:
        file = small / "rollbook.backup"
        file.write_bytes(b"x" * 16_384)
        done = rollbook("backup", file, "--passphrase-file", passphrase, "--force")
        assert (done.code, "is full" in done.err) == (1, True), done
        assert [path.name for path in small.iterdir()] == ["rollbook.backup"]
        assert file.read_bytes() == b"x" * 16_384
    finally:
        subprocess.run(["umount", small], check=True)


@pytest.mark.parametrize("wrong", ["", "short", None])
def test_a_passphrase_must_be_there_and_long_enough(
    rollbook: CommandLine, passphrase: Path, tmp_path: Path, wrong: str | None
) -> None:
    options: list[str | Path] = ["--passphrase-file", passphrase]
    if wrong is None:
        options = []
    passphrase.write_text(wrong or "")
    done = rollbook("backup", tmp_path / "b", *options)
    assert done.code == 2
    assert "Nothing was changed." in done.err
    assert not (tmp_path / "b").exists()


def test_on_a_terminal_the_passphrase_is_asked_for_twice_and_never_shown(
    rollbook: CommandLine, passphrase: Path, tmp_path: Path
) -> None:
    file = tmp_path / "typed.backup"
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        rollbook.words("backup", file),
        env=rollbook.environment(),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    shown = b""
    for typed in (PASSPHRASE, "a slip of the fingers", PASSPHRASE, PASSPHRASE):
        while not shown.rstrip().endswith(b":"):
            shown += os.read(ours, 1000)
        os.write(ours, f"{typed}\n".encode())
        shown += b"|"
    assert process.wait(timeout=60) == 0
    shown += os.read(ours, 10_000)
    os.close(ours)
    assert b"five words" not in shown
    assert restored(rollbook, file, passphrase, "--check").code == 0


def test_a_passphrase_that_everybody_can_read_is_refused(
    rollbook: CommandLine, passphrase: Path, tmp_path: Path
) -> None:
    passphrase.chmod(0o644)
    done = rollbook("backup", tmp_path / "b", "--passphrase-file", passphrase)
    assert (done.code, "chmod 600" in done.err) == (2, True)


def test_a_restore_waits_for_no_one_who_is_at_work(
    backup: Path, district: CommandLine, passphrase: Path
) -> None:
    worker = subprocess.Popen(
        district.words("worker"), env=district.environment(), stderr=subprocess.PIPE, text=True
    )
    try:
        assert worker.stderr is not None
        assert "ready" in worker.stderr.readline()
        before = _settled(checksums(district))
        done = restored(district, backup, passphrase, "--replace", "--yes")
        assert done.code == 5
        assert "rollbook worker" in done.err
        assert _settled(checksums(district)) == before
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=60)
        assert worker.stderr is not None
        worker.stderr.close()
    assert restored(district, backup, passphrase, "--replace", "--yes").code == 0


def test_a_restore_is_refused_while_an_import_runs(
    backup: Path, district: CommandLine, passphrase: Path
) -> None:
    with psycopg.connect(district.environ["DATABASE_URL"]) as running:
        running.execute("select pg_advisory_lock(%s, 1)", [0x526F6C])
        done = restored(district, backup, passphrase, "--replace", "--yes")
        assert (done.code, "an import runs" in done.err) == (5, True), done


def test_a_neighbors_tables_are_not_in_the_backup_and_stay_with_the_students_they_name(
    district: CommandLine, passphrase: Path, tmp_path: Path, empty: CommandLine
) -> None:
    with psycopg.connect(district.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("alter table public.students add column photo text")
        connection.execute("create table public.meals (student integer references students (id))")
        connection.execute("update public.students set photo = 'a face'")
        connection.execute("insert into public.meals select id from public.students")
    file = tmp_path / "neighbor.backup"
    done = district("backup", file, "--passphrase-file", passphrase)
    assert (done.code, "public.students.photo" in done.out) == (0, True), done
    before = checksums(district)
    again = restored(district, file, passphrase, "--replace", "--yes")
    assert (again.code, "Another application uses this database" in again.out) == (0, True), again
    assert checksums(district) == before
    assert restored(empty, file, passphrase).code == 0
    with reaching(empty) as query:
        assert query("select count(*) from public.students") == [(30,)]


def test_a_table_that_a_person_has_put_among_ours_is_left_out_and_named(
    rollbook: CommandLine, passphrase: Path, tmp_path: Path, empty: CommandLine
) -> None:
    with psycopg.connect(rollbook.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("create table rollbook.notes as select 'by hand' as note")
    file = tmp_path / "notes.backup"
    assert rollbook("backup", file, "--passphrase-file", passphrase).code == 0
    done = restored(empty, file, passphrase)
    assert (done.code, "Left out: rollbook.notes" in done.out) == (0, True), done


def test_a_key_of_the_environment_stays_there_and_must_be_the_same_for_a_restore(
    rollbook: CommandLine, passphrase: Path, tmp_path: Path, empty: CommandLine
) -> None:
    one, other = "A" * 43 + "=", "B" * 43 + "="
    outside = CommandLine(rollbook.home, {**rollbook.environ, "ROLLBOOK_SECRET_KEY": one})
    file = tmp_path / "outside.backup"
    done = outside("backup", file, "--passphrase-file", passphrase)
    assert (done.code, "It doesn't have the key" in done.out) == (0, True), done
    for environ in ({}, {"ROLLBOOK_SECRET_KEY": other}):
        refused = restored(CommandLine(empty.home, environ), file, passphrase)
        assert (refused.code, "--without-key" in refused.err) == (2, True), refused
    same = CommandLine(empty.home, {"ROLLBOOK_SECRET_KEY": one})
    assert restored(same, file, passphrase).code == 0
    lost = restored(empty, file, passphrase, "--without-key", "--replace", "--yes")
    assert (lost.code, "Enter every feed's password" in lost.out) == (0, True), lost


def test_a_key_in_the_backup_is_not_put_beside_another_one_of_the_environment(
    backup: Path, passphrase: Path, empty: CommandLine
) -> None:
    outside = CommandLine(empty.home, {"ROLLBOOK_SECRET_KEY": "A" * 43 + "="})
    refused = restored(outside, backup, passphrase)
    assert (refused.code, "Unset it" in refused.err) == (2, True), refused


@pytest.mark.usefixtures("records")
def test_a_backup_of_a_newer_rollbook_is_refused(
    rollbook: CommandLine, passphrase: Path, tmp_path: Path, empty: CommandLine
) -> None:
    from rollbook.backup.write import back_up

    with psycopg.connect(rollbook.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(
            "insert into rollbook.django_migrations (app, name, applied)"
            " values ('records', '9999_of_tomorrow', now())"
        )
    file = tmp_path / "newer.backup"
    assert rollbook("backup", file, "--passphrase-file", passphrase).code == 1  # an older one
    words, environ = passphrase.read_text().strip(), rollbook.environment()
    back_up(file, passphrase=words, replace=False, environ=environ, actor="test")
    done = restored(empty, file, passphrase)
    assert (done.code, "newer Rollbook" in done.err) == (3, True), done


def _settled(found: dict[str, Any]) -> dict[str, Any]:
    """Without what the worker itself writes meanwhile, about the imports that have ended."""
    own = (
        "rollbook.audit_seals",
        "rollbook.current_students",  # says which values are old, once that is planned
        "rollbook.import_index",
        "rollbook.job_attempts",
        "rollbook.mails",
        "rollbook.old_limits",
        "rollbook.student_search",
        "rollbook.student_search_state",
        "rollbook.told_problems",
    )
    return {table: checksum for table, checksum in found.items() if table not in own}


def test_a_key_that_opens_nothing_makes_no_backup(
    district: CommandLine, passphrase: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    other = CommandLine(elsewhere, district.environ)
    file = tmp_path / "useless.backup"
    done = other("backup", file, "--passphrase-file", passphrase)
    assert (done.code, "key of this installation is missing" in done.err) == (1, True), done
    assert not file.exists()
