"""An import of one student into a district of 10,000: the statements' 95th percentile."""

import statistics
import time
from datetime import UTC, datetime

import psycopg
from measuring import new_database, print_table, run_rollbook, workplace

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.feed_settings import FeedRules
from rollbook.core.issues import Findings, Issue
from rollbook.core.loading.merge import MergePlan, judge_students, merge
from rollbook.core.loading.staging import Staging
from rollbook.demo.files import write_district

RUNS = 100


class _Ignored:
    def add(self, issues: list[Issue]) -> None:
        """Keep nothing: the file is clean."""


def main() -> None:
    """Print median and 95th percentile in milliseconds; the specification allows 50."""
    with workplace() as (folder, url):
        database = new_database(url)
        file = folder / "district.csv"
        write_district(file, students=10_000, seed=1)
        run_rollbook(["import", file, "--json"], url=database)
        catalogue = student_catalogue()
        fields = tuple(catalogue.by_name[name] for name in ("student_id", "ssid", "absences_ytd"))
        times = []
        options = "-c search_path=rollbook,public"
        with psycopg.connect(database, options=options) as connection:
            for run in range(RUNS):
                cursor = connection.cursor()
                started = time.perf_counter()
                staging = Staging(cursor, fields)
                staging.create()
                with staging.copy() as copy:
                    number = run + 1
                    copy.write(f"2\t{number:07d}\t{8_100_000_000 + number * 37}\t77\t0\t\\N\n")
                plan = MergePlan(
                    feed_id=1,
                    job_id=1,
                    rules=FeedRules(),
                    staged_fields=fields,
                    columns_set_aside=(),
                    rejected=(),
                    now=datetime.now(UTC),
                )
                merge(cursor, plan, judge_students(cursor, plan, Findings(_Ignored())))
                connection.commit()
                times.append((time.perf_counter() - started) * 1000)
        percentile = statistics.quantiles(times, n=20)[-1]
        print_table(
            ("what", "median", "95th percentile"),
            [
                [
                    "import of one student",
                    f"{statistics.median(times):.0f} ms",
                    f"{percentile:.0f} ms",
                ]
            ],
        )


if __name__ == "__main__":
    main()
