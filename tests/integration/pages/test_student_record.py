"""A student's record for a request: all that is held, each one on record with who asked for it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import CommandLine, write_csv

Person = Callable[..., Any]
HEADER = "Student ID,SSID,Last Name,First Name,Absences YTD,School,Grade"
ADA = "0000001,9000000001,Lovelace,Ada,3,North,3"
BO = "0000002,9000000002,Boole,George,1,North,4"
ADDRESS = "/students/1/record/"
ASKED = {"requested_by": "Annabella Milbanke, mother, letter of January 12"}


@pytest.fixture
def imported(rollbook: CommandLine, tmp_path: Path) -> None:
    """Three imports: the second found a problem, the third was undone."""
    assert rollbook("settings", "set", "district.name", "Ockham Unified").code == 0
    files = (ADA, ADA.replace(",3,North,3", ",5,North,13th"), ADA.replace(",3,North", ",9,South"))
    for name, row in zip(("first", "second", "third"), files, strict=True):
        path = write_csv(tmp_path / f"{name}.csv", row, BO, header=HEADER)
        job = rollbook.json("import", path, code=None)
        if job["status"] == "held":
            rollbook.json("jobs", "approve", str(job["job"]), "--reason", "a move")
    assert rollbook("jobs", "undo", "3", "--reason", "wrong file", "--yes").code == 0


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def made() -> list[tuple[str, str, Any]]:
    from rollbook.records.models import AuditEvent

    events = AuditEvent.objects.filter(action="students.record_made").order_by("id")
    return [(event.actor, event.subject, event.after) for event in events]


@pytest.mark.usefixtures("imported")
def test_the_document_holds_values_with_their_history_problems_and_what_was_undone(
    person: Person,
) -> None:
    client = person()
    answer = client.post(ADDRESS, ASKED)
    page = text_of(answer)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    for part in ("Ockham Unified", "Ada Lovelace", "0000001", "ada@example.org", *ASKED.values()):
        assert part in page, part
    absences = page.partition("Absences YTD</th>")[2].partition("</tr>")[0]
    assert "<strong>5</strong>" in absences
    assert "Import 2, row 2, second.csv" in absences
    assert "3 <span" in absences
    assert "names the student" in page
    problems = page.partition("Problems found in the student's rows")[2].partition("</table>")[0]
    assert "13th" in problems
    undone = page.partition("Values of imports that were undone")[2].partition("</table>")[0]
    assert "<td>9</td>" in undone
    assert "South" in undone
    assert "<nav" not in page
    assert "Boole" not in page
    assert "<title>Record of a student · Rollbook</title>" in page


@pytest.mark.usefixtures("imported")
def test_each_record_is_in_the_audit_log_and_in_the_next_one_with_who_asked(person: Person) -> None:
    client = person()
    assert "Lovelace" in text_of(client.get(ADDRESS))
    assert made() == []
    client.post(ADDRESS, ASKED)
    answer = client.post(ADDRESS, ASKED | {"json": "1"})
    found = json.loads(answer.content)
    assert answer["Content-Disposition"] == 'attachment; filename="student-1-record.json"'
    assert answer["Cache-Control"] == "no-store"
    shown = {"what": "record to print"} | ASKED
    assert made() == [
        ("ada@example.org", "student 1", shown),
        ("ada@example.org", "student 1", shown | {"what": "record as JSON"}),
    ]
    [copy] = found["copies"]
    assert (copy["by"], copy["requested_by"]) == ("ada@example.org", ASKED["requested_by"])
    absences = found["values"]["absences_ytd"]
    assert (absences["header"], absences["value"], absences["job"]) == ("Absences YTD", 5, 2)
    assert [each["value"] for each in absences["history"]] == [5, 3]
    assert {(each["field"], each["value"]) for each in found["undone"]} >= {
        ("absences_ytd", 9),
        ("school", "South"),
    }
    assert [each["value"] for each in found["problems"]] == ["13th"]
    assert (found["district"], found["has_all_problems"]) == ("Ockham Unified", True)
    page = text_of(client.get("/audit/"))
    assert "Student&#x27;s record made" in page


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize("asked", ["", "  ", "a\nb", "x" * 201])
def test_without_who_asked_no_record_is_made(person: Person, asked: str) -> None:
    answer = person().post(ADDRESS, {"requested_by": asked})
    assert "which person or court asked" in text_of(answer)
    assert "<strong>5</strong>" not in text_of(answer)
    assert made() == []


@pytest.mark.usefixtures("imported")
def test_where_it_cannot_be_noted_no_record_is_given_out(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.records.operations import audit

    def fail(*_: object, **__: object) -> None:
        raise OSError

    client = person()
    client.raise_request_exception = False
    monkeypatch.setattr(audit, "record", fail)
    answer = client.post(ADDRESS, ASKED)
    assert answer.status_code == 500
    assert "Lovelace" not in text_of(answer)


@pytest.mark.usefixtures("imported")
def test_a_part_that_is_too_long_says_so(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    from rollbook.records.queries import student_record

    monkeypatch.setattr(student_record, "MOST_LINES", 1)
    monkeypatch.setattr(student_record, "SECONDS", -1.0)
    page = text_of(person().post(ADDRESS, ASKED))
    assert "Not all problems are listed" in page
    assert "Not all undone imports are listed" in page


@pytest.mark.usefixtures("imported")
def test_no_viewer_makes_a_record_nor_anybody_of_a_student_who_is_not_there(
    person: Person,
) -> None:
    viewer = person("viewer")
    assert viewer.get(ADDRESS).status_code == 403
    assert viewer.post(ADDRESS, ASKED).status_code == 403
    client = person(email="bea@example.org")
    for number in ("99", "2147483648"):
        assert client.get(f"/students/{number}/record/").status_code == 404
        assert client.post(f"/students/{number}/record/", ASKED).status_code == 404
    assert made() == []


@pytest.mark.usefixtures("imported", "records")
def test_the_command_writes_the_same_record_into_a_file_of_its_user_alone(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    request = ("students", "record", "-", "--requested-by", ASKED["requested_by"])
    said = rollbook(*request, stdin="0000001\n")
    assert said.code == 0, said
    assert "Absences YTD: 5 (import 2, row 2, " in said.out
    assert "before: 3 (import 1, row 2, " in said.out
    assert "absences_ytd: 9 by import 3, undone " in said.out
    path = tmp_path / "record.json"
    assert rollbook(*request, "--json", "-o", path, stdin="0000001\n").code == 0
    found = json.loads(path.read_text())
    assert path.stat().st_mode & 0o777 == 0o600
    assert (found["student_id"], found["values"]["absences_ytd"]["value"]) == ("0000001", 5)
    again = rollbook(*request, "--json", "-o", path, stdin="0000001\n")
    assert (again.code, "already" in again.err) == (2, True)
    assert [event[0] for event in made()] == ["command line"] * 2
    refused = rollbook("students", "record", "0000001", "--requested-by", "")
    assert (refused.code, refused.out) == (2, "")
    assert "--requested-by: Say which person or court asked" in refused.err


@pytest.mark.usefixtures("imported")
def test_values_that_the_district_keeps_are_part_of_the_record(
    person: Person, rollbook: CommandLine
) -> None:
    kept = rollbook("students", "protect", "0000001", "first_name", "--reason", "Her passport")
    assert kept.code == 0, kept
    client = person()
    page = text_of(client.post(ADDRESS, ASKED))
    told = page.partition("Values that the district keeps")[2].partition("</table>")[0]
    for part in ("First Name", "Ada", "Her passport", "the files agree"):
        assert part in told, part
    [protected] = json.loads(client.post(ADDRESS, ASKED | {"json": "1"}).content)["protected"]
    assert (protected["field"], protected["value"]) == ("first_name", "Ada")
    assert "student_id" not in protected
    listed = rollbook("students", "record", "0000001", "--requested-by", "her mother").out
    assert "first_name: Ada, until the files agree; Her passport" in listed
