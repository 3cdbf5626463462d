"""Notes to an import; a failed one that is resolved leaves the dashboard, not the history."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from tests.integration.cli.commands import CommandLine, student, write_csv

Person = Callable[..., Any]


@pytest.fixture
def failed(rollbook: CommandLine, pages: None, tmp_path: Path) -> int:
    """Import 2: a file without a known column, after a good one."""
    rollbook.json("import", write_csv(tmp_path / "good.csv", student(1), student(2)))
    bad = write_csv(tmp_path / "bad.csv", "1,2", header="Nothing,Known")
    number: int = rollbook.json("import", bad, code=None)["job"]
    return number


def status() -> tuple[str, int]:
    from rollbook.records.queries.health import health
    from rollbook.records.queries.standings import feed_standings

    [found] = feed_standings(timezone.now())
    return found.standing.status.value, len(health(timezone.now()).failed_by_hand)


def actions() -> list[tuple[str, Any]]:
    from rollbook.records.models import AuditEvent

    found = AuditEvent.objects.filter(
        action__in=("import.noted", "import.resolved", "import.reopened")
    )
    return list(found.order_by("pk").values_list("action", "after"))


def test_a_resolved_failure_leaves_the_dashboard_and_stays_in_the_history(
    failed: int, person: Person
) -> None:
    client = person()
    assert status() == ("failed", 1)
    assert "files: last import failed" in client.get("/").content.decode()
    client.post(f"/imports/{failed}/notes/", {"text": "Asked the vendor.\nCase 12"})
    assert status() == ("failed", 1)
    client.post(f"/imports/{failed}/notes/", {"text": "A wrong file", "resolves": "1"})
    assert status() == ("off", 0)
    assert "files: last import failed" not in client.get("/").content.decode()
    assert "Resolved" in client.get("/imports/").content.decode()
    page = client.get(f"/imports/{failed}/").content.decode()
    assert "Case 12" in page and "A wrong file" in page and "ada@example.org" in page
    assert 'name="resolves"' not in page
    assert actions() == [("import.noted", None), ("import.resolved", None)]


def test_only_a_failed_import_can_be_resolved_and_once(failed: int, person: Person) -> None:
    client, said = person(), {"text": "Done", "resolves": "1"}
    for number, is_refused in ((1, True), (failed, False), (failed, True)):
        page = client.post(f"/imports/{number}/notes/", said, follow=True).content.decode()
        assert ("Only a failed import can be resolved" in page) is is_refused
    assert [action for action, _ in actions()] == ["import.resolved"]


def test_a_later_failure_is_another_one(
    failed: int, person: Person, rollbook: CommandLine, tmp_path: Path
) -> None:
    person().post(f"/imports/{failed}/notes/", {"text": "Done", "resolves": "1"})
    bad = write_csv(tmp_path / "bad.csv", "1,2", header="Also,Nothing")
    rollbook.json("import", bad, code=None)
    assert status() == ("failed", 1)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("  ", "Write something in the note"),
        ("a" * 1_001, "The note has 1,001 characters"),
        ("Called \x1b[31m them", "control characters"),
    ],
)
def test_what_is_no_note_is_refused_with_what_was_typed(
    failed: int, person: Person, text: str, why: str
) -> None:
    given = {"text": text, "resolves": "1"}
    page = person().post(f"/imports/{failed}/notes/", given).content.decode()
    assert why in page
    assert f"{text}</textarea>" in page
    assert re.search(r'name="resolves"\s+value="1"\s+checked', page)
    assert actions() == []


@pytest.mark.parametrize(
    "text",
    [
        "Called\u00a0them",
        "Fixed \U0001f468\u200d\U0001f4bb",
        "Mother\u00adin",
        "a\r\nb",
        "a\n" * 500,
    ],
)
def test_ordinary_text_is_a_note_with_one_character_at_the_end_of_a_line(
    pages: None, text: str
) -> None:
    from rollbook.records.operations.job_notes import note_text

    kept = text.replace("\r\n", "\n").strip()
    assert note_text(text) == note_text(text.replace("\n", "\r\n").replace("\r\r", "\r")) == kept


def test_of_two_people_at_once_one_resolves_it(failed: int) -> None:
    from rollbook.records.operations.job_notes import NothingToResolve, add_note

    def resolve(who: str) -> str:
        try:
            add_note(failed, "Done", resolves=True, actor=who, now=timezone.now())
        except NothingToResolve:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(resolve, ("ada", "bea"))) == ["done", "refused"]


def test_a_mark_by_mistake_is_taken_back_and_an_import_of_many_notes_is_resolved(
    failed: int, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rollbook.records.operations.job_notes.MOST_NOTES", 2)
    client, address = person(), f"/imports/{failed}/notes/"
    for count in range(3):
        page = client.post(address, {"text": f"Note {count}"}, follow=True).content.decode()
        assert ("No more can be added" in page) is (count == 2)
    client.post(address, {"text": "Done", "resolves": "1"})
    assert status() == ("off", 0)
    client.post(address, {"text": "It was not", "reopens": "1"})
    assert status() == ("failed", 1)
    page = client.post(address, {"text": "Again", "reopens": "1"}).content.decode()
    assert "marked as resolved" in page
    client.post(address, {"text": "Done now", "resolves": "1"})
    assert status() == ("off", 0)
    assert [action for action, _ in actions()][-3:] == [
        "import.resolved", "import.reopened", "import.resolved",
    ]  # fmt: skip


def test_a_mark_counts_for_the_end_it_was_made_after(failed: int) -> None:
    from rollbook.records.models import Job
    from rollbook.records.operations.import_index import index_import
    from rollbook.records.operations.job_notes import add_note
    from rollbook.records.queries.job_notes import is_resolved
    from rollbook.records.queries.jobs import job_by_number

    ended = job_by_number(failed).ended_at
    assert ended is not None
    add_note(failed, "Done", resolves=True, actor="ada", now=ended - timedelta(minutes=5))
    assert (is_resolved(failed), status()) == (True, ("off", 0)), "another clock goes behind"
    Job.objects.filter(pk=failed).update(completed_at=ended + timedelta(minutes=9))
    with connection.cursor() as cursor:
        index_import(cursor, failed)
    assert (is_resolved(failed), status()) == (False, ("failed", 1)), "the next attempt failed too"


def test_who_reads_notes_is_on_record(failed: int, person: Person) -> None:
    from rollbook.records.models import AuditEvent, IssueBlock

    client = person()
    IssueBlock.objects.filter(job_id=failed).delete()
    pages = AuditEvent.objects.filter(action="students.viewed", actor="ada@example.org")
    seen = pages.filter(subject=f"job {failed}")
    client.get(f"/imports/{failed}/")
    before = seen.count()
    client.post(f"/imports/{failed}/notes/", {"text": "About a student"}, follow=True)
    assert (before, seen.count()) == (0, 1)


def test_a_page_finds_its_feed_by_number(failed: int) -> None:
    from rollbook.records.models import Feed
    from rollbook.records.queries.jobs import job_by_number
    from rollbook.web.pages.imports.shortcuts import feed_in_use

    job = job_by_number(failed)
    found = feed_in_use(job)
    assert found is not None and found.pk == job.feed_id
    Feed.objects.filter(pk=found.pk).update(name="old", removed_at=timezone.now())
    Feed.objects.create(name=job.feed)
    assert feed_in_use(job) is None


def test_viewers_see_and_write_none(failed: int, person: Person) -> None:
    person().post(f"/imports/{failed}/notes/", {"text": "About a student"})
    viewer = person("viewer", "bea@example.org")
    assert "About a student" not in viewer.get(f"/imports/{failed}/").content.decode()
    assert viewer.post(f"/imports/{failed}/notes/", {"text": "x"}).status_code == 403


def test_the_command_line_does_the_same_and_notes_go_with_their_import(
    failed: int, rollbook: CommandLine
) -> None:
    from rollbook.records.models import Job, JobNote
    from rollbook.records.operations.retention import clean_up

    assert "no notes" in rollbook("jobs", "note", str(failed)).out
    done = rollbook("jobs", "note", str(failed), "A wrong file", "--resolved")
    assert done.out.strip() == f"Import {failed} is marked as resolved."
    assert rollbook("jobs", "note", str(failed), "Again", "--resolved").code == 2
    back = rollbook("jobs", "note", str(failed), "By mistake", "--not-resolved")
    assert back.out.strip() == f"Import {failed} is no longer marked as resolved."
    found = rollbook.json("jobs", "note", str(failed))["notes"]
    assert [(each["author"], each["text"], each["resolves"]) for each in found] == [
        ("command line", "A wrong file", True),
        ("command line", "By mistake", False),
    ]
    Job.objects.filter(pk=failed).update(created_at=timezone.now() - timedelta(days=4_000))
    clean_up(timezone.now() + timedelta(days=4_000))
    assert not JobNote.objects.filter(job_id=failed).exists()
