"""What a district really has: the SIS's file without scores, and the vendors' files beside it."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.file_set import ALL, NEWEST
from rollbook.demo.district import students as make_students
from rollbook.demo.vendors import Row, VendorFile, vendor_files
from rollbook.demo.writers import write_rows

ROSTER: Final = "sis_students.csv"


@dataclass(frozen=True, slots=True)
class VendorFeed:
    """A feed of the demo, and the files on the server that are its."""

    name: str
    title: str
    pattern: str
    files: str = NEWEST


FEEDS: Final = (
    VendorFeed("sis", "The SIS", "sis_*.csv"),
    VendorFeed("iready-reading", "i-Ready, Reading", "diagnostic_results_ela.csv"),
    VendorFeed("iready-math", "i-Ready, Math", "diagnostic_results_math.csv"),
    VendorFeed("mclass", "mCLASS, one file per period", "dibels8_BM_*.csv", files=ALL),
)
"""In the order in which they are imported: the roster first."""


def write_vendors_night(folder: Path, *, students: int, seed: int) -> dict[str, int]:
    """Write the files of all feeds; return how many rows each has, by its name."""
    catalogue = student_catalogue()
    district = list(make_students(catalogue, count=students, seed=seed))
    of_sis = [at for at, field in enumerate(catalogue.fields) if field.term is None]
    header = [catalogue.fields[at].header for at in of_sis]
    roster = VendorFile(ROSTER, [header, *([row[at] for at in of_sis] for row in district)])
    written = [roster, *vendor_files(catalogue, district)]
    for file in written:
        _write(folder / file.name, file.rows)
    return {file.name: len(file.rows) - 1 for file in written}


def _write(path: Path, rows: Sequence[Row]) -> None:
    write_rows(path, rows)
    # As if written at 1 AM: no wait to see whether it still grows.
    written_at = time.time() - 3600
    os.utime(path, (written_at, written_at))
