"""Lineage: where each value of one student came from, and all values a field has had."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.db import connection
from psycopg import sql

from rollbook.core.errors import UsageError
from rollbook.core.loading.change_record import OF_STUDENTS
from rollbook.core.loading.schools import SCHOOL_ID
from rollbook.core.statements import Statements
from rollbook.records.queries.feeds import read_catalogue
from rollbook.records.queries.stored_values import IN_STUDENTS

_SQL: Final = Statements(__package__, "lineage.sql")

OF_SCHOOL: Final = OF_STUDENTS + SCHOOL_ID
"""The neighbor's school of the student; it has no field of the catalogue."""
MOST_KEPT: Final = 2_000
"""Protections of one student that are read, the newest."""


class NoSuchStudent(UsageError):
    """No student has this Student ID.

    Nothing was changed.

    Write it as it is saved, with its leading zeros."""

    reason = "no_such_student"


@dataclass(frozen=True, slots=True)
class Change:
    """One import gave a field another value; None is an empty one."""

    value: Any
    before: Any
    is_before_known: bool
    """Not where the import made the record, or the values before are no longer kept."""
    job: int
    feed: str
    file: str | None
    """None where the import itself is no longer kept."""
    row: int
    at: datetime
    is_by_year: bool = False
    """Whether it was no import, but a switch of the school year."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A person protected this value: it is right, whatever files say."""

    value: Any
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """A value that a field has had. Without `change` no import on record brought it."""

    value: Any
    change: Change | None = None
    kept: Kept | None = None


@dataclass(frozen=True, slots=True)
class FieldLineage:
    """One field of one student: the value now, and the imports that changed it, newest first."""

    value: Any
    changes: Sequence[Change] = ()
    every_kept: Sequence[Kept] = ()
    """What people have protected of it, newest first, whether it lasts or not."""

    @property
    def newest(self) -> Change | None:
        """The last import that changed the field; None where none is on record."""
        return self.changes[0] if self.changes else None

    @property
    def is_changed_since(self) -> bool:
        """Whether the value is another than the last import on record wrote."""
        return bool(self.changes) and self.value != self.changes[0].value

    @property
    def kept(self) -> Kept | None:
        """Who decided since that import that this is the value; None where it brought the value."""
        if self.changes and not self.is_changed_since:
            return None
        return self._kept(self.value, self.newest)

    @property
    def is_by_another_hand(self) -> bool:
        """Whether neither the last import on record nor a person by Rollbook wrote the value."""
        return self.is_changed_since and self.kept is None

    @property
    def brought(self) -> Change | None:
        """The import that brought the value now; None where a person did, or none is known."""
        return None if self.is_changed_since else self.newest

    @property
    def had(self) -> Sequence[Earlier]:
        """Every value the field has had within what is kept, newest first, the one now included."""
        found = []
        if self.is_changed_since or not self.changes:
            found.append(Earlier(self.value, kept=self.kept))
        for change, older in zip(self.changes, (*self.changes[1:], None), strict=False):
            found.append(Earlier(change.value, change))
            is_explained = older.value == change.before if older else change.before is None
            if change.is_before_known and not is_explained:
                kept = self._kept(change.before, older, change)
                found.append(Earlier(change.before, kept=kept))
        return found

    def _kept(self, value: Any, after: Change | None, until: Change | None = None) -> Kept | None:
        """Return who protected the value between two imports, where that was the last word."""
        for kept in self.every_kept:
            if until is None or kept.at <= until.at:
                is_last = after is None or kept.at > after.at
                return kept if is_last and kept.value == value else None
        return None


@dataclass(frozen=True, slots=True)
class StudentLineage:
    """One student: each field of the catalogue, and those of `students` as `students.NAME`."""

    number: int
    """The key of the row, which tells nothing outside of this database."""
    student_id: str
    imported_at: datetime | None
    """When an import last changed the student's data; None where none has."""
    import_job: int | None
    fields: Mapping[str, FieldLineage]

    def as_object(self) -> dict[str, Any]:
        """Return what programs read, as JSON has it."""
        return {
            "student_id": self.student_id,
            "last_import": self.import_job,
            "values": {name: _object(field) for name, field in self.fields.items()},
        }


def lineage_of(student_id: str) -> StudentLineage:
    """Return the student of this Student ID. Raises NoSuchStudent."""
    found = _lineage("by_student_id", student_id=student_id)
    if found is None:
        raise NoSuchStudent
    return found


def lineage_by_number(number: int) -> StudentLineage | None:
    """Return the student of this row, with all values and changes in three queries."""
    return _lineage("by_number", number=number)


def header_of(name: str, headers: Mapping[str, str]) -> str:
    """Return what people call a field: those of `students` say that they are of that table."""
    if name == OF_SCHOOL:
        return "School (number in the table students)"
    if name.startswith(OF_STUDENTS):
        return f"{headers[name.removeprefix(OF_STUDENTS)]} (in the table students)"
    return headers[name]


def _lineage(which: str, **known: object) -> StudentLineage | None:
    types = field_types()
    in_snapshots = [name for name in types if name != OF_SCHOOL]
    columns = [sql.Identifier("n", name) for name in in_snapshots]
    columns += [sql.Identifier("k", name) for name in IN_STUDENTS]
    parts = {"columns": sql.SQL(", ").join(columns), "which": _SQL.compose(which, {})}
    with connection.cursor() as cursor:
        _SQL.run(cursor, "student", parts=parts, **known)
        row = cursor.fetchone()
        if row is None:
            return None
        number, student_id, imported_at, import_job, *values = row
        _SQL.run(cursor, "changes", parts={"counts": _SQL.compose("counts", {})}, number=number)
        recorded = cursor.fetchall()
        _SQL.run(cursor, "kept", number=number, most=MOST_KEPT)
        protected = cursor.fetchall()
    names = [*in_snapshots, *(OF_STUDENTS + name for name in IN_STUDENTS), OF_SCHOOL]
    now = dict(zip(names, values, strict=True))
    changes = defaultdict(list)
    for name, value, before, *rest in recorded:
        kind = types.get(name, "")
        changes[name].append(Change(typed(value, kind), typed(before, kind), *rest))
    every_kept = defaultdict(list)
    for name, value, *rest in protected:
        every_kept[name].append(Kept(typed(value, types.get(name, "")), *rest))
    fields = {
        name: FieldLineage(
            typed(value, types.get(name, "")),
            tuple(changes[name]),
            tuple(every_kept[name.removeprefix(OF_STUDENTS)]),
        )
        for name, value in now.items()
        if name != OF_SCHOOL or value is not None or changes[name]
    }
    return StudentLineage(number, student_id, imported_at, import_job, fields)


def field_types() -> dict[str, str]:
    """Return what SQL calls the type of each field that the record may name and that has one."""
    found = {field.name: field.type.sql for field in read_catalogue().snapshot_fields}
    return found | {OF_SCHOOL: "integer"}


def typed(value: Any, kind: str) -> Any:
    """Return a value of a column, or how the record writes it, as the field's type compares.

    A neighbor's column may have another type than the field.
    """
    if value is None:
        return None
    if kind == "boolean" and str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    if kind.startswith(("integer", "numeric")):
        with suppress(InvalidOperation):
            number = Decimal(str(value))
            return int(number) if number.is_finite() and number == int(number) else number
    return str(value)


def plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, Decimal):
        return float(value) if value.is_finite() else str(value)
    return value


def in_utc(at: datetime) -> str:
    """Return a moment as JSON has it: 2026-11-25T10:00:03Z."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _object(field: FieldLineage) -> dict[str, Any]:
    return {
        "value": plain(field.value),
        **_origin(field.brought),
        "before": plain(field.brought.before) if field.brought else None,
        "kept": _kept_object(field.kept),
        "by_another_hand": field.is_by_another_hand,
        "history": [
            {
                "value": plain(earlier.value),
                **_origin(earlier.change),
                "kept": _kept_object(earlier.kept),
            }
            for earlier in field.had
        ],
    }


def _kept_object(kept: Kept | None) -> dict[str, str] | None:
    if kept is None:
        return None
    return {"by": kept.by, "at": in_utc(kept.at), "reason": kept.reason}


def _origin(change: Change | None) -> dict[str, Any]:
    if change is None:
        return dict.fromkeys(("job", "file", "row", "at"))
    return {"job": change.job, "file": change.file, "row": change.row, "at": in_utc(change.at)}
