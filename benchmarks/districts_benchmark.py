"""Many installations on one machine and one PostgreSQL: idle, and when all nights begin together.

    python benchmarks/districts_benchmark.py [DISTRICTS] [STUDENTS]

Each is `rollbook serve` with its worker, a home of its own and a database of its own.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg
from measuring import add_feed, environment, print_table, run_rollbook
from psycopg import sql

from rollbook import embedded
from rollbook.demo.files import write_district
from rollbook.demo.sftp_server import DemoServer, demo_server

CONNECTIONS = 600
FIRST_PORT = 18800
AT_ONCE = 4
"""So many are started together."""
SETTLED_AFTER = 45.0
"""Seconds until what a start does is over."""
IDLE_FOR = 60.0
NIGHT_WITHIN = 1800.0

_DUE = (
    "update rollbook.feeds set planned_at = now() - interval '25 hours',"
    " schedule_set_at = now() - interval '25 hours' where name = 'sis'"
)
_DONE = (
    "select extract(epoch from max(completed_at - started_at)),"
    " extract(epoch from max(completed_at) at time zone 'utc')"
    " from jobs where status = 'completed'"
    " and created_at > to_timestamp(%s) at time zone 'utc'"
)


@dataclass(frozen=True)
class District:
    """An installation: its home and the address of its database."""

    home: Path
    url: str


@dataclass(frozen=True)
class Night:
    """Seconds until the last import had ended, of the slowest alone, and the most memory in use."""

    together: float
    slowest: float
    gigabytes: float


def main(count: int, students: int) -> None:
    """Print a table of the idle minute and of the common night."""
    settings = (f"max_connections={CONNECTIONS}",)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as open_until_the_end:
        served, home = Path(folder) / "served", Path(folder) / "server"
        served.mkdir()
        home.mkdir(mode=0o700)
        file = served / "student_data.csv"
        write_district(file, students=students, seed=1, night=0)
        written_at = time.time() - 3600
        os.utime(file, (written_at, written_at))
        server = open_until_the_end.enter_context(demo_server(served))
        url = open_until_the_end.enter_context(embedded.running(home, settings=settings))
        districts = _districts(Path(folder), url, server, count)
        before = _used()
        processes = open_until_the_end.enter_context(_serving(districts))
        time.sleep(SETTLED_AFTER)
        memory = _used() - before
        processor = _idle(processes)
        night = _night(districts)
    print_table(
        ("districts", "idle: memory", "idle: processor, a minute", "all at once: done after",
         "slowest import", "most memory in use"),
        [[f"{count}", f"{memory:.1f} GB", f"{processor:.0f} s", f"{night.together:.0f} s",
          f"{night.slowest:.0f} s", f"{night.gigabytes:.1f} GB"]],
    )  # fmt: skip


def _districts(folder: Path, url: str, server: DemoServer, count: int) -> list[District]:
    """Make one, and copy it: its tables, its key and its feed."""
    first = District(folder / "home", urlsplit(url)._replace(path="/district").geturl())
    first.home.mkdir(mode=0o700)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create database district")
        run_rollbook(["migrate"], url=first.url, home=first.home)
        add_feed(first.home, first.url, server)
        made = []
        for number in range(count):
            name = f"district_{number}"
            copied = sql.SQL("create database {} template district")
            connection.execute(copied.format(sql.Identifier(name)))
            home = folder / name
            shutil.copytree(first.home, home)
            made.append(District(home, urlsplit(url)._replace(path=f"/{name}").geturl()))
    return made


@contextmanager
def _serving(districts: Sequence[District]) -> Iterator[list[psutil.Process]]:
    processes: list[psutil.Process] = []
    try:
        for number, district in enumerate(districts):
            processes.append(
                psutil.Popen(
                    [sys.executable, "-m", "rollbook", "serve", "--port", f"{FIRST_PORT + number}"],
                    env=environment(district.home, district.url),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            )
            if number % AT_ONCE == AT_ONCE - 1:
                time.sleep(4.0)
        yield processes
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def _idle(processes: Sequence[psutil.Process]) -> float:
    """Return processor seconds a minute of all installations and their database server."""
    assert all(each.is_running() for each in processes)
    busy = _busy()
    time.sleep(IDLE_FOR)
    return (_busy() - busy) * 60 / IDLE_FOR


def _night(districts: Sequence[District]) -> Night:
    begun, most = time.time(), 0.0
    for district in districts:
        with psycopg.connect(district.url, autocommit=True) as connection:
            connection.execute(_DUE)
            connection.execute("select pg_notify('rollbook_work', '')")
    waiting, slowest, last = list(districts), 0.0, 0.0
    while waiting:
        assert time.time() - begun < NIGHT_WITHIN, f"{len(waiting)} did not end"
        most = max(most, _used())
        time.sleep(1.0)
        for district in list(waiting):
            with psycopg.connect(district.url, autocommit=True) as connection:
                found = connection.execute(_DONE, [begun]).fetchone()
            if found and found[0] is not None:
                slowest, last = max(slowest, float(found[0])), max(last, float(found[1]))
                waiting.remove(district)
    return Night(last - begun, slowest, most)


def _busy() -> float:
    """Return seconds that the machine's processors have worked; nothing else may run."""
    times = psutil.cpu_times()
    return float(times.user + times.system)


def _used() -> float:
    memory = psutil.virtual_memory()
    return float(memory.total - memory.available) / 1e9


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    main(*(numbers + [50, 10_000][len(numbers) :]))
