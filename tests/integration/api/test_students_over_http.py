"""Students over HTTP: found by a body, read by a number, and each look on record."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.integration.api.conftest import Program, problem
from tests.integration.cli.commands import CommandLine, write_csv

Make = Callable[..., Program]
HEADER = "Student ID,SSID,Last Name,First Name,Absences YTD,School,Grade"
ROWS = (
    "0000001,9000000001,Lovelace,Ada,3,North,3",
    "0000002,9000000002,Boole,George,1,North,4",
    "0000003,9000000003,Babbage,Charles,0,South,3",
)
SEARCH = "/api/students/search"


@pytest.fixture(autouse=True)
def imported(rollbook: CommandLine, tmp_path: Path, numbers: None) -> None:
    """Two nights: Ada's absences grow, and Charles is missing from the second."""
    rollbook.json("import", write_csv(tmp_path / "first.csv", *ROWS, header=HEADER))
    rows = (ROWS[0].replace(",3,North", ",5,North"), ROWS[1])
    second = write_csv(tmp_path / "second.csv", *rows, header=HEADER)
    job = rollbook.json("import", second, code=None)
    if job["status"] == "held":
        rollbook.json("jobs", "approve", str(job["job"]), "--reason", "he moved")


def looks() -> list[tuple[str, str, Any]]:
    from rollbook.records.models import AuditEvent

    events = AuditEvent.objects.filter(action__startswith="students.").order_by("id")
    return [(e.action, e.subject, e.after) for e in events if "token" in e.actor]


def sought(calls: Program, **body: Any) -> list[str]:
    answer = calls.post(SEARCH, body)
    assert answer.status_code == 200, answer.content
    return [each["student_id"] for each in answer.json()["items"]]


def number_of(calls: Program, student_id: str) -> int:
    [found] = calls.post(SEARCH, {"student_id": student_id}).json()["items"]
    return int(found["number"])


def test_a_list_is_filtered_by_what_is_no_secret(program: Make) -> None:
    calls = program("students")

    def listed(question: str) -> list[str]:
        items = calls.get(f"/api/students{question}").json()["items"]
        return [each["student_id"] for each in items]

    assert listed("") == ["0000001", "0000002", "0000003"]
    assert listed("?school=North&grade=4") == ["0000002"]
    assert listed("?missing=true") == ["0000003"]
    assert listed("?missing=false&limit=1") == ["0000001"]
    [charles] = calls.get("/api/students?missing=true").json()["items"]
    assert datetime.fromisoformat(charles["missing_since"])
    assert datetime.fromisoformat(charles["as_of"]) < datetime.fromisoformat(
        charles["missing_since"]
    )
    problem(calls.get("/api/students?student_id=0000001"), 422, "invalid")


def test_a_list_names_the_values_that_no_import_has_brought_for_weeks(program: Make) -> None:
    from django.db import connection

    calls = program("students")
    old = [each["old"] for each in calls.get("/api/students").json()["items"]]
    assert old == [[], [], []]
    with connection.cursor() as cursor:
        cursor.execute("update rollbook.import_changes set made_at = made_at - interval '20 days'")
    items = calls.get("/api/students").json()["items"]
    assert [each["old"] for each in items] == [["absences_ytd"]] * 3
    ada = calls.get(f"/api/students/{items[0]['number']}").json()["values"]
    assert [name for name, each in ada.items() if each["old"]] == ["absences_ytd"]


def test_students_are_found_by_student_id_by_words_and_by_filters(program: Make) -> None:
    calls = program("students")
    assert sought(calls, student_id="0000002") == ["0000002"]
    assert sought(calls, student_id="2") == []
    assert sought(calls, text="lovelace ada") == ["0000001"]
    assert sought(calls, text="north", grade="4") == ["0000002"]
    assert sought(calls, missing=True) == ["0000003"]
    assert sought(calls, missing_since="2999-01-01") == []
    assert sought(calls, school="South", problems=True) == []
    assert sought(calls) == []
    for body, field in (
        ({"text": "a"}, "text"),
        ({"student_id": "1", "text": "ada"}, "student_id"),
        ({"missing_since": "2026-02-30"}, "missing_since"),
        ({"name": "ada"}, "name"),
    ):
        found = problem(calls.post(SEARCH, body), 422, "invalid")
        assert [each["field"] for each in found["errors"]] == [field]
        assert "ada" not in str(found["errors"][0]["detail"])


def test_what_is_found_is_paged_and_its_numbers_are_on_record(program: Make) -> None:
    calls = program("students")
    first = calls.post(SEARCH, {"text": "000000", "limit": 2}).json()
    body = {"text": "000000", "limit": 2, "cursor": first["next_cursor"]}
    second = calls.post(SEARCH, body).json()
    names = [each["last_name"] for each in (*first["items"], *second["items"])]
    assert names == ["Babbage", "Boole", "Lovelace"]
    assert (first["total"], second["next_cursor"]) == (3, None)
    numbers = [each["number"] for each in first["items"]]
    assert looks()[0] == ("students.viewed", "students", {"what": "list", "students": numbers})
    assert "000000" not in str(looks())
    far = calls.post(SEARCH, {"text": "000000", "cursor": "WzQ2MTE2ODYwMTg0MjczODc5MDNd"})
    assert (far.status_code, far.json()["items"]) == (200, [])


def test_no_log_holds_what_was_sought_nor_an_address_of_it(
    program: Make, caplog: pytest.LogCaptureFixture
) -> None:
    calls = program("students")
    calls.get(f"/api/students/{number_of(calls, '0000001')}")
    sought(calls, text="Lovelace", school="North")
    assert "search_students" in caplog.text
    for each in ("0000001", "ovelace", "North"):
        assert each not in caplog.text


def test_one_student_has_each_value_with_where_it_came_from_and_presence(program: Make) -> None:
    calls = program("students")
    ada = number_of(calls, "0000001")
    found = calls.get(f"/api/students/{ada}").json()
    absences = found["values"]["absences_ytd"]
    job = absences["job"]
    assert absences.pop("at")[:19] == absences.pop("as_of")[:19] == found["as_of"][:19]
    assert absences == {
        "value": 5, "job": job, "file": "second.csv", "row": 2, "before": 3,
        "kept": None, "by_another_hand": False, "stale": False, "old": False,
    }  # fmt: skip
    assert (found["student_id"], found["last_import"]) == ("0000001", job)
    [presence] = found["presence"]
    assert (presence["feed"], presence["missing_since"]) == ("files", None)
    charles = calls.get(f"/api/students/{number_of(calls, '0000003')}").json()
    assert charles["presence"][0]["missing_since"] is not None
    what = {"what": "values and where they came from"}
    assert ("students.viewed", f"student {ada}", what) in looks()


def test_a_field_has_its_history_page_by_page(program: Make) -> None:
    calls = program("students")
    address = f"/api/students/{number_of(calls, '0000001')}/fields/absences_ytd"
    first = calls.get(f"{address}?limit=1").json()
    second = calls.get(f"{address}?limit=1&cursor={first['next_cursor']}").json()
    assert [first["items"][0]["value"], second["items"][0]["value"]] == [5, 3]
    assert second["next_cursor"] is None
    problem(calls.get(address.replace("absences_ytd", "shoe_size")), 404, "no_such_field")


def test_a_record_over_http_is_on_record_with_who_asked(program: Make) -> None:
    calls = program("students")
    ada = number_of(calls, "0000001")
    asked = {"requested_by": "Superior Court"}
    found = calls.post(f"/api/students/{ada}/record", asked).json()
    assert (found["requested_by"], found["student_id"]) == ("Superior Court", "0000001")
    assert found["values"]["absences_ytd"]["history"][1]["value"] == 3
    shown = {"what": "record over HTTP"} | asked
    assert looks()[-1] == ("students.record_made", f"student {ada}", shown)
    refused = calls.post(f"/api/students/{ada}/record", {"requested_by": " "})
    problem(refused, 422, "no_request")


@pytest.mark.parametrize("number", ["99", "2147483648", "99999999999999999999"])
def test_a_student_who_is_not_there_is_not_found(program: Make, number: str) -> None:
    calls = program("students")
    for address in (f"/api/students/{number}", f"/api/students/{number}/fields/grade"):
        problem(calls.get(address), 404, "no_such_student")
    body = {"requested_by": "a parent"}
    problem(calls.post(f"/api/students/{number}/record", body), 404, "no_such_student")
    assert looks() == []
