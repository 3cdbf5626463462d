"""Feeds whose servers have fallen silent keep no other feed from being imported."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.doubles.feeds import add_feed
from tests.integration.cli.commands import student, write_csv
from tests.integration.servers import Faults, RunningServer, asyncssh_server
from tests.integration.worker.conftest import is_alive, reason_of, wait_for

Start = Callable[..., Any]
Database = psycopg.Connection


@pytest.fixture
def served(tmp_path: Path) -> Path:
    folder = tmp_path / "served"
    folder.mkdir()
    file = write_csv(folder / "a.csv", *(student(number) for number in range(1, 11)))
    os.utime(file, (1_700_000_000, 1_700_000_000))
    return folder


@pytest.fixture
def silent(served: Path) -> Iterator[list[RunningServer]]:
    """Each falls silent at another step after the sign-in."""
    with ExitStack() as opened:
        yield [
            opened.enter_context(asyncssh_server(served, faults=Faults(silent_at=step)))
            for step in ("listing", "stat", "read")
        ]


def begin(name: str, server: RunningServer) -> int:
    from rollbook.records.operations.queueing import request_import

    return request_import(add_feed(name, server=server), started_by="test")


def is_at_its_server(job: int) -> bool:
    from rollbook.records.queries.progress import progress_of

    return (found := progress_of(job)) is not None and found.phase in ("connecting", "downloading")


def test_a_sound_feed_is_imported_while_others_wait_for_silent_servers(
    start_worker: Start, database: Database, served: Path, silent: list[RunningServer]
) -> None:
    from rollbook.records.operations.queueing import request_cancel

    def is_too_slow(job: int) -> bool:
        """The patience for signing in is 5 seconds, later half a minute: over on a busy machine."""
        return reason_of(database, job) in (
            ("failed", "login_timeout"),
            ("failed", "server_silent"),
        )

    worker = start_worker("--concurrency", "1")
    stuck = [begin(f"silent-{number}", server) for number, server in enumerate(silent)]
    wait_for(lambda: all(is_at_its_server(job) or is_too_slow(job) for job in stuck))
    with asyncssh_server(served) as sound:
        job = begin("sound", sound)
        wait_for(lambda: reason_of(database, job)[0] == "completed")
    for number in stuck:
        assert reason_of(database, number) == ("running", None) or is_too_slow(number)
    begun = time.monotonic()
    for number in stuck:
        request_cancel(number, actor="test")
    wait_for(lambda: all(reason_of(database, number)[0] == "failed" for number in stuck))
    assert time.monotonic() - begun < 15
    wait_for(lambda: not worker.children())


def test_no_more_files_are_read_at_once_than_the_worker_may(
    start_worker: Start, database: Database, served: Path, records: str
) -> None:
    start_worker("--concurrency", "1")
    with asyncssh_server(served) as server, psycopg.connect(records) as other:
        other.execute("lock table public.students in share row exclusive mode")
        first = begin("first", server)
        wait_for(lambda: phase_of(first) == "importing")
        second = begin("second", server)
        wait_for(lambda: phase_of(second) == "waiting")
        time.sleep(1.0)
        assert phase_of(second) == "waiting", "its turn has not come"
        other.rollback()
        wait_for(lambda: reason_of(database, second)[0] == "completed")
    assert reason_of(database, first)[0] == "completed"


def phase_of(job: int) -> str:
    from rollbook.records.queries.progress import progress_of

    found = progress_of(job)
    return found.phase if found else ""


def test_a_job_that_others_have_given_up_does_not_go_on(
    start_worker: Start, database: Database, silent: list[RunningServer]
) -> None:
    worker = start_worker()
    job = begin("silent", silent[2])
    wait_for(lambda: phase_of(job) == "downloading")
    (child,) = worker.children()
    database.execute(
        "update public.jobs set status = 'failed', completed_at = now() at time zone 'UTC',"
        " output_data = jsonb_build_object('report', jsonb_build_object('reason', 'interrupted'))"
        " where id = %s",
        [job],
    )
    wait_for(lambda: not is_alive(child))
