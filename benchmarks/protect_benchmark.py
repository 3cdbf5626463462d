"""What protected values cost, and telling which values another hand had written: a night with 0 and
with 1,000 protected values against the same night without any of it, after a year of nights.

The command without it is the same one, whose merge asks neither.
"""

import statistics
import sys
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psycopg
from measuring import new_database, print_table, report_of, run_rollbook, workplace
from psycopg import sql

from rollbook.demo.files import write_district

WITHOUT: Final = """
from rollbook.core.loading import change_record, merge
from rollbook.core.loading.protection import Protected
merge.leave_protected = lambda *_: Protected()
run = change_record.run
def but_one(cursor, name, **given):
    if name == "note_by_others":
        return cursor.execute("select where false")
    return run(cursor, name, **given)
change_record.run = but_one
from rollbook.cli.main import main
main()
"""
PROTECTED: Final = 1_000
NIGHTS: Final = 400
"""Of a year and a little, before the one that is measured."""
YEAR: Final = """
insert into rollbook.import_changes (id, job_id, feed_id, fields, is_stored, made_at)
select -night, -night, feed_id, fields, true, made_at
from rollbook.import_changes, generate_series(1, %(nights)s) night where job_id = 2
"""
"""Their order is before the imports that were made."""
CHANGES: Final = """
insert into rollbook.student_changes
    (job_id, row_number, student_id, is_new, had_data, before, after)
select -night, row_number, 1 + (student_id + night * 7919) %% %(students)s, false, true, before,
    after
from rollbook.student_changes, generate_series(1, %(nights)s) night where job_id = 2
"""
VALUES: Final = """
insert into rollbook.protected_values
    (student_id, field, value, reason, protected_by, protected_at)
select student_id, 'absences_ytd', '179', 'Counted by hand', 'benchmark', now()
from public.student_data_snapshots order by student_id limit %(protected)s
"""
CASES: Final = ("without", "0 protected", f"{PROTECTED:,} protected")


def main(students: int, runs: int) -> None:
    """Print a table: the median seconds of each case, and of their ratios to the case without."""
    with workplace() as (folder, url):
        files = [folder / f"night_{night}.csv" for night in range(4)]
        for night, file in enumerate(files):
            percent = 100.0 if night == 3 else 5.0
            write_district(file, students=students, seed=1, night=night, changed_percent=percent)
        measured = [_measure(url, files, students, first=run) for run in range(runs)]
    rows = []
    for night, name in enumerate(("5 % changed", "everything changed")):
        for case in CASES:
            seconds = [run[case][night] for run in measured]
            ratios = [run[case][night] / run["without"][night] for run in measured]
            median = statistics.median
            rows.append(
                [f"{students:,}", name, case, f"{median(seconds):.2f} s", f"{median(ratios):.2f}"]
            )
    print_table(("students", "night", "case", "time", "ratio"), rows)


def _measure(url: str, files: list[Path], students: int, *, first: int) -> dict[str, list[float]]:
    databases = {case: new_database(url) for case in CASES}
    found: dict[str, list[float]] = {case: [] for case in CASES}
    for case, database in databases.items():
        for file in files[:2]:
            _import(file, database)
        with psycopg.connect(database) as connection:
            numbers = {"nights": NIGHTS, "students": students, "protected": PROTECTED}
            connection.execute(YEAR, numbers)
            connection.execute(CHANGES, numbers)
            if case == CASES[2]:
                connection.execute(VALUES, numbers)
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("vacuum analyze")
    order = [CASES[(first + place) % len(CASES)] for place in range(len(CASES))]
    for file in files[2:]:
        for case in order:
            found[case].append(_import(file, databases[case], is_without=case == "without"))
    with psycopg.connect(url, autocommit=True) as connection:
        for database in databases.values():
            name = urlsplit(database).path.removeprefix("/")
            connection.execute(sql.SQL("drop database {}").format(sql.Identifier(name)))
    return found


def _import(file: Path, database: str, *, is_without: bool = False) -> float:
    timed = run_rollbook(
        ["import", file, "--force", "--json", "--issues", "0"],
        url=database,
        program=("-c", WITHOUT) if is_without else ("-m", "rollbook"),
    )
    return float(report_of(timed)["seconds"]["total"])


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 10_000,
        int(sys.argv[2]) if len(sys.argv) > 2 else 3,
    )
