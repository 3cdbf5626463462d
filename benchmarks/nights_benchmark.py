"""Sixty nights of a district with level names of its own: how large the database gets.

Nothing is cured: every night has 240,000 warnings, and 5 % of the students change. By hand, for it
takes some minutes.
"""

import sys
from pathlib import Path

import psycopg
from levels_benchmark import OWN, database_with_term, write_levels
from measuring import print_table, report_of, run_rollbook, workplace

_SIZES = """
select pg_database_size(current_database()),
    pg_total_relation_size('rollbook.issue_blocks')
        + pg_total_relation_size('rollbook.issue_kinds'),
    pg_total_relation_size('public.students')
        + pg_total_relation_size('public.student_data_snapshots')
"""


def main(students: int, nights: int) -> None:
    """Print the sizes before the first night and after some of them."""
    rows = []
    with workplace() as (folder, url):
        database = database_with_term(url)
        rows.append(["before the first night", *_sizes(database)])
        warnings = 0
        for night in range(nights):
            file = _night(folder, students, night)
            report = report_of(
                run_rollbook(["import", file, "--json", "--issues", "0"], url=database)
            )
            assert report["stored"], report["message"]
            warnings += report["issues"]["warnings"]
            _tidy(database)
            if night + 1 in (1, nights // 2, nights):
                rows.append([f"after night {night + 1}, {warnings:,} warnings", *_sizes(database)])
            file.unlink()
    print_table((f"{students:,} students", "database", "problems", "students' tables"), rows)


def _night(folder: Path, students: int, night: int) -> Path:
    return write_levels(folder, students, night=night, words=OWN)


def _tidy(database: str) -> None:
    """Do what the server does in the day between: what was replaced gives its room."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("vacuum")


def _sizes(database: str) -> list[str]:
    with psycopg.connect(database) as connection:
        found = connection.execute(_SIZES).fetchone()
    assert found
    return [f"{size / 1e6:.1f} MB" for size in found]


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 10_000,
        int(sys.argv[2]) if len(sys.argv) > 2 else 60,
    )
