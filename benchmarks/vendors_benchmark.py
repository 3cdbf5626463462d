"""A file of i-Ready tests against the wide file of as many students, in turn: rows per second.

As i-Ready writes it: tests of two terms, and retests that do not count. Both files have as many
rows, and each goes into a database of its own, in which the roster has been imported.
"""

import csv
import statistics
import sys
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from measuring import Timed, new_database, print_table, report_of, run_rollbook, workplace

from rollbook.core.catalogue.students import student_catalogue
from rollbook.demo.district import students as make_students
from rollbook.demo.vendors import iready_rows

KINDS = ("wide", "tests")


def main(rows: int, runs: int) -> None:
    """Print rows per second and peak memory of both, and the ratio of each run."""
    with workplace() as (folder, url):
        files = write_files(folder, rows)
        measured = [_pair(url, files, tests_first=bool(run % 2)) for run in range(runs)]
    speeds = [[rows / report_of(timed)["seconds"]["total"] for timed in pair] for pair in measured]
    ratios = [tests / wide for wide, tests in speeds]
    print_table(
        ("rows", "file", "rows per second of the work", "peak memory"),
        [
            [
                f"{rows:,}",
                kind,
                f"{statistics.median(speed[at] for speed in speeds):,.0f}",
                f"{max(pair[at].megabytes for pair in measured):.0f} MB",
            ]
            for at, kind in enumerate(KINDS)
        ],
    )
    print(f"\ntests to wide: {statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})")


def write_files(folder: Path, rows: int) -> tuple[Path, Path, Path]:
    """Write the roster, the wide file and the tests, of the same students."""
    catalogue = student_catalogue()
    of_sis = [at for at, field in enumerate(catalogue.fields) if field.term is None]
    header = [field.header for field in catalogue.fields]
    roster, wide, tests = (folder / f"{name}.csv" for name in ("roster", *KINDS))

    def district() -> Iterable[list[str]]:
        return make_students(catalogue, count=rows, seed=1)

    _write(
        roster, [header[at] for at in of_sis], ([row[at] for at in of_sis] for row in district())
    )
    _write(wide, header, district())
    lines = iready_rows(catalogue, district(), "reading")
    _write(tests, next(lines), islice(lines, rows))
    return roster, wide, tests


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def _pair(url: str, files: tuple[Path, Path, Path], *, tests_first: bool) -> tuple[Timed, Timed]:
    roster, wide, tests = files
    found: dict[Path, Timed] = {}
    for file in (tests, wide) if tests_first else (wide, tests):
        database = new_database(url)
        run_rollbook(["import", roster, "--json", "--issues", "0"], url=database)
        found[file] = run_rollbook(["import", file, "--json", "--issues", "0"], url=database)
    return found[wide], found[tests]


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 100_000,
        int(sys.argv[2]) if len(sys.argv) > 2 else 3,
    )
