"""What an installation costs that has nothing to do: processes, memory, processor time, statements.

Of `rollbook serve` with the embedded PostgreSQL, and of `rollbook worker` on its own.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from measuring import environment, print_table, run_rollbook, workplace

SETTLED_AFTER = 30.0
"""Seconds until what a start does is over."""

_COUNTS = "select sum(xact_commit + xact_rollback), sum(sessions) from pg_stat_database"


@dataclass(frozen=True)
class Cost:
    """Of some processes: how many, MB of their own (PSS), processor seconds in a minute."""

    processes: int
    megabytes: float
    processor: float


def main(seconds: float) -> None:
    """Print a table: the processes of Rollbook and those of PostgreSQL, for each command."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        run_rollbook(["migrate"], url=None, home=home)
        with started(["serve", "--port", "18765"], home=home) as served:
            url = embedded_url(home)
            rows += _rows("serve", _of_tree(served), postmaster(home), url=url, seconds=seconds)
    with workplace() as (folder_of_two, url):
        run_rollbook(["migrate"], url=url)
        home = folder_of_two / "home"
        with started(["worker"], home=home, url=url) as worker:
            rows += _rows("worker", _of_tree(worker), postmaster(home), url=url, seconds=seconds)
    header = (
        "command", "whose", "processes", "memory (PSS)", "processor, a minute",
        "transactions, a minute", "sessions, a minute",
    )  # fmt: skip
    print_table(header, rows)


def _rows(
    name: str, ours: list[int], servers: int, *, url: str, seconds: float
) -> list[Sequence[str]]:
    time.sleep(SETTLED_AFTER)
    costs, counted = [], []
    with psycopg.connect(url, autocommit=True) as asker:
        before = [_processor(tree) for tree in (ours, _tree(servers))]
        counts = asker.execute(_COUNTS).fetchone()
        time.sleep(seconds)
        later = asker.execute(_COUNTS).fetchone()
        assert counts
        assert later
        counted = [float(new - old) * 60 / seconds for old, new in zip(counts, later, strict=True)]
        own = asker.info.backend_pid
        for tree, spent in zip((ours, _tree(servers)), before, strict=True):
            alive = [each for each in tree if each != own]
            now = _processor(alive)
            used = sum(now[each] - spent.get(each, 0.0) for each in now)
            costs.append(Cost(len(alive), _megabytes(alive), used * 60 / seconds))
    return [
        [
            f"`rollbook {name}`",
            whose,
            f"{cost.processes}",
            f"{cost.megabytes:.0f} MB",
            f"{cost.processor:.2f} s",
            *([f"{each:.0f}" for each in counted] if whose == "PostgreSQL" else ["", ""]),
        ]
        for whose, cost in zip(("Rollbook", "PostgreSQL"), costs, strict=True)
    ]


@contextmanager
def started(arguments: Sequence[str], *, home: Path, url: str | None = None) -> Iterator[int]:
    """Run a command of Rollbook that stays; give its process number."""
    process = subprocess.Popen(
        [sys.executable, "-m", "rollbook", *arguments],
        env=environment(home, url),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not (home / "postgres/data/postmaster.pid").exists():
            assert process.poll() is None
            time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def postmaster(home: Path) -> int:
    """Return the process number of the embedded server."""
    return int((home / "postgres/data/postmaster.pid").read_text().splitlines()[0])


def embedded_url(home: Path) -> str:
    """Return the address of the embedded server that runs in `home`."""
    password = (home / "postgres.password").read_text()
    return f"postgresql://rollbook:{password}@/rollbook?host={home}/postgres/data"


def _of_tree(pid: int) -> list[int]:
    time.sleep(SETTLED_AFTER / 3)  # until its worker has begun
    return _tree(pid)


def _tree(pid: int) -> list[int]:
    root = psutil.Process(pid)
    servers = {each.pid for each in root.children(recursive=True) if each.name() == "postgres"}
    is_server = root.name() == "postgres"
    every = [root, *root.children(recursive=True)]
    return [each.pid for each in every if is_server or each.pid not in servers]


def _processor(tree: Sequence[int]) -> dict[int, float]:
    """Return processor seconds by process; those of children that have ended are their parent's."""
    found = {}
    for pid in tree:
        try:
            times = psutil.Process(pid).cpu_times()
        except psutil.NoSuchProcess:
            continue
        found[pid] = sum(times[:4])
    return found


def _megabytes(tree: Sequence[int]) -> float:
    return float(sum(psutil.Process(pid).memory_full_info().pss for pid in tree)) / 1_000_000


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 120.0)
