"""The district's tests in exports of which a row is a student, with several tests in it."""

from collections.abc import Iterable, Iterator
from typing import Final

from rollbook.core.catalogue.students import Catalogue
from rollbook.core.catalogue.terms import Term
from rollbook.demo.vendors import (
    DAYS,
    DOMAINS,
    EARLIER,
    Row,
    Student,
    VendorFile,
    day_of,
    named,
    period_of,
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
_GRADES: Final = ("K", "1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th")
_PERIODS: Final = {"BOY": "Beginning", "MOY": "Middle", "EOY": "End"}
_SKILLS: Final = {
    "lnf": "LNF", "psf": "PSF", "nwf_cls": "NWF-CLS", "nwf_wrc": "NWF-WRC",
    "orf_wc": "ORF-WordsCorrect", "orf_acc": "ORF-Accuracy",
}  # fmt: skip
_STUDENT: Final = ("District_Name", "Last", "First", "Student_ID", "Secondary_ID")
_DATED: Final = ("LNF", "PSF", "NWF", "ORF")
_MOST: Final = 5
"""Tests with a number in a row."""


def instruction_files(catalogue: Catalogue, students: Iterable[Row]) -> list[VendorFile]:
    """Return i-Ready's diagnostic and instruction exports: a file for each subject and year.

    Each row has the tests of its school year in their order, and the last one once more.
    """
    found = [*students]
    years = sorted({school_year_of(term) for term in catalogue.terms})
    return [
        VendorFile(
            f"diagnostic_and_instruction_{short}_{year}.csv",
            [*instruction_rows(catalogue, found, subject, year)],
        )
        for subject, short in (("reading", "ela"), ("math", "math"))
        for year in years
    ]


def instruction_rows(
    catalogue: Catalogue, students: Iterable[Row], subject: str, year: str
) -> Iterator[Row]:
    """Yield the file of a subject and year, header first, without holding all students."""
    names = ["Most Recent", *map(str, range(1, _MOST + 1))]
    header = [
        *_ABOUT,
        *(f"Diagnostic: {what} ({name})" for name in names for what in _OF_TEST),
        *(f"Diagnostic: {what} (Most Recent)" for what in DOMAINS[subject]),
    ]
    yield header
    for student in (Student(catalogue, row) for row in students):
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


def data_system_file(catalogue: Catalogue, students: Iterable[Row]) -> VendorFile:
    """Return the benchmarks of DIBELS 8 of all grades and periods, a row for each student."""
    return VendorFile("dibels8_data_system.csv", [*data_system_rows(catalogue, students)])


def data_system_rows(catalogue: Catalogue, students: Iterable[Row]) -> Iterator[Row]:
    """Yield that file, header first, without holding all students."""
    windows = [f"{grade}_{period}" for grade in _GRADES for period in _PERIODS.values()]
    skills = [*_SKILLS.values(), "WRF"]
    header = [
        *_STUDENT,
        *(f"{what}_{grade}" for what in ("Year", "School") for grade in _GRADES),
        *(f"{skill}_{window}" for window in windows for skill in skills),
        *(f"Benchmark_Status_{skill}_{window}" for window in windows for skill in skills),
        *(f"Date_{skill}_{window}" for window in windows for skill in _DATED),
    ]
    yield header
    for student in (Student(catalogue, row) for row in students):
        cells = {
            "Last": student["last_name"],
            "First": student["first_name"],
            "Student_ID": student["student_id"],
        }
        for term in catalogue.terms:
            cells |= _benchmark(student, term, _grade_in(student, term, catalogue))
        yield row_of(header, cells)


def _benchmark(student: Student, term: Term, grade: str) -> dict[str, str]:
    window = f"{grade}_{_PERIODS[period_of(term)]}"
    results = {
        f"{before}{skill}_{window}": text
        for name, skill in _SKILLS.items()
        for before, what in (("", "score"), ("Benchmark_Status_", "level"))
        if (text := student[f"{term.key}_dibels_{name}_{what}"])
    }
    if not results:
        return {}
    dates = {f"Date_{skill}_{window}": day_of(term, DAYS) for skill in _DATED}
    return results | dates | {f"Year_{grade}": school_year_of(term)}


def _grade_in(student: Student, term: Term, catalogue: Catalogue) -> str:
    """Return the grade in which the student was in a term: a lower one in an earlier year."""
    latest = max(map(school_year_of, catalogue.terms))
    years = int(latest[:4]) - int(school_year_of(term)[:4])
    grade = student["grade"]
    now = int(grade) if grade.isdigit() else 0
    return _GRADES[min(max(now - years, 0), len(_GRADES) - 1)]
