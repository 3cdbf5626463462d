"""`rollbook feeds backtest`, and its page: limits are tried on the imports on record."""

from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import CommandLine, student, write_csv

HELD, GOOD = 1, 2


@pytest.fixture
def nights(rollbook: CommandLine, tmp_path: Path) -> CommandLine:
    """A held import with 5 of 20 rows rejected, and a good one with 1."""
    rows = [student(number) for number in range(1, 21)]
    without = [f",{row.split(',', 1)[1]}" for row in rows]
    held = write_csv(tmp_path / "held.csv", *without[:5], *rows[5:])
    assert rollbook("import", held).code == 7
    assert rollbook("jobs", "discard", str(HELD), "--reason", "Broken").code == 0
    rollbook.json("import", write_csv(tmp_path / "good.csv", *without[:1], *rows[1:]))
    rollbook.json("check", held, code=7)  # a check is no night
    return rollbook


def rejected(found: dict[str, Any]) -> dict[str, Any]:
    [limit] = [each for each in found["limits"] if each["limit"] == "rejected"]
    return dict(limit)


def test_a_limit_is_tried_without_being_set(nights: CommandLine) -> None:
    found = nights.json("feeds", "backtest", "files")
    assert found["nights"] == 2
    in_use = rejected(found)
    assert (in_use["percent"], in_use["false_alarms"], in_use["quiet_percent"]) == (10, 0, 0)
    [held] = in_use["held"]
    assert (held["job"], held["part"], held["whole"], held["stored"]) == (HELD, 5, 20, False)
    other = nights.json("feeds", "backtest", "files", "--limit", "rejected=25")
    assert rejected(other)["held"] == []
    assert rejected(nights.json("feeds", "backtest", "files"))["percent"] == 10
    told = nights("feeds", "backtest", "files").out
    assert "2 imports on record" in told and "Rejected rows: 5 of 20 (25%)" in told


def test_what_is_no_limit_is_refused_with_the_limits_there_are(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    rollbook.json("import", write_csv(tmp_path / "one.csv", student(1)))
    for limit in ("rejected", "rejected=ten", "nonsense=10", "rejected=101"):
        refused = rollbook("feeds", "backtest", "files", "--limit", limit)
        assert refused.code == 2
        assert "--limit missing=10" in refused.err or "rejected, missing" in refused.err
