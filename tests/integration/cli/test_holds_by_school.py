"""What a file does to one school of many holds the import, though it is little of the district."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import CommandLine, Stored, write_csv

SERVER = ("--host", "localhost", "--user", "x", "--pattern", "*")
HEADER = "Student ID,SSID,Last Name,First Name,School,Grade,Absences YTD"
SCHOOLS, OF_EACH = 15, 12
Row = tuple[str, str, str]
"""Number, school, grade."""


def roster() -> list[Row]:
    return [
        (f"{school:03}{at:04}", f"School {school}", str(at))
        for school in range(1, SCHOOLS + 1)
        for at in range(1, OF_EACH + 1)
    ]


def file(path: Path, rows: list[Row]) -> Path:
    lines = (
        f"{number},9{number:0>9},Lovelace,Ada,{school},{grade},{len(grade)}"
        for number, school, grade in rows
    )
    return write_csv(path, *lines, header=HEADER)


def bring(rollbook: CommandLine, path: Path, *options: str, code: int = 0) -> Any:
    return rollbook.json("import", path, "--feed", "sis", *options, code=code)


@pytest.fixture
def night(rollbook: CommandLine, tmp_path: Path) -> Path:
    """The folder of a district of 15 small schools of which one night is stored.

    A promotion is announced of today, so that on each day of the year classes end and start.
    """
    assert rollbook("feeds", "add", "sis", *SERVER, stdin="pw\n").code == 0
    today = date.today().isoformat()  # noqa: DTZ011 - a day more or less makes no difference
    assert rollbook("feeds", "set", "sis", "--promotion-on", today).code == 0
    bring(rollbook, file(tmp_path / "first.csv", roster()))
    return tmp_path


def without(rows: list[Row], school: int, part: int = OF_EACH) -> list[Row]:
    gone = {f"{school:03}{at:04}" for at in range(1, part + 1)}
    return [row for row in rows if row[0] not in gone]


def test_a_school_that_is_gone_holds_and_is_named_to_administrators_alone(
    rollbook: CommandLine, night: Path, stored: Stored
) -> None:
    held = bring(rollbook, file(night / "next.csv", without(roster(), 7)), code=7)
    assert "1 school of the last file, with 11 students, would have none" in held["message"]
    assert "School 7" not in held["message"]
    assert stored("select count(*) from rollbook.presence where missing_since is not null") == [
        (0,)
    ]
    shown = rollbook("jobs", "show", str(held["job"])).out
    assert "School 7" in shown and "gone" in shown
    decided = rollbook.json("jobs", "approve", str(held["job"]), "--reason", "closed")
    assert (decided["status"], decided["counts"]["missing_from_file"]) == ("completed", 12)
    assert "School 7" not in str(
        stored("select before::text, after::text from rollbook.audit_events")
    )
    next_night = [*without(roster(), 7), ("9000001", "School 1", "3")]
    assert bring(rollbook, file(night / "again.csv", next_night))["status"] == "completed"


def test_a_school_that_loses_most_holds(rollbook: CommandLine, night: Path) -> None:
    held = bring(rollbook, file(night / "next.csv", without(roster(), 7, 11)), code=7)
    assert "11 of the 11 students of 1 school are missing" in held["message"]


def test_identifiers_of_another_format_hold_though_a_class_starts(
    rollbook: CommandLine, night: Path
) -> None:
    again = [(f"8{number}", school, grade) for number, school, grade in roster()]
    held = bring(rollbook, file(night / "next.csv", again), code=7)
    assert "165 of 360 students in this feed (45.8%) would be new." in held["message"]


def test_more_new_students_than_one_of_ten_hold(rollbook: CommandLine, night: Path) -> None:
    def more(count: int) -> list[Row]:
        come = [(f"9{at:06}", f"School {at % SCHOOLS + 1}", "5") for at in range(count)]
        return roster() + come

    assert bring(rollbook, file(night / "few.csv", more(20)), "--dry-run")["status"] == "completed"
    assert (
        "21 of 201 students"
        in bring(rollbook, file(night / "many.csv", more(21)), code=7)["message"]
    )


def test_kindergartners_who_start_hold_nothing(rollbook: CommandLine, night: Path) -> None:
    come = [(f"9{at:06}", f"School {at % SCHOOLS + 1}", "K") for at in range(45)]
    assert bring(rollbook, file(night / "august.csv", roster() + come))["status"] == "completed"


@pytest.mark.parametrize(("gone", "code"), [("12", 0), ("10", 7)])
def test_graduates_of_a_high_school_district_may_leave_in_one_night_and_others_may_not(
    rollbook: CommandLine, night: Path, gone: str, code: int
) -> None:
    high = [(number, school, str(9 + int(grade) % 4)) for number, school, grade in roster()]
    settings = ("--grade-limit", "100", "--moved-limit", "100", "--shifted-limit", "100")
    assert rollbook("feeds", "set", "sis", *settings).code == 0
    bring(rollbook, file(night / "high.csv", high))
    left = [row for row in high if row[2] != gone]
    report = bring(rollbook, file(night / "left.csv", left), code=code)
    assert report["counts"]["missing_from_file"] == 45
    if code:
        assert "45 of 180 students from the last file (25%) aren't in this one" in report["message"]


def test_a_promotion_holds_outside_of_summer_unless_it_is_announced(
    rollbook: CommandLine, night: Path
) -> None:
    up = [(number, school, str(int(grade) + 1)) for number, school, grade in roster()
          if grade != "12"]  # fmt: skip
    up_file = file(night / "up.csv", up)
    assert rollbook("feeds", "set", "sis", "--promotion-on", "2099-08-01").code == 0
    held = bring(rollbook, up_file, code=7)
    assert "most of them in the next grade, and no promotion is expected now" in held["message"]
    assert "2099" not in held["message"]


def test_a_day_that_is_none_is_refused(rollbook: CommandLine, night: Path) -> None:
    for day in ("2027-02-30", "20270701", "tomorrow"):
        refused = rollbook("feeds", "set", "sis", "--promotion-on", day)
        assert (refused.code, "isn't a date" in refused.err) == (2, True)


def test_one_schools_rejected_rows_hold(rollbook: CommandLine, night: Path) -> None:
    path = file(night / "next.csv", roster())
    text = path.read_text().splitlines()
    broken = [line.rsplit(",", 1)[0] if ",School 7," in line else line for line in text]
    path.write_text("\n".join(broken) + "\n")
    held = bring(rollbook, path, code=7)
    assert "The rows of 12 of 12 students of 1 school were rejected" in held["message"]


def test_a_fix_it_file_and_files_by_hand_hold_no_school(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    rollbook.json("import", file(tmp_path / "first.csv", roster()))
    part = [row for row in roster() if row[1] == "School 7"]
    assert rollbook.json("import", file(tmp_path / "part.csv", part))["status"] == "completed"
    come = [(f"9{at:06}", "School 16", "5") for at in range(60)]
    assert rollbook.json("import", file(tmp_path / "new.csv", come))["status"] == "completed"
