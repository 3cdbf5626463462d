"""A fixed row comes without the others of its file: it replaces nothing of theirs unasked."""

import csv
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.test import Client

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.catalogue.terms import INITIAL_TERMS
from rollbook.demo.district import students
from rollbook.demo.vendors import vendor_files
from tests.integration.cli.commands import HEADER, CommandLine, student, write_csv
from tests.integration.pages.test_row_fixes import SEEN, listed, run, text_of

Person = Callable[..., Any]
# fmt: off
ENROLLMENTS = [
    "student.studentNumber", "student.stateID", "student.lastName", "student.firstName",
    "student.grade", "sch.name", "student.startDate", "student.endDate", "student.serviceType",
    "Absences YTD",
]
# fmt: on


@pytest.fixture(autouse=True)
def at_home(rollbook: CommandLine, pages: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages and commands are of one installation."""
    monkeypatch.setenv("ROLLBOOK_HOME", str(rollbook.home))


def stored(student_id: str) -> dict[str, Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select to_jsonb(n) || to_jsonb(k) from public.students k join"
            " public.student_data_snapshots n on n.student_id = k.id where k.student_id = %s",
            [student_id],
        )
        [(found,)] = cursor.fetchall()
    import json

    return dict(found if isinstance(found, dict) else json.loads(found))


def upload(path: Path, **settings: Any) -> int:
    """Import a file by hand into the only feed, with these settings; return the import's number."""
    from rollbook.records.models import Feed
    from rollbook.records.operations import queueing

    Feed.objects.update(**settings)
    with path.open("rb") as file:
        sent = queueing.Upload(path.name, file, path.stat().st_size)
        number = queueing.request_import(
            Feed.objects.get(), started_by="ada", force=True, upload=sent
        )
    run(number)
    return number


def fix(client: Client, job: int, row: int, **cells: str) -> int:
    """Fix a row on its page, and carry the import of it out; return its number."""
    address = f"/imports/{job}/rows/{row}/"
    answer = client.post(address, SEEN | cells | {"import": ""})
    assert answer.status_code == 302, text_of(answer)
    run(newest())
    return newest()


def newest() -> int:
    from rollbook.records.models import Job

    return Job.imports.order_by("id").last().pk  # type: ignore[union-attr]


def states(job: int) -> dict[int, str]:
    from rollbook.records.queries.row_fixes import fixes_of

    return {row: each.state.value for row, each in fixes_of(job).items()}


def came_to(rollbook: CommandLine, job: int) -> tuple[str, str]:
    found = rollbook("jobs", "show", str(job), "--json").object
    return found["status"], found["message"] or ""


def roster(rollbook: CommandLine, folder: Path, *more: str) -> int:
    rows = [student(number) for number in range(1, 21)]
    return int(rollbook.json("import", write_csv(folder / "a.csv", *rows, *more))["job"])


def test_the_id_of_a_student_with_another_row_holds_the_fix_and_so_does_another_name(
    rollbook: CommandLine, person: Person, tmp_path: Path
) -> None:
    job = roster(rollbook, tmp_path, "!!,9000000099,Byron,Zoe,29,71.00,29.00,South,5")
    client = person()
    held = fix(client, job, 22, **{"cell-0": "0000005"})
    status, message = came_to(rollbook, held)
    assert status == "held"
    assert "had another row in the first file, too: 1." in message
    assert "whose saved name or SSID is different: 1." in message
    assert stored("0000005")["last_name"] == "Lovelace"
    answer = client.post(f"/imports/{held}/decide/apply/", {"reason": "Asked the school"})
    assert answer.status_code == 302, text_of(answer)
    run(held)
    assert stored("0000005")["last_name"] == "Byron"


def test_a_row_of_a_student_whom_no_other_row_named_is_imported_unasked(
    rollbook: CommandLine, person: Person, tmp_path: Path
) -> None:
    roster(rollbook, tmp_path)
    rows = [student(number) for number in range(1, 20)]
    late = student(20, absences=9).replace("0000020", "!!", 1)
    job = int(rollbook.json("import", write_csv(tmp_path / "b.csv", *rows, late))["job"])
    fixed = fix(person(), job, 21, **{"cell-0": "0000020"})
    assert came_to(rollbook, fixed)[0] == "completed"
    assert stored("0000020")["absences_ytd"] == 9


def test_a_corrected_fix_it_file_from_a_spreadsheet_is_held_as_well(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    job = roster(rollbook, tmp_path, student(21, absences=8).replace("0000021", "!!", 1))
    fixed = tmp_path / "fixed.csv"
    text = rollbook("jobs", "fixit", str(job)).out
    fixed.write_text(text.replace("!!", "0000007").replace("9000000021", "9000000007"))
    assert rollbook("import", fixed).code == 7
    assert stored("0000007")["absences_ytd"] != 8


def test_zeros_that_a_spreadsheet_dropped_from_a_new_students_id_hold_the_fix_it_file(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    job = roster(rollbook, tmp_path, student(21).replace("9000000021", "9?", 1))
    fixed = tmp_path / "fixed.csv"
    text = rollbook("jobs", "fixit", str(job)).out
    fixed.write_text(text.replace("9?", "9000000021").replace("0000021", "21"))
    done = rollbook("import", fixed)
    assert done.code == 7
    assert "fewer digits than every saved one: 1" in done.out + done.err


def test_an_older_test_does_not_replace_the_newest_one(
    rollbook: CommandLine, person: Person, tmp_path: Path
) -> None:
    catalogue = student_catalogue(INITIAL_TERMS)
    district = list(students(catalogue, count=30, seed=7))
    kept = [at for at, field in enumerate(catalogue.fields) if field.term is None]
    head = [catalogue.fields[at].header for at in kept]
    people = [[row[at] for at in kept] for row in district]
    rollbook.json("import", _csv(tmp_path / "roster", head, people))
    file = next(each for each in vendor_files(catalogue, district) if "diagnostic" in each.name)
    tests = [list(row) for row in file.rows]
    at = {text.lower(): place for place, text in enumerate(tests[0])}
    score, older = at["overall scale score"], list(tests[1])
    student_id = older[at["student id"]]
    older[at["completion date"]] = "08/01/2025"
    older[score], older[at["student id"]] = "333", "!!"
    if "student state id" in at:
        older[at["student state id"]] = ""
    tests.insert(5, older)
    job = upload(_csv(tmp_path / file.name, tests[0], tests[1:]))
    newest_score, saved = int(tests[1][score]), stored(student_id)
    assert newest_score in saved.values()
    held = fix(person(), job, 6, **{f"cell-{at['student id']}": student_id})
    assert came_to(rollbook, held)[0] == "held"
    assert stored(student_id) == saved


@pytest.mark.parametrize("is_workbook", [False, True])
def test_an_ended_enrollment_does_not_replace_the_current_one_and_keeps_its_dates(
    rollbook: CommandLine, person: Person, tmp_path: Path, is_workbook: bool
) -> None:
    def line(school: str, start: str, end: str, absences: str, number: str) -> list[str]:
        return [f"S{number}", f"7{number}", "L", "F", "4", school, start, end, "P", absences]

    roster(rollbook, tmp_path)
    lines = [line("Oak", "2026-08-15", "", "3", str(number)) for number in range(1, 60)]
    lines.append(["!", *line("Pine", "2025-08-15", "2026-06-01", "44", "5")[1:]])
    write = _xlsx if is_workbook else _csv
    first = write(tmp_path / "one.x", ENROLLMENTS, [each for each in lines if each[0] != "!"])
    upload(first, layout="infinite-campus-ad-hoc", new_limit=100)
    job = upload(write(tmp_path / "two.x", ENROLLMENTS, lines))
    client = person()
    page = client.get(f"/imports/{job}/rows/61/").content.decode()
    assert 'value="2026-06-01"' in page
    held = fix(client, job, 61, **{"cell-0": "S5"})
    assert came_to(rollbook, held)[0] == "held"
    assert stored("S5")["school"] == "Oak"


def test_a_cell_that_cannot_come_back_is_no_blank(
    rollbook: CommandLine, person: Person, tmp_path: Path
) -> None:
    roster(rollbook, tmp_path)
    path = tmp_path / "z.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    head = HEADER.split(",")
    for at, line in enumerate([HEADER, *[student(n) for n in range(1, 21)]]):
        for column, text in enumerate(line.split(",")):
            sheet.write_string(at, column, text)
    absences, grade = head.index("Absences YTD"), head.index("Grade")
    sheet.write_formula(20, absences, "=1/0", None, "#DIV/0!")
    sheet.write_string(20, grade, "??")
    book.close()
    before = stored("0000020")["absences_ytd"]
    job = upload(path, blanks="clear")
    client, address = person(), f"/imports/{job}/rows/21/"
    assert 'value="#FIX!"' in client.get(address).content.decode()
    typed = SEEN | {f"cell-{grade}": "4"}
    answer = client.post(address, typed | {"import": ""})
    assert "We couldn't keep what this cell had" in text_of(answer)
    client.post(address, typed | {"import": "", "without": "on"})
    run(newest())
    assert stored("0000020")["absences_ytd"] == before
    assert states(job) == {21: "incomplete"}


def test_counts_of_last_year_do_not_come_back_with_a_fix(
    rollbook: CommandLine, person: Person, tmp_path: Path
) -> None:
    job = roster(rollbook, tmp_path, student(21, absences="x44"))
    begun = datetime.now(UTC).date() - timedelta(days=10)
    over = begun + timedelta(days=250)
    set_up = rollbook("year", "set", begun.isoformat(), over.isoformat())
    assert set_up.code == 0, set_up
    assert rollbook("year", "switch", "--yes", "--reason", "School began").code == 0
    fixed = fix(person(), job, 22, **{"cell-4": "44"})
    found = rollbook("jobs", "show", str(fixed), "--json").object
    assert "before the school year was switched" in " ".join(found["file"]["notes"])
    assert stored("0000021")["absences_ytd"] is None


def test_a_column_that_the_file_skipped_is_skipped_in_its_fixed_rows(
    rollbook: CommandLine, person: Person, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "a.csv", *[student(number) for number in range(1, 41)])
    rollbook.json("import", file)
    rows = [student(number, grade="13" if number % 4 == 0 else 9) for number in range(1, 40)]
    wrong = student(40, grade=9, absences="x7")
    job = upload(write_csv(tmp_path / "b.csv", *rows, wrong))
    fixed = fix(person(), job, 41, **{"cell-4": "7"})
    assert came_to(rollbook, fixed)[0] == "completed"
    assert (stored("0000040")["grade"], stored("0000040")["absences_ytd"]) == ("3", 7)


def test_a_fix_does_not_replace_what_someone_else_has_changed_since(
    rollbook: CommandLine, person: Person, tmp_path: Path
) -> None:
    from django.db import connection

    job = roster(rollbook, tmp_path, student(21, absences="x44"))
    with connection.cursor() as cursor:
        cursor.execute(
            "update student_data_snapshots set school = 'South' where ssid = '9000000021'"
        )
    held = fix(person(), job, 22, **{"cell-4": "44"})
    status, message = came_to(rollbook, held)
    assert status == "held"
    assert "values that someone else changed since the last import: 1." in message
    assert stored("0000021")["school"] == "South"


def test_fixed_rows_that_are_all_wrong_again_fail_and_can_be_fixed_once_more(
    rollbook: CommandLine, person: Person, tmp_path: Path
) -> None:
    wrong = [
        student(number).replace(f"{9_000_000_000 + number}", "n!ne", 1) for number in range(21, 27)
    ]
    job = int(
        rollbook.json(
            "import", write_csv(tmp_path / "a.csv", *[student(n) for n in range(101, 180)], *wrong)
        )["job"]
    )
    client = person()
    for row in range(81, 87):
        client.post(f"/imports/{job}/rows/{row}/", SEEN | {"cell-1": "n?ne", "save": ""})
    question = f"/imports/{job}/rows/import/"
    sent = listed(text_of(client.get(question)))
    answer = client.post(question, sent | {"without": "yes"})
    assert answer.status_code == 302, text_of(answer)
    run(newest())
    assert came_to(rollbook, newest())[0] == "failed"
    assert set(states(job).values()) == {"rejected"}


def _csv(path: Path, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    path = path.with_suffix(".csv")
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def _xlsx(path: Path, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    path = path.with_suffix(".xlsx")
    book = xlsxwriter.Workbook(str(path))
    sheet, days = book.add_worksheet(), book.add_format({"num_format": "mm/dd/yyyy"})
    sheet.write_row(0, 0, head)
    for at, row in enumerate(rows, 1):
        for column, text in enumerate(row):
            if column in (6, 7) and text:
                sheet.write_datetime(at, column, date.fromisoformat(text), days)
            else:
                sheet.write_string(at, column, text)
    book.close()
    return path
