"""`rollbook admins`, `rollbook serve`, `rollbook jobs cancel`: what they say, when they refuse."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import psycopg

from tests.integration.cli.commands import CommandLine, student, write_csv

PASSWORD = "a long enough sentence\n"


def test_an_administrator_is_added_once_and_can_be_reset(rollbook: CommandLine) -> None:
    added = rollbook("admins", "add", "Ada@Example.org", stdin=PASSWORD)
    assert (added.code, added.out) == (
        0,
        "ada@example.org is now an administrator and can sign in.\n",
    )
    again = rollbook("admins", "add", "ada@example.org", stdin=PASSWORD)
    assert again.code == 2
    assert "rollbook admins reset ada@example.org" in again.err
    assert rollbook("admins", "reset", "ADA@example.org", stdin=PASSWORD).code == 0
    assert "There is no account" in rollbook("admins", "reset", "x@y.org", stdin=PASSWORD).err
    with psycopg.connect(rollbook.environ["DATABASE_URL"]) as connection:
        told = connection.execute(
            "select action, subject, before::text || after::text from rollbook.audit_events"
            " where action like 'person.%' order by id"
        ).fetchall()
    assert [(action, subject) for action, subject, _ in told] == [
        ("person.added", "ada@example.org"),
        ("person.sign_in_reset", "ada@example.org"),
    ]
    assert "enough" not in str(told)


def test_people_are_listed_with_their_roles_and_schools(rollbook: CommandLine) -> None:
    assert "rollbook admins add EMAIL" in rollbook("admins", "list").out
    rollbook("admins", "add", "ada@example.org", stdin=PASSWORD)
    rollbook("admins", "add", "sam@example.org", "--staff", stdin=PASSWORD)
    people = json.loads(rollbook("admins", "list", "--json").out)
    assert [(each["email"], each["role"], each["last_sign_in_at"]) for each in people] == [
        ("ada@example.org", "administrator", None),
        ("sam@example.org", "staff", None),
    ]
    listed = " ".join(rollbook("admins", "list").out.split())
    assert "ada@example.org Administrator no never sam@example.org Staff: no school" in listed


def test_a_weak_password_and_a_wrong_address_are_refused_with_the_reason(
    rollbook: CommandLine,
) -> None:
    weak = rollbook("admins", "add", "ada@example.org", stdin="short\n")
    assert weak.code == 2
    assert "at least 12 characters" in weak.err
    assert "Nothing was changed." in weak.err
    assert "isn't an email address" in rollbook("admins", "add", "ada", stdin=PASSWORD).err


def test_a_port_that_is_taken_is_reported_before_anything_starts(rollbook: CommandLine) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = rollbook("serve", "--port", port)
    assert done.code == 2
    assert f"port {port}" in done.err
    assert "--port" in done.err


def test_a_job_that_is_over_cannot_be_cancelled(rollbook: CommandLine, tmp_path: Path) -> None:
    assert rollbook("import", write_csv(tmp_path / "s.csv", student(1))).code == 0
    done = rollbook("jobs", "cancel", "1")
    assert done.code == 2
    assert "nothing to stop" in done.err
    assert rollbook("jobs", "cancel", "99").code == 2


def test_an_import_loads_neither_the_pages_nor_the_queue(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "s.csv", student(1))
    script = (
        "import sys; from rollbook.cli.main import run; "
        f"code = run(['import', {str(file)!r}]); "
        "heavy = {'procrastinate', 'allauth', 'waitress', 'asyncssh', 'boto3', 'fido2'}; "
        "print(code, sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=rollbook.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "0 []"
