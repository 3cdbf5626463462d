"""What a district really has: the SIS's file without scores, and the vendors' files beside it."""

import os
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.file_set import ALL, NEWEST
from rollbook.demo.district import students as make_students
from rollbook.demo.oneroster import oneroster_12_files, write_archive
from rollbook.demo.vendors import VendorFile, vendor_files
from rollbook.demo.writers import write_rows

ROSTER: Final = "sis_students.csv"
ONEROSTER: Final = "oneroster.zip"


@dataclass(frozen=True, slots=True)
class VendorFeed:
    """A feed of the demo, and the files on the server that are its."""

    name: str
    title: str
    pattern: str
    files: str = NEWEST
    is_roster: bool = False


FEEDS: Final = (
    VendorFeed("sis", "The SIS", "sis_*.csv", is_roster=True),
    VendorFeed("oneroster", "The same students in OneRoster 1.2", ONEROSTER, is_roster=True),
    VendorFeed("iready-reading", "i-Ready, Reading", "diagnostic_results_ela.csv"),
    VendorFeed("iready-math", "i-Ready, Math", "diagnostic_results_math.csv"),
    VendorFeed("mclass", "mCLASS, one file per period", "dibels8_BM_*.csv", files=ALL),
)
"""In the order in which they are imported: the roster first."""


def write_vendors_night(folder: Path, *, students: int, seed: int, day: date) -> dict[str, int]:
    """Write the files of all feeds, as of `day`; return how many rows each has, by its name."""
    catalogue = student_catalogue()
    district = list(make_students(catalogue, count=students, seed=seed))
    of_sis = [at for at, field in enumerate(catalogue.fields) if field.term is None]
    header = [catalogue.fields[at].header for at in of_sis]
    roster = VendorFile(ROSTER, [header, *([row[at] for at in of_sis] for row in district)])
    written = [roster, *vendor_files(catalogue, district)]
    for file in written:
        write_rows(folder / file.name, file.rows)
    rows = {file.name: len(file.rows) - 1 for file in written}
    archive = oneroster_12_files(catalogue, district, day=day)
    write_archive(folder / ONEROSTER, archive)
    rows[ONEROSTER] = len(archive["users.csv"]) - 1
    # As if written at 1 AM: no wait to see whether they still grow.
    written_at = time.time() - 3600
    for name in rows:
        os.utime(folder / name, (written_at, written_at))
    return rows
