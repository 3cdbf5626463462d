"""All that Rollbook holds of one student, for a record that is given out.

Each part has its own limit, and says where it was reached: nothing is left out silently.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any, Final

from django.db import connection

from rollbook.core.issues import Issue
from rollbook.core.report import issue_objects
from rollbook.core.statements import Statements
from rollbook.records.queries.as_of import AsOf, dated_object, dates_of
from rollbook.records.queries.issue_blocks import IssueFilter, in_order
from rollbook.records.queries.lineage import StudentLineage, field_types, in_utc, plain, typed
from rollbook.records.queries.protections import Protection, every_protection_of
from rollbook.records.queries.student_search import Presence, presence_of

MADE: Final = "students.record_made"
"""How the audit log calls that a record was made."""

MOST_LINES: Final = 2_000
"""Of each part."""
IMPORTS_AT_ONCE: Final = 50
SECONDS: Final = 10.0
"""For which problems are looked for; a record with them must not keep a page waiting."""

_SQL: Final = Statements(__package__, "student_record.sql")


@dataclass(frozen=True, slots=True)
class UndoneChange:
    """A value that an import brought, and that went with it when it was undone."""

    job: int
    feed: str
    file: str | None
    row: int
    at: datetime
    undone_at: datetime
    field: str
    before: Any
    value: Any


@dataclass(frozen=True, slots=True)
class KeptByUndo:
    """What the undo of an import has left as it was; without a field, the student."""

    job: int
    field: str | None
    why: str
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Problem:
    """What an import found in a row of the student."""

    job: int
    feed: str
    file: str | None
    is_check: bool
    at: datetime | None
    issue: Issue


@dataclass(frozen=True, slots=True)
class Copy:
    """A record of the student that was made before."""

    at: datetime
    by: str
    requested_by: str | None


@dataclass(frozen=True, slots=True)
class StudentRecord:
    """What is held of one student. A further part is a field here, and a line of `as_object`."""

    student: StudentLineage
    dates: Mapping[str, AsOf]
    """Of which moment each value is that there is."""
    presence: Sequence[Presence]
    undone: Sequence[UndoneChange]
    kept: Sequence[KeptByUndo]
    protections: Sequence[Protection]
    problems: Sequence[Problem]
    copies: Sequence[Copy]
    has_all_problems: bool
    """False where there was no time to look through all imports that are kept."""
    cut: Sequence[str]
    """Parts of which there is more than MOST_LINES; the newest are there."""

    def as_object(self) -> dict[str, Any]:
        """Return the record as JSON has it."""
        return dated_object(self.student, self.dates) | {
            "presence": [each.as_object() for each in self.presence],
            "undone": [_undone_object(each) for each in self.undone],
            "kept_by_undo": [
                {
                    "job": each.job,
                    "field": each.field,
                    "why": each.why,
                    "undone_at": _moment(each.undone_at),
                }
                for each in self.kept
            ],
            "protected": [
                {name: each for name, each in kept.as_object().items() if name != "student_id"}
                for kept in self.protections
            ],
            "problems": [_problem_object(each) for each in self.problems],
            "copies": [
                {"at": _moment(each.at), "by": each.by, "requested_by": each.requested_by}
                for each in self.copies
            ],
            "has_all_problems": self.has_all_problems,
            "cut": list(self.cut),
        }


def student_record(
    student: StudentLineage, now: datetime, *, clock: Callable[[], float] = monotonic
) -> StudentRecord:
    """Return what is held of the student besides what `student` says of the values."""
    number, types = student.number, field_types()
    undone = [
        UndoneChange(*(*rest, name, *(typed(each, types.get(name, "")) for each in values)))
        for *rest, name, values in _rows("undone_changes", number=number)
    ]
    kept = [KeptByUndo(*row) for row in _rows("kept_by_undos", number=number)]
    subject = f"student {number}"
    copies = [Copy(*row) for row in _rows("copies", action=MADE, subject=subject)]
    problems, has_all = _problems(student.student_id, clock)
    parts: dict[str, list[Any]] = {
        "undone": undone,
        "kept_by_undo": kept,
        "protected": every_protection_of(number, now=now),
        "problems": problems,
        "copies": copies,
    }
    return StudentRecord(
        student,
        dates_of(student, now),
        presence_of(number),
        undone=undone[:MOST_LINES],
        kept=kept[:MOST_LINES],
        protections=parts["protected"][:MOST_LINES],
        problems=problems[:MOST_LINES],
        copies=copies[:MOST_LINES],
        has_all_problems=has_all,
        cut=[name for name, part in parts.items() if len(part) > MOST_LINES],
    )


def _problems(student_id: str, clock: Callable[[], float]) -> tuple[list[Problem], bool]:
    """Return the problems of the student's rows, newest import first, and whether they are all."""
    until = clock() + SECONDS
    imports = _rows("imports_with_problems", limit=None)
    asked = IssueFilter(student_id=student_id)
    found: list[Problem] = []
    for at in range(0, len(imports), IMPORTS_AT_ONCE):
        if clock() > until or len(found) > MOST_LINES:
            return found, False
        some = {row[0]: row[1:] for row in imports[at : at + IMPORTS_AT_ONCE]}
        naming = {job for (job,) in _rows("naming", jobs=list(some), student_id=student_id)}
        for job, about in some.items():
            if job in naming:
                lines = in_order(job, asked, limit=MOST_LINES + 1)
                found += [Problem(*(job, *about, issue)) for _, issue in lines]
    return found, True


def _rows(name: str, *, limit: int | None = MOST_LINES + 1, **values: object) -> Sequence[Any]:
    with connection.cursor() as cursor:
        _SQL.run(cursor, name, parts=None, limit=limit, **values)
        found: Sequence[Any] = cursor.fetchall()
        return found


def _undone_object(each: UndoneChange) -> dict[str, Any]:
    return {
        "field": each.field,
        "value": plain(each.value),
        "before": plain(each.before),
        "job": each.job,
        "file": each.file,
        "row": each.row,
        "at": _moment(each.at),
        "undone_at": _moment(each.undone_at),
    }


def _problem_object(each: Problem) -> dict[str, Any]:
    [issue] = issue_objects([each.issue], {"name": each.file})
    about = {"job": each.job, "file": each.file, "is_check": each.is_check, "at": _moment(each.at)}
    return about | dict(issue)


def _moment(at: datetime | None) -> str | None:
    return None if at is None else in_utc(at)
