"""A command that shows students' values leaves an audit event, and no other command shows any."""

import getpass
import os
import socket
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import HEADER, CommandLine, student, write_csv
from tests.integration.servers import RunningServer, openssh_server

NAME, COLUMN = "Marker-name", "Marker-column"
HERE = f"{getpass.getuser()}@{socket.gethostname()}"

EXAMPLES = "examples of problems"
SHOW_VALUES = {
    "feeds codes": ("students.viewed", "files", "codes of the newest file"),
    "feeds inbox": ("students.viewed", "files", "new columns and codes"),
    "feeds test": ("students.viewed", "sis", "header of the newest file"),
    "run": ("students.viewed", "job 1", EXAMPLES),
    "jobs show": ("students.viewed", "job 1", EXAMPLES),
    "jobs changes": ("students.viewed", "job 1", "what changed"),
    "jobs fixit": ("students.downloaded", "job 1", "rejected rows as CSV"),
    "import": ("students.viewed", "job 2", EXAMPLES),
    "jobs approve": ("students.viewed", "job 2", EXAMPLES),
    "jobs import": ("students.viewed", "job 5", EXAMPLES),
    "jobs note": ("students.viewed", "job 1", "notes"),
    "jobs levels": ("students.viewed", "job 3", "words that may be levels"),
    "students protected": ("students.viewed", "students", "protected values"),
    "students show": ("students.viewed", "student 1", "values and where they came from"),
    "students record": ("students.record_made", "student 1", "record as text"),
}
"""What each leaves in the course of the walk below."""
RECORD = ("students", "record", "0000001", "--requested-by", "a parent")
SHOW_NONE = {
    "admins add", "admins list", "admins reset", "admins schools", "audit export",
    "audit verify", "backup", "calendar add", "calendar import", "calendar remove",
    "calendar set", "calendar show", "demo", "doctor",
    "feeds add", "feeds backtest", "feeds browse", "feeds export", "feeds import", "feeds key",
    "feeds list", "feeds map",
    "feeds hand-over", "feeds mapping copy", "feeds mapping export", "feeds mapping import",
    "feeds mute", "feeds names", "feeds owners", "feeds restore", "feeds versions",
    "feeds remove", "feeds schedule", "feeds set", "feeds webhook-secret",
    "feeds webhook-test", "fleet backup", "fleet migrate", "fleet status", "health",
    "jobs cancel", "jobs decide", "jobs discard", "jobs fix", "jobs list", "jobs take-back",
    "jobs rehearse", "jobs undo", "keys rotate", "layouts export",
    "layouts import", "layouts list", "layouts remove", "layouts show", "migrate", "move",
    "quality", "restore",
    "schools confirm", "schools list", "schools map", "schools unmap", "serve", "settings list",
    "settings set", "settings test-mail", "terms add", "terms list", "sign-in off", "sign-in set",
    "sign-in show", "sign-in test", "tokens add", "tokens list",
    "students protect", "students release", "tokens revoke", "uninstall", "worker",
    "year rehearse", "year set", "year show", "year switch", "year undo",
}  # fmt: skip
ITS_OWN_FILE = {"check"}
"""Shows what is in a file that its user can read anyway, and needs no database."""


def new_events() -> list[tuple[str, ...]]:
    """What was left since the last call, and is deleted: a second look would leave no line."""
    from django.db import connection

    from rollbook.records.models import AuditEvent

    found: Any = AuditEvent.objects.filter(action__startswith="students.").order_by("id")
    events: list[tuple[str, ...]] = [
        (e.actor, e.action, e.subject, e.after["what"], e.origin) for e in found
    ]
    with connection.cursor() as cursor:
        cursor.execute("alter table rollbook.audit_events disable trigger user")
        cursor.execute("delete from rollbook.audit_events")
        cursor.execute("alter table rollbook.audit_events enable trigger user")
    return events


def event(command: str) -> tuple[str, ...]:
    return ("command line", *SHOW_VALUES[command], HERE)


def wrong_rows(folder: Path, name: str, *, count: int) -> Path:
    """A file of 20 sound rows and some without an identifier, in an unknown column's company."""
    rows = [f"{student(number)},x" for number in range(1, 21)]
    rows += [f",{student(90 + n, name=NAME).split(',', 1)[1]},x" for n in range(count)]
    return write_csv(folder / name, *rows, header=f"{HEADER},{COLUMN}")


def settled(file: Path) -> None:
    """One that was written just now might not be whole."""
    old = time.time() - 3600
    os.utime(file, (old, old))


@pytest.fixture
def sftp(tmp_path: Path) -> Iterator[tuple[RunningServer, Path]]:
    folder = tmp_path / "served"
    folder.mkdir()
    with openssh_server(folder) as running:
        yield running, folder


def add_feed(rollbook: CommandLine, sftp: tuple[RunningServer, Path], key: Path) -> None:
    server, folder = sftp
    key.write_text(server.private_key or "")
    done = rollbook(
        "feeds",
        "add",
        "sis",
        *server.options,
        "--key-file",
        key,
        "--folder",
        folder,
        "--pattern",
        "*.csv",
        stdin="\n",
    )
    assert done.code == 0, done


@pytest.mark.filterwarnings("ignore:'click:DeprecationWarning")  # Typer's, on import
def test_every_command_says_whether_it_shows_values() -> None:
    import typer

    from rollbook.cli.app import app

    def commands(one: Any, *words: str) -> set[str]:
        below = getattr(one, "commands", {})
        found = {each for name in below for each in commands(below[name], *words, name)}
        return found or {" ".join(words)}

    found = commands(typer.main.get_command(app))
    assert found == set(SHOW_VALUES) | SHOW_NONE | ITS_OWN_FILE


@pytest.mark.usefixtures("records")
def test_every_command_that_shows_values_leaves_its_event_and_no_list_shows_any(
    rollbook: CommandLine, sftp: tuple[RunningServer, Path], tmp_path: Path
) -> None:
    def out(*words: str | Path, codes: Sequence[int] = (0,), stdin: str = "") -> str:
        done = rollbook(*words, stdin=stdin)
        assert done.code in codes, done
        return done.out + done.err

    def seen(*words: str | Path, code: int = 0) -> str:
        done = rollbook.at_terminal(*words)
        assert done.code == code, done
        return done.out

    add_feed(rollbook, sftp, tmp_path / "key")
    assert new_events() == []
    held = wrong_rows(tmp_path, "held.csv", count=7)
    settled(write_csv(sftp[1] / "a.csv", "1,2", header=f"{COLUMN},Seats"))
    tested = out("feeds", "test", "sis", codes=(4,), stdin="y\n"), new_events()
    settled(wrong_rows(sftp[1], "a.csv", count=1))
    walk: tuple[tuple[str, str, str, list[tuple[str, ...]]], ...] = (
        ("feeds test", COLUMN, *tested),
        ("run", COLUMN, seen("run", "sis"), new_events()),
        ("jobs show", COLUMN, out("jobs", "show", "1"), new_events()),
        ("jobs changes", "0000001", out("jobs", "changes", "1"), new_events()),
        ("jobs fixit", NAME, out("jobs", "fixit", "1"), new_events()),
        ("import", COLUMN, seen("import", held, code=7), new_events()),
        ("jobs approve", COLUMN, seen("jobs", "approve", "2", "--reason", "x"), new_events()),
        (
            "students protected",
            "0000001",
            out("students", "protect", "0000001", "grade", "--reason", "x")
            + out("students", "protected"),
            new_events(),
        ),
        ("students show", "Lovelace", out("students", "show", "0000001"), new_events()),
        ("students record", "Lovelace", out(*RECORD), new_events()),
    )
    level = "Fall 2025 i-Ready Math Overall Performance Level"
    rows = [f"{student(n)},{NAME}" for n in range(1, 21)]
    out("import", write_csv(tmp_path / "levels.csv", *rows, header=f"{HEADER},{level}"))
    new_events()
    walk += (("jobs levels", NAME, out("jobs", "levels", "3"), new_events()),)
    out("jobs", "note", "1", f"About {NAME}")
    assert new_events() == []  # it shows nothing
    walk += (("jobs note", NAME, out("jobs", "note", "1"), new_events()),)
    walk += (("feeds codes", NAME, out("feeds", "codes", "files"), new_events()),)
    walk += (("feeds inbox", NAME, out("feeds", "inbox", "files"), new_events()),)
    out("import", held, "--dry-run", codes=(7,))
    assert new_events() == []  # it went to no terminal, and so nobody saw a value
    walk += (("jobs import", COLUMN, seen("jobs", "import", "4", code=7), new_events()),)
    assert {command for command, *_ in walk} == set(SHOW_VALUES)
    for command, value, said, events in walk:
        assert value in said, command
        assert events == [event(command)], command

    lists = (
        "jobs list",
        "feeds list",
        "feeds map sis",
        "feeds schedule sis",
        "feeds key sis",
        "settings list",
        "terms list",
        "health",
    )
    for command in lists:
        said = out(*command.split(), codes=(0, 1, 2))
        assert (NAME in said, COLUMN in said) == (False, False), command
    assert new_events() == []


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize("command", ["import", "jobs show", "jobs approve"])
def test_one_json_object_with_values_leaves_the_same_event(
    rollbook: CommandLine, tmp_path: Path, command: str
) -> None:
    held = wrong_rows(tmp_path, "held.csv", count=7)
    report = rollbook.json("import", held, code=7)
    assert report["issue_list"]
    if command == "jobs show":
        new_events()
        assert rollbook.json("jobs", "show", "1")["issue_list"]
    elif command == "jobs approve":
        new_events()
        assert rollbook.json("jobs", "approve", "1", "--reason", "x")["issue_list"]
    assert new_events() == [("command line", "students.viewed", "job 1", EXAMPLES, HERE)]
    assert rollbook.json("jobs", "show", "1", "--issues", "0")["issue_list"] == []
    assert new_events() == []
