"""What the change record costs: imports with it against imports without, in turn.

The command without it is the same one, whose merge leaves the record of students out.
"""

import statistics
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psycopg
from measuring import new_database, print_table, report_of, run_rollbook, workplace
from psycopg import sql

from rollbook.demo.files import write_district

WITHOUT: Final = """
from rollbook.core.loading import merge
merge.record_changes = lambda *_, **__: {}
from rollbook.cli.main import main
main()
"""
NIGHTS: Final = (("first import", 0.0), ("5 % changed", 5.0), ("everything changed", 100.0))
"""Name, and percent of the students who changed since the night before."""


@dataclass(frozen=True)
class Pair:
    """Seconds of the work of one import each way; bytes of the record and the students in it."""

    without: float
    recorded: float
    size: int
    students: int


def main(students: int, runs: int) -> None:
    """Print a table: medians of the seconds both ways and of their ratios, size of the record."""
    with workplace() as (folder, url):
        files = [folder / f"night_{night}.csv" for night in range(len(NIGHTS))]
        for night, (file, (_, percent)) in enumerate(zip(files, NIGHTS, strict=True)):
            write_district(
                file, students=students, seed=1, night=night, changed_percent=percent or 5.0
            )
        measured = [_measure(url, files, recorded_first=bool(run % 2)) for run in range(runs)]
    rows = [
        [f"{students:,}", name, *_cells(pairs)]
        for (name, _), pairs in zip(NIGHTS, zip(*measured, strict=True), strict=True)
    ]
    header = (
        "students",
        "import",
        "without",
        "with",
        "ratio",
        "students recorded",
        "bytes of each",
    )
    print_table(header, rows)


def _measure(url: str, files: list[Path], *, recorded_first: bool) -> list[Pair]:
    databases = [new_database(url) for _ in range(2)]
    found, sizes, known = [], [0], [0]
    for file in files:
        seconds = {}
        for is_recorded in (True, False) if recorded_first else (False, True):
            timed = run_rollbook(
                ["import", file, "--force", "--json", "--issues", "0"],
                url=databases[is_recorded],
                program=("-m", "rollbook") if is_recorded else ("-c", WITHOUT),
            )
            seconds[is_recorded] = report_of(timed)["seconds"]["total"]
        size, rows = _size(databases[True])
        found.append(Pair(seconds[False], seconds[True], size - sizes[-1], rows - known[-1]))
        sizes.append(size)
        known.append(rows)
    for database in databases:
        with psycopg.connect(url, autocommit=True) as connection:
            name = urlsplit(database).path.removeprefix("/")
            connection.execute(sql.SQL("drop database {}").format(sql.Identifier(name)))
    return found


def _size(database: str) -> tuple[int, int]:
    with psycopg.connect(database) as connection:
        cursor = connection.execute(
            "select pg_total_relation_size('rollbook.student_changes'), count(*)"
            " from rollbook.student_changes"
        )
        [(size, rows)] = cursor.fetchall()
        return size, rows


def _cells(pairs: tuple[Pair, ...]) -> list[str]:
    return [
        f"{statistics.median(pair.without for pair in pairs):.2f} s",
        f"{statistics.median(pair.recorded for pair in pairs):.2f} s",
        f"{statistics.median(pair.recorded / pair.without for pair in pairs):.2f}",
        f"{pairs[0].students:,}",
        f"{pairs[0].size / max(1, pairs[0].students):,.0f}",
    ]


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 10_000,
        int(sys.argv[2]) if len(sys.argv) > 2 else 3,
    )
