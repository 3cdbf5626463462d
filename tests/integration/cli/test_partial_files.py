"""Files that hold only some of the students mark no one as missing; nothing waits without end."""

from pathlib import Path

import openpyxl
import psycopg

from tests.integration.cli.commands import HEADER, CommandLine, student, write_csv


def missing(rollbook: CommandLine) -> int:
    with psycopg.connect(rollbook.environ["DATABASE_URL"]) as connection:
        row = connection.execute(
            "select count(*) from rollbook.presence where missing_since is not null"
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_a_fix_it_file_marks_no_one_as_missing(rollbook: CommandLine, tmp_path: Path) -> None:
    rows = [student(number) for number in range(1, 30)]
    broken = student(30).replace("9000000030", "", 1)
    rollbook.json("import", write_csv(tmp_path / "all.csv", *rows, broken))
    done = rollbook("jobs", "fixit")
    assert "rollbook import FILE --feed files" in done.err
    fixed = tmp_path / "fixed.csv"
    fixed.write_text(done.out.replace("0000030,,", "0000030,9000000030,"), encoding="utf-8")
    report = rollbook.json("import", fixed)
    assert report["counts"]["inserted"] == 1
    assert missing(rollbook) == 0
    assert any("No students were marked as missing" in note for note in report["file"]["notes"])


def test_a_number_that_may_have_lost_zeros_stays_doubtful_in_the_fix_it_file(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    first = tmp_path / "numbers.xlsx"
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(HEADER.split(","))
    for number in (7, *range(100, 140)):
        line = student(number).split(",")
        book.active.append([number, *line[1:]] if number == 7 else line)
    book.save(first)
    report = rollbook.json("import", first)
    assert report["issues"]["by_code"]["ID_REPAIRED"] == 1
    fix_it = tmp_path / "fix-it.csv"
    fix_it.write_text(rollbook("jobs", "fixit").out, encoding="utf-8")
    again = rollbook.json("import", fix_it, code=3)
    assert again["issues"]["by_code"] == {"ID_NUMBER": 1, "ID_REPAIRED": 1}
    fix_it.write_text(fix_it.read_text(encoding="utf-8").replace("7.0,", "0000007,"), "utf-8")
    assert rollbook.json("import", fix_it)["counts"]["inserted"] == 1


def test_students_on_a_second_sheet_are_never_left_out_silently(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    for number, name in enumerate(("Grade 3", "Grade 4", "Legend"), start=1):
        sheet = book.create_sheet(name)
        sheet.append(HEADER.split(",") if name != "Legend" else ["Code", "Meaning"])
        sheet.append(student(number).split(","))
    del book["Sheet"]
    book.save(tmp_path / "grades.xlsx")
    report = rollbook.json("import", tmp_path / "grades.xlsx", "--issues", "all")
    (issue,) = report["issue_list"]
    assert (issue["code"], issue["row"]) == ("WORKSHEET_NOT_READ", None)
    assert issue["value"] == "Grade 4"
    assert report["file"]["worksheet"] == "Grade 3"


def test_a_file_by_hand_that_breaks_off_waits_for_a_decision_and_marks_no_one_as_missing(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    rows = [student(number) for number in range(1, 60)]
    rollbook.json("import", write_csv(tmp_path / "all.csv", *rows))
    cut = tmp_path / "cut.csv"
    changed = [student(number, absences=9) for number in range(1, 41)]
    cut.write_text("\n".join([HEADER, *changed, "0000041,90"]), encoding="utf-8")
    report = rollbook.json("import", cut, code=7)
    assert report["issues"]["by_code"].get("FILE_TRUNCATED") == 1
    assert (report["stored"], report["counts"]["updated"]) == (False, 40)
    assert report["message"].startswith("The file breaks off in the middle of its last row")
    assert rollbook.json("check", cut, code=7)["reason"] == "held"
    assert missing(rollbook) == 0
    assert rollbook("jobs", "approve", str(report["job"]), "--reason", "it is all").code == 0
    done = rollbook.json("jobs", "show", str(report["job"]))
    assert (done["status"], done["stored"]) == ("completed", True)
    assert missing(rollbook) == 0


def test_a_roster_that_lost_too_many_students_waits_for_a_decision(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    rows = [student(number) for number in range(1, 31)]
    rollbook.json("import", write_csv(tmp_path / "all.csv", *rows))
    rollbook("feeds", "set", "files", "--missing-limit", "20")
    cut = write_csv(tmp_path / "cut.csv", *rows[:20])  # at a line's end: nothing else tells
    report = rollbook.json("import", cut, code=7)
    assert (report["status"], report["stored"]) == ("held", False)
    assert report["message"].startswith(
        "10 of 30 students from the last file (33.3%) aren't in this"
    )
    assert missing(rollbook) == 0
    rollbook("feeds", "set", "files", "--missing-limit", "50")
    assert rollbook.json("import", cut)["counts"]["missing_from_file"] == 10
    rollbook("feeds", "set", "files", "--missing-limit", "0")
    assert rollbook.json("import", cut, "--force")["status"] == "completed"  # none is newly missing


def test_files_by_hand_may_hold_one_school_after_the_other(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    for first, size in ((1, 20), (101, 12)):
        rows = [student(number) for number in range(first, first + size)]
        report = rollbook.json("import", write_csv(tmp_path / f"{first}.csv", *rows))
        assert report["status"] == "completed"


def test_what_a_spreadsheet_made_of_a_name_is_refused(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    rows = [student(number) for number in range(1, 20)]
    rows += [student(20, name="#REF!"), student(21, name="Mu\ufffdoz")]
    report = rollbook.json("import", write_csv(tmp_path / "s.csv", *rows), "--issues", "all")
    assert {issue["row"] for issue in report["issue_list"]} == {21, 22}
    assert report["counts"]["rejected"] == 0


def test_a_relative_home_is_refused(rollbook: CommandLine, tmp_path: Path) -> None:
    from dataclasses import replace

    done = replace(rollbook, home=Path("relative"), environ={})("jobs", "list")
    assert done.code == 1
    assert "whole path" in done.err


def test_names_that_look_like_formulas_or_begin_with_an_apostrophe_survive_the_fix_it_file(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    names = ["=A1+1", "'=x", "'t Hooft", "-Smith", "@home", "''s", "＝x"]
    rows = [student(number, name=name) for number, name in enumerate(names, 1)]
    broken = [row.replace("000000", "no id 000000", 1) for row in rows]
    file = write_csv(tmp_path / "s.csv", *broken, *(student(number) for number in range(100, 400)))
    rollbook("import", file)
    told = rollbook("jobs", "fixit").out
    assert ",'=A1+1," in told
    fix_it = tmp_path / "fix-it.csv"
    fix_it.write_text(told.replace("no id ", ""), encoding="utf-8")
    assert rollbook.json("import", fix_it)["counts"]["inserted"] == len(names)
    with psycopg.connect(rollbook.environ["DATABASE_URL"]) as connection:
        found = connection.execute(
            "select first_name from public.students where student_id < '0000100' order by 1"
        ).fetchall()
    assert {name for (name,) in found} == set(names)


def test_a_student_of_a_damaged_row_is_not_missing(rollbook: CommandLine, tmp_path: Path) -> None:
    rows = [student(number) for number in range(1, 30)]
    rollbook.json("import", write_csv(tmp_path / "all.csv", *rows))
    with_other_delimiter = rows[6].replace(",", ";")
    file = write_csv(tmp_path / "b.csv", *rows[:6], with_other_delimiter, *rows[7:])
    report = rollbook.json("import", file)
    assert report["issues"]["by_code"] == {"ROW_OTHER_DELIMITER": 1}
    assert (report["counts"]["rejected"], report["counts"]["unchanged"]) == (1, 28)
    assert (report["counts"]["missing_from_file"], missing(rollbook)) == (0, 0)
    last = write_csv(tmp_path / "c.csv", *rows[:28], rows[28].replace(",", "|"))
    report = rollbook.json("import", last)
    assert report["issues"]["by_code"] == {"ROW_OTHER_DELIMITER": 1}
    assert missing(rollbook) == 0
