"""A file that is older than one that was imported waits for a person."""

from pathlib import Path

from tests.integration.cli.commands import HEADER, CommandLine, student, write_csv


def file_of(folder: Path, night: int, name: str = "") -> Path:
    rows = [student(number, absences=night) for number in range(1, 30)]
    return write_csv(folder / (name or f"students{'x' * night}.csv"), *rows)


def test_bytes_that_others_have_followed_are_held_and_applied_renew_nothing(
    rollbook: CommandLine, records: str, tmp_path: Path
) -> None:
    from rollbook.records.queries.feeds import feed_by_name
    from rollbook.records.queries.jobs import newest_file

    for night in range(4):
        assert rollbook.json("import", file_of(tmp_path, night))["status"] == "completed"
    # What was changed and changed back is no older file; the first night's is.
    report = rollbook.json("import", file_of(tmp_path, 2), code=0)
    assert report["status"] == "completed"
    assert rollbook.json("import", file_of(tmp_path, 3), code=0)["status"] == "completed"
    held = rollbook.json("import", file_of(tmp_path, 0), code=7)
    assert "import 1 had the same file, and 3 other files have come since" in held["message"]
    assert rollbook("jobs", "approve", str(held["job"]), "--reason", "It is meant").code == 0
    assert newest_file(feed_by_name("files")) == 6


def test_what_was_undone_is_no_newer_file(rollbook: CommandLine, tmp_path: Path) -> None:
    first = rollbook.json("import", file_of(tmp_path, 0, "students_2026-10-01.csv"))
    later = rollbook.json("import", file_of(tmp_path, 1, "students_2026-10-02.csv"))
    assert first["status"] == later["status"] == "completed"
    again = file_of(tmp_path, 2, "students_2026-10-01.csv")
    assert rollbook.json("import", again, code=7)["status"] == "held"
    undo = rollbook("jobs", "undo", str(later["job"]), "--reason", "A wrong file", "--yes")
    assert undo.code == 0, undo
    assert rollbook.json("import", again)["status"] == "completed"


def test_a_file_that_says_it_was_made_earlier_is_held(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    def file(day: str, absences: int) -> Path:
        rows = [f"{student(number, absences=absences)},{day}" for number in range(1, 30)]
        return write_csv(tmp_path / "students.csv", *rows, header=f"{HEADER},Extract Date")

    assert rollbook.json("import", file("10/5/2026", 3))["status"] == "completed"
    assert rollbook.json("import", file("2026-10-05", 4))["status"] == "completed"
    held = rollbook.json("import", file("10/4/2026", 5), code=7)
    assert "it says it was made on an earlier day than the last file" in held["message"]
    assert rollbook.json("import", file("someday", 5))["status"] == "completed"


def test_grades_that_go_down_are_an_earlier_school_years(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    now, then = (
        write_csv(tmp_path / f"{grade}.csv", *(student(at, grade=grade) for at in range(1, 30)))
        for grade in (5, 4)
    )
    assert rollbook.json("import", now)["status"] == "completed"
    held = rollbook.json("import", then, code=7)
    assert "29 of the 29 known students in this file (100%) are one grade lower" in held["message"]
    assert "This is probably last year's file." in held["message"]


def test_a_newer_file_that_is_stored_retires_the_held_one_of_its_server(
    rollbook: CommandLine, records: str, tmp_path: Path
) -> None:
    from rollbook.automation.after_run import finish_run
    from rollbook.records.models import AuditEvent

    given = ("--host", "sftp.example.org", "--user", "x", "--pattern", "*.csv")
    assert rollbook("feeds", "add", "sis", *given, stdin="pw\n").code == 0
    good = [student(number) for number in range(1, 30)]
    nobody = [f",{row.split(',', 1)[1]}" for row in good]
    for feed in ("sis", "files"):
        files = [
            write_csv(tmp_path / f"{feed}{at}.csv", *rows) for at, rows in enumerate((nobody, good))
        ]
        held, newer = (
            rollbook.json("import", file, "--feed", feed, code=None)["job"] for file in files
        )
        finish_run(newer, {})
        report = rollbook.json("jobs", "show", str(held), code=None)
        is_retired = feed == "sis"
        assert report["status"] == ("failed" if is_retired else "held")
        events = AuditEvent.objects.filter(action="import.discarded", subject=f"job {held}")
        assert events.count() == is_retired
        if is_retired:
            assert f"import {newer} has saved a newer file" in report["message"]
