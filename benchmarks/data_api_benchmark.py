"""An import through the RDS Data API against the native way: two nights, in turn.

The endpoint is that of the tests, on this machine: no network and no AWS is in it. So the calls are
counted too; each costs what the way to AWS takes.
"""

import os
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

from measuring import new_database, print_table, report_of, run_rollbook, workplace

from rollbook.demo.files import write_district

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.doubles.data_api import data_api

NIGHTS = ("first import", "second night, 5 % changed")


@dataclass(frozen=True)
class Measured:
    """Seconds of the work of an import, each way; calls of AWS, and the largest in bytes."""

    native: float
    over_api: float
    calls: int
    largest: int


def main(students: int, runs: int) -> None:
    """Print the medians and their ratio."""
    with workplace() as (folder, url):
        files = [folder / f"night_{night}.csv" for night in range(len(NIGHTS))]
        for night, file in enumerate(files):
            write_district(file, students=students, seed=1, night=night)
        measured = [_measure(url, files) for _ in range(runs)]
    rows = []
    for name, found in zip(NIGHTS, zip(*measured, strict=True), strict=True):
        native = statistics.median(one.native for one in found)
        over_api = statistics.median(one.over_api for one in found)
        calls = statistics.median(one.calls for one in found)
        largest = max(one.largest for one in found)
        rows.append(
            [
                *(f"{students:,}", name, f"{native:.2f} s", f"{over_api:.2f} s"),
                *(f"{over_api / native:.2f}", f"{calls:.0f}", f"{largest / (1 << 20):.2f} MiB"),
            ]
        )
    header = ("students", "what", "native", "Data API", "ratio", "calls", "largest call")
    print_table(header, rows)


def _measure(url: str, files: list[Path]) -> list[Measured]:
    native, other = new_database(url), new_database(url)
    nights = []
    with data_api(other) as api:
        os.environ |= api.environ
        for file in files:
            work = _seconds(file, native)
            api.calls, api.largest_request = 0, 0
            nights.append(
                Measured(work, _seconds(file, api.address), api.calls, api.largest_request)
            )
    return nights


def _seconds(file: Path, url: str) -> float:
    timed = run_rollbook(["import", file, "--json", "--issues", "0"], url=url)
    return float(report_of(timed)["seconds"]["total"])


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
