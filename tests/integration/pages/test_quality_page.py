"""Data quality as a page: numbers for both roles, schools and students for administrators."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import CommandLine, write_csv

Person = Callable[..., Any]
HEADER = (
    "Student ID,SSID,Last Name,First Name,School,Grade,Fall 2025 i-Ready Reading Overall Score,"
    "Fall 2025 i-Ready Math Overall Score,Fall 2025 DIBELS ORF WC Score"
)


@pytest.fixture
def district(rollbook: CommandLine, pages: None, tmp_path: Path) -> None:
    """Four students in two schools: two without Math, one in a grade that takes nothing."""
    rows = (
        "0000001,9000000001,Lovelace,Ada,Marble Elementary,3,500,500,90",
        "0000002,9000000002,Hopper,Grace,Marble Elementary,3,500,,90",
        "0000003,9000000003,Noether,Emmy,Quartz Middle,7,500,,x",
        "0000004,9000000004,Curie,Marie,Quartz Middle,12,,,",
    )
    done = rollbook("import", write_csv(tmp_path / "a.csv", *rows, header=HEADER))
    assert done.code == 0, done


def said(client: Any, address: str = "/quality/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def rows_of(client: Any) -> list[dict[str, str]]:
    text = client.get("/quality/quality.csv").getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.usefixtures("district")
def test_administrators_read_schools_and_lead_on_to_students(person: Person) -> None:
    client = person()
    page = said(client)
    assert "33.3%" in page
    assert page.index("Quartz Middle</th>") < page.index("Marble Elementary</th>")
    assert "No one in 7 has a DIBELS result" in page
    assert "Most in Quartz Middle (1)" in page
    school = said(client, "/quality/?school=Marble+Elementary&term=fall_2025")
    assert "Assessments of Fall 2025 in Marble Elementary" in school


@pytest.mark.usefixtures("district")
def test_viewers_read_neither_schools_nor_students(person: Person) -> None:
    client = person("viewer", email="vi@example.org")
    for page in (said(client), said(client, "/quality/?school=Marble+Elementary")):
        assert "33.3%" in page
        assert [word for word in ("Marble", "Quartz", "Lovelace", "without<") if word in page] == []
    assert {row["school"] for row in rows_of(client)} == {""}


@pytest.mark.usefixtures("district")
def test_the_students_without_results_are_listed_and_the_list_is_on_record(
    person: Person,
) -> None:
    from rollbook.records.models import AuditEvent

    client = person()
    sought = {"without": "iready_math", "school": "Marble Elementary"}
    answer = client.post("/students/", sought)
    assert answer["Location"] == "/students/"
    page = said(client, answer["Location"])
    assert ("Hopper" in page, "Lovelace" in page, "Noether" in page) == (True, False, False)
    assert AuditEvent.objects.filter(action="students.viewed").count() == 1
    client.post("/students/", {"without": "any"})
    found = said(client, "/students/")
    assert [name for name in ("Lovelace", "Hopper", "Noether", "Curie") if name in found] == [
        "Hopper", "Noether",
    ]  # fmt: skip
    client.post("/students/", {"without": "students; drop table"})
    assert "Hopper" not in said(client, "/students/")


@pytest.mark.usefixtures("district")
def test_a_list_of_data_quality_does_not_stay_on_the_page_of_students(person: Person) -> None:
    client = person()
    client.post("/students/", {"text": "Lovelace"})
    answer = client.post("/students/", {"without": "any", "list": "lacking"})
    assert answer["Location"] == "/students/?list=lacking"
    page = said(client, answer["Location"])
    assert ("Hopper" in page, "Lovelace" in page) == (True, False)
    address = re.search(r'href="(/students/\d+/\?list=lacking)"', page)
    assert address, "the list is come back to from a student"
    assert 'href="/students/?list=lacking"' in said(client, address[1])
    page = said(client, "/students/")
    assert ("Hopper" in page, "Lovelace" in page) == (False, True), "one's own search"


@pytest.mark.usefixtures("district")
def test_the_file_has_metrics_and_every_school_and_grade(person: Person) -> None:
    rows = rows_of(person())
    metrics = {row["name"]: row for row in rows if row["kind"] == "metric"}
    assert metrics["coverage"]["state"] == "missed"
    assert (metrics["success_rate"]["value"], metrics["success_rate"]["target"]) == (
        "100.0",
        "at least 95",
    )
    [marble] = [
        row
        for row in rows
        if (row["school"], row["grade"], row["term"], row["name"])
        == ("Marble Elementary", "3", "Fall 2025", "iready_math")
    ]
    assert (marble["part"], marble["whole"], marble["value"]) == ("1", "2", "50.0")


@pytest.mark.usefixtures("district")
def test_the_command_says_the_same(rollbook: CommandLine) -> None:
    done = rollbook("quality", "--json")
    assert done.code == 0, done
    found = json.loads(done.out)
    coverage = found["coverage"]
    assert coverage["terms"]["Fall 2025"]["all"] == {"part": 1, "whole": 3, "percent": 33.333}
    assert coverage["by_school"]["Quartz Middle"]["all"]["part"] == 0
    assert {each["name"]: each["state"] for each in found["metrics"]}["success_rate"] == "met"
    assert "Lovelace" not in done.out
    told = rollbook("quality")
    assert (told.code, "33.3%" in told.out) == (0, True)


def test_a_school_that_files_write_in_two_ways_lists_all_of_its_students(
    rollbook: CommandLine, person: Person, tmp_path: Path
) -> None:
    rows = (
        "0000001,9000000001,Lovelace,Ada,Marble Elementary,3,,,",
        "0000002,9000000002,Hopper,Grace,MARBLE elementary,3,,,",
        "0000003,9000000003,Noether,Emmy,Quartz Middle,3,,,",
    )
    done = rollbook("import", write_csv(tmp_path / "a.csv", *rows, header=HEADER))
    assert done.code == 0, done
    client = person()
    client.post("/students/", {"without": "any", "school": "Marble Elementary"})
    page = said(client, "/students/")
    assert ("Hopper" in page, "Lovelace" in page, "Noether" in page) == (True, True, False)


def test_without_data_the_page_says_so(person: Person) -> None:
    page = said(person())
    assert "No problems in the last 30 days." in page
    assert "No active students are in a grade that takes this assessment." in page
    assert "everyone with data, because no roster was imported" in page


def test_a_wrong_column_as_the_school_is_listed_in_part(
    rollbook: CommandLine, person: Person, tmp_path: Path
) -> None:
    from rollbook.records.queries.coverage import MOST_SCHOOLS

    rows = (
        f"{n:07},{9_000_000_000 + n},Lovelace,Ada,Room {n},3,,," for n in range(1, MOST_SCHOOLS + 3)
    )
    done = rollbook("import", write_csv(tmp_path / "a.csv", *rows, header=HEADER))
    assert done.code == 0, done
    client = person()
    page = said(client)
    assert "These are 500 of 502" in page
    assert "from the last roster." in page
    listed = {row["school"] for row in rows_of(client) if row["school"]}
    assert len(listed) == MOST_SCHOOLS
    assert [(row["part"], row["whole"]) for row in rows_of(client) if row["kind"] == "schools"] == [
        ("500", "502"), ("500", "502"),
    ]  # fmt: skip
