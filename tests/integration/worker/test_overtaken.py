"""An approved import that waits for a worker is not applied over a newer file."""

from collections.abc import Callable
from pathlib import Path

import psycopg

from tests.integration.cli.commands import CommandLine, student, write_csv
from tests.integration.worker.conftest import Worker, reason_of, wait_for


def test_an_approved_import_that_a_newer_file_has_overtaken_is_not_applied(
    rollbook: CommandLine,
    database: psycopg.Connection,
    start_worker: Callable[..., Worker],
    tmp_path: Path,
) -> None:
    from rollbook.records.operations.decisions import approve_import

    rows = [f",{student(number).split(',', 1)[1]}" for number in range(1, 10)]
    rows += [student(number) for number in range(10, 20)]
    rollbook.json("import", write_csv(tmp_path / "a.csv", *rows), code=7)
    approve_import(1, actor="ada@example.org", reason="Visitors", is_queued=True)
    newer = write_csv(tmp_path / "b.csv", *[student(number) for number in range(30, 50)])
    assert rollbook("import", newer).code == 0
    start_worker()
    wait_for(lambda: reason_of(database, 1)[0] != "pending")
    wait_for(lambda: reason_of(database, 1)[0] != "running")
    assert reason_of(database, 1)[0] == "failed"
