"""What happens in the moment of saving is told as it was."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.integration.cli.commands import student, write_csv


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize("kind_of_error", [psycopg.OperationalError, ValueError])
def test_an_interrupt_after_saving_changes_neither_the_outcome_nor_what_is_reported(
    records: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind_of_error: type[Exception],
) -> None:
    from rollbook.records.operations import jobs

    def interrupted(*_: object, kind: str, **__: object) -> None:
        if kind == "ended":
            os.kill(os.getpid(), signal.SIGINT)
            raise kind_of_error("the connection is gone")

    monkeypatch.setattr(jobs, "add_event", interrupted)
    ran = _import(write_csv(tmp_path / "s.csv", student(1)))
    assert (ran.exit_code, ran.report.status, ran.report.stored) == (0, "completed", True)
    with psycopg.connect(records) as connection:
        found = connection.execute("select status::text from public.jobs").fetchall()
    assert found == [("completed",)]


@pytest.mark.usefixtures("records", "readers_from_the_start")
def test_a_process_that_cannot_start_is_the_outcome_of_its_job(
    records: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    ran = _import(write_csv(tmp_path / "s.csv", student(1)))
    assert (ran.report.status, ran.report.stored) == ("failed", False)
    assert "FileNotFoundError" in str(ran.report.message)
    with psycopg.connect(records) as connection:
        found = connection.execute("select status::text from public.jobs").fetchall()
    assert found == [("failed",)]


def test_a_commit_whose_answer_is_lost_is_not_called_a_failure_that_changed_nothing(
    fresh_database: str,
) -> None:
    from rollbook.automation.commit import OutcomeUnknown, commit

    with psycopg.connect(fresh_database, autocommit=True) as other:
        connection = psycopg.connect(fresh_database)
        connection.execute("create table t (n integer)")
        other.execute("select pg_terminate_backend(%s)", [connection.info.backend_pid])
        with pytest.raises(OutcomeUnknown, match="Either everything") as lost:
            commit(connection)
        connection.close()
    assert "Nothing was changed" not in str(lost.value)


def _import(file: Path) -> Any:
    """Run the import in this process, where the test has changed something."""
    from rollbook.automation.imports import run_import
    from rollbook.core.events import ignore
    from rollbook.core.sources.local import LocalSource
    from rollbook.records.queries.feeds import feed_by_name

    return run_import(
        feed_by_name("files"),
        LocalSource(file),
        dry_run=False,
        force=False,
        listener=ignore,
        environ=os.environ,
    )
