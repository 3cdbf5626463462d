"""The history on a terminal of 80 columns."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from rollbook.core.report import Counts, Report


@dataclass
class Job:
    feed: str
    reason: str | None = None
    is_dry: bool = False
    number: int = 1234
    started_at: datetime = datetime(2026, 11, 26, 2, 5, tzinfo=UTC)
    report: Report = field(init=False)

    def __post_init__(self) -> None:
        counts = Counts(total=1_234, inserted=1_234, updated=1_234, rejected=1_234)
        self.report = Report(
            status="completed",
            reason=self.reason,
            dry_run=self.is_dry,
            counts=counts,
            errors=10,
            warnings=3,
            file={"name": "a.csv"},
        )


@pytest.mark.filterwarnings("ignore:'click:DeprecationWarning")  # of Typer, when imported
@pytest.mark.parametrize("name", ["files", "iready-winter", "z" * 16, "z" * 60])
@pytest.mark.parametrize("reason", [None, "too_many_rejected", "file_unchanged"])
def test_a_feeds_name_is_whole_whatever_the_result_is(name: str, reason: str | None) -> None:
    from rollbook.cli.jobs import _table
    from rollbook.cli.times import Clock

    jobs: list[Any] = [Job("a"), Job(name, reason, is_dry=True)]
    text = StringIO()
    Console(file=text, width=80).print(
        _table(jobs, Clock(ZoneInfo("America/Chicago")), is_narrow=True)
    )
    lines = text.getvalue().splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert any(f" {name} " in line for line in lines) or text.getvalue().count("z") == 60
    assert "…" not in text.getvalue()
    assert "1,234" in text.getvalue()
    assert "Central Time" in lines[0]
    assert "11/25 8:05 PM" in lines[1]
