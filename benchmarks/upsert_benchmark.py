"""An import of one student into a district of 10,000, natively and by the RDS Data API in turn: the
statements' 95th percentile.

The endpoint is that of the tests, on this machine: no network and no AWS is in it. So the calls are
counted too; each costs what the way to AWS takes.
"""

import os
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from measuring import new_database, print_table, run_rollbook, workplace

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.feed_settings import FeedRules
from rollbook.core.issues import Findings, Issue
from rollbook.core.loading.merge import MergePlan, judge_students, merge
from rollbook.core.loading.staging import Staging
from rollbook.data_api.address import ClusterAddress
from rollbook.data_api.connection import DataApiConnection
from rollbook.demo.files import write_district
from rollbook.records.session import SETTINGS

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.doubles.data_api import data_api

RUNS = 100


class _Ignored:
    def add(self, issues: list[Issue]) -> None:
        """Keep nothing: the file is clean."""


def main() -> None:
    """Print medians and 95th percentiles in milliseconds; the specification allows 50."""
    with workplace() as (folder, url):
        database = new_database(url)
        file = folder / "district.csv"
        write_district(file, students=10_000, seed=1)
        run_rollbook(["import", file, "--json"], url=database)
        with data_api(database) as api, psycopg.connect(database) as native:
            os.environ |= api.environ
            over_api = DataApiConnection(ClusterAddress.parse(api.address))
            ways = {"natively": native, "Data API": over_api}
            times: dict[str, list[float]] = {way: [] for way in ways}
            for connection in ways.values():
                connection.execute(SETTINGS)
                connection.commit()
            for number in range(1, 2 * RUNS, 2):
                for after, (way, connection) in enumerate(ways.items()):
                    times[way].append(_upsert(connection, number + after))
            calls = -api.calls
            _upsert(over_api, 2 * RUNS + 1)
            calls += api.calls
            over_api.close()
    rows = [
        [way, f"{statistics.median(found):.0f} ms", f"{_percentile(found):.0f} ms"]
        for way, found in times.items()
    ]
    rows[0].append("")
    rows[1].append(f"{calls}")
    print_table(("import of one student", "median", "95th percentile", "calls"), rows)
    ratio = statistics.median(
        there / here for here, there in zip(times["natively"], times["Data API"], strict=True)
    )
    print(f"\nMedian ratio of the pairs: {ratio:.1f}. Load at the end: {os.getloadavg()[0]:.1f}")


def _percentile(found: list[float]) -> float:
    return statistics.quantiles(found, n=20)[-1]


def _upsert(connection: Any, number: int) -> float:
    """Return the milliseconds of one student's import."""
    catalogue = student_catalogue()
    fields = tuple(catalogue.by_name[name] for name in ("student_id", "ssid", "absences_ytd"))
    cursor = connection.cursor()
    started = time.perf_counter()
    staging = Staging(cursor, fields)
    staging.create()
    with staging.copy() as copy:
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
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
