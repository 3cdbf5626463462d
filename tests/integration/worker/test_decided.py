"""An import that was approved on its page is carried out by a worker."""

from collections.abc import Callable
from pathlib import Path

import psycopg

from tests.integration.cli.commands import CommandLine, student, write_csv
from tests.integration.worker.conftest import Worker, reason_of, wait_for


def test_a_worker_applies_what_an_administrator_has_approved(
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
    assert reason_of(database, 1) == ("pending", None)
    start_worker()
    wait_for(lambda: reason_of(database, 1) == ("completed", None))
    (count,) = database.execute("select count(*) from public.students").fetchone() or (0,)
    assert count == 10
