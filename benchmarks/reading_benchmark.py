"""Reading and validating alone, csv and xlsx, against the csv module alone."""

import csv
import sys
import tempfile
import time
from pathlib import Path

from measuring import print_table

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.feed_settings import FeedRules
from rollbook.core.issues import Findings, SpooledIssues
from rollbook.core.reading.headers import match_columns
from rollbook.core.reading.open import open_table
from rollbook.core.validation.scale import decide_scale
from rollbook.core.validation.validator import Validator
from rollbook.demo.files import write_district


def main(students: int) -> None:
    """Print rows per second."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("csv", "xlsx"):
            path = Path(folder) / f"district.{kind}"
            write_district(path, students=students, seed=1, kind=kind)
            seconds = _judge(path)
            rows.append([f"{students:,}", kind, f"{students / seconds:,.0f} rows/s"])
            if kind == "csv":
                floor = _csv_module(path)
                rows.append(
                    [f"{students:,}", "csv module alone", f"{students / floor:,.0f} rows/s"]
                )
                rows.append([f"{students:,}", "ratio of the two", f"{seconds / floor:.1f}"])
    print_table(("students", "what", "speed"), rows)


def _judge(path: Path) -> float:
    catalogue, rules = student_catalogue(), FeedRules()
    started = time.perf_counter()
    with path.open("rb") as file, tempfile.TemporaryFile() as spool:
        table = open_table(
            file,
            name=path.name,
            size=path.stat().st_size,
            catalogue=catalogue,
            rules=rules,
            scratch=tempfile.TemporaryFile,
        )
        match = match_columns(table.header, catalogue, rules)
        validator = Validator(
            match.fields,
            table.header,
            catalogue=catalogue,
            rules=rules,
            findings=Findings(SpooledIssues(spool)),
            percent_scale=decide_scale(table, match.fields, rules),
        )
        for chunk in table.chunks():
            validator.judge(chunk)
        validator.rest()
    return time.perf_counter() - started


def _csv_module(path: Path) -> float:
    started = time.perf_counter()
    with path.open(newline="", encoding="utf-8") as file:
        for _ in csv.reader(file):
            pass
    return time.perf_counter() - started


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
