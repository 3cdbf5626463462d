"""Protecting a value on its student's page, the list of all, and releasing one."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import CommandLine, student, write_csv

Person = Callable[..., Any]


@pytest.fixture
def file(pages: None, rollbook: CommandLine, tmp_path: Path) -> Path:
    """What was imported, and another hand has corrected in the first student since."""
    from django.db import connection

    path = write_csv(tmp_path / "first.csv", student(1), student(2))
    rollbook.json("import", path)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE students SET first_name = 'Adele' WHERE student_id = '0000001'")
    return path


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def number() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM students WHERE student_id = '0000001'")
        return int(cursor.fetchone()[0])


def test_a_value_is_protected_from_its_students_page_listed_and_released(
    file: Path, person: Person, rollbook: CommandLine
) -> None:
    client, address = person(), f"/students/{number()}/"
    form = f"{address}protect/students.first_name/"
    assert form in client.get(address).content.decode()
    assert "Adele" in text(client.get(form))
    refused = client.post(form, {"reason": "", "until": ""})
    assert (refused.status_code, "needs a reason" in text(refused)) == (200, True)
    done = client.post(form, {"reason": "Her passport says so", "until": ""})
    assert (done.status_code, done["Location"]) == (302, address)
    assert "Protected" in text(client.get(address))
    assert "already protected" in text(client.post(form, {"reason": "Again", "until": ""}))

    job = rollbook.json("import", file, "--force")["job"]
    page = text(client.get(f"/imports/{job}/"))
    assert "kept, though the file says otherwise" in page
    listed = text(client.get("/students/protected/"))
    for expected in ("Adele", "Ada", f"import {job}, row 2", "Her passport says so", "until the"):
        assert expected in listed

    release = "/students/protected/1/release/"
    assert release in client.get("/students/protected/").content.decode()
    assert client.get(release).status_code == 200
    assert client.post(release, {"reason": "Mistaken"}).status_code == 302
    assert "Released" in text(client.get("/students/protected/"))
    assert client.get(release).status_code == 302
    assert rollbook.json("import", file, "--force")["counts"]["updated"] == 1


def test_what_an_import_has_overwritten_is_put_back_on_the_same_page(
    file: Path, person: Person, rollbook: CommandLine
) -> None:
    from django.db import connection

    job = rollbook.json("import", file, "--force")["job"]
    client, form = person(), f"/students/{number()}/protect/first_name/?import={job}"
    assert "The file replaced 1 value that someone else changed" in text(
        client.get(f"/imports/{job}/")
    )
    listed = client.get(f"/imports/{job}/changes/?part=by_others").content.decode()
    assert ("Changed by someone else" in listed, form in listed, "Adele" in listed) == (
        True,
        True,
        True,
    )
    rows = b"".join(client.get(f"/imports/{job}/changes.csv").streaming_content).decode()
    assert rows.splitlines()[1].endswith("changed,first_name,Adele,Ada,yes")
    page = text(client.get(form))
    assert "Put back and protect" in page
    assert "Adele" in page
    assert client.post(form, {"reason": "So", "until": "2999-01-01"}).status_code == 200
    assert client.post(form, {"reason": "So says he", "until": ""}).status_code == 302
    page = text(client.get(f"/students/{number()}/"))
    assert page.count("So says he") == 4  # of both tables, and among their values
    assert ("Kept by" in page, "Changed by someone else" in page) == (True, False)
    record = text(client.post(f"/students/{number()}/record/", {"requested_by": "Her mother"}))
    assert ": So says he</td>" in record
    assert "Changed by someone else" not in record
    with connection.cursor() as cursor:
        cursor.execute("SELECT first_name FROM students ORDER BY student_id LIMIT 1")
        assert cursor.fetchall() == [("Adele",)]


@pytest.mark.usefixtures("file")
def test_a_value_that_has_become_another_since_its_page_was_shown_is_not_protected_unseen(
    person: Person,
) -> None:
    from django.db import connection

    client, form = person(), f"/students/{number()}/protect/students.first_name/"
    [shown] = re.findall(r'name="shown" value="(\w+)"', client.get(form).content.decode())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE students SET first_name = 'Adelaide' WHERE student_id = '0000001'")
    refused = client.post(form, {"reason": "So", "shown": shown})
    assert refused.status_code == 200
    assert "has changed since you opened" in text(refused)
    assert "Adelaide" in text(refused)
    [shown] = re.findall(r'name="shown" value="(\w+)"', refused.content.decode())
    assert client.post(form, {"reason": "So", "shown": shown}).status_code == 302


@pytest.mark.usefixtures("file")
def test_what_cannot_be_protected_has_no_form_and_the_page_says_why(person: Person) -> None:
    client, address = person(), f"/students/{number()}/"
    page = client.get(address).content.decode()
    assert f"{address}protect/ssid/" not in page
    for field, told in (
        ("ssid", "be protected: students are found"),
        ("shoes", "There is no field"),
    ):
        answer = text(client.get(f"{address}protect/{field}/"))
        assert told in answer
        assert '<button class="btn primary"' not in answer
    assert client.get("/students/999/protect/grade/").status_code == 404
    assert client.get("/students/protected/999/release/").status_code == 302


@pytest.mark.usefixtures("file")
def test_viewers_protect_and_see_nothing(person: Person) -> None:
    viewer, address = person("viewer"), f"/students/{number()}/protect/grade/"
    assert viewer.get("/students/protected/").status_code == 403
    assert viewer.get(address).status_code == 403
    assert viewer.post(address, {"reason": "x"}).status_code == 403


def test_who_is_on_the_list_is_in_the_audit_log(file: Path, person: Person) -> None:
    from rollbook.records.models import AuditEvent

    client = person()
    client.get("/students/protected/")
    assert not AuditEvent.objects.filter(action="students.viewed").exists()
    client.post(f"/students/{number()}/protect/grade/", {"reason": "So"})
    AuditEvent.objects.filter(action="value.protected").get()
    client.get("/students/protected/")
    event = AuditEvent.objects.filter(action="students.viewed", subject="students").get()
    assert event.after == {"what": "protected values", "students": [number()]}
