"""The district's tests in exports of which a row is a student, with several tests in it."""

from collections.abc import Iterable, Iterator
from typing import Final

from rollbook.core.catalogue.students import Catalogue
from rollbook.demo.vendors import (
    DAYS,
    DOMAINS,
    EARLIER,
    Row,
    Student,
    VendorFile,
    day_of,
    named,
    row_of,
    school_year_of,
)

_ABOUT: Final = (
    "Last Name", "First Name", "Student ID", "Enrolled", "Student Grade", "Academic Year",
    "School", "Subject", "User Name", "Class(es)", "Class Teacher(s)", "Report Group(s)",
    "Number of Completed Diagnostics during the time frame", "Annual Typical Growth Measure",
)  # fmt: skip
_OF_TEST: Final = (
    "Start Date", "Completion Date", "Time on Task (min)", "Rush Flag", "Overall Scale Score",
    "Overall Placement", "Percentile", "Overall Relative Placement", "Tier",
)  # fmt: skip
_MOST: Final = 5
"""Tests with a number in a row."""


def instruction_files(catalogue: Catalogue, students: Iterable[Row]) -> list[VendorFile]:
    """Return i-Ready's diagnostic and instruction exports: a file for each subject and year.

    Each row has the tests of its school year in their order, and the last one once more.
    """
    found = [Student(catalogue, row) for row in students]
    years = sorted({school_year_of(term) for term in catalogue.terms})
    return [
        VendorFile(
            f"diagnostic_and_instruction_{short}_{year}.csv",
            [*_instruction(catalogue, found, subject, year)],
        )
        for subject, short in (("reading", "ela"), ("math", "math"))
        for year in years
    ]


def _instruction(
    catalogue: Catalogue, students: Iterable[Student], subject: str, year: str
) -> Iterator[Row]:
    names = ["Most Recent", *map(str, range(1, _MOST + 1))]
    header = [
        *_ABOUT,
        *(f"Diagnostic: {what} ({name})" for name in names for what in _OF_TEST),
        *(f"Diagnostic: {what} (Most Recent)" for what in DOMAINS[subject]),
    ]
    yield header
    for student in students:
        tests = [*_tests_of(catalogue, student, subject, year)]
        cells = named(student) | {"Academic Year": year, "Subject": subject.capitalize()}
        for name, test in zip(names, [*tests[-1:], *tests], strict=False):
            cells |= {f"Diagnostic: {what} ({name})": text for what, text in test.items()}
        yield row_of(header, cells)


def _tests_of(
    catalogue: Catalogue, student: Student, subject: str, year: str
) -> Iterator[dict[str, str]]:
    order = ("fall", "winter", "spring", "summer")
    terms = [term for term in catalogue.terms if school_year_of(term) == year]
    for term in sorted(terms, key=lambda term: order.index(term.key.split("_")[0])):
        name = f"{term.key}_iready_{subject}"
        score, level = student[f"{name}_score"], student[f"{name}_level"]
        if not score and not level:
            continue
        days = [(DAYS, score)]
        if student.is_retested:
            days.insert(0, (EARLIER, "200"))
        for of_test, points in days:
            yield {
                "Start Date": day_of(term, of_test),
                "Completion Date": day_of(term, of_test),
                "Overall Scale Score": points,
                "Overall Relative Placement": level,
            }
