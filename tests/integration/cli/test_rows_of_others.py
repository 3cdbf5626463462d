"""A file whose own column says that rows are not students, or of another term, waits."""

from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import HEADER, CommandLine, Stored, student, write_csv

USERS = "sourcedId,status,enabledUser,orgSourcedIds,role,username,givenName,familyName,identifier"
IREADY = "Last Name,First Name,Student ID,Academic Year,Window,Overall Scale Score"


@pytest.fixture
def users(rollbook: CommandLine, tmp_path: Path) -> Path:
    """A roster as OneRoster's users.csv, mapped: two of twelve are no students."""
    rollbook("feeds", "set", "files", "--requires", "student_id")
    rollbook(
        "feeds",
        "map",
        "files",
        "--header",
        "identifier=student_id",
        "--header",
        "givenName=first_name",
        "--header",
        "familyName=last_name",
    )
    roles = ["teacher", *["student"] * 10, "parent"]
    rows = [
        f"u{number},active,true,101,{role},user{number},Ada,Lovelace,{500_100 + number}"
        for number, role in enumerate(roles)
    ]
    return write_csv(tmp_path / "users.csv", *rows, header=USERS)


def roles_told(report: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (issue["column"], issue["value"])
        for issue in report["issue_list"]
        if issue["code"] == "OTHER_ROLES"
    ]


def test_teachers_do_not_become_students(
    rollbook: CommandLine, stored: Stored, users: Path
) -> None:
    for command in ("check", "import"):
        report = rollbook.json(command, users, "--issues", "all", code=7)
        assert (report["status"], report["reason"], report["stored"]) == ("held", "held", False)
        assert "people who aren't students" in report["message"]
        assert roles_told(report) == [("role", "student (10), teacher (1), parent (1)")]
    assert stored("select count(*) from students") == [(0,)]
    assert "in “role”" in rollbook("jobs", "show").out


def test_what_an_administrator_decides_about_the_column_lets_it_through(
    rollbook: CommandLine, users: Path
) -> None:
    held = rollbook.json("import", users, code=7)
    rollbook("feeds", "map", "files", "--ignore", "Role")
    assert rollbook.json("import", users, "--dry-run")["counts"]["inserted"] == 12
    rollbook("feeds", "map", "files", "--remove-header", "Role")
    approved = rollbook.json("jobs", "approve", str(held["job"]), "--reason", "All are students")
    assert approved["counts"]["inserted"] == 12


def iready(folder: Path, *rows: tuple[str, str]) -> Path:
    lines = [
        f"Lovelace,Ada,{500_100 + number},{year},{window},455"
        for number, (year, window) in enumerate(rows)
    ]
    return write_csv(folder / "diagnostic_results.csv", *lines, header=IREADY)


def test_scores_of_other_windows_and_years_are_never_stored_in_the_mapped_term(
    rollbook: CommandLine, stored: Stored, tmp_path: Path
) -> None:
    rollbook("feeds", "set", "files", "--requires", "student_id")
    rollbook(
        "feeds", "map", "files", "--header", "Overall Scale Score=fall_2025_iready_reading_score"
    )
    fall, winter = ("2025-2026", "Fall"), ("2025-2026", "Winter")
    for rows in ([fall, winter], [winter, winter], [fall, ("2024-2025", "Fall")]):
        assert rollbook.json("import", iready(tmp_path, *rows), code=7)["reason"] == "held"
    assert stored("select count(*) from student_data_snapshots") == [(0,)]
    assert rollbook.json("import", iready(tmp_path, fall, fall))["counts"]["inserted"] == 2


def test_a_column_that_only_its_texts_make_known_holds_and_those_of_a_plain_roster_do_not(
    rollbook: CommandLine, stored: Stored, tmp_path: Path
) -> None:
    header = f"{HEADER},Title,Term,Year,Type,Status"
    plain = ["Student,S1,2026,Parent placed,Active", "Student,YR,2027,,Active"]
    rows = [f"{student(number)},{plain[number % 2]}" for number in range(1, 9)]
    roster = write_csv(tmp_path / "roster.csv", *rows, header=header)
    assert rollbook.json("import", roster)["counts"]["inserted"] == 8
    for others in ("Teacher,S1,2026,,Active", "Student,S1,2026,,tobedeleted"):
        file = write_csv(tmp_path / "others.csv", *rows, f"{student(9)},{others}", header=header)
        assert rollbook.json("import", file, code=7)["reason"] == "held"
    assert stored("select count(*) from students") == [(8,)]
