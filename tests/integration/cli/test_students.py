"""`rollbook students show`: one student's values, and where they came from."""

import re
from pathlib import Path

import pytest

from tests.integration.cli.commands import CommandLine, Stored, student, write_csv


@pytest.fixture
def imported(rollbook: CommandLine, tmp_path: Path) -> None:
    rollbook.json("import", write_csv(tmp_path / "first.csv", student(1), student(2)))
    rollbook.json("import", write_csv(tmp_path / "second.csv", student(1, absences=5), student(2)))


@pytest.mark.usefixtures("imported")
def test_the_object_says_of_each_value_what_brought_it(
    rollbook: CommandLine, stored: Stored
) -> None:
    found = rollbook.json("students", "show", "0000001")
    [(at,)] = stored(
        'SELECT to_char(made_at, \'YYYY-MM-DD"T"HH24:MI:SS"Z"\')'
        " FROM rollbook.import_changes WHERE job_id = 2"
    )
    assert (found["student_id"], found["last_import"]) == ("0000001", 2)
    absences = found["values"]["absences_ytd"]
    [now, before] = absences.pop("history")
    assert absences == {
        "value": 5,
        "job": 2,
        "file": "second.csv",
        "row": 2,
        "at": at,
        "before": 3,
        "kept": None,
        "by_another_hand": False,
        "as_of": at,
        "stale": False,
        "old": False,
    }
    assert (now["value"], now["job"], before["value"], before["job"]) == (5, 2, 3, 1)
    [presence] = found["presence"]
    assert (presence["feed"], presence["missing_since"]) == ("files", None)
    assert presence["present_since"] <= at
    grade = found["values"]["students.grade"]
    assert (grade["value"], grade["job"], grade["before"]) == ("3", 1, None)
    assert found["values"]["attendance_percentage"]["value"] == 98.0


@pytest.mark.usefixtures("imported")
def test_people_read_a_table(rollbook: CommandLine, stored: Stored) -> None:
    stored("UPDATE public.student_data_snapshots SET absence_percentage = 7.5 RETURNING student_id")
    done = rollbook("students", "show", "-", stdin="0000001\n")
    assert done.code == 0
    lines = {line.split("  ")[0].strip(): " ".join(line.split()) for line in done.out.splitlines()}
    assert lines["Student 0000001"]
    day = r"[A-Z][a-z]{2} \d{1,2}, 20\d\d"
    assert re.fullmatch(
        rf"Absences YTD 5 {day} 3 import 2 2 {day}, \d{{1,2}}:\d\d [AP]M second.csv",
        lines["Absences YTD"],
    )
    assert "not on record import 1 2 " in lines["School"]
    assert " 2 someone else, after" in lines["Absence %"]  # the rest is on the next line
    assert " Pacific Time" in done.out.split("in the file of files since ")[1]
    assert "fields without a value" in done.out


def test_an_unknown_student_is_a_wrong_usage(rollbook: CommandLine) -> None:
    done = rollbook("students", "show", "0000001")
    assert (done.code, done.out) == (2, "")
    assert "No student has this Student ID." in done.err
    assert "0000001" not in done.err
