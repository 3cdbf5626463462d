"""Undoing an import by its change record: what it changed returns to what it was before.

Field by field: a value that a later import or another hand has changed since stays. Students that
it created are removed where nothing refers to them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from typing import Any, Final

from psycopg import sql

from rollbook.core.errors import RollbookError
from rollbook.core.loading.change_record import OF_STUDENTS
from rollbook.core.loading.statements import compose, run
from rollbook.core.loading.undoing_presence import undo_presence
from rollbook.core.quantities import counted

PASSING_ON: Final = (
    "find_next_changes",
    "pass_values_on",
    "pass_origin_on",
    "pass_creation_on",
)


class NotOnRecord(RollbookError):
    """Import {job} can't be undone: its changes aren't on record.

    Nothing was changed.

    Only imports that saved something can be undone, if a version of Rollbook that records changes
    made them."""

    reason = "not_on_record"
    exit_code = 2


class RecordTooOld(RollbookError):
    """Import {job} can't be undone: the values from before it are no longer kept.

    Nothing was changed.

    Import an older file again, or correct the values in your SIS."""

    reason = "record_too_old"
    exit_code = 2


class AlreadyUndone(RollbookError):
    """Import {job} was already undone.

    Nothing was changed."""

    reason = "already_undone"
    exit_code = 2


class StudentsKept(RollbookError):
    """The database didn't remove {count}: a trigger or rule of the table students keeps them.

    Nothing was changed.

    Ask the database's owner to allow it, and undo the import again."""

    reason = "students_kept"


@dataclass(frozen=True, slots=True)
class Undone:
    """Numbers of students and of values. A field in both tables is one value."""

    students_removed: int
    students_kept: int
    """Students that the import created, and who stay."""
    values_restored: int
    values_kept: int


@dataclass(frozen=True, slots=True)
class _Field:
    """One place in the arrays of the record."""

    name: str
    number: int
    type: str
    """As SQL writes it; an administrator of the database has chosen it."""

    @property
    def is_of_student(self) -> bool:
        return self.name.startswith(OF_STUDENTS)

    @property
    def column(self) -> sql.Identifier:
        return sql.Identifier(self.name.removeprefix(OF_STUDENTS))

    @property
    def stored(self) -> sql.Composable:
        return sql.SQL("{}.{}").format(sql.SQL("k" if self.is_of_student else "n"), self.column)


@dataclass(frozen=True, slots=True)
class FoundUndo:
    """What an undo is about to do; the rest is in temporary tables of the transaction."""

    ids: Mapping[str, Any]
    there: Sequence[_Field]
    numbers: Undone


def find_undo(cursor: Any, job_id: int, *, now: datetime, locks: bool = False) -> FoundUndo:
    """Find what undoing the import would do, in the transaction of `cursor`, and note what stays.

    `now` is aware: until then protections last. `locks` keeps other programs from changing students
    until the end of the transaction.
    Raises NotOnRecord, RecordTooOld, AlreadyUndone.
    """
    record, feed_id, fields = _recorded(cursor, job_id)
    ids: dict[str, Any] = {"job_id": job_id, "id": record, "feed_id": feed_id}
    run(cursor, "give_room")
    if locks:
        run(cursor, "lock_students")
    run(cursor, "end_dated", now=now, job_id=None)
    run(cursor, "column_types")
    types = dict(cursor.fetchall())
    there = [
        _Field(name, number, types[name])
        for number, name in enumerate(fields, start=1)
        if name in types
    ]
    _find(cursor, fields, there, ids=ids)
    run(cursor, "count_undone")
    [counts] = cursor.fetchall()
    run(cursor, "note_kept", **ids)
    return FoundUndo(ids, there, Undone(*counts))


def undo(cursor: Any, job_id: int, *, now: datetime, has_updated_by: bool) -> Undone:
    """Undo what the import changed, in the transaction of `cursor`; `now` is aware, in UTC.

    Raises NotOnRecord, RecordTooOld, AlreadyUndone, StudentsKept.
    """
    found = find_undo(cursor, job_id, now=now, locks=True)
    _restore(cursor, found, now=now, has_updated_by=has_updated_by)
    for name in PASSING_ON:
        run(cursor, name, **found.ids)
    undo_presence(cursor, found.ids)
    run(cursor, "note_undone", now=now, **found.ids)
    run(cursor, "protect_again", **found.ids)
    run(cursor, "forget_temporary")
    return found.numbers


def sum_of(numbers: Sequence[Undone]) -> Undone:
    """Return what several undos came to: a value that two of them returned counts twice."""
    return Undone(*map(sum, zip(*map(astuple, numbers), strict=True)))


def _recorded(cursor: Any, job_id: int) -> tuple[int, int, Sequence[str]]:
    run(cursor, "recorded_import", job_id=job_id)
    found = cursor.fetchall()
    if not found:
        raise NotOnRecord(job=job_id)
    [(record, feed_id, fields, is_compact, is_undone)] = found
    if is_undone:
        raise AlreadyUndone(job=job_id)
    if is_compact:
        raise RecordTooOld(job=job_id)
    return record, feed_id, fields


def _find(
    cursor: Any, fields: Sequence[str], there: Sequence[_Field], *, ids: Mapping[str, Any]
) -> None:
    """Find out what is still the import's, and what is to stay."""
    known = {field.number: field for field in there}
    ours = [_is_ours(number, known.get(number)) for number in range(1, len(fields) + 1)]
    run(cursor, "find_later", **ids)
    run(cursor, "find_moments", **ids)
    run(cursor, "find_undoing", parts={"ours": sql.SQL(", ").join(ours)}, **ids)
    run(cursor, "index_undoing")
    _note_references(cursor)
    run(cursor, "note_why_kept")
    _note_taken_ssids(cursor, there)
    run(cursor, "find_values", fields=list(fields), there=[field.name for field in there])


def _is_ours(number: int, field: _Field | None) -> sql.Composable:
    """Whether the value is still what the import wrote; NULL where it wrote none."""
    place = sql.Literal(number)
    if field is None:
        still: sql.Composable = sql.SQL("false")
    else:
        row = sql.SQL("true" if field.is_of_student else "n.student_id IS NOT NULL")
        still = sql.SQL(
            "{} AND {} IS NOT DISTINCT FROM (c.after[{}])::{} AND {} <> ALL (coalesce(l.names, {}))"
            " AND {} <> ALL (coalesce(p.fields, {}))"
        ).format(
            row,
            field.stored,
            place,
            sql.SQL(field.type),  # type: ignore[arg-type,unused-ignore]
            sql.Literal(field.name),
            sql.SQL("'{}'"),
            sql.Literal(field.name.removeprefix(OF_STUDENTS)),
            sql.SQL("'{}'"),
        )
    return sql.SQL("CASE WHEN c.before[{0}] IS DISTINCT FROM c.after[{0}] THEN {1} END").format(
        place, still
    )


def _note_references(cursor: Any) -> None:
    run(cursor, "references_to_students")
    for schema, table, columns, of_students, is_readable in cursor.fetchall():
        if not is_readable:
            run(cursor, "note_perhaps_referred_to")
            continue
        condition = sql.SQL(" AND ").join(
            sql.SQL("r.{} = k.{}").format(sql.Identifier(column), sql.Identifier(student))
            for column, student in zip(columns, of_students, strict=True)
        )
        parts = {"table": sql.Identifier(schema, table), "condition": condition}
        run(cursor, "note_referred_to", parts=parts)


def _note_taken_ssids(cursor: Any, there: Sequence[_Field]) -> None:
    places = {field.name: sql.Literal(field.number) for field in there}
    if (place := places.get(OF_STUDENTS + "ssid")) is None:
        return
    both = [each for name, each in places.items() if name.removeprefix(OF_STUDENTS) == "ssid"]
    assignments = sql.SQL(", ").join(compose("not_ours", {"place": each}) for each in both)
    run(cursor, "note_taken_ssids", parts={"assignments": assignments, "place": place})


def _restore(cursor: Any, found: FoundUndo, *, now: datetime, has_updated_by: bool) -> None:
    moment = now.astimezone(UTC).replace(tzinfo=None)
    of_students = [field for field in found.there if field.is_of_student]
    if of_students:
        parts = {
            "by": sql.SQL("updated_by = NULL," if has_updated_by else ""),
            "assignments": sql.SQL(", ").join(map(_restored, of_students)),
            "is_any": sql.SQL(" OR ").join(
                sql.SQL("u.ours[{}]").format(sql.Literal(field.number)) for field in of_students
            ),
        }
        run(cursor, "restore_students", parts=parts, now=moment)
    run(cursor, "may_delete")
    [(may_delete_data, may_delete_students)] = cursor.fetchall()
    if may_delete_data:
        run(cursor, "drop_first_data")
    assignments = [
        sql.SQL("{},").format(_restored(field)) for field in found.there if not field.is_of_student
    ]
    parts = {"assignments": sql.SQL(" ").join(assignments)}
    run(cursor, "restore_snapshots", parts=parts, now=moment, **found.ids)
    for name in ("remove_data", "remove_presence", "remove_students") * may_delete_students:
        run(cursor, name)
    run(cursor, "count_left")
    [(left,)] = cursor.fetchall()
    if left:
        raise StudentsKept(count=counted(left, "student"))


def _restored(field: _Field) -> sql.Composable:
    return sql.SQL("{0} = CASE WHEN u.ours[{1}] THEN (u.before[{1}])::{2} ELSE {3} END").format(
        field.column,
        sql.Literal(field.number),
        sql.SQL(field.type),  # type: ignore[arg-type,unused-ignore]
        field.stored,
    )
