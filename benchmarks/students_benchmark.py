"""Searches for students and the page of one, for administrators and staff, and the view for other
programs, of 100,000 students: milliseconds on the server."""

import os
import re
import statistics
import sys
import time
from pathlib import Path
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
        staff = _staff()
        [address] = re.findall(
            r'href="(/students/[0-9]+/)"', staff.get("/students/").content.decode()
        )[:1]
        rows += [
            page,
            _measured("the list of staff of one school", staff, runs),
            _measured("a name, for staff of one school", staff, runs, asked={"text": "maya"}),
            _measured("page of one student, for staff", staff, runs, address=address),
        ]
        with psycopg.connect(database, autocommit=True) as connection:
            rows += [
                _read("rollbook.current_students, all of it", connection, runs, where="true"),
                _read("the same, one student", connection, runs, where="number = 54321"),
            ]
            connection.execute(
                "update public.student_data_snapshots set preferred_name = 'Z' where id % 20 = 0"
            )
            [(size,)] = connection.execute(
                "select pg_total_relation_size('rollbook.student_search') / 1e6"
            ).fetchall()
        rows += [_once("a search after 5 % were written by another program", client)]
        print_table(("what", "median", "95th percentile", "processor time, mean"), rows)
        print(f"\nThe index takes {size:.0f} MB.")


def _staff() -> Any:
    from django.test import Client

    from rollbook.access.models import Role
    from rollbook.access.operations import add_person

    user = add_person(
        "sam@example.org",
        "a long enough sentence",
        role=Role.STAFF,
        actor="benchmark",
        schools=["Harbor View Elementary"],
    )
    client = Client()
    client.force_login(user, "rollbook.access.backend.AddressBackend")
    return client


def _read(name: str, connection: psycopg.Connection[Any], runs: int, *, where: str) -> list[str]:
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        connection.execute(f"select * from rollbook.current_students where {where}".encode())
        times.append((time.perf_counter() - started) * 1000)
    ranked = sorted(times)
    last = ranked[int(len(ranked) * 0.95) - 1]
    return [name, f"{statistics.median(ranked):.0f} ms", f"{last:.0f} ms", ""]


def _once(name: str, client: Any) -> list[str]:
    started = time.perf_counter()
    client.post("/students/", {"text": "maya"})
    assert client.get("/students/").status_code == 200, name
    return [name, f"{(time.perf_counter() - started) * 1000:.0f} ms, once", "", ""]


def _measured(
    name: str,
    client: Any,
    runs: int,
    *,
    asked: dict[str, str] | None = None,
    address: str = "/students/",
) -> list[str]:
    client.post("/students/", asked or {})
    times, used = [], 0.0
    for run in range(runs + 1):
        used = _processor_time() if run == 1 else used
        started = time.perf_counter()
        answer = client.get(address)
        times.append((time.perf_counter() - started) * 1000)
        assert answer.status_code == 200, (name, answer.status_code)
    ranked = sorted(times[1:])  # the first one loads the templates
    median, last = statistics.median(ranked), ranked[int(len(ranked) * 0.95) - 1]
    mean = (_processor_time() - used) / runs * 1000
    return [name, f"{median:.0f} ms", f"{last:.0f} ms", f"{mean:.0f} ms"]


def _processor_time() -> float:
    """Seconds of this process and of its server process: on a busy machine they tell more."""
    from django.db import connection

    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    ticks = stat.rpartition(")")[2].split()[11:13]
    return time.process_time() + sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
