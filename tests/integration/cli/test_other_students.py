"""A file that makes others of the students who are known waits; one that changes a few does not."""

from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import CommandLine, Stored, write_csv

KNOWN = 40


def row(number: int, **other: object) -> str:
    """One student: none has the name, the school or the grade of the next."""
    values: dict[str, object] = {
        "id": f"{number:07d}",
        "ssid": 9_000_000_000 + number,
        "first": "Ada",
        "last": f"Last{chr(97 + number % 26)}",
        "school": f"School {number % 8}",
        "grade": number % 9 + 1,
    } | other
    return "{id},{ssid},{last},{first},3,98.00,2.00,{school},{grade}".format(**values)


def import_known(rollbook: CommandLine, folder: Path) -> Path:
    file = write_csv(folder / "known.csv", *map(row, range(KNOWN)))
    rollbook.json("import", file)
    return file


def changed(folder: Path, how_many: int, **other: object) -> Path:
    rows = [row(number, **(other if number < how_many else {})) for number in range(KNOWN)]
    return write_csv(folder / "changed.csv", *rows)


@pytest.mark.parametrize(("other", "allowed", "words"), [
    ({"last": "Else"}, 4, "another name"),
    ({"first": "Zoe"}, 4, "another name"),
    ({"school": "Elsewhere"}, 10, "another school"),
    ({"grade": "12"}, 10, "another grade"),
])  # fmt: skip
def test_more_students_who_become_others_than_the_feed_allows_hold_the_import(
    rollbook: CommandLine, stored: Stored, tmp_path: Path, other: Any, allowed: int, words: str
) -> None:
    import_known(rollbook, tmp_path)
    rollbook.json("import", changed(tmp_path, allowed, **other), "--dry-run")
    report = rollbook.json("import", changed(tmp_path, allowed + 1, **other), code=7)
    assert (report["status"], report["reason"], report["stored"]) == ("held", "held", False)
    assert f"{allowed + 1} of the {KNOWN} known students" in report["message"]
    assert words in report["message"]
    assert "Else" not in report["message"] and "Zoe" not in report["message"]
    assert stored("select count(*) from students where last_name = 'Else'") == [(0,)]
    (waiting,) = rollbook("health", "--json").object["held"]
    assert (waiting["job"], waiting["feed"]) == (report["job"], "files")
    assert waiting["message"] in report["message"]
    shown = rollbook.json("jobs", "show")
    assert (shown["reason"], shown["message"]) == ("held", report["message"])


def test_another_districts_file_waits_and_tells_every_reason(
    rollbook: CommandLine, stored: Stored, tmp_path: Path
) -> None:
    known = import_known(rollbook, tmp_path)
    rows = [
        row(number, ssid=8_000_000_000 + number, last="Else", school="Far", grade=number % 9 + 3)
        for number in range(KNOWN)
    ]
    wrong = write_csv(tmp_path / "wrong.csv", *rows)
    for command in (["check"], ["import", "--dry-run"], ["import"]):
        message = rollbook.json(*command, wrong, code=7)["message"]
        for words in ("another name", "another SSID", "another school", "another grade"):
            assert f"{KNOWN} of the {KNOWN} known students in this file " in message
            assert words in message
        assert "One installation is for one district" in message
    assert rollbook.json("import", known, code=6)["reason"] == "file_unchanged"
    assert stored("select count(*) from students where last_name = 'Else'") == [(0,)]
    assert stored("select count(*) from jobs where id = 0") == [(0,)]
    assert rollbook.json("check", wrong, "--term", "Winter 2031")["counts"]["total"] == KNOWN


def test_what_was_approved_is_stored_once_and_the_next_such_file_waits(
    rollbook: CommandLine, stored: Stored, tmp_path: Path
) -> None:
    known = import_known(rollbook, tmp_path)
    held = rollbook.json("import", changed(tmp_path, KNOWN, last="Else"), code=7)
    approved = rollbook.json("jobs", "approve", str(held["job"]), "--reason", "New names")
    assert approved["counts"]["updated"] == KNOWN
    assert rollbook.json("import", known, "--force", code=7)["reason"] == "held"


def test_what_districts_live_through_passes(rollbook: CommandLine, tmp_path: Path) -> None:
    import_known(rollbook, tmp_path)
    capitals = [
        row(number).replace("Last", "LAST").replace("Ada", "ADA") for number in range(KNOWN)
    ]
    assert rollbook.json("import", write_csv(tmp_path / "a.csv", *capitals))["stored"]
    promoted = [
        row(number, grade=number % 9 + 2, school=f"School {number % 8 or 1}")
        for number in range(KNOWN)
    ]
    report = rollbook.json("import", write_csv(tmp_path / "b.csv", *promoted))
    assert report["stored"]
    assert f"{KNOWN} of the {KNOWN} known students go up to the next grade." in "".join(
        report["file"]["notes"]
    )


def test_a_limit_of_100_percent_never_holds_and_few_students_never_do(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    import_known(rollbook, tmp_path)
    few = write_csv(tmp_path / "few.csv", *(row(number, last="Few") for number in range(4)))
    assert rollbook.json("import", few)["counts"]["updated"] == 4
    assert rollbook("feeds", "set", "files", "--names-limit", "100").code == 0
    assert rollbook.json("import", changed(tmp_path, KNOWN, last="Else"))["stored"]


def test_a_file_that_would_double_everybody_waits_unless_hardly_anybody_is_known(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    few = write_csv(tmp_path / "few.csv", *map(row, range(5)))
    assert rollbook.json("import", few)["stored"]
    import_known(rollbook, tmp_path)
    not_as_many = write_csv(tmp_path / "many.csv", *map(row, range(100, 100 + KNOWN // 2)))
    assert rollbook.json("import", not_as_many, "--dry-run")["status"] == "completed"
    as_many = write_csv(tmp_path / "many.csv", *map(row, range(100, 100 + KNOWN)))
    message = rollbook.json("import", as_many, code=7)["message"]
    assert message.startswith("40 of 80 students (50%) would be new. Your limit is 40%")


def test_a_second_roster_feed_with_the_same_numbers_waits_and_is_told_of_one_district(
    rollbook: CommandLine, stored: Stored, tmp_path: Path
) -> None:
    import_known(rollbook, tmp_path)
    rollbook(
        "feeds",
        "add",
        "other",
        "--host",
        "sftp.example.org",
        "--user",
        "u",
        "--pattern",
        "*",
        stdin="secret\n",
    )
    others = changed(tmp_path, KNOWN, last="Else")
    for command in (["import", "--dry-run"], ["import"]):
        report = rollbook.json(*command, others, "--feed", "other", code=7)
        assert (report["reason"], report["stored"]) == ("held", False)
        assert (
            f"{KNOWN} of the {KNOWN} known students in this file (100%) have another name"
            in (report["message"])
        )
        assert "Another district needs its own" in report["message"]
    assert stored("select count(*) from students where last_name = 'Else'") == [(0,)]


def test_a_few_students_whose_whole_name_becomes_another_are_told_one_by_one(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    import_known(rollbook, tmp_path)
    file = changed(tmp_path, 2, first="Zoe", last="Quill")
    report = rollbook.json("import", file, "--issues", "all")
    assert (report["status"], report["counts"]["updated"]) == ("completed", 2)
    assert [(each["row"], each["code"], each["value"]) for each in report["issue_list"]] == [
        (2, "STUDENT_RENAMED", "Ada Lasta → Zoe Quill"),
        (3, "STUDENT_RENAMED", "Ada Lastb → Zoe Quill"),
    ]
