"""A role that serves does the whole job, and cannot rewrite what the audit says of it."""

import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from rollbook.embedded.account import binaries, server_account
from tests.doubles.ports import free_port
from tests.integration.cli.commands import CommandLine, student, write_csv
from tests.integration.own_postgresql import oldest_installed, own_postgresql


@pytest.fixture(scope="module", params=["the embedded programs", "the oldest server"])
def superuser(request: pytest.FixtureRequest) -> Iterator[str]:
    is_oldest = request.param == "the oldest server"
    programs = oldest_installed() if is_oldest else binaries(server_account())
    with own_postgresql(programs) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("create role keeper login")
            connection.execute("create database district owner keeper")
        yield urlsplit(url)._replace(path="/district").geturl()


@pytest.fixture(scope="module")
def owner(superuser: str, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """The role that migrates; it has run what `migrate --roles` prints, twice."""
    home = tmp_path_factory.mktemp("owner")
    home.chmod(0o700)
    command = CommandLine(home, {"DATABASE_URL": superuser.replace("rollbook@", "keeper@")})
    printed = command("migrate", "--roles", "--role", "clerk")
    assert printed.code == 0, printed
    with psycopg.connect(superuser, autocommit=True) as connection:
        for _ in range(2):
            connection.execute(printed.out.encode())
    return command


@pytest.fixture(scope="module")
def clerk(owner: CommandLine) -> CommandLine:
    """The role that serves, of the same installation."""
    url = owner.environ["DATABASE_URL"].replace("keeper@", "clerk@")
    return CommandLine(owner.home, {"DATABASE_URL": url})


def test_the_serving_role_does_the_whole_job(
    clerk: CommandLine, owner: CommandLine, tmp_path: Path
) -> None:
    rows = [student(number) for number in range(1, 21)]
    first = write_csv(tmp_path / "first.csv", *rows)
    second = write_csv(tmp_path / "second.csv", *rows[:18], student(19, absences=9))
    assert clerk.json("import", first)["counts"]["inserted"] == 20
    assert clerk.json("import", second)["counts"]["updated"] == 1
    add = ("feeds", "add", "sis", "--host", "127.0.0.1", "--port", "1", "--user", "u")
    for words in (
        (*add, "--folder", "x", "--pattern", "*.csv"),
        ("feeds", "set", "sis", "--port", "2"),
        ("jobs", "list"),
        ("jobs", "show", "1"),
        ("settings", "list"),
        ("keys", "rotate"),
        ("feeds", "remove", "sis", "--yes"),
        ("migrate",),
    ):
        done = clerk(*words, stdin="correct horse")
        assert done.code == 0, (words, done)
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("five words make a passphrase\n")
    passphrase.chmod(0o600)
    done = clerk("backup", tmp_path / "backup", "--passphrase-file", passphrase)
    assert done.code == 0, done


def test_a_term_is_added_by_the_owner_and_the_serving_role_is_reported_how(
    clerk: CommandLine, owner: CommandLine
) -> None:
    done = clerk("terms", "add", "Winter 2026")
    assert done.code == 1, done
    for words in (
        "public.student_data_snapshots",
        "owner",
        "Then try again",
        'add column if not exists "winter_2026_',
    ):
        assert words in done.err
    assert "Winter 2026" not in clerk("terms", "list").out
    statement = done.err[done.err.index("alter table") :]
    with psycopg.connect(owner.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(statement.encode())
    assert clerk("terms", "add", "Winter 2026").code == 0
    assert owner("terms", "add", "Spring 2026").code == 0


FORBIDDEN = (
    "update rollbook.audit_events set actor = 'another'",
    "delete from rollbook.audit_events",
    "select set_config('rollbook.retention', 'on', false); delete from rollbook.audit_events",
    "truncate rollbook.audit_events",
    "drop trigger audit_events_are_append_only on rollbook.audit_events",
    "alter table rollbook.audit_events disable trigger all",
    "alter table rollbook.audit_events owner to clerk",
    "create or replace function rollbook.refuse_change() returns trigger language plpgsql"
    " as $$ begin return old; end $$",
    "create or replace function rollbook.expire_audit(timestamptz, integer) returns bigint"
    " language sql as 'select 1::bigint'",
    "drop table rollbook.audit_events",
    "set session_replication_role = replica",
    "delete from rollbook.django_migrations",
)


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_what_the_audit_says_stays(clerk: CommandLine, statement: str) -> None:
    with (
        psycopg.connect(clerk.environ["DATABASE_URL"], autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement.encode())


def test_the_clean_up_of_the_serving_role_deletes_what_is_older_than_a_year_and_no_more(
    clerk: CommandLine, owner: CommandLine
) -> None:
    with psycopg.connect(owner.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(
            "insert into rollbook.audit_events (at, actor, action, subject)"
            " select now() - make_interval(days => days), 'test', 'person.invited', days::text"
            " from unnest(array[364, 366, 900]) days"
        )
    with psycopg.connect(clerk.environ["DATABASE_URL"], autocommit=True) as connection:
        gone = connection.execute("select rollbook.expire_audit(now(), 100)").fetchone()
        left = connection.execute(
            "select subject from rollbook.audit_events where actor = 'test'"
        ).fetchall()
    assert (gone, left) == ((2,), [("364",)])


def test_pages_and_a_worker_run_under_the_serving_role(clerk: CommandLine, tmp_path: Path) -> None:
    done = clerk("admins", "add", "ada@example.org", stdin="a long enough sentence\n")
    assert done.code == 0, done
    port = free_port()
    process = subprocess.Popen(
        clerk.words("serve", "--port", str(port)),
        env=clerk.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert _answer(f"http://127.0.0.1:{port}/healthz") == 200
        assert _answer(f"http://127.0.0.1:{port}/account/sign-in/") == 200
        with psycopg.connect(clerk.environ["DATABASE_URL"], autocommit=True) as connection:
            _until(lambda: connection.execute("select 1 from rollbook.last_tick").fetchone())
    finally:
        process.terminate()
        process.wait(timeout=60)


def test_a_missing_right_is_named_with_its_object(clerk: CommandLine, superuser: str) -> None:
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("revoke select on rollbook.feeds from clerk")
        done = clerk("feeds", "list")
        connection.execute("grant select on rollbook.feeds to clerk")
    assert (done.code, "permission denied for table feeds" in done.err) == (1, True), done
    assert "rollbook migrate" in done.err


def _answer(address: str) -> int:
    deadline = time.monotonic() + 90
    while True:
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                return int(answer.status)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _until(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + 90
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.2)
