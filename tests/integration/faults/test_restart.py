"""PostgreSQL dies under a worker in the middle of a merge; the worker starts it and goes on."""

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from psycopg.types.json import Json

from rollbook import embedded
from rollbook.embedded.cluster import Cluster
from tests.integration.cli.commands import CommandLine, student, write_csv
from tests.integration.servers import asyncssh_server
from tests.integration.worker.conftest import Worker, far_from_now, wait_for

STUDENTS = 500


@pytest.fixture
def machine() -> Iterator[CommandLine]:
    """A machine of its own with an embedded server that may be stopped."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        home = Path(folder) / "home"
        home.mkdir(mode=0o700)
        yield CommandLine(home)


def test_a_database_that_dies_in_the_middle_of_a_merge_is_started_again_and_nothing_is_lost(
    machine: CommandLine, tmp_path: Path
) -> None:
    served = tmp_path / "served"
    served.mkdir()
    write_csv(served / "students.csv", *(student(number) for number in range(1, STUDENTS + 1)))
    os.utime(served / "students.csv", (1_700_000_000, 1_700_000_000))
    with asyncssh_server(served) as server, embedded.running(machine.home) as url:
        assert machine("migrate").code == 0
        added = machine(
            "feeds",
            "add",
            "sis",
            *server.trusted_options,
            "--pattern",
            "*.csv",
            "--folder",
            "/",
            "--unchanged-for",
            "0",
            stdin=f"{server.password}\n",
        )
        assert added.code == 0, added
        blocking = psycopg.connect(url)
        blocking.execute(
            "update rollbook.feeds set planned_at = now() - interval '2 days', schedule = %s",
            [Json({"is_on": True, "times": [far_from_now()]})],
        )
        blocking.commit()
        blocking.execute("lock table public.students in access exclusive mode")
        worker = Worker(machine)
        try:
            waits = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
            wait_for(lambda: _one(url, waits), 60)
            status = machine.home / "postgres" / "data" / "postmaster.pid"
            os.kill(int(status.read_text().split()[0]), signal.SIGKILL)
            with suppress(psycopg.OperationalError):
                blocking.close()
            wait_for(Cluster(machine.home).is_ready, 120)
            ended = "select count(*) from rollbook.job_attempts where retry_at is not null"
            wait_for(lambda: _one(url, ended), 180)
            assert _one(url, "select count(*) from public.students") == 0
            with psycopg.connect(url) as connection:
                connection.execute("update rollbook.job_attempts set retry_at = now()")
            done = "select count(*) from public.jobs where status = 'completed'"
            wait_for(lambda: _one(url, done), 90)
            assert _one(url, "select count(*) from public.students") == STUDENTS
            assert worker.process.poll() is None, "the worker has ended"
        finally:
            worker.end()


def _one(url: str, statement: str) -> int:
    try:
        with psycopg.connect(url) as connection:
            row = connection.execute(statement).fetchone()
    except psycopg.OperationalError:
        return 0
    return int(row[0]) if row else 0
