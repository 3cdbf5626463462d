"""One student as staff see them: the values by area and of which moment they are, not how they
came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from rollbook.core.catalogue.students import Catalogue
from rollbook.core.catalogue.terms import Term
from rollbook.records.queries.as_of import AsOf, dates_of
from rollbook.records.queries.feeds import read_catalogue
from rollbook.records.queries.lineage import StudentLineage
from rollbook.records.queries.student_search import presence_of
from rollbook.web.pages.students.dates import Dated
from rollbook.web.pages.students.values import AREAS, ASSESSMENTS, name_of

NO_TERM: Final = "Value"


@dataclass(frozen=True, slots=True)
class Value:
    """A value that there is."""

    value: Any
    as_of: AsOf


@dataclass(frozen=True, slots=True)
class DatedArea(Dated):
    """Values that belong together: in each row those of one measure, a term in each column."""

    title: str
    columns: Sequence[str]
    """Names of terms, or NO_TERM alone."""
    rows: Mapping[str, Sequence[Value | None]]

    @property
    def dates(self) -> Sequence[AsOf]:
        return [each.as_of for row in self.rows.values() for each in row if each is not None]


def context_of(student: StudentLineage, now: datetime) -> dict[str, Any]:
    """Return what the page shows of a student that the reader may see."""
    catalogue = read_catalogue()
    dates = dates_of(student, now)
    values = {name: Value(student.fields[name].value, at) for name, at in dates.items()}
    missing = [each.missing_since for each in presence_of(student.number) if each.missing_since]
    return {
        "student": student,
        "name": name_of(student),
        "missing_since": min(missing, default=None),
        "areas": [
            found
            for area, title in (*AREAS, *ASSESSMENTS)
            if (found := _area(area, title, catalogue, values)).rows
        ],
    }


def _area(area: str, title: str, catalogue: Catalogue, values: Mapping[str, Value]) -> DatedArea:
    told = [each for each in catalogue.snapshot_fields if each.area == area and each.name in values]
    terms = [term for term in catalogue.terms if any(each.term == term.key for each in told)]
    columns: list[Term | None] = [*terms] or [None]
    rows: dict[str, list[Value | None]] = {}
    for field in told:
        place = next(i for i, term in enumerate(columns) if field.term == (term and term.key))
        header = field.header
        if term := columns[place]:
            header = header.removeprefix(f"{term.name} {title} ")
        rows.setdefault(header, [None] * len(columns))[place] = values[field.name]
    return DatedArea(title, [term.name if term else NO_TERM for term in columns], rows)
