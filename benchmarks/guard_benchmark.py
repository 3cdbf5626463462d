"""What watching the columns of a feed costs, as a share of the import that it watches.

The same nights, imported; and the parts of the guard alone, in this process: counting the judged
cells of every watched column, grouping them, keeping them, and comparing them with ten files.
"""

import csv
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from measuring import new_database, print_table, report_of, run_rollbook, workplace

from rollbook.core.catalogue.field import Count, Level, Percent, Score, YesNo
from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.feed_settings import FeedRules
from rollbook.core.profile.filled import Filled
from rollbook.core.profile.shifted import least_shifts, swapped_columns
from rollbook.core.profile.spread import Spreads
from rollbook.core.validation.columns import Column, columns_of
from rollbook.core.validation.scale import PercentScale
from rollbook.demo.files import write_district

NIGHTS = 10
ROWS_AT_ONCE = 500
WATCHED = Count | Score | Percent | YesNo | Level


def main(students: int, runs: int) -> None:
    """Print the medians of the seconds, and their share of a night's import."""
    with workplace() as (folder, url):
        files = [folder / f"night_{night}.csv" for night in range(2)]
        for night, file in enumerate(files):
            write_district(file, students=students, seed=1, night=night)
        measured = [_measure(url, files) for _ in range(runs)]
    names = ("second night, 5 % changed", "counting and grouping", "keeping and comparing")
    medians = [statistics.median(found) for found in zip(*measured, strict=True)]
    shares = [f"{100 * seconds / medians[0]:.1f} %" for seconds in medians]
    rows = zip(names, (f"{seconds:.3f} s" for seconds in medians), shares, strict=True)
    print_table((f"{students:,} students", "seconds", "share"), [[*row] for row in rows])


def _measure(url: str, files: list[Path]) -> tuple[float, float, float]:
    database = new_database(url)
    for file in files:
        timed = run_rollbook(["import", file, "--json", "--issues", "0"], url=database)
    columns, chunks = _judged(files[1])
    counting, spreads = _timed(lambda: _count(columns, chunks))
    keeping, _ = _timed(lambda: _compare(spreads))
    return report_of(timed)["seconds"]["total"], counting, keeping


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found


def _judged(file: Path) -> tuple[list[Column], list[list[list[str]]]]:
    """Return the watched columns of a file, and its chunks of their judged cells."""
    with file.open(newline="") as opened:
        header, *rows = csv.reader(opened)
    fields = [student_catalogue().find(text) for text in header]
    columns = columns_of(fields, header, rules=FeedRules(), scale=PercentScale(1))
    watched = [each for each in columns if isinstance(each.field.type, WATCHED)]
    chunks = [
        [each.judge.texts([row[each.index] for row in rows[at : at + ROWS_AT_ONCE]])
         for each in watched]
        for at in range(0, len(rows), ROWS_AT_ONCE)
    ]  # fmt: skip
    return watched, [[[*texts] for texts in chunk] for chunk in chunks]


def _count(columns: list[Column], chunks: list[list[list[str]]]) -> Spreads:
    for chunk in chunks:
        for column, texts in zip(columns, chunk, strict=True):
            column.values.update(texts)
    return {column.field.name: column.spread() for column in columns}


def _compare(spreads: Spreads) -> None:
    """Write what a job keeps, read ten of these, and compare."""
    groups = {name: spread.groups for name, spread in spreads.items()}
    stored = json.dumps(asdict(Filled(1, {}, {}, groups)))
    nights = [Filled.from_json(json.loads(stored)).spreads() for _ in range(NIGHTS)]
    catalogue = student_catalogue()
    shifts = least_shifts(spreads, nights, catalogue, is_turn=False)
    swapped_columns(spreads, shifts, catalogue)


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 10_000,
        int(sys.argv[2]) if len(sys.argv) > 2 else 3,
    )
