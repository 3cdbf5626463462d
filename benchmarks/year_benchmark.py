"""What looking for last year's counts costs, as a share of an import that finds them.

The first file after a switch of the school year still has June's absences in all schools, or in
every second one. `year_benchmark.py STUDENTS PAIRS [SRC]`: SRC is the folder `src` of a checkout to
compare with; its imports take turns with today's.
"""

import csv
import json
import os
import statistics
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from measuring import new_database, print_table, run_rollbook, workplace

from rollbook.demo.files import write_district

TIMED = """
import sys, time
from rollbook.core.loading import merge
real, spent = merge.leave_last_years, []
def timed(*given):
    started = time.perf_counter()
    try:
        return real(*given)
    finally:
        spent.append(time.perf_counter() - started)
merge.leave_last_years = timed
from rollbook.cli.main import run
code = run(sys.argv[1:])
print(f"spent {sum(spent):.4f}")
sys.exit(code)
"""
"""A command that says how long its imports looked for last year's counts."""


def main(students: int, pairs: int, before: str | None) -> None:
    """Print the medians of seconds and shares."""
    sources = {"before": before, "now": None} if before else {"now": None}
    rows = []
    with workplace() as (folder, url):
        june = folder / "june.csv"
        write_district(june, students=students, seed=1, night=0)
        switched = _switched(url, june)
        for words, share in (("of all schools", 1), ("of every second school", 2)):
            file = _august(june, folder / f"august_{share}.csv", share)
            found: dict[str, list[tuple[float, float]]] = {name: [] for name in sources}
            for _ in range(pairs):
                for name, source in sources.items():
                    found[name].append(_import(url, switched, file, source))
            for name, each in found.items():
                total, spent = (statistics.median(one) for one in zip(*each, strict=True))
                shares = statistics.median(own / whole for whole, own in each)
                rows.append(
                    [
                        f"{words}, {name}",
                        f"{total:.2f} s",
                        f"{spent:.3f} s",
                        f"{100 * shares:.1f} %",
                    ]
                )
    print_table((f"{students:,} students, last year's counts", "import", "looking", "share"), rows)


def _switched(url: str, june: Path) -> str:
    """Return the name of a database with June's values set aside, in a year that has begun."""
    database = new_database(url)
    first = datetime.now(UTC).date() - timedelta(days=2)
    run_rollbook(["import", june, "--json"], url=database)
    run_rollbook(["year", "set", f"{first}", f"{first + timedelta(days=280)}"], url=database)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            "update public.student_data_snapshots set imported_at = imported_at - interval '9 days'"
        )
    run_rollbook(["year", "switch", "--reason", "The year turns", "--yes"], url=database)
    return urlsplit(database).path[1:]


def _august(june: Path, to: Path, share: int) -> Path:
    """Write June's file with other counts in all but one of so many schools."""
    with june.open(newline="", encoding="utf-8-sig") as opened:
        header, *rows = csv.reader(opened)
    school = header.index("School")
    counts = [at for at, name in enumerate(header) if "YTD" in name or "Attendance" in name]
    names = sorted({row[school] for row in rows if len(row) > school})
    kept = set(names[::share])
    for row in rows:
        if len(row) > max(counts) and row[school] not in kept:
            for at in counts:
                row[at] = "1" if "YTD" in header[at] else "50"
    with to.open("w", newline="") as opened:
        csv.writer(opened).writerows([[*header, "Note"], *([*row, ""] for row in rows)])
    return to


def _import(url: str, template: str, file: Path, source: str | None) -> tuple[float, float]:
    """Return the seconds of an import into a copy of the database, and those of looking."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("drop database if exists benchmark_copy")
        connection.execute(f"create database benchmark_copy template {template}".encode())
    copy = urlsplit(url)._replace(path="/benchmark_copy").geturl()
    if source:
        os.environ["PYTHONPATH"] = source
    else:
        os.environ.pop("PYTHONPATH", None)
    arguments = ["import", file, "--json", "--issues", "0", "--force"]
    out = run_rollbook(arguments, url=copy, program=("-c", TIMED)).out
    report, _, spent = out.rpartition("spent ")
    found = json.loads(report)
    assert "LAST_YEARS_COUNTS" in found["issues"]["by_code"], found["message"]
    return found["seconds"]["total"], float(spent)


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 10_000,
        int(sys.argv[2]) if len(sys.argv) > 2 else 5,
        sys.argv[3] if len(sys.argv) > 3 else None,
    )
