"""Notes to an import; a failed one that is resolved leaves the dashboard, not the history."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
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

    found = AuditEvent.objects.filter(action__in=("import.noted", "import.resolved"))
    return list(found.order_by("pk").values_list("action", "after"))


def test_a_resolved_failure_leaves_the_dashboard_and_stays_in_the_history(
    failed: int, person: Person
) -> None:
    client = person()
    assert status() == ("failed", 1)
    assert "last import of files failed" in client.get("/").content.decode()
    client.post(f"/imports/{failed}/notes/", {"text": "Asked the vendor.\nCase 12"})
    assert status() == ("failed", 1)
    client.post(f"/imports/{failed}/notes/", {"text": "A wrong file", "resolves": "1"})
    assert status() == ("off", 0)
    assert "last import of files failed" not in client.get("/").content.decode()
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


@pytest.mark.parametrize("text", ["", "  ", "a" * 1_001, "\x1b[31m"])
def test_what_is_no_note_is_refused(failed: int, person: Person, text: str) -> None:
    answer = person().post(f"/imports/{failed}/notes/", {"text": text}, follow=True)
    assert "A note needs a text" in answer.content.decode()
    assert actions() == []


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
    assert done.out.strip() == f"Import {failed} is resolved."
    assert rollbook("jobs", "note", str(failed), "Again", "--resolved").code == 2
    found = rollbook.json("jobs", "note", str(failed))["notes"]
    assert [(each["author"], each["text"], each["resolves"]) for each in found] == [
        ("command line", "A wrong file", True)
    ]
    Job.objects.filter(pk=failed).update(created_at=timezone.now() - timedelta(days=4_000))
    clean_up(timezone.now() + timedelta(days=4_000))
    assert not JobNote.objects.filter(job_id=failed).exists()
