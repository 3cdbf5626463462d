"""The importer out of its zip against `rollbook run`: 10,000 students over SFTP, in turn.

The function runs under Lambda's own client on this machine, so its start is that of the client and
of our code, not of AWS's machine.
"""

import os
import statistics
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import psycopg
from measuring import add_feed, new_database, print_table, run_rollbook, workplace

from rollbook.core.secrets.key import write_key
from rollbook.demo.files import write_district
from rollbook.demo.sftp_server import demo_server

sys.path.insert(0, str(Path(__file__).parents[1]))
from scripts.lambda_zip import REQUIREMENTS, install
from tests.doubles.lambda_runtime import Built, Function, function

STUDENTS = 10_000
DUE = {"do": "due"}


@dataclass(frozen=True)
class Night:
    """Seconds of one night, each way."""

    command: float
    cold: float
    warm: float
    start: float


def main(packed: Path, nights: int) -> None:
    """Print the medians and their ratios to the command."""
    with workplace() as (folder, url):
        with zipfile.ZipFile(packed) as opened:
            opened.extractall(folder / "task")
        install(REQUIREMENTS / "lambda-runtime.txt", folder / "client")
        measured = _measure(Built(folder / "task", folder / "client"), folder, url, nights=nights)
    command = statistics.median(night.command for night in measured)
    rows = [
        ("`rollbook run`, start included", command),
        ("function, cold: from its process to its answer", _median(measured, "cold")),
        ("function, warm", _median(measured, "warm")),
        ("function, cold, with nothing to do", _median(measured, "start")),
    ]
    print_table(
        ("what", "seconds", "ratio"),
        [[what, f"{seconds:.2f}", f"{seconds / command:.2f}"] for what, seconds in rows],
    )


def _median(nights: list[Night], name: str) -> float:
    return statistics.median(getattr(night, name) for night in nights)


def _measure(built: Built, folder: Path, url: str, *, nights: int) -> list[Night]:
    home, served = folder / "homes", folder / "served"
    home.mkdir(mode=0o700)
    served.mkdir()
    write_key(home / "secret.key", bytes(32))
    key = (home / "secret.key").read_text().strip()
    file = served / "student_data.csv"
    databases = [new_database(url) for _ in range(3)]
    measured = []
    with demo_server(served) as server:
        for each in databases:
            add_feed(home, each, server)
        for night in range(nights + 1):
            write_district(file, students=STUDENTS, seed=1, night=night)
            written_at = time.time() - 3600
            os.utime(file, (written_at, written_at))
            command = run_rollbook(["run", "sis", "--json"], url=databases[0], home=home).seconds
            cold, start = _cold(built, databases[1], key)
            warm = _warm(built, databases[2], key)
            measured.append(Night(command, cold, warm, start))
    return measured[1:]  # the first night brings every value, the others 5 %


def _cold(built: Built, url: str, key: str) -> tuple[float, float]:
    _make_due(url)
    took = []
    for _ in range(2):
        begun = time.perf_counter()
        with function(built, {"DATABASE_URL": url, "ROLLBOOK_SECRET_KEY": key}) as importer:
            _ = importer(DUE).did
            took.append(time.perf_counter() - begun)
    return took[0], took[1]


def _warm(built: Built, url: str, key: str) -> float:
    with function(built, {"DATABASE_URL": url, "ROLLBOOK_SECRET_KEY": key}) as importer:
        _ = importer(DUE).did
        _make_due(url)
        return _timed(importer)


def _timed(importer: Function) -> float:
    begun = time.perf_counter()
    [run] = importer(DUE).did["did"]
    assert run["outcome"] in ("succeeded", "with_warnings"), run
    return time.perf_counter() - begun


def _make_due(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "update rollbook.feeds set planned_at = now() - interval '25 hours',"
            " schedule_set_at = now() - interval '25 hours' where name = 'sis'"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
