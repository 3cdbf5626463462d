"""What becomes of a file on its server: only what is stored, only if it is still the same file."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from rollbook.core.events import ignore
from tests.integration.cli.commands import CommandLine, Stored, student, write_csv
from tests.integration.servers import (
    PASSWORD,
    Faults,
    RunningServer,
    asyncssh_server,
    openssh_server,
)

OLD = 1_700_000_000
NAME = "students.csv"


@pytest.fixture
def served(tmp_path: Path) -> Path:
    folder = tmp_path / "served"
    folder.mkdir()
    return folder


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def sftp(served: Path, faults: Faults) -> Iterator[RunningServer]:
    with asyncssh_server(served, faults=faults) as running:
        yield running


def put(folder: Path, *numbers: int, changed: int = OLD) -> None:
    file = write_csv(folder / NAME, *(student(number) for number in numbers))
    os.utime(file, (changed, changed))


def add_feed(rollbook: CommandLine, server: RunningServer, *options: str) -> None:
    done = rollbook(
        "feeds",
        "add",
        "sis",
        *server.trusted_options,
        "--pattern",
        "students*.csv",
        *options,
        stdin=f"{PASSWORD}\n",
    )
    assert done.code == 0, done


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("options", "left"),
    [
        (("move", "--after-import-folder", "done"), ["done/students.csv"]),
        (("rename",), ["students.csv.imported"]),
        (("delete",), []),
        (("stay",), ["students.csv"]),
    ],
)
def test_openssh_has_the_file_put_away_once_it_is_stored(
    rollbook: CommandLine,
    served: Path,
    tmp_path: Path,
    options: tuple[str, ...],
    left: list[str],
    stored: Stored,
) -> None:
    put(served, 1, 2, 3)
    with openssh_server(served) as server:
        key = tmp_path / "key"
        key.write_text(server.private_key or "")
        add_feed(rollbook, server, "--key-file", str(key), "--after-import", *options)
        assert rollbook.json("run", "sis", "--dry-run")["status"] == "completed"
        assert names(served) == [NAME]
        done = rollbook.json("run", "sis")
        assert done["stored"]
        assert names(served) == left
        assert stored("select count(*) from rollbook.server_files") == [(0,)]
        if NAME not in left:
            assert rollbook.json("run", "sis", code=4)["reason"] == "file_not_found"


def test_a_refusal_is_a_warning_and_is_made_up_for_at_the_next_run(
    rollbook: CommandLine, served: Path, sftp: RunningServer, faults: Faults
) -> None:
    put(served, 1, 2, 3)
    faults.is_read_only = True
    add_feed(rollbook, sftp, "--after-import", "delete")
    done = rollbook.json("run", "sis")
    assert (done["stored"], done["issues"]["by_code"]) == (True, {"AFTER_IMPORT_REFUSED": 1})
    (issue,) = done["issue_list"]
    assert "We try again at the next" in issue["message"]
    assert NAME in issue["value"]
    assert names(served) == [NAME]
    faults.is_read_only = False
    assert rollbook.json("run", "sis", "--dry-run", code=6)["reason"] == "file_unchanged"
    assert names(served) == [NAME], "a dry run touches nothing"
    assert rollbook.json("run", "sis", code=6)["reason"] == "file_unchanged"
    assert names(served) == []


def test_what_was_not_put_away_is_made_up_for_though_a_newer_file_has_come(
    rollbook: CommandLine, served: Path, sftp: RunningServer, faults: Faults
) -> None:
    put(served, 1, 2, 3)
    faults.is_read_only = True
    add_feed(rollbook, sftp, "--after-import", "move", "--after-import-folder", "done")
    rollbook.json("run", "sis")
    faults.is_read_only = False
    (served / NAME).rename(served / "students_1.csv")  # another file, which was never imported
    os.utime(served / "students_1.csv", (OLD - 60, OLD - 60))
    put(served, 1, 2, 3, 4, changed=OLD + 60)
    rollbook.json("run", "sis")
    put(served, 1, 2, 3, 4, 5, changed=OLD + 120)
    rollbook.json("run", "sis")
    stamp = "20231114-221520"
    assert names(served) == [
        "done/students.csv",
        f"done/students_{stamp}.csv",
        "students_1.csv",
    ]


def test_a_held_file_is_put_away_only_when_it_is_applied_and_still_the_same(
    rollbook: CommandLine, served: Path, sftp: RunningServer
) -> None:
    add_feed(rollbook, sftp, "--after-import", "delete", "--missing-limit", "10")
    put(served, *range(1, 31))
    rollbook.json("run", "sis")
    put(served, *range(1, 11), changed=OLD + 60)
    held = rollbook.json("run", "sis", code=7)
    assert names(served) == [NAME]
    approved = rollbook("jobs", "approve", str(held["job"]), "--reason", "it is right")
    assert approved.code == 0, approved
    assert names(served) == []
    put(served, *range(1, 3), changed=OLD + 120)
    held = rollbook.json("run", "sis", code=7)
    put(served, *range(1, 9), changed=OLD + 180)
    rollbook("jobs", "approve", str(held["job"]), "--reason", "it is right")
    assert names(served) == [NAME]


def test_a_refused_or_discarded_file_stays(
    rollbook: CommandLine, served: Path, sftp: RunningServer, stored: Stored
) -> None:
    add_feed(rollbook, sftp, "--after-import", "delete", "--missing-limit", "10")
    (served / NAME).write_text("nothing,of,this\n1,2,3\n")
    os.utime(served / NAME, (OLD, OLD))
    assert rollbook.json("run", "sis", code=3)["status"] == "failed"
    assert names(served) == [NAME]
    put(served, *range(1, 31))
    rollbook.json("run", "sis")
    put(served, 1, changed=OLD + 60)
    held = rollbook.json("run", "sis", code=7)
    rollbook("jobs", "discard", str(held["job"]), "--reason", "it is wrong")
    assert names(served) == [NAME]
    assert stored("select count(*) from rollbook.server_files") == [(0,)]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--after-import", "move"), "--after-import-folder"),
        (("--after-import", "move", "--after-import-folder", "."), "--after-import-folder"),
        (("--after-import", "rename", "--after-import-ending", ".old.csv"), "imported again"),
        (("--after-import", "burn"), "one of the choices"),
    ],
)
def test_a_setting_by_which_a_file_would_be_taken_again_is_refused(
    rollbook: CommandLine, options: tuple[str, ...], says: str
) -> None:
    done = rollbook(
        "feeds",
        "add",
        "sis",
        "--host",
        "sftp.example.org",
        "--user",
        "u",
        "--pattern",
        "*.csv",
        *options,
        stdin="secret\n",
    )
    assert (done.code, says in done.err) == (2, True), done.err


def test_a_run_that_ends_between_commit_and_move_is_caught_up_by_the_next(
    records: str,
    rollbook: CommandLine,
    served: Path,
    sftp: RunningServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from rollbook.automation import import_job
    from rollbook.automation.imports import run_import
    from rollbook.records.models import Feed
    from rollbook.records.sources import source_of

    environ = rollbook.environment()
    put(served, 1, 2, 3)
    add_feed(rollbook, sftp, "--after-import", "rename")
    feed = Feed.objects.get(name="sis")

    def run() -> int:
        source = source_of(feed, environ)
        return run_import(
            feed, source, dry_run=False, force=False, listener=ignore, environ=environ
        ).exit_code

    with monkeypatch.context() as killed:
        killed.setattr(import_job, "put_files_away", lambda context: None)
        assert run() == 0
    assert names(served) == [NAME]
    assert run() == 6
    assert names(served) == ["students.csv.imported"]
