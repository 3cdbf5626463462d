"""Which imports and which student of the demo the pictures show."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rollbook.cli.demo import IN_A_MONTH, SEED
from rollbook.core.catalogue.students import student_catalogue
from rollbook.demo.district import students
from rollbook.demo.files import DEMO_CHANGED as CHANGED
from rollbook.demo.people import UNTESTED
from scripts.screenshots.exports import write_exports

NIGHTS = 22
"""Of a month, about."""


def numbers(home: Path) -> dict[str, int]:
    """Return the numbers of the newest import of each kind, by the names of `shots.py`."""
    dry_run = _dry_run(home)
    exports = write_exports(home / "exports", day=datetime.now(UTC).date())
    checked = {name: _checked(home, str(path)) for name, path in exports.items()}
    jobs = _rollbook(home, "jobs", "list", "--limit", "200", "--json")
    return {
        "dry_run": dry_run,
        "sis": _newest(jobs, "student_data_export.csv", "completed"),
        "held": _newest(jobs, "diagnostic_results_math.csv", "held"),
        "iready": _newest(jobs, "diagnostic_results_ela.csv", "completed"),
        "mclass": _newest(jobs, "dibels8", "completed"),
        **checked,
    }


def student_id() -> str:
    """Return the number of a student whose page has something to show in each part."""
    catalogue = student_catalogue()
    place = [field.name for field in catalogue.fields].index
    absences, number = place("absences_ytd"), place("student_id")

    def month(night: int) -> Iterator[list[str]]:
        return students(
            catalogue, count=IN_A_MONTH, seed=SEED, night=night, changed_percent=CHANGED
        )

    before = {row[number]: int(row[absences]) for row in month(0)}
    found = [
        row
        for row in month(NIGHTS)
        if row[place("grade")] in ("2", "3")
        and row[place("school")] != UNTESTED
        and all(row[place(f"{term}_iready_math_score")] for term in ("spring_2025", "fall_2025"))
        and int(row[number]) > 2 * NIGHTS
        and row[number] in before
    ]
    most = max(found, key=lambda row: int(row[absences]) - before[row[number]])
    return most[number]


def _newest(jobs: list[dict[str, Any]], file: str, status: str) -> int:
    return next(
        int(each["job"])
        for each in jobs
        if each["status"] == status
        and not each["dry_run"]
        and (each["file"].get("name") or "").startswith(file)
    )


def _dry_run(home: Path) -> int:
    """Check what tomorrow's file would change: some students have one more absence."""
    tonight = next(home.glob("*/student_data_export.csv"))
    tomorrow = home / "student_data_tomorrow.csv"
    with tonight.open(newline="") as file, tomorrow.open("w", newline="") as out:
        csv.writer(out).writerows(_next_day(csv.reader(file)))
    return _checked(home, str(tomorrow), "--feed", "sis")


def _checked(home: Path, *words: str) -> int:
    """Return the number of a dry run."""
    return int(_rollbook(home, "import", *words, "--dry-run", "--json")["job"])


def _next_day(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    header = next(rows)
    at = [header.index("Absences YTD"), header.index("Excused absences YTD")]
    yield header
    for number, row in enumerate(rows):
        if number % 40 == 0:
            row = [
                str(int(cell) + 1) if n in at and cell.isdigit() else cell
                for n, cell in enumerate(row)
            ]
        yield row


def _rollbook(home: Path, *words: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "rollbook", *words],
        env=os.environ | {"ROLLBOOK_HOME": str(home)},
        stdout=subprocess.PIPE,
        check=False,
    )
    return json.loads(done.stdout)
