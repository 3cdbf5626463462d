"""One key per installation: told again by the database, rotated whole, never silently replaced."""

import io
import os
import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.integration.cli.commands import HEADER, CommandLine, student, write_csv

PASSWORD = "correct horse"
FEED = ("feeds", "add", "sis", "--host", "127.0.0.1", "--port", "1", "--user", "u",
        "--folder", "x", "--pattern", "*.csv")  # fmt: skip
SECRET_COLUMNS = """
select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
where c.relnamespace = 'rollbook'::regnamespace and c.relkind = 'r' and a.attnum > 0
    and a.atttypid = 'bytea'::regtype
"""
PLAIN = {"installation_key", "server_files"}
"""Hold a salt and a hash; the path of a file, whose bytes need not be text."""
SEALED_TEXTS = {"mails", "mfa_authenticator"}
"""They hold ciphertext as text, among texts in the clear."""


@pytest.fixture
def kept(rollbook: CommandLine) -> CommandLine:
    """An installation whose key, in a file, has encrypted something."""
    assert rollbook(*FEED, stdin=PASSWORD).code == 0
    return rollbook


def test_a_lost_key_is_never_silently_replaced(kept: CommandLine, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "students.csv", student(1))
    key = kept.home / "secret.key"
    lost = key.rename(tmp_path / "lost")
    for words in (("worker",), ("run", "sis"), ("import", file), ("serve", "--port", "1")):
        done = kept(*words)
        assert (done.code, "key of this installation is missing" in done.err) == (1, True), done
        assert not key.exists()
    assert kept("jobs", "list").code == 0  # which needs no key
    lost.rename(key)
    assert kept("import", file).code == 0


def test_another_key_is_refused_and_a_fresh_home_with_a_fresh_database_just_works(
    kept: CommandLine, tmp_path: Path
) -> None:
    other = _with_home(kept, tmp_path / "other")
    file = write_csv(tmp_path / "students.csv", student(1))
    assert "key of this installation is missing" in other("import", file).err
    strange = CommandLine(other.home, {**other.environ, "ROLLBOOK_SECRET_KEY": "B" * 43 + "="})
    done = strange("import", file)
    assert (done.code, "the one of this installation" in done.err) == (1, True)


def test_the_database_remembers_a_salted_hash_and_not_the_key(
    kept: CommandLine, records: str
) -> None:
    from rollbook.core.secrets.key import fingerprint, read_key

    key = read_key(kept.home / "secret.key")
    with psycopg.connect(records) as connection:
        row = connection.execute("select salt, proof from rollbook.installation_key").fetchone()
    assert row
    assert row[1] == fingerprint(key, row[0]) and key not in row[1] and len(row[0]) == 16


def test_an_installation_from_before_takes_its_key_on_where_it_opens_and_no_other(
    kept: CommandLine, records: str, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "students.csv", student(1))
    with psycopg.connect(records, autocommit=True) as connection:
        connection.execute("delete from rollbook.installation_key")
        strange = CommandLine(kept.home, {**kept.environ, "ROLLBOOK_SECRET_KEY": "B" * 43 + "="})
        assert "the one of this installation" in strange("import", file).err
        missing = _with_home(kept, tmp_path / "empty")
        assert "is missing" in missing("import", file).err
        assert kept("import", file).code == 0
        assert kept(*FEED[:2], "second", *FEED[3:], stdin=PASSWORD).code == 0
        assert _count(connection, "installation_key") == 1


def test_everything_encrypted_is_under_the_new_key(
    kept: CommandLine, records: str, tmp_path: Path
) -> None:
    from rollbook.core.secrets.key import read_key

    held = _hold_an_import(kept, tmp_path)
    old = read_key(kept.home / "secret.key")
    done = kept("keys", "rotate")
    assert done.code == 0, done
    assert "1 credentials and 1 stored files" in done.out
    new = read_key(kept.home / "secret.key")
    assert new != old and not (kept.home / "secret.key.next").exists()
    assert _opened(records, old) == 0 and _opened(records, new) == 1
    approved = kept("jobs", "approve", str(held), "--reason", "Five are visitors")
    assert approved.code == 0, approved
    with psycopg.connect(records) as connection:
        row = connection.execute(
            "select actor, after from rollbook.audit_events where action = 'key.rotated'"
        ).fetchone()
        assert row
        counts = {"secrets": 1, "stored_file_chunks": 1, "mails": 0, "mfa_authenticator": 0}
        assert row == ("command line", {"counts": counts, "unreadable": 0})


def test_the_list_of_what_is_encrypted_has_every_table_with_ciphertext(records: str) -> None:
    from rollbook.records.operations.key_rotation import ENCRYPTED

    with psycopg.connect(records) as connection:
        tables = {name for (name,) in connection.execute(SECRET_COLUMNS)}
    assert tables - PLAIN <= set(ENCRYPTED)
    assert set(ENCRYPTED) - tables == SEALED_TEXTS


@pytest.mark.parametrize("is_committed", [False, True])
def test_a_rotation_that_breaks_off_is_as_if_it_never_was_or_is_finished(
    kept: CommandLine, records: str, tmp_path: Path, is_committed: bool
) -> None:
    from rollbook.core.secrets.key import read_key

    path = kept.home / "secret.key"
    before = path.read_bytes()
    assert kept("keys", "rotate").code == 0
    if is_committed:  # killed between the commit and the file
        path.rename(kept.home / "secret.key.next")
        path.write_bytes(before)
        path.chmod(0o600)
    else:  # killed before the commit
        (kept.home / "secret.key.next").write_bytes(before)
        (kept.home / "secret.key.next").chmod(0o600)
    assert kept("import", write_csv(tmp_path / "s.csv", student(1))).code == 0
    assert _opened(records, read_key(path)) == 1
    assert (kept.home / "secret.key.next").exists() is not is_committed
    assert kept("keys", "rotate").code == 0
    assert _opened(records, read_key(path)) == 1


def test_a_rotation_that_another_process_finishes_has_succeeded(
    records: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.access.operations.keys import rotate_key
    from rollbook.core.secrets.key import put_in_place
    from rollbook.records.operations import key_rotation
    from rollbook.records.operations.installation_key import secret_key

    def quicker(draft: Path, path: Path) -> None:
        put_in_place(draft, path)  # what a page does that needs the key just now
        put_in_place(draft, path)

    home = {"ROLLBOOK_HOME": str(tmp_path)}
    old = secret_key(home)
    monkeypatch.setattr(key_rotation, "put_in_place", quicker)
    rotated = rotate_key(home, to=None, actor="test")
    assert (rotated.placed, rotated.is_in_use) == (tmp_path / "secret.key", True)
    assert secret_key(home) != old


def test_a_rotation_that_fails_changes_nothing(kept: CommandLine, records: str) -> None:
    key = (kept.home / "secret.key").read_bytes()
    with psycopg.connect(records, autocommit=True) as connection:
        connection.execute(
            "create function rollbook.no() returns trigger language plpgsql as"
            " $$ begin raise exception 'no'; end $$;"
            "create trigger no before update on rollbook.installation_key"
            " for each row execute function rollbook.no()"
        )
        assert kept("keys", "rotate").code == 1
        connection.execute("drop trigger no on rollbook.installation_key")
    assert (kept.home / "secret.key").read_bytes() == key
    assert kept("feeds", "list").code == 0
    assert kept("keys", "rotate").code == 0


def test_a_key_of_the_environment_is_rotated_to_a_file_and_the_old_one_refused(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "students.csv", student(1))
    old = CommandLine(rollbook.home, {**rollbook.environ, "ROLLBOOK_SECRET_KEY": "B" * 43 + "="})
    assert old(*FEED, stdin=PASSWORD).code == 0
    assert (old("keys", "rotate").code, "--to" in old("keys", "rotate").err) == (2, True)
    done = old("keys", "rotate", "--to", tmp_path / "new.key")
    assert (done.code, "restart every" in done.out) == (0, True), done
    assert (tmp_path / "new.key").stat().st_mode & 0o777 == 0o600
    assert "the one of this installation" in old("import", file).err
    environ = {**rollbook.environ, "ROLLBOOK_SECRET_KEY_FILE": str(tmp_path / "new.key")}
    new = CommandLine(rollbook.home, environ)
    assert new("import", file).code == 0
    assert new("keys", "rotate", "--to", tmp_path / "new.key").code == 2  # it is in use


def test_a_worker_with_the_old_key_ends_and_says_why_and_one_with_a_file_goes_on(
    rollbook: CommandLine, records: str, tmp_path: Path
) -> None:
    shared = tmp_path / "shared.key"
    shared.write_text("B" * 43 + "=\n")
    shared.chmod(0o600)
    old = CommandLine(rollbook.home, {**rollbook.environ, "ROLLBOOK_SECRET_KEY": "B" * 43 + "="})
    by_file = {**rollbook.environ, "ROLLBOOK_SECRET_KEY_FILE": str(shared)}
    assert old(*FEED, stdin=PASSWORD).code == 0
    stale, fresh = (
        subprocess.Popen(
            command.words("worker"), env=command.environment(), stderr=subprocess.PIPE, text=True
        )
        for command in (old, CommandLine(rollbook.home, by_file))
    )
    try:
        for worker in (stale, fresh):
            assert worker.stderr and "ready" in worker.stderr.readline()
        assert old("keys", "rotate", "--to", tmp_path / "new.key").code == 0
        shared.write_bytes((tmp_path / "new.key").read_bytes())
        said = stale.communicate(timeout=90)[1]
        assert (stale.returncode, "the one of this installation" in said) == (1, True), said
        assert fresh.poll() is None
    finally:
        for worker in (stale, fresh):
            worker.terminate()
            worker.communicate(timeout=60)


def test_a_worker_that_starts_makes_the_key_known_and_others_are_refused_from_then_on(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    worker = subprocess.Popen(
        rollbook.words("worker"), env=rollbook.environment(), stderr=subprocess.PIPE, text=True
    )
    try:
        assert worker.stderr and "ready" in worker.stderr.readline()
        nothing = _with_home(rollbook, tmp_path / "other")
        other = CommandLine(rollbook.home, {**rollbook.environ, "ROLLBOOK_SECRET_KEY": "B" * 43})
        for words in (("worker",), ("serve", "--port", "1"), ("run", "sis")):
            assert "key of this installation is missing" in nothing(*words).err
            assert "the one of this installation" in other(*words).err
        assert not (nothing.home / "secret.key").exists()
    finally:
        worker.terminate()
        worker.communicate(timeout=60)


def test_a_job_that_a_process_without_the_key_takes_still_waits_for_one_that_has_it(
    records: str,
) -> None:
    from rollbook.automation.imports import run_requested
    from rollbook.core.events import ignore
    from rollbook.records.operations.installation_key import KeyDiffers
    from rollbook.records.operations.queueing import Upload, request_import
    from rollbook.records.queries.feeds import feed_by_name

    content = f"{HEADER}\n{student(1)}\n".encode()
    job = request_import(
        feed_by_name("files"),
        started_by="test",
        upload=Upload("students.csv", io.BytesIO(content), len(content)),
    )
    with psycopg.connect(records, autocommit=True) as connection:
        with pytest.raises(KeyDiffers):
            run_requested(
                job, listener=ignore, environ=os.environ | {"ROLLBOOK_SECRET_KEY": "B" * 43}
            )
        state = "select status::text from public.jobs where id = %s"
        assert connection.execute(state, [job]).fetchone() == ("pending",)
        assert run_requested(job, listener=ignore, environ=os.environ) is not None
        assert connection.execute(state, [job]).fetchone() == ("completed",)


def _with_home(command: CommandLine, home: Path) -> CommandLine:
    home.mkdir(mode=0o700)
    return CommandLine(home, command.environ)


def _hold_an_import(command: CommandLine, tmp_path: Path) -> int:
    rows = [student(number) for number in range(1, 21)]
    rows[15:] = [f",{row.split(',', 1)[1]}" for row in rows[15:]]
    done = command("import", write_csv(tmp_path / "held.csv", *rows), "--json")
    assert done.code == 7, done
    return int(done.object["job"])


def _opened(url: str, key: bytes) -> int:
    """How many of the credentials the key opens."""
    from rollbook.core.secrets.local import unseal
    from rollbook.core.secrets.store import SecretUnreadable

    count = 0
    with psycopg.connect(url) as connection:
        for name, blob in connection.execute("select name, blob from rollbook.secrets"):
            try:
                count += PASSWORD.encode() in unseal(name, blob, key=key)
            except SecretUnreadable:
                continue
    return count


def _count(connection: "psycopg.Connection[Any]", table: str) -> int:
    row = connection.execute(f"select count(*) from rollbook.{table}".encode()).fetchone()
    assert row
    return int(row[0])
