"""One student's values as the page lays them out: by area, assessments with terms in columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rollbook.core.catalogue.students import Catalogue
from rollbook.core.loading.change_record import OF_STUDENTS
from rollbook.core.loading.protection import NOT_PROTECTED
from rollbook.records.queries.as_of import NO_VALUE, AsOf
from rollbook.records.queries.lineage import FieldLineage, StudentLineage, header_of
from rollbook.web.pages.students.dates import Dated

LONGEST_KEY: Final = 2_147_483_647
"""What a number of a row can be."""

SEARCH_FIELDS: Final = ("text", "grade", "school", "missing", "since", "problems", "without")
"""The fields of the search's form."""

AREAS: Final = (
    ("identification", "Identification"),
    ("school", "School"),
    ("attendance", "Attendance"),
    ("behavior", "Behavior"),
)
ASSESSMENTS: Final = (("iready", "i-Ready"), ("dibels", "DIBELS"))

OTHERS_READ: Final = "For other programs"
OTHERS_NOTE: Final = "The table students, which the district's other programs read and may change."


@dataclass(frozen=True, slots=True)
class Line:
    """One field with its heading."""

    header: str
    field: FieldLineage
    name: str
    """As the lineage names it."""
    as_of: AsOf = NO_VALUE

    @property
    def plain_name(self) -> str:
        """The name without its table; '' where it cannot be protected."""
        name = self.name.removeprefix(OF_STUDENTS)
        return "" if name in NOT_PROTECTED else name


@dataclass(frozen=True, slots=True)
class Area(Dated):
    """Fields that belong together; `note` says what they are where that is not plain."""

    title: str
    lines: Sequence[Line]
    note: str = ""

    @property
    def dates(self) -> Sequence[AsOf]:
        return [each.as_of for each in self.lines if each.as_of is not NO_VALUE]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of an assessment in each term, in the order of `Assessment.terms`."""

    header: str
    cells: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Assessment(Dated):
    title: str
    terms: Sequence[str]
    measures: Sequence[Measure]

    @property
    def dates(self) -> Sequence[AsOf]:
        cells = [cell for measure in self.measures for cell in measure.cells]
        return [each.as_of for each in cells if each.as_of is not NO_VALUE]


def name_of(student: StudentLineage) -> str:
    """Return first and last name, as far as they are known."""
    names = (
        student.fields[name].value or student.fields[OF_STUDENTS + name].value
        for name in ("first_name", "last_name")
    )
    return " ".join(filter(None, names)) or "Student without a name"


def place_of(student: StudentLineage) -> str:
    """Return school and grade, as far as they are known: "North Elementary, grade 2"."""
    grade = student.fields["grade"].value or student.fields[OF_STUDENTS + "grade"].value
    parts = (student.fields["school"].value, f"grade {grade}" if grade else "")
    return ", ".join(filter(None, parts))


def areas(
    student: StudentLineage, catalogue: Catalogue, dates: Mapping[str, AsOf]
) -> Sequence[Area]:
    """Return the fields that have no term; those without any value or record are left out."""
    found = (
        Area(
            title,
            [
                _line(field.header, field.name, student, dates)
                for field in catalogue.snapshot_fields
                if field.area == area and _is_told(student.fields[field.name])
            ],
        )
        for area, title in AREAS
    )
    return [area for area in found if area.lines]


def others_read(student: StudentLineage, catalogue: Catalogue) -> Area | None:
    """Return what the table `students` has too; None where it has nothing."""
    headers = {field.name: field.header for field in catalogue.fields}
    shared = [
        Line(header_of(name, headers).partition(" (")[0], field, name)
        for name, field in student.fields.items()
        if name.startswith(OF_STUDENTS) and _is_told(field)
    ]
    return Area(OTHERS_READ, shared, OTHERS_NOTE) if shared else None


def assessments(
    student: StudentLineage, catalogue: Catalogue, dates: Mapping[str, AsOf]
) -> Sequence[Assessment]:
    """Return each assessment of which there is a result, with the terms side by side."""
    found = []
    for area, title in ASSESSMENTS:
        terms = [
            term
            for term in catalogue.terms
            if any(
                _is_told(student.fields[field.name])
                for field in catalogue.snapshot_fields
                if field.area == area and field.term == term.key
            )
        ]
        measures: dict[str, list[Line]] = {}
        for term in terms:
            for field in catalogue.snapshot_fields:
                if field.area == area and field.term == term.key:
                    header = field.header.removeprefix(f"{term.name} {title} ")
                    line = _line(f"{header}, {term.name}", field.name, student, dates)
                    measures.setdefault(header, []).append(line)
        told = [
            Measure(header, cells)
            for header, cells in measures.items()
            if any(_is_told(cell.field) for cell in cells)
        ]
        if told:
            found.append(Assessment(title, [term.name for term in terms], told))
    return found


def _line(header: str, name: str, student: StudentLineage, dates: Mapping[str, AsOf]) -> Line:
    return Line(header, student.fields[name], name, dates.get(name, NO_VALUE))


def _is_told(field: FieldLineage) -> bool:
    return field.value is not None or bool(field.changes)
