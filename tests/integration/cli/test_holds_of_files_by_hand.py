"""A held import of a file by hand is told of everywhere until it is decided."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import CommandLine, student, write_csv
from tests.integration.pages.conftest import pages, person

__all__ = ["pages", "person"]
Person = Callable[..., Any]


@pytest.fixture
def held(rollbook: CommandLine, tmp_path: Path) -> int:
    """An import of 20 rows of which 5 have no Student ID."""
    rows = [student(number) for number in range(1, 21)]
    rows[5:10] = [f",{row.split(',', 1)[1]}" for row in rows[5:10]]
    return int(rollbook.json("import", write_csv(tmp_path / "held.csv", *rows), code=7)["job"])


def test_health_names_it(rollbook: CommandLine, held: int) -> None:
    assert f"files: import {held} needs your decision" in rollbook("health").out
    [told] = rollbook.json("health", code=None)["held"]
    assert (told["job"], told["feed"]) == (held, "files")


def test_another_file_by_hand_does_not_hide_it(
    rollbook: CommandLine, held: int, tmp_path: Path
) -> None:
    rollbook.json("import", write_csv(tmp_path / "other.csv", *map(student, range(1, 21))))
    assert f"files: import {held} needs your decision" in rollbook("health").out
    assert [each["job"] for each in rollbook.json("health", code=None)["held"]] == [held]
    rollbook("jobs", "discard", str(held), "--reason", "The other one was right")
    assert rollbook.json("health", code=None)["held"] == []


def test_the_dashboard_tells_of_it_beside_what_came_after(
    rollbook: CommandLine, held: int, tmp_path: Path, person: Person
) -> None:
    client, told = person(), f"files: import {held} needs your review."
    assert "Import it anyway, or discard it." in client.get("/").content.decode()
    rollbook.json("import", write_csv(tmp_path / "other.csv", *map(student, range(1, 21))))
    page = client.get("/").content.decode()
    assert told in page and "Discard it, or import its file again." in page
    rollbook.json("import", write_csv(tmp_path / "odd.csv", "1", header="Colour"), code=3)
    page = client.get("/").content.decode()
    assert told in page
    assert "files: last import failed." in page


def test_the_metrics_count_it(
    rollbook: CommandLine, held: int, tmp_path: Path, records: str
) -> None:
    from django.utils import timezone

    from rollbook.records.queries.metrics import measurements

    rollbook.json("import", write_csv(tmp_path / "other.csv", *map(student, range(1, 21))))
    assert [each.held for each in measurements(timezone.now()).feeds] == [1]


def test_it_ends_once_its_file_is_no_longer_stored_on_record_and_said(
    rollbook: CommandLine, held: int, records: str
) -> None:
    from django.utils import timezone

    from rollbook.records.models import AuditEvent, StoredFile
    from rollbook.records.operations.decisions import end_undecided

    later = timezone.now() + timedelta(days=15)
    assert end_undecided(later) == [], "its file is there: it can be applied"
    StoredFile.objects.all().delete()
    assert end_undecided(timezone.now()) == [], "a file is kept for days"
    assert end_undecided(later) == [held]
    assert end_undecided(later) == []
    assert rollbook.json("health", code=None)["held"] == []
    shown = rollbook.json("jobs", "show", str(held), code=None)
    assert (shown["status"], shown["reason"]) == ("failed", "discarded")
    assert "before anyone decided" in shown["message"]
    event = AuditEvent.objects.get(action="import.discarded")
    assert (event.actor, event.subject) == ("clean-up", f"job {held}")
    assert "its file expired" in str(event.after)


def test_health_tells_of_a_failed_upload_until_the_next_one(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    odd = write_csv(tmp_path / "odd.csv", "1", header="Colour")
    failed = rollbook.json("import", odd, code=3)["job"]
    assert f"files: import {failed} of an uploaded file failed" in rollbook("health").out
    [told] = rollbook.json("health", code=None)["failed_uploads"]
    assert (told["job"], told["feed"]) == (failed, "files")
    rollbook.json("import", odd, "--dry-run", code=3)
    assert len(rollbook.json("health", code=None)["failed_uploads"]) == 1, "a trial is no import"
    rollbook.json("import", write_csv(tmp_path / "good.csv", *map(student, range(1, 21))))
    assert rollbook.json("health", code=None)["failed_uploads"] == []


def test_a_failed_upload_is_no_news_for_ever(
    rollbook: CommandLine, tmp_path: Path, records: str
) -> None:
    from django.utils import timezone

    from rollbook.records.queries.health import health

    rollbook.json("import", write_csv(tmp_path / "odd.csv", "1", header="Colour"), code=3)
    assert len(health(timezone.now()).failed_by_hand) == 1
    assert not health(timezone.now() + timedelta(days=15)).failed_by_hand


def test_who_decides_is_reminded_once_before_its_file_is_gone_and_told_of_its_end(
    rollbook: CommandLine, held: int, records: str
) -> None:
    from django.utils import timezone

    from rollbook.automation.undecided import end_undecided_imports, remind_of_undecided
    from rollbook.records.models import Mail, StoredFile

    def told() -> list[str]:
        return [*Mail.objects.filter(kind="import_undecided").values_list("subject", flat=True)]

    now, day = timezone.now(), timedelta(days=1)
    for at in (now, now + 11 * day):
        remind_of_undecided(at, {})
    assert told() == []
    for at in (now + 12.1 * day, now + 13 * day):
        remind_of_undecided(at, {})
    [reminded] = told()
    assert "import still needs your decision" in reminded
    assert (
        f"Import {held} is on hold, and its file will be deleted in 2 days."
        in Mail.objects.get().text
    )
    StoredFile.objects.all().delete()
    for at in (now + 15 * day, now + 16 * day):
        end_undecided_imports(at, {})
        remind_of_undecided(at, {})
    assert told() == [reminded, told()[1]]
    assert "discarded because no one decided" in told()[1]
