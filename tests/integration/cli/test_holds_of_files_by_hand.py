"""A held import of a file by hand is told of everywhere until it is decided."""

from collections.abc import Callable
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
    assert f"files: import {held} waits for your decision" in rollbook("health").out
    [told] = rollbook.json("health", code=None)["held"]
    assert (told["job"], told["feed"]) == (held, "files")


def test_another_file_by_hand_does_not_hide_it(
    rollbook: CommandLine, held: int, tmp_path: Path
) -> None:
    rollbook.json("import", write_csv(tmp_path / "other.csv", *map(student, range(1, 21))))
    assert f"files: import {held} waits for your decision" in rollbook("health").out
    assert [each["job"] for each in rollbook.json("health", code=None)["held"]] == [held]
    rollbook("jobs", "discard", str(held), "--reason", "The other one was right")
    assert rollbook.json("health", code=None)["held"] == []


def test_the_dashboard_tells_of_it_beside_what_came_after(
    rollbook: CommandLine, held: int, tmp_path: Path, person: Person
) -> None:
    client, told = person(), f"Import {held} of files needs your review."
    assert "Apply it once, or discard it." in client.get("/").content.decode()
    rollbook.json("import", write_csv(tmp_path / "other.csv", *map(student, range(1, 21))))
    page = client.get("/").content.decode()
    assert told in page and "Discard it, or import its file once more." in page
    rollbook.json("import", write_csv(tmp_path / "odd.csv", "1", header="Colour"), code=3)
    page = client.get("/").content.decode()
    assert told in page
    assert "The last import of files failed." in page


def test_the_metrics_count_it(
    rollbook: CommandLine, held: int, tmp_path: Path, records: str
) -> None:
    from django.utils import timezone

    from rollbook.records.queries.metrics import measurements

    rollbook.json("import", write_csv(tmp_path / "other.csv", *map(student, range(1, 21))))
    assert [each.held for each in measurements(timezone.now()).feeds] == [1]
