"""Several files of one export, imported at the command line as one."""

import csv
import io
import zipfile
from pathlib import Path

import pytest

from tests.integration.cli.commands import HEADER, CommandLine, student, write_csv
from tests.integration.cli.test_partial_files import missing


@pytest.fixture
def parts(tmp_path: Path) -> list[Path]:
    return [
        write_csv(tmp_path / f"grade_{grade}.csv", *(student(10 * grade + at) for at in range(4)))
        for grade in (1, 2, 3)
    ]


def test_several_files_are_one_import(rollbook: CommandLine, parts: list[Path]) -> None:
    checked = rollbook.json("check", *parts)
    report = rollbook.json("import", *parts)
    assert checked["counts"]["total"] == report["counts"]["inserted"] == 12
    assert report["file"]["name"] == "grade_1.csv and 2 more"
    assert [each["name"] for each in report["file"]["files"]] == [each.name for each in parts]
    assert rollbook.json("import", *reversed(parts), code=6)["reason"] == "file_unchanged"
    rollbook.json("import", *parts[:2])
    assert missing(rollbook) == 4


def test_a_row_is_told_with_the_name_of_its_file(
    rollbook: CommandLine, parts: list[Path], tmp_path: Path
) -> None:
    write_csv(parts[1], student(20), *(student(10 + at, absences=9) for at in range(3)))
    write_csv(parts[2], student(30, grade=5), student(31, absences="many"))
    report = rollbook.json("import", "--issues", "all", *parts, code=7)
    told = [(each["file"], each["row"], each["code"]) for each in report["issue_list"]]
    twice = [(f"grade_{file}.csv", row + file) for file in (1, 2) for row in (1, 2, 3)]
    assert told == [
        *((*place, "DUPLICATE_STUDENT") for place in twice),
        ("grade_3.csv", 3, "NOT_A_NUMBER"),
    ]
    assert (
        "Row 3 of file 2 has the same student with different values"
        in report["issue_list"][0]["message"]
    )
    fix_it = list(csv.reader(io.StringIO(rollbook("jobs", "fixit").out)))
    assert [row[0] for row in fix_it[1:]] == [f"{row} of {name}" for name, row in twice]
    applied = rollbook.json("jobs", "approve", str(report["job"]), "--reason", "seen")
    assert applied["status"] == "completed"
    shown = rollbook.json("students", "show", "0000030", "--json")["values"]["grade"]
    assert (shown["file"], shown["row"]) == ("grade_3.csv", 2)
    assert rollbook.json("import", *parts, code=6)["job"] == applied["job"]
    to_fix = rollbook("jobs", "fix", str(applied["job"]), "--json").object["to_fix"]
    assert to_fix[-1] == {"row": 3, "file": "grade_3.csv"}
    fix = ("jobs", "fix", str(applied["job"]), "--row", "3")
    assert "read 3 files, and we don't know which one" in rollbook(*fix).err
    column = ("--file", "grade_3.csv", "--column", "Absences YTD")
    fixed = rollbook(*fix, *column, "--over", stdin="4\n").out
    assert fixed.startswith("Row 3 of grade_3.csv is imported, as import ")


def test_of_files_with_other_columns_nothing_is_stored(
    rollbook: CommandLine, parts: list[Path]
) -> None:
    header = HEADER.rpartition(",")[0]
    write_csv(parts[2], *(student(30 + at).rpartition(",")[0] for at in range(4)), header=header)
    report = rollbook.json("import", *parts, code=3)
    assert (report["reason"], report["stored"]) == ("files_disagree", False)


def test_the_parts_of_a_file_bring_what_the_file_brings(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    rows = [student(number, absences=number % 9, grade=number % 6) for number in range(1, 61)]
    rows += [student(7, absences=7, grade=1), student(8, absences=1), student(9, absences="many")]
    rows += [f"{student(70)},too,wide", "cut,short", student(71, name=" Zoë ")]
    one = write_csv(tmp_path / "one.csv", *rows)
    parts = []
    for number, start in enumerate(range(0, len(rows), 9)):
        order = [(at + number) % 9 for at in range(9)]
        moved = [
            ",".join(line.split(",")[at] for at in order) if line.count(",") == 8 else line
            for line in [HEADER, *rows[start : start + 9]]
        ]
        parts.append(write_csv(tmp_path / f"part_{number}.csv", *moved[1:], header=moved[0]))
    alone = rollbook.json("import", "--issues", "all", one)
    together = rollbook.json("import", "--issues", "all", *parts)
    assert alone["counts"]["rejected"] > 4
    assert (together["counts"]["inserted"], together["counts"]["updated"]) == (0, 0)
    for name in ("total", "rejected", "duplicates", "missing_from_file"):
        assert together["counts"][name] == alone["counts"][name]
    assert together["issues"] == alone["issues"]
    told = [[each[name] for name in ("student_id", "code")] for each in alone["issue_list"]]
    assert [
        [each[name] for name in ("student_id", "code")] for each in together["issue_list"]
    ] == told


def test_a_file_with_a_header_alone_is_remarked_in_the_report(
    rollbook: CommandLine, parts: list[Path]
) -> None:
    write_csv(parts[1])
    report = rollbook.json("import", *parts)
    assert report["counts"]["inserted"] == 8
    told = "File 2: it has a header and no rows, so no student is imported from it."
    assert report["file"]["notes"].count(told) == 1


def test_an_archive_of_several_files_says_what_helps_where_it_comes_alone_and_with_others(
    rollbook: CommandLine, parts: list[Path], tmp_path: Path
) -> None:
    packed = tmp_path / "both.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for part in parts[:2]:
            archive.write(part, part.name)
    alone = " ".join(rollbook("import", packed).out.split())
    assert "all matching files together. Use `rollbook feeds set FEED --files all`." in alone
    refused = rollbook("import", packed, parts[2])
    told = " ".join(refused.out.split())
    assert (refused.code, "put all files into one archive" in told) == (3, True)
    assert "--files all" not in told
    assert rollbook("feeds", "set", "files", "--files", "all").code == 0
    assert rollbook.json("import", packed)["counts"]["inserted"] == 8
