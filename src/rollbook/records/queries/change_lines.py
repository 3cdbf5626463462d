"""The lines of a change record as people read it, what may be asked of them, and their numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, NamedTuple

from rollbook.core.file_set import place_object

NO_SCHOOL: Final = "(none)"
"""How a filter names the students without a known school."""


OTHER_SCHOOLS: Final = "\0"
"""Means all schools beyond those that an import counts one by one; none is called so."""


class Kind(StrEnum):
    """What became of a value, or of a student."""

    FILLED = "filled"
    CHANGED = "changed"
    CLEARED = "cleared"
    NEW = "new"
    MISSING = "missing"
    BACK = "back"


class Part(StrEnum):
    """Which part of a record is asked for."""

    VALUES = "values"
    NEW = "new"
    MISSING = "missing"
    BACK = "back"
    MOVED = "moved"
    """Known students in another school or grade; a school asked for is the one before."""
    BY_OTHERS = "by_others"
    """Values that another hand had written since the import before."""


class Place(NamedTuple):
    """Where a line is: 0, row, place of the field; or 1, number among the missing and back, 0."""

    section: int = 0
    row: int = 0
    field: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """One line: a value of a known student, or a student who is new, missing or back.

    `student_id` and the names are None where the student has been deleted since.
    """

    kind: Kind
    row: int | None
    student_id: str | None
    last_name: str | None
    first_name: str | None
    field: str | None = None
    before: str | None = None
    after: str | None = None
    student: int | None = None
    """The number of the student's row."""
    is_by_others: bool = False
    """Whether another hand had written the value before, since the last import on record."""

    def as_object(self, file: Mapping[str, Any]) -> dict[str, Any]:
        """Return the line as programs read it; `file` is what the report says of the file."""
        return {
            **place_object(self.row, file),
            "student_id": self.student_id,
            "what": self.kind.value,
            "field": self.field,
            "before": self.before,
            "after": self.after,
            "before_by_another_hand": self.is_by_others,
        }


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """What is asked for; a field's name asks for values alone."""

    part: Part | None = None
    field: str = ""
    school: str = ""
    words: Sequence[str] = ()
    """Folded; all of them are in a student's names and numbers. The search's index must be up to
    date."""


@dataclass(slots=True)
class FieldCounts:
    """Students by what became of their value in one field."""

    filled: int = 0
    changed: int = 0
    cleared: int = 0

    @property
    def total(self) -> int:
        return self.filled + self.changed + self.cleared


@dataclass(slots=True)
class ChangeCounts:
    """Numbers of students, each by school ('' where none is known, OTHER_SCHOOLS)."""

    fields: dict[str, dict[str, FieldCounts]] = field(default_factory=dict)
    new: dict[str, int] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=dict)
    back: dict[str, int] = field(default_factory=dict)
    by_others: dict[str, int] = field(default_factory=dict)
    """Students with a value that another hand had written."""

    @classmethod
    def from_json(cls, kept: Mapping[str, Any], *, only: str = "") -> "ChangeCounts":
        """Return what an import has counted (`core.loading.changes.BySchool`), or of one field."""
        schools = [OTHER_SCHOOLS if name is None else name for name in kept["schools"]]
        fields = {
            name: {schools[int(at)]: FieldCounts(*numbers) for at, numbers in of_school.items()}
            for name, of_school in kept["fields"].items()
            if only in ("", name)
        }
        return cls(fields, {schools[int(at)]: number for at, number in kept["new"].items()})

    def by_field(self) -> dict[str, dict[str, int]]:
        """Return the students of all schools: field -> what became of the value -> how many."""
        return {
            name: {
                kind: sum(getattr(each, kind) for each in by_school.values())
                for kind in ("filled", "changed", "cleared")
            }
            for name, by_school in self.fields.items()
        }

    def of_students(self) -> dict[str, int]:
        """Return how many are new, missing, back, and had a value of another hand."""
        found = {"new": self.new, "missing": self.missing, "back": self.back}
        found["by_others"] = self.by_others
        return {kind: sum(by_school.values()) for kind, by_school in found.items()}
