"""Searches for students and the page of one, of 100,000 students: milliseconds on the server."""

import os
import statistics
import sys
import time
from typing import Any

import psycopg
from measuring import new_database, print_table, run_rollbook, workplace
from pages_benchmark import administrator

from rollbook.demo.files import write_district

SEARCHES = (
    ("a last name", {"text": "hazelwood"}),
    ("a part of a name", {"text": "zel"}),
    ("two letters", {"text": "ma"}),
    ("first and last name", {"text": "maya hazelwood"}),
    ("a Student ID", {"text": "0054321"}),
    ("an SSID", {"text": "8100000111"}),
    ("a school, which is many", {"text": "elementary"}),
    ("nobody", {"text": "xyzzy"}),
    ("a grade", {"grade": "3"}),
    ("name, grade and school", {"text": "maya", "grade": "3", "school": "Harbor View Elementary"}),
    ("missing", {"missing": "1"}),
    ("with problems", {"problems": "1"}),
)  # fmt: skip
STUDENTS = 100_000


def main(runs: int) -> None:
    """Print a table: median and 95th percentile of each search and page."""
    with workplace() as (folder, url):
        database = new_database(url)
        for night, students in enumerate((STUDENTS, STUDENTS - 500)):
            file = folder / f"night_{night}.csv"
            write_district(file, students=students, seed=1, night=night, changed_percent=5.0)
            run_rollbook(["import", file], url=database)
        os.environ |= {
            "DATABASE_URL": database,
            "ROLLBOOK_HOME": str(folder / "home"),
            "DJANGO_SETTINGS_MODULE": "rollbook.project.web_settings",
        }
        client = administrator()
        rows = [_once("first search after two imports", client)]
        for name, asked in SEARCHES:
            rows.append(_measured(name, client, runs, asked=asked))
        page = _measured("page of one student", client, runs, address="/students/54321/")
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute(
                "update public.student_data_snapshots set preferred_name = 'Z' where id % 20 = 0"
            )
            [(size,)] = connection.execute(
                "select pg_total_relation_size('rollbook.student_search') / 1e6"
            ).fetchall()
        rows += [page, _once("a search after 5 % were written by another program", client)]
        print_table(("what", "median", "95th percentile"), rows)
        print(f"\nThe index takes {size:.0f} MB.")


def _once(name: str, client: Any) -> list[str]:
    started = time.perf_counter()
    client.post("/students/", {"text": "maya"})
    assert client.get("/students/").status_code == 200, name
    return [name, f"{(time.perf_counter() - started) * 1000:.0f} ms, once", ""]


def _measured(
    name: str,
    client: Any,
    runs: int,
    *,
    asked: dict[str, str] | None = None,
    address: str = "/students/",
) -> list[str]:
    client.post("/students/", asked or {})
    times = []
    for _ in range(runs + 1):
        started = time.perf_counter()
        answer = client.get(address)
        times.append((time.perf_counter() - started) * 1000)
        assert answer.status_code == 200, (name, answer.status_code)
    ranked = sorted(times[1:])  # the first one loads the templates
    median, last = statistics.median(ranked), ranked[int(len(ranked) * 0.95) - 1]
    return [name, f"{median:.0f} ms", f"{last:.0f} ms"]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
