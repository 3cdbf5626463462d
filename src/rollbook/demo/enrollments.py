"""The district's students as an SIS exports them that writes a row for each enrollment."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from rollbook.core.catalogue.students import Catalogue
from rollbook.demo.vendors import VendorFile

MOVED: Final = 7
"""One student in so many has changed schools in the year."""

_SAID: Final = {
    "student_id": "Student_Number", "ssid": "State_StudentNumber", "last_name": "Last_Name",
    "first_name": "First_Name", "grade": "Grade_Level", "school": "School_Name",
}  # fmt: skip
_OF_SCHOOLS: Final = ("attendance", "behavior")
_MOVED, _BEGAN, _ENDS = (timedelta(days) for days in (-30, -90, 120))


def enrollment_file(
    catalogue: Catalogue, students: Iterable[Sequence[str]], *, day: date
) -> VendorFile:
    """Return PowerSchool's export of enrollments as of `day`; rows as `district.students` gives.

    Who has moved has an earlier row too, in some exports with what that school has counted.
    """
    counted = [
        (at, field.header) for at, field in enumerate(catalogue.fields) if field.area in _OF_SCHOOLS
    ]
    header = [*_SAID.values(), "Enroll_Status", "EntryDate", "ExitDate"]
    rows = _rows(catalogue, students, [at for at, _ in counted], day)
    return VendorFile("student.export.csv", [[*header, *(text for _, text in counted)], *rows])


def _rows(
    catalogue: Catalogue, students: Iterable[Sequence[str]], counted: Sequence[int], day: date
) -> Iterator[Sequence[str]]:
    places = {field.name: at for at, field in enumerate(catalogue.fields)}
    for number, student in enumerate(students):
        person = [student[places[name]] for name in _SAID]
        values = [student[at] for at in counted]
        has_moved = number % MOVED == 0
        began = day + (_MOVED if has_moved else _BEGAN)
        now = [*person, "0", _day(began), _day(day + _ENDS), *values]
        left = _day(day + _MOVED - timedelta(1))
        earlier = [*person[:-1], "An Earlier School", "0", _day(day + _BEGAN), left]
        before = [*earlier, *("" if number % 2 else "1" for _ in values)]
        yield from [before, now] if has_moved else [now]


def _day(day: date) -> str:
    return f"{day:%m/%d/%Y}"
