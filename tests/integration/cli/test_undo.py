"""An import is undone by a command: what comes of it, and what is refused."""

import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from rollbook.records.locks import FEED_RUNNING
from tests.integration.cli.commands import CommandLine, Stored, student, write_csv

SIS = ("--feed", "sis")
REASON = ("--reason", "The wrong file")
VALUES = (
    "select s.student_id, n.absences_ytd from public.students s join"
    " public.student_data_snapshots n on n.student_id = s.id order by 1"
)


@pytest.fixture
def nights(rollbook: CommandLine, tmp_path: Path) -> list[Path]:
    """Two imports: the second changes a value and brings a student."""
    files = [
        write_csv(tmp_path / "monday.csv", *map(student, range(1, 21))),
        write_csv(
            tmp_path / "tuesday.csv",
            student(1, absences=4),
            *map(student, range(2, 22)),
        ),
    ]
    for file in files:
        rollbook.json("import", file)
    return files


def test_an_undone_import_is_as_if_it_had_never_been(
    rollbook: CommandLine, nights: list[Path], stored: Stored
) -> None:
    assert ("0000001", 4) in stored(VALUES)
    found = rollbook.json("jobs", "undo", "2", *REASON, "--yes")
    assert found == {
        "job": 2, "undone": True, "students_removed": 1, "students_kept": 0,
        "values_restored": 1, "values_kept": 0, "students_active_again": 0,
        "students_missing_again": 0,
    }  # fmt: skip
    assert stored(VALUES) == [(f"{number:07d}", 3) for number in range(1, 21)]
    assert stored(
        "select actor, after->>'reason', (after->>'values_restored')::int"
        " from rollbook.audit_events where action = 'import.undone'"
    ) == [("command line", "The wrong file", 1)]
    shown = rollbook.json("jobs", "show", "2")
    assert shown["status"] == "completed"
    assert (shown["undone"]["by"], shown["undone"]["values_restored"]) == ("command line", 1)
    assert stored("select outcome, is_stored from rollbook.import_index order by job_id") == [
        ("succeeded", True), ("undone", False),
    ]  # fmt: skip
    assert "undone" in rollbook("jobs", "list").out
    headline = rollbook("jobs", "show", "2").out.strip().splitlines()[0]
    assert headline.startswith("↶ Import undone: its changes were taken back")


def test_who_is_active_or_missing_again_is_counted_as_it_comes(
    rollbook: CommandLine, tmp_path: Path, stored: Stored
) -> None:
    for name, last in (("a", 40), ("b", 37), ("c", 38)):
        rollbook.json(
            "import", write_csv(tmp_path / f"{name}.csv", *map(student, range(1, last + 1)))
        )

    def counts(*words: str) -> tuple[int, int]:
        found = rollbook.json("jobs", "undo", *words)
        return found["students_active_again"], found["students_missing_again"]

    missing = "select count(*)::int from rollbook.presence where missing_since is not null"
    assert counts("3", "--preview") == (0, 1)
    assert counts("2", "--preview") == (0, 0)
    assert counts("2", "--preview", "--with-later") == (2, 0)
    assert stored(missing) == [(2,)]
    assert counts("2", "--with-later", *REASON, "--yes") == (2, 0)
    assert stored(missing) == [(0,)]
    shown = [rollbook.json("jobs", "show", job)["undone"] for job in ("2", "3")]
    assert [each["students_active_again"] for each in shown] == [3, 0]
    assert [each["students_missing_again"] for each in shown] == [0, 1]


def test_a_second_undo_finds_nothing_to_undo(rollbook: CommandLine, nights: list[Path]) -> None:
    rollbook.json("jobs", "undo", "2", *REASON, "--yes")
    again = rollbook.json("jobs", "undo", "2", *REASON, "--yes")
    assert (again["undone"], again["values_restored"], again["students_removed"]) == (False, 0, 0)
    refused = rollbook("jobs", "undo", "2", *REASON, "--yes")
    assert refused.code == 2
    assert "was already undone" in refused.err


def test_a_preview_says_the_numbers_and_writes_nothing(
    rollbook: CommandLine, nights: list[Path], stored: Stored
) -> None:
    before = stored(VALUES)
    found = rollbook.json("jobs", "undo", "2", "--preview")
    assert (found["undone"], found["students_removed"], found["values_restored"]) == (False, 1, 1)
    told = rollbook("jobs", "undo", "2", "--preview").out
    assert "1 value would be restored" in told
    assert "1 student would be removed" in told
    assert stored(VALUES) == before
    assert stored("select count(*) from rollbook.undo_kept") == [(0,)]


def test_the_same_file_is_imported_again_after_its_import_was_undone(
    rollbook: CommandLine, nights: list[Path], stored: Stored
) -> None:
    rollbook.json("jobs", "undo", "2", *REASON, "--yes")
    again = rollbook.json("import", nights[1])
    assert (again["counts"]["inserted"], again["counts"]["updated"]) == (1, 1)
    assert ("0000001", 4) in stored(VALUES)


def test_what_another_hand_has_changed_stays_and_is_told(
    rollbook: CommandLine, nights: list[Path], stored: Stored
) -> None:
    stored(
        "update public.student_data_snapshots set absences_ytd = 9 where absences_ytd = 4"
        " returning 1"
    )
    done = rollbook("jobs", "undo", "2", *REASON, "--yes")
    assert "1 value kept" in done.out
    assert "someone else changed them" in done.out
    assert ("0000001", 9) in stored(VALUES)


@pytest.mark.parametrize("way", ["dry run", "held", "failed"])
def test_what_stored_nothing_cannot_be_undone(
    rollbook: CommandLine, nights: list[Path], tmp_path: Path, way: str
) -> None:
    rows = [student(number) for number in range(1, 21)]
    if way == "held":
        rows[5:15] = [f",{row.split(',', 1)[1]}" for row in rows[5:15]]
    file = write_csv(tmp_path / "odd.csv", *rows)
    if way == "failed":
        file.write_text("no header here\n")
    rollbook("import", file, *(("--dry-run",) if way == "dry run" else ()))
    refused = rollbook("jobs", "undo", "3", *REASON, "--yes")
    assert refused.code == 2
    assert "its changes aren't on record" in refused.err


def test_with_the_later_ones_all_is_as_before_the_first_of_them(
    rollbook: CommandLine, nights: list[Path], tmp_path: Path, stored: Stored
) -> None:
    rollbook.json(
        "import", write_csv(tmp_path / "c.csv", *(student(n, absences=8) for n in range(1, 23)))
    )
    before = stored(VALUES)
    preview = rollbook.json("jobs", "undo", "2", "--with-later", "--preview")
    assert stored(VALUES) == before
    found = rollbook.json("jobs", "undo", "2", *REASON, "--with-later", "--yes")
    assert found["jobs"] == [3, 2]
    assert found == preview | {"undone": True}
    assert stored(VALUES) == [(f"{number:07d}", 3) for number in range(1, 21)]
    assert stored("select subject from rollbook.mails where kind = 'import_undone'") == [
        ("Rollbook: Import 2 of files was undone",)
    ]


def test_it_needs_a_reason_and_a_yes(rollbook: CommandLine, nights: list[Path]) -> None:
    no_reason = rollbook("jobs", "undo", "2", "--yes")
    assert (no_reason.code, "needs a reason" in no_reason.err) == (2, True)
    no_yes = rollbook("jobs", "undo", "2", *REASON, "--json")
    assert (no_yes.code, "--yes" in no_yes.err) == (2, True)
    said_no = rollbook("jobs", "undo", "2", *REASON, stdin="n\n")
    assert said_no.code != 0
    assert rollbook.json("jobs", "undo", "2", "--preview")["values_restored"] == 1


def test_the_schedule_of_its_feed_is_turned_off(
    rollbook: CommandLine, tmp_path: Path, stored: Stored
) -> None:
    given = ("--host", "sftp.example.org", "--user", "x", "--pattern", "*.csv")
    assert rollbook("feeds", "add", "sis", *given, stdin="pw\n").code == 0
    rollbook.json("import", write_csv(tmp_path / "a.csv", student(1)), "--feed", "sis")
    done = rollbook("jobs", "undo", "1", *REASON, "--yes")
    assert "The schedule of sis is off" in done.out
    assert stored("select schedule->>'is_on' from rollbook.feeds where name = 'sis'") == [
        ("false",)
    ]


def test_while_an_import_of_the_feed_runs_nothing_is_undone(
    rollbook: CommandLine, nights: list[Path]
) -> None:
    with psycopg.connect(rollbook.environ["DATABASE_URL"], autocommit=True) as running:
        running.execute(
            "select pg_advisory_lock(%s, id::int) from rollbook.feeds where name = 'files'",
            [FEED_RUNNING],
        )
        refused = rollbook("jobs", "undo", "2", *REASON, "--yes")
    assert refused.code == 5
    assert "This feed is already importing" in refused.err


def test_of_two_undos_at_once_one_undoes_and_the_other_finds_nothing_or_waits_its_turn(
    rollbook: CommandLine, nights: list[Path], stored: Stored
) -> None:
    codes: list[int] = []
    threads = [
        threading.Thread(
            target=lambda: codes.append(rollbook("jobs", "undo", "2", *REASON, "--yes").code)
        )
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes.count(0) == 1
    assert set(codes) <= {0, 2, 5}
    assert stored("select count(*) from rollbook.audit_events where action = 'import.undone'") == [
        (1,)
    ]


def test_an_undo_that_is_killed_has_changed_nothing(
    rollbook: CommandLine, nights: list[Path], stored: Stored
) -> None:
    before = stored(VALUES)
    with psycopg.connect(rollbook.environ["DATABASE_URL"]) as holding:
        # The undo stands in its middle: it has restored values, and cannot note that it did.
        holding.execute("select 1 from rollbook.presence for update")
        child = subprocess.Popen(
            rollbook.words("jobs", "undo", "2", *REASON, "--yes"),
            env=rollbook.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if stored("select 1 from pg_locks where not granted") or child.poll() is not None:
                break
            time.sleep(0.05)
        assert child.poll() is None
        child.kill()
        child.wait()
    assert stored(VALUES) == before
    assert rollbook.json("jobs", "undo", "2", *REASON, "--yes")["values_restored"] == 1


def test_that_nothing_was_new_says_nothing_once_the_import_before_it_is_undone(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    files = [
        write_csv(tmp_path / f"{name}.csv", student(1, absences=at), student(2))
        for at, name in enumerate(("monday", "tuesday"))
    ]
    server = ("--host", "localhost", "--user", "x", "--pattern", "*")
    assert rollbook("feeds", "add", "sis", *server, stdin="pw\n").code == 0
    rollbook.json("import", files[0], *SIS)
    assert rollbook.json("import", files[0], *SIS, code=6)["reason"] == "file_unchanged"
    known = _last_good(rollbook)
    rollbook.json("import", files[1], *SIS)
    assert rollbook.json("import", files[1], *SIS, code=6)["reason"] == "file_unchanged"
    rollbook.json("jobs", "undo", "3", *REASON, "--yes")
    assert _last_good(rollbook) == known, "what was found of Monday's data still holds"
    rollbook.json("jobs", "undo", "1", *REASON, "--yes")
    assert _last_good(rollbook) is None
    assert rollbook.json("import", files[0], *SIS)["stored"]
    assert rollbook.json("import", files[0], *SIS, code=6)["reason"] == "file_unchanged"
    assert _last_good(rollbook) is not None


def _last_good(rollbook: CommandLine) -> Any:
    feeds = {each["feed"]: each for each in rollbook.json("quality", code=None)["feeds"]}
    return feeds["sis"]["last_good"]
