"""A text file whose last line has no end may have been cut there: nothing is taken by mistake."""

from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import CommandLine, Stored

STUDENTS = 40
IDS = ("Student ID", "SSID")


def csv(
    *columns: str, grade: str = "12", school: str = "Gig Harbor High", absences: int = 17
) -> str:
    """A file with an end to every line; its last columns are `columns`."""
    of = {"Grade": grade, "School": school, "Absences YTD": "17"}
    lines = [",".join([*IDS, "Last Name", "First Name", *columns])]
    for number in range(1, STUDENTS + 1):
        ids = f"{number:07d},{9_000_000_000 + number}"
        lines.append(",".join([ids, "Kim", "Mia", *(of[each] for each in columns)]))
    return "\n".join(lines) + "\n"


@pytest.fixture
def bring(rollbook: CommandLine, tmp_path: Path) -> Any:
    def bring(text: str, code: int = 0) -> dict[str, Any]:
        file = tmp_path / "students.csv"
        file.write_text(text, encoding="utf-8")
        return rollbook.json("import", file, "--issues", "all", code=code)

    return bring


MISSING = "select count(*) from rollbook.presence where missing_since is not null"


@pytest.mark.parametrize(
    ("column", "field", "whole", "lost"),
    [
        ("School", "school", "Gig Harbor High", 5),
        ("Grade", "grade", "12", 1),
        ("Absences YTD", "absences_ytd", "17", 1),
    ],
)
@pytest.mark.parametrize("earlier", [0, 1])
def test_a_last_cell_that_is_the_beginning_of_the_stored_value_is_refused(
    bring: Any, stored: Stored, column: str, field: str, whole: str, lost: int, earlier: int
) -> None:
    lines = csv(*sorted({"School", "Grade", "Absences YTD"} - {column}), column).splitlines()
    bring("\n".join(lines) + "\n")
    kept = lines[: len(lines) - earlier]
    report = bring("\n".join(kept)[:-lost])
    (issue,) = report["issue_list"]
    assert (issue["code"], issue["row"], issue["field"]) == ("VALUE_CUT_OFF", len(kept), field)
    assert issue["value"] == whole[:-lost]
    assert issue["student_id"] == f"{STUDENTS - earlier:07d}"
    assert stored(f"select distinct {field}::text from student_data_snapshots") == [(whole,)]
    assert stored(MISSING) == [(0,)]
    assert any("no end" in note for note in report["file"]["notes"])
    assert report["counts"]["unchanged"] == STUDENTS - earlier


def test_a_whole_file_without_a_last_line_end_brings_its_last_value(
    bring: Any, stored: Stored
) -> None:
    bring(csv("Grade", grade="1"))
    report = bring(csv("Grade", grade="2").removesuffix("\n"))
    assert (report["counts"]["updated"], report["issue_list"]) == (STUDENTS, [])
    assert stored("select distinct grade from student_data_snapshots") == [("2",)]


def test_a_cut_right_after_the_last_delimiter_clears_nothing(
    rollbook: CommandLine, bring: Any, stored: Stored
) -> None:
    rollbook("feeds", "set", "files", "--blanks", "clear")
    bring(csv("Grade"))
    report = bring(csv("Grade").removesuffix("12\n"))
    assert report["issues"]["by_code"] == {"VALUE_CUT_OFF": 1}
    assert stored("select distinct grade from student_data_snapshots") == [("12",)]


def test_a_cut_within_a_quoted_cell_holds_the_file(bring: Any, stored: Stored) -> None:
    text = csv("School", school='"Gig Harbor High"')
    bring(text)
    report = bring(text[:-9], code=7)
    assert report["issues"]["by_code"] == {"FILE_TRUNCATED": 1}
    assert stored(MISSING) == [(0,)]


def test_students_who_are_gone_from_a_file_that_may_be_cut_hold_it_all_the_same(
    rollbook: CommandLine, bring: Any, stored: Stored
) -> None:
    rollbook("feeds", "set", "files", "--missing-limit", "20")
    bring(csv("Grade"))
    lines = csv("Grade").splitlines()
    report = bring("\n".join(lines[:21]), code=7)
    assert report["message"].startswith(
        "20 of 40 students from the last file (50%) aren't in this one."
    )
    assert stored(MISSING) == [(0,)]


@pytest.mark.parametrize("identifier", IDS)
def test_an_identifier_that_may_have_been_cut_rejects_its_row(
    bring: Any, stored: Stored, identifier: str
) -> None:
    """As the last column; neither a new student nor a new number comes of its beginning."""
    first = "SSID" if identifier == "Student ID" else "Student ID"
    columns = {"Student ID": "{0:07d}", "SSID": "{1}"}
    lines = [f"{first},Last Name,First Name,{identifier}"]
    for number in range(1, STUDENTS + 1):
        line = f"{columns[first]},Kim,Mia,{columns[identifier]}"
        lines.append(line.format(number, 9_000_000_000 + number))
    bring("\n".join(lines) + "\n")
    before = stored("select student_id, ssid from students order by 1")
    report = bring("\n".join(lines)[:-2])
    assert report["counts"]["rejected"] == 1
    assert report["issues"]["by_code"] == {"ID_CUT_OFF": 1}
    assert stored("select student_id, ssid from students order by 1") == before
    assert stored(MISSING) == [(0,)]


def test_a_last_cell_that_the_other_rows_show_to_be_cut_holds_the_file(
    rollbook: CommandLine, bring: Any, stored: Stored, tmp_path: Path
) -> None:
    """Of a new student, and of one whose stored value it does not begin."""
    whole = csv("School")
    cut = whole.removesuffix("High\n")
    (tmp_path / "new.csv").write_text(cut, encoding="utf-8")
    assert rollbook.json("check", tmp_path / "new.csv", code=7)["counts"]["rejected"] == 1
    report = bring(cut, code=7)
    (issue,) = report["issue_list"]
    assert (issue["code"], issue["row"]) == ("FILE_TRUNCATED", STUDENTS + 1)
    assert stored("select count(*) from students") == [(0,)]
    moved = whole.replace("Gig Harbor High", "Artondale Elementary")
    bring(moved.removesuffix("\n"))  # whole, though no line end follows
    report = bring(cut, code=7)
    assert report["issues"]["by_code"] == {"FILE_TRUNCATED": 1}
    assert stored("select distinct school from student_data_snapshots") == [
        ("Artondale Elementary",)
    ]
    assert stored(MISSING) == [(0,)]
