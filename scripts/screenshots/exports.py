"""Exports of vendors of which the documents show a picture: the demo's students, checked only."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from rollbook.cli.demo import IN_A_MONTH, SEED
from rollbook.core.catalogue.students import student_catalogue
from rollbook.demo.district import students
from rollbook.demo.enrollments import enrollment_file
from rollbook.demo.oneroster import oneroster_12_files, write_archive
from rollbook.demo.vendors import dibels_file
from rollbook.demo.writers import write_rows

_ILLUMINATE: Final = (
    "1 Student ID", "2 SSID", "3 Student Last Name", "4 Student First Name", "8 Site ID",
    "9 Academic Year", "10 Enrollment Start", "11 Enrollment End", "12 Student Grade Level ID",
    "13 Is Primary ADA", "14 Attendance Category",
)  # fmt: skip
_GRADES: Final = {"PK": "15", "K": "1", **{str(grade): str(grade + 1) for grade in range(1, 13)}}


def write_exports(folder: Path, *, day: date) -> dict[str, Path]:
    """Write an export of each vendor as of `day`; return them by their names in `shots.py`."""
    catalogue = student_catalogue()
    district = list(students(catalogue, count=IN_A_MONTH, seed=SEED))
    folder.mkdir()
    archive = oneroster_12_files(catalogue, district, day=day)
    tables = {
        "powerschool": enrollment_file(catalogue, district, day=day),
        "dibels": dibels_file(catalogue, district),
    }
    paths = {name: folder / file.name for name, file in tables.items()}
    for name, file in tables.items():
        write_rows(paths[name], file.rows)
    names = [field.name for field in catalogue.fields]
    paths["illuminate"] = folder / "student_enrollment.csv"
    people = (dict(zip(names, row, strict=True)) for row in district)
    write_rows(paths["illuminate"], [_ILLUMINATE, *_enrollments(people, day)])
    paths["oneroster"] = write_archive(folder / "oneroster.zip", archive)
    return paths


def _enrollments(people: Iterator[Mapping[str, str]], day: date) -> Iterator[Sequence[str]]:
    began, year = f"{day.year}-08-20", str(day.year)
    for each in people:
        person = [each[name] for name in ("student_id", "ssid", "last_name", "first_name")]
        yield [*person, "12", year, began, "", _GRADES.get(each["grade"], ""), "1", "1"]
