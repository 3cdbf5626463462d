"""What the benchmarks share: a fresh database, a timed command with its peak memory, a table."""

import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from rollbook import embedded
from rollbook.demo.sftp_server import DemoServer

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Timed:
    """A finished command: seconds on the wall and of its processes, peak memory in MB, output."""

    seconds: float
    processor: float
    megabytes: float
    out: str


@contextmanager
def workplace() -> Iterator[tuple[Path, str]]:
    """Give a folder for files and a URL of an embedded server with its ordinary settings."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir(mode=0o700)
        with embedded.running(home) as url:
            yield Path(folder), url


def new_database(url: str) -> str:
    """Return the URL of a database with Rollbook's tables."""
    name = f"benchmark_{next(_numbers)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    made = urlsplit(url)._replace(path=f"/{name}").geturl()
    run_rollbook(["migrate"], url=made)
    return made


def run_rollbook(
    arguments: Sequence[str | Path],
    *,
    url: str | None,
    home: Path | None = None,
    program: Sequence[str] = ("-m", "rollbook"),
) -> Timed:
    """Run one command as a child process and wait for its resources."""
    with tempfile.TemporaryDirectory() as own:
        started = time.perf_counter()
        with tempfile.TemporaryFile("w+") as out:
            child = subprocess.Popen(
                [sys.executable, *program, *map(str, arguments)],
                stdout=out,
                stderr=subprocess.DEVNULL,
                env=environment(home or Path(own), url),
            )
            _, status, usage = os.wait4(child.pid, 0)
            seconds = time.perf_counter() - started
            child.returncode = os.waitstatus_to_exitcode(status)
            if child.returncode:
                raise SystemExit(f"rollbook {arguments[0]} ended with {child.returncode}")
            out.seek(0)
            processor = usage.ru_utime + usage.ru_stime
            return Timed(seconds, processor, usage.ru_maxrss / 1024, out.read())


def environment(home: Path, url: str | None) -> dict[str, str]:
    """Return the environment of a command with this home, and this database where one is given."""
    others = {name: value for name, value in os.environ.items() if "ROLLBOOK" not in name}
    database = {} if url is None else {"DATABASE_URL": url}
    return others | {"ROLLBOOK_HOME": str(home)} | database


def add_feed(home: Path, url: str | None, server: DemoServer) -> None:
    """Add the feed `sis`: the csv files of this server, taken as soon as they are there."""
    to = ["--host", server.host, "--port", str(server.port), "--user", server.username]
    subprocess.run(
        [sys.executable, "-m", "rollbook", "feeds", "add", "sis", *to, "--pattern", "*.csv",
         "--host-key", server.host_key, "--unchanged-for", "0"],
        input=f"{server.password}\n",
        text=True,
        check=True,
        env=environment(home, url),
    )  # fmt: skip


def report_of(timed: Timed) -> dict[str, Any]:
    """Return the JSON object that the command printed."""
    found: dict[str, Any] = json.loads(timed.out)
    return found


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a Markdown table."""
    print("| " + " | ".join(header) + " |")
    print("| " + " | ".join("---" for _ in header) + " |")
    for row in rows:
        print("| " + " | ".join(row) + " |")
