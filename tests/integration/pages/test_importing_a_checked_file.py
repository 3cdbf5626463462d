"""The file of a dry run is imported with one click: those bytes, under those settings, or not."""

import html
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import HEADER, CommandLine, Stored, student, write_csv

Person = Callable[..., Any]
FILES = "select job_id from rollbook.stored_files"
STUDENTS = "select count(*) from public.students"


@pytest.fixture
def stored(records: str) -> Stored:
    from django.db import connection

    def rows(query: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(query)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found

    return rows


@pytest.fixture
def checked(rollbook: CommandLine, pages: None, tmp_path: Path) -> int:
    """A dry run of a file of three students."""
    file = write_csv(tmp_path / "students.csv", *(student(number) for number in range(1, 4)))
    number: int = rollbook.json("import", file, "--dry-run")["job"]
    file.unlink()
    return number


def click(client: Any, number: int) -> tuple[str, str]:
    """Press the button; return where it leads and what that page says."""
    answer = client.post(f"/imports/{number}/import/", follow=True)
    [(address, status)] = answer.redirect_chain
    assert (answer.status_code, status) == (200, 302)
    return address, html.unescape(answer.content.decode())


def carry_out(rollbook: CommandLine, number: int) -> Any:
    from rollbook.automation.imports import run_requested
    from rollbook.core.events import ignore

    result = run_requested(number, listener=ignore, environ=rollbook.environment())
    assert result is not None
    return result.report


def offers(client: Any, number: int) -> bool:
    return f'"/imports/{number}/import/"' in client.get(f"/imports/{number}/").content.decode()


def test_it_is_imported_once_as_a_job_of_its_own(
    rollbook: CommandLine, checked: int, person: Person, stored: Stored
) -> None:
    client = person()
    assert offers(client, checked)
    assert stored(FILES) == [(checked,)]
    address, _ = click(client, checked)
    assert address == f"/imports/{checked + 1}/"
    report = carry_out(rollbook, checked + 1)
    assert (report.status, report.stored, report.counts.inserted) == ("completed", True, 3)
    assert stored(STUDENTS) == [(3,)]
    assert stored(FILES) == []
    assert stored(
        "select after->'checked'->>'job' from rollbook.audit_events"
        " where action = 'import.requested'"
    ) == [(str(checked),)]
    assert not offers(client, checked)


def test_a_second_click_imports_nothing(checked: int, person: Person, stored: Stored) -> None:
    client = person()
    click(client, checked)
    _, said = click(client, checked)
    assert "already importing" in said or "no longer saved" in said
    assert stored("select max(id) from public.jobs") == [(checked + 1,)]


def test_it_is_refused_where_the_settings_have_changed(
    rollbook: CommandLine, checked: int, person: Person, stored: Stored
) -> None:
    client = person()
    assert offers(client, checked)
    assert rollbook("feeds", "set", "files", "--blanks", "clear").code == 0
    assert not offers(client, checked), "the page says so before anything is clicked"
    _, said = click(client, checked)
    assert f"The settings have changed since check {checked}" in said
    assert stored(FILES) == [(checked,)], "it can still be looked at"
    assert stored("select count(*) from public.jobs") == [(checked,)]


def test_settings_that_change_while_it_waits_stop_it_too(
    rollbook: CommandLine, checked: int, person: Person, stored: Stored
) -> None:
    click(person(), checked)
    assert rollbook("feeds", "set", "files", "--blanks", "clear").code == 0
    report = carry_out(rollbook, checked + 1)
    assert (report.status, report.reason) == ("failed", "settings_changed")
    assert stored(STUDENTS) == [(0,)]


def test_it_is_refused_where_a_newer_file_has_been_stored(
    rollbook: CommandLine, checked: int, person: Person, tmp_path: Path
) -> None:
    rollbook.json("import", write_csv(tmp_path / "newer.csv", student(7)))
    _, said = click(person(), checked)
    assert f"Import {checked + 1} has saved a newer file" in said


def test_an_uploaded_file_is_kept_for_it_too_and_after_its_time_it_is_refused(
    rollbook: CommandLine, pages: None, person: Person, stored: Stored
) -> None:
    from rollbook.records.operations.queueing import Upload, request_import
    from rollbook.records.queries.feeds import feed_by_name

    text = f"{HEADER}\n{student(7)}\n".encode()
    upload = Upload("a.csv", BytesIO(text), len(text))
    environ = rollbook.environment()
    number = request_import(
        feed_by_name("files"), started_by="x", dry_run=True, upload=upload, environ=environ
    )
    assert carry_out(rollbook, number).status == "completed"
    assert stored(FILES) == [(number,)]
    client = person()
    assert offers(client, number)
    stored("delete from rollbook.stored_file_chunks returning 1")
    stored("delete from rollbook.stored_files returning 1")
    assert not offers(client, number)
    assert "no longer saved" in click(client, number)[1]


def test_only_administrators_and_only_dry_runs(
    rollbook: CommandLine, checked: int, person: Person, tmp_path: Path
) -> None:
    viewer = person("viewer", email="vi@example.org")
    assert not offers(viewer, checked)
    assert viewer.post(f"/imports/{checked}/import/").status_code == 403
    done = rollbook.json("import", write_csv(tmp_path / "a.csv", student(1)))["job"]
    client = person()
    assert not offers(client, done)
    assert f"Import {done} isn't a check" in click(client, done)[1]


def test_of_a_feed_that_was_removed_nothing_is_offered_and_nothing_imported(
    rollbook: CommandLine, checked: int, person: Person, stored: Stored
) -> None:
    from django.utils import timezone

    from rollbook.records.models import Feed

    client = person()
    assert offers(client, checked)
    Feed.objects.filter(name="files").update(removed_at=timezone.now(), name="files (removed)")
    assert not offers(client, checked)
    assert f"Import {checked} isn't a check" in click(client, checked)[1]
    assert stored("select count(*) from public.jobs") == [(checked,)]
