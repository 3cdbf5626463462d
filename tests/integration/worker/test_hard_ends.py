"""However an import ends, its row says what is true of the data."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from tests.doubles.feeds import add_feed
from tests.integration import servers
from tests.integration.cli.commands import CommandLine
from tests.integration.worker.conftest import Worker, reason_of, wait_for
from tests.integration.worker.test_worker import (
    ROWS,
    Database,
    Start,
    blocked_merge,
    cancelled_soon,
    reason_of_other,
    request,
)


def test_a_wish_to_stop_that_comes_after_the_commit_does_not_deny_what_is_stored(
    start_worker: Start, database: Database
) -> None:
    database.execute(
        "create function rollbook.slow() returns trigger language plpgsql"
        " as $$ begin perform pg_sleep(3); return new; end $$;"
        "create trigger slow before insert on rollbook.job_events for each row"
        " when (new.kind = 'ended') execute function rollbook.slow()"
    )
    worker = start_worker()
    job = request()
    wait_for(lambda: _students(database) == 39)
    (child,) = worker.children()
    # As the page would have written it an instant before the commit.
    database.execute("update rollbook.job_progress set cancel_requested_at = now()")
    wait_for(lambda: child not in worker.children())
    assert reason_of(database, job) == ("completed", None)


def test_an_outcome_is_not_overwritten_when_its_process_is_killed(
    start_worker: Start, database: Database
) -> None:
    from rollbook.automation.children import end_killed

    start_worker()
    job = request()
    wait_for(lambda: reason_of(database, job)[0] == "completed")
    end_killed(job)
    assert reason_of(database, job) == ("completed", None)


def test_an_import_that_stood_still_writes_nothing_when_it_moves_again(
    start_worker: Start, database: Database, records: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = start_worker()
    with _frozen(worker, database, records, monkeypatch) as (job, child):
        os.kill(child, signal.SIGCONT)
        wait_for(lambda: child not in worker.children())
    assert reason_of(database, job) == ("failed", "interrupted")
    assert _students(database) == 0


def test_an_import_given_up_by_others_does_not_commit(
    start_worker: Start, database: Database, records: str
) -> None:
    worker = start_worker()
    with blocked_merge(records) as (job, _):
        database.execute("update public.jobs set status = 'failed' where id = %s", [job])
    wait_for(lambda: not worker.children())
    assert reason_of(database, job)[0] == "failed"
    assert _students(database) == 0


def test_an_import_that_is_frozen_holds_up_no_other(
    start_worker: Start, database: Database, records: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _frozen(start_worker(), database, records, monkeypatch):
        second = request()
        wait_for(lambda: reason_of(database, second)[0] == "completed")


def _has_completed(database: Database, job: int) -> bool:
    return reason_of(database, job)[0] == "completed"


def test_an_uploaded_file_with_nothing_new_is_not_kept(
    start_worker: Start, database: Database
) -> None:
    start_worker()
    for _ in range(2):
        job = request()
        wait_for(partial(_has_completed, database, job))
    assert reason_of(database, job) == ("completed", "file_unchanged")
    assert database.execute("select count(*) from rollbook.stored_files").fetchone() == (0,)


def test_a_worker_whose_key_cannot_be_used_says_so_and_leaves_what_waits_to_others(
    database: Database, rollbook: CommandLine
) -> None:
    broken = {**rollbook.environ, "ROLLBOOK_SECRET_KEY": "broken"}
    job = request()
    done = replace(rollbook, environ=broken)("worker")
    assert done.code == 1
    assert "ROLLBOOK_SECRET_KEY" in done.err
    assert "broken" not in done.err
    assert reason_of(database, job) == ("pending", None)


def test_a_worker_ends_where_a_newer_version_has_changed_the_tables(
    start_worker: Start, database: Database
) -> None:
    worker = start_worker()
    alive = "select count(*) from rollbook.procrastinate_workers"
    wait_for(lambda: database.execute(alive).fetchone() == (1,))
    database.execute(
        "insert into rollbook.django_migrations (app, name, applied)"
        " values ('records', '9999_of_tomorrow', now())"
    )
    database.execute("select pg_notify('rollbook_work', '')")  # as each migration does
    assert worker.process.wait(timeout=90) == 1
    assert database.execute(alive).fetchone() == (0,)


def test_a_service_manager_hears_that_a_worker_is_ready_and_alive(
    start_worker: Start, rollbook: CommandLine, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "n"))
        manager.settimeout(60)
        asked = {"NOTIFY_SOCKET": str(tmp_path / "n"), "WATCHDOG_USEC": "6000000"}
        start_worker(command=replace(rollbook, environ={**rollbook.environ, **asked}))
        assert [manager.recv(100) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"]


def test_a_heartbeat_goes_on_over_a_new_connection_when_its_own_is_lost(
    start_worker: Start, database: Database, records: str
) -> None:
    from rollbook.records.queries.progress import progress_of

    start_worker()
    with blocked_merge(records) as (job, _):
        ended = database.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and query like 'insert into rollbook.job_prog%'"
        ).fetchall()
        assert ended == [(True,)]
        last = progress_of(job).heartbeat_at  # type: ignore[union-attr]
        wait_for(lambda: progress_of(job).heartbeat_at > last)  # type: ignore[union-attr]
    wait_for(lambda: reason_of(database, job) == ("completed", None))


def test_a_slow_download_is_cancelled_soon(
    start_worker: Start, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.records.operations.queueing import request_import

    read = servers._Files.read

    def slow(*arguments: object) -> object:
        time.sleep(0.2)
        return read(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(servers._Files, "read", slow)
    (tmp_path / "served").mkdir()
    (tmp_path / "served" / "students.csv").write_bytes(ROWS * 20_000)
    with servers.asyncssh_server(tmp_path / "served") as server:
        feed = add_feed("slow", server=server, folder="/")
        start_worker()
        job = request_import(feed, started_by="test")
        wait_for(lambda: reason_of_other(job) == "downloading")
        cancelled_soon(database, job)


def test_one_job_queued_many_times_is_carried_out_once(
    start_worker: Start, database: Database
) -> None:
    from django.db import connection

    from rollbook.records.operations.queueing import enqueue

    job = request()
    with connection.cursor() as cursor:
        for _ in range(6):
            enqueue(cursor, job)
    for _ in range(2):
        start_worker("--concurrency", "3")
    wait_for(lambda: reason_of(database, job)[0] == "completed")
    left = "select count(*) from rollbook.procrastinate_jobs"
    wait_for(lambda: database.execute(left).fetchone() == (0,))
    ends = "select count(*) from rollbook.job_events where kind = 'ended'"
    assert database.execute(ends).fetchone() == (1,)


@contextmanager
def _frozen(
    worker: Worker, database: Database, records: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[int, int]]:
    """Give a job that was found standing still in the middle of its merge, and its process."""
    from rollbook.automation import tick as module

    with blocked_merge(records) as (job, other):
        (child,) = worker.children()
        os.kill(child, signal.SIGSTOP)
        monkeypatch.setattr(module, "FROZEN_AFTER", 1.0)
        try:
            time.sleep(1.5)
            wait_for(
                lambda: (
                    module.plan(module.Steps(), os.environ)
                    or reason_of(database, job)[1] == "interrupted"
                )
            )
            other.rollback()
            yield job, child
        finally:
            if child in worker.children():
                os.kill(child, signal.SIGKILL)


def _students(database: Database) -> int:
    row = database.execute("select count(*) from public.students").fetchone()
    assert row is not None
    return int(row[0])
