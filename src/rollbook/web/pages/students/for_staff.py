"""One student as staff see them: the values by area and of which moment they are, not how they
came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from rollbook.core.catalogue.students import Catalogue
from rollbook.core.catalogue.terms import Term
from rollbook.records.queries.as_of import AsOf, values_as_of
from rollbook.records.queries.feeds import read_catalogue
from rollbook.records.queries.lineage import StudentLineage
from rollbook.records.queries.student_search import presence_of, problems_of
from rollbook.web.pages.students.values import AREAS, ASSESSMENTS, name_of

NO_TERM: Final = "Value"


@dataclass(frozen=True, slots=True)
class Value:
    """A value that there is."""

    value: Any
    as_of: AsOf


@dataclass(frozen=True, slots=True)
class DatedArea:
    """Values that belong together: in each row those of one measure, a term in each column."""

    title: str
    columns: Sequence[str]
    """Names of terms, or NO_TERM alone."""
    rows: Mapping[str, Sequence[Value | None]]

    @property
    def _values(self) -> Sequence[Value]:
        return [value for row in self.rows.values() for value in row if value is not None]

    @property
    def as_of(self) -> datetime | None:
        """The moment of its oldest value; None where that of one is not known.

        Values that were refused are marked one by one.
        """
        moments = [each.as_of.at for each in self._values if not each.as_of.is_refused]
        known = [each for each in moments if each is not None]
        return min(known, default=None) if len(known) == len(moments) else None

    @property
    def stale(self) -> int:
        """How many values are stale."""
        return sum(each.as_of.is_stale for each in self._values)

    @property
    def old(self) -> int:
        """How many values are old, of those that are not stale."""
        return sum(each.as_of.old_days > 0 and not each.as_of.is_stale for each in self._values)

    @property
    def is_all_stale(self) -> bool:
        return self.stale == len(self._values)


def context_of(student: StudentLineage, now: datetime) -> dict[str, Any]:
    """Return what the page shows of a student that the reader may see."""
    catalogue = read_catalogue()
    known = {
        field.name: student.fields[field.name].value
        for field in catalogue.snapshot_fields
        if student.fields[field.name].value is not None
    }
    problems = problems_of(student.number, student.student_id)
    dates = values_as_of(student.number, known, problems=problems, now=now)
    values = {name: Value(value, dates[name]) for name, value in known.items()}
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
