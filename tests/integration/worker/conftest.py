"""Real worker processes on a real database."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest

from tests.integration.cli.commands import CommandLine


class Worker:
    """`rollbook worker` in a process of its own."""

    def __init__(self, command: CommandLine, *arguments: str) -> None:
        self.process = subprocess.Popen(
            command.words("worker", *arguments),
            env=command.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def end(self, sign: signal.Signals = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(sign)
        return self.process.wait(timeout=60)

    def children(self) -> list[int]:
        """The processes of its running jobs."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]


@pytest.fixture(autouse=True)
def same_key(rollbook: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process and the workers are one installation."""
    monkeypatch.setitem(rollbook.environ, "ROLLBOOK_SECRET_KEY", os.environ["ROLLBOOK_SECRET_KEY"])


@pytest.fixture
def start_worker(rollbook: CommandLine) -> Iterator[Callable[..., Worker]]:
    with ExitStack() as opened:

        def start(*arguments: str, command: CommandLine = rollbook) -> Worker:
            worker = Worker(command, *arguments)
            opened.callback(worker.end)
            return worker

        yield start


@pytest.fixture
def database(records: str) -> Iterator["psycopg.Connection"]:
    with psycopg.connect(records, autocommit=True) as connection:
        yield connection


def far_from_now() -> str:
    """A time of the district's day: a run planned at it is late by half a day, and none is near."""
    return f"{datetime.now(ZoneInfo('America/Los_Angeles')) - timedelta(hours=12):%H:%M}"


def wait_for(condition: Callable[[], object], seconds: float = 60) -> float:
    """Wait until the condition holds; return the seconds it took."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds, "it never happened"
        time.sleep(0.05)
    return time.monotonic() - begun


def reason_of(database: "psycopg.Connection", job: int) -> tuple[str, str | None]:
    """Status and reason of a job."""
    row = database.execute(
        "select status::text, output_data->'report'->>'reason' from public.jobs where id = %s",
        [job],
    ).fetchone()
    assert row is not None
    return row[0], row[1]


def is_alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def environment_of(command: CommandLine) -> dict[str, str]:
    return {**os.environ, "ROLLBOOK_HOME": str(command.home)}
