"""A field: one thing Rollbook knows of a student, declared once."""

from dataclasses import dataclass

from rollbook.core.catalogue.grades import Grade
from rollbook.core.catalogue.number_types import Count, Percent, Score, YesNo
from rollbook.core.catalogue.text_types import Identifier, Level, Name
from rollbook.core.catalogue.verdict import Verdict

FieldType = Identifier | Name | Count | Score | Percent | YesNo | Level | Grade

__all__ = ["Count", "Field", "FieldType", "Grade", "Identifier", "Level", "Name", "Percent",
           "Score", "Verdict", "YesNo"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its database column, the specification's header, and what else it is called."""

    name: str
    """The database column; the district's own number of a student is `student_id`."""
    header: str
    type: FieldType
    area: str
    """identification, attendance, behavior, iready, dibels or school."""
    aliases: tuple[str, ...] = ()
    term: str | None = None
    """The key of its term, `spring_2025`."""
