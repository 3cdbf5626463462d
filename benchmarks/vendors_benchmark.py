"""Vendors' files against the wide file of the same students, in turn: rows per second, memory.

`tests` has a row for each i-Ready test of two terms, with retests that do not count; `instruction`
and `dibels` have a row for each student with several tests in it, of 72 and 509 columns. Each goes
into a database of its own, in which the roster has been imported.
"""

import csv
import statistics
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from measuring import Timed, new_database, print_table, report_of, run_rollbook, workplace

from rollbook.core.catalogue.students import student_catalogue
from rollbook.demo.district import students as make_students
from rollbook.demo.vendors import iready_rows
from rollbook.demo.vendors_wide import data_system_rows, instruction_rows

CATALOGUE = student_catalogue()
OF_SIS = [at for at, field in enumerate(CATALOGUE.fields) if field.term is None]

Rows = Iterable[Sequence[str]]


def main(students: int, runs: int, kinds: Sequence[str]) -> None:
    """Print rows per second and peak memory of each, and the ratio to the wide file of its run."""
    with workplace() as (folder, url):
        files = {kind: folder / f"{kind}.csv" for kind in ("roster", *kinds)}
        rows = {kind: _write(path, _FILES[kind](students)) for kind, path in files.items()}
        measured = [_run(url, files, kinds[run:] + kinds[:run]) for run in range(runs)]
    speeds = {
        kind: [rows[kind] / report_of(found[kind])["seconds"]["total"] for found in measured]
        for kind in kinds
    }
    print_table(
        ("rows", "file", "rows per second of the work", "of the wide file's", "peak memory"),
        [
            [
                f"{rows[kind]:,}",
                kind,
                f"{statistics.median(speeds[kind]):,.0f}",
                _ratio(speeds[kind], speeds.get("wide")),
                f"{max(found[kind].megabytes for found in measured):.0f} MB",
            ]
            for kind in kinds
        ],
    )


def _ratio(speeds: Sequence[float], wide: Sequence[float] | None) -> str:
    if wide is None:
        return ""
    ratios = [own / of_wide for own, of_wide in zip(speeds, wide, strict=True)]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"


def _district(count: int) -> Rows:
    return make_students(CATALOGUE, count=count, seed=1)


def _wide(count: int) -> Rows:
    yield [field.header for field in CATALOGUE.fields]
    yield from _district(count)


_FILES: dict[str, Callable[[int], Rows]] = {
    "roster": lambda count: ([row[at] for at in OF_SIS] for row in _wide(count)),
    "wide": _wide,
    "tests": lambda count: iready_rows(CATALOGUE, _district(count), "reading"),
    "instruction": lambda count: instruction_rows(
        CATALOGUE, _district(count), "reading", "2025-2026"
    ),
    "dibels": lambda count: data_system_rows(CATALOGUE, _district(count)),
}
KINDS = tuple(_FILES)[1:]


def _write(path: Path, rows: Rows) -> int:
    """Return how many rows come after the header."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        return sum(1 for _ in map(writer.writerow, rows)) - 1


def _run(url: str, files: dict[str, Path], kinds: Sequence[str]) -> dict[str, Timed]:
    found = {}
    for kind in kinds:
        database = new_database(url)
        run_rollbook(["import", files["roster"], "--json", "--issues", "0"], url=database)
        found[kind] = run_rollbook(["import", files[kind], "--json", "--issues", "0"], url=database)
    return found


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 100_000,
        int(sys.argv[2]) if len(sys.argv) > 2 else 3,
        tuple(sys.argv[3:]) or KINDS,
    )
