"""The page that undoes an import: numbers first, a reason, and what stayed."""

import re
from collections.abc import Callable
from datetime import UTC
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import CommandLine, student, write_csv


@pytest.fixture
def imported(pages: None, tmp_path: Any) -> int:
    """A feed's import that brought two students, one of whom has a plan since."""
    from django.db import connection

    from rollbook.core.report import Counts, Report
    from rollbook.records.models import JOB_TYPE, Feed, Job
    from rollbook.records.operations.jobs import now

    feed = Feed.objects.create(name="sis", host="x", username="x", schedule={"is_on": True})
    report = Report(status="completed", stored=True, file={"name": "a.csv", "sha256": "0" * 64})
    report.counts = Counts(total=2, inserted=2)
    asked = {"feed": "sis", "feed_id": feed.pk, "started_by": "x", "dry_run": False}
    row = Job.objects.create(
        job_type=JOB_TYPE, status="completed", created_at=now(), started_at=now(),
        completed_at=now(), input_data=asked, output_data={"report": report.as_object(1)},
    )  # fmt: skip
    moment = now()
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into rollbook.import_changes (job_id, feed_id, fields, is_stored, made_at)"
            " values (%s, %s, array['students.last_name', 'last_name'], true, %s)",
            [row.pk, feed.pk, moment.replace(tzinfo=UTC)],
        )
        for number, student in enumerate(("0000001", "0000002"), 1):
            cursor.execute(
                "with made as (insert into students (student_id, last_name, created_at, updated_at)"
                " values (%s, 'Ada', %s, %s) returning id), data as ("
                " insert into student_data_snapshots (student_id, last_name, import_job_id,"
                " imported_at, created_at, updated_at) select id, 'Ada', %s, %s, %s, %s from made)"
                " insert into rollbook.student_changes (job_id, row_number, student_id, is_new,"
                " had_data, after) select %s, %s, id, true, false, array['Ada', 'Ada'] from made",
                [student, moment, moment, row.pk, moment, moment, moment, row.pk, number],
            )
        cursor.execute("update students set last_name = 'Bee' where student_id = '0000002'")
    return row.pk


def test_the_page_says_in_numbers_what_it_would_do_and_writes_nothing(
    imported: int, person: Callable[..., Any]
) -> None:
    page = " ".join(person().get(f"/imports/{imported}/undo/").content.decode().split())
    assert "Undo import 1?" in page
    assert re.search(r"New students removed</span> <b class=\"number\">1</b>", page)
    assert re.search(r"Stay as they are</span> <b class=\"number\">1</b>", page)
    assert "What stays and why" in page
    assert "0000002" in page
    assert "Someone changed it in the application" in page
    assert "This also turns off the schedule of sis" in page
    assert _events("students.viewed")[0][0] == "students that an undo leaves as they are"
    assert _students() == ["0000001", "0000002"]


def test_it_is_undone_with_a_reason_and_its_page_says_by_whom_and_what_stayed(
    imported: int, person: Callable[..., Any]
) -> None:
    from rollbook.records.models import Feed

    client = person()
    assert client.post(f"/imports/{imported}/undo/", {"reason": " "}).status_code == 200
    assert _students() == ["0000001", "0000002"]
    answer = client.post(f"/imports/{imported}/undo/", {"reason": "The wrong file"})
    assert (answer.status_code, answer.url) == (302, f"/imports/{imported}/")
    assert _students() == ["0000002"]
    page = " ".join(client.get(f"/imports/{imported}/").content.decode().split())
    assert "This import was undone" in page
    assert "“The wrong file”" in page
    assert "1 student was removed" in page
    assert f"/imports/{imported}/undo/" in page
    assert _events("import.undone") == [(None, "The wrong file")]
    assert Feed.objects.get(name="sis").schedule["is_on"] is False
    again = client.post(f"/imports/{imported}/undo/", {"reason": "Again"})
    assert "was already undone" in again.content.decode()
    undone = client.get(f"/imports/{imported}/undo/").content.decode()
    assert "0000002" in undone
    assert "ada@example.org undid this import" in undone
    assert "Why: “The wrong file”" in undone
    history = client.get("/imports/").content.decode()
    assert "Undone" in history


def test_the_fields_that_go_back_are_counted_without_what_stays(
    rollbook: CommandLine, tmp_path: Path, person: Callable[..., Any]
) -> None:
    from django.db import connection

    rows = [student(number) for number in range(1, 31)]
    rollbook.json("import", write_csv(tmp_path / "a.csv", *rows))
    changed = [student(number, absences=4) for number in range(1, 4)]
    rollbook.json("import", write_csv(tmp_path / "b.csv", *changed, *rows[3:28]))
    with connection.cursor() as cursor:
        cursor.execute(
            "update student_data_snapshots set absences_ytd = 9 where student_id ="
            " (select id from students where student_id = '0000003')"
        )
    client = person()
    one = r'/changes/\?field=absences_ytd">Absences YTD</a></th> <td class="num">2<'
    page = " ".join(client.get("/imports/2/undo/").content.decode().split())
    assert re.search(one, page)
    for label, number in (("Active again", 2), ("Values that go back", 2), ("Stay as they are", 1)):
        assert f'{label}</span> <b class="number">{number}</b>' in page
    client.post("/imports/2/undo/", {"reason": "The wrong file"})
    assert re.search(one, " ".join(client.get("/imports/2/undo/").content.decode().split()))
    undone = " ".join(client.get("/imports/2/").content.decode().split())
    assert "2 students are active again." in undone


def test_the_schedule_is_turned_on_again_by_one_press(
    imported: int, person: Callable[..., Any]
) -> None:
    from rollbook.records.models import Feed

    client = person()
    client.post(f"/imports/{imported}/undo/", {"reason": "The wrong file"})
    assert "Turn the schedule on" in client.get(f"/imports/{imported}/").content.decode()
    dashboard = client.get("/").content.decode()
    assert "Import 1 of sis was undone." in dashboard
    assert "up to date" not in dashboard
    client.post(f"/imports/{imported}/resume/")
    assert "was undone." not in client.get("/").content.decode()
    assert Feed.objects.get(name="sis").schedule["is_on"] is True
    assert "Turn the schedule on" not in client.get(f"/imports/{imported}/").content.decode()


def test_a_viewer_sees_that_it_was_undone_and_can_undo_nothing(
    imported: int, person: Callable[..., Any]
) -> None:
    viewer = person("viewer", email="vi@example.org")
    assert "/undo/" not in viewer.get(f"/imports/{imported}/").content.decode()
    for answer in (
        viewer.get(f"/imports/{imported}/undo/"),
        viewer.post(f"/imports/{imported}/undo/", {"reason": "x"}),
        viewer.post(f"/imports/{imported}/resume/"),
    ):
        assert answer.status_code in (403, 404)
    person().post(f"/imports/{imported}/undo/", {"reason": "The wrong file"})
    page = viewer.get(f"/imports/{imported}/").content.decode()
    assert "This import was undone" in page
    assert "The wrong file" not in page
    assert "/undo/" not in page


def test_an_import_without_a_record_says_why_it_cannot_be_undone(
    imported: int, person: Callable[..., Any]
) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("delete from rollbook.import_changes")
    page = unescape(person().get(f"/imports/{imported}/undo/").content.decode())
    assert "its changes aren't on record" in page
    assert "Undo this import" not in page


def _events(action: str) -> list[tuple[Any, ...]]:
    from rollbook.records.models import AuditEvent

    events = AuditEvent.objects.filter(action=action)
    return [(each.get("what"), each.get("reason")) for each in (e.after or {} for e in events)]


def _students() -> list[str]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select student_id from students order by 1")
        return [student for (student,) in cursor.fetchall()]
