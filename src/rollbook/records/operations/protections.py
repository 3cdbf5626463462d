"""Protecting a correction: imports leave the value until a day, or until their file agrees."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any, Final

from django.db import connection, transaction
from psycopg import sql

from rollbook.core.errors import UsageError
from rollbook.core.loading.change_record import OF_STUDENTS
from rollbook.core.loading.protection import NOT_PROTECTED
from rollbook.core.loading.statements import run
from rollbook.core.mapping import NoSuchField
from rollbook.core.statements import Statements
from rollbook.records.database import translated
from rollbook.records.district import district_zone
from rollbook.records.models import ProtectedValue
from rollbook.records.operations import audit
from rollbook.records.operations.protection_errors import (
    AlreadyProtected,
    ChangedSince,
    FieldNotProtected,
    NotOverwritten,
    NotProtected,
    OtherThanShown,
    ValuesDiffer,
)
from rollbook.records.operations.reasons import check_reason
from rollbook.records.queries.feeds import field_headers
from rollbook.records.queries.lineage import NoSuchStudent, StudentLineage, lineage_by_number
from rollbook.records.queries.stored_values import IN_STUDENTS

PATIENCE: Final = "20s"
"""How long an import that merges is waited for."""

_SQL: Final = Statements(__package__, "protections.sql")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be protected. `student` is the number of the row."""

    student: int
    field: str
    """As the lineage names it; “students.” in front takes the value of that table."""
    reason: str
    until: date | None = None
    """The last day, of the district; None: until the file agrees."""
    overwritten_by: int | None = None
    """The import whose value gives way to the one before it; None: the value now is kept."""
    shown: str = ""
    """`digest_of` the value that the person has seen; '': it was not shown."""

    @property
    def name(self) -> str:
        """The field without its table."""
        return self.field.removeprefix(OF_STUDENTS)


@translated()
def protect_value(wish: Wish, *, actor: str, now: datetime | None = None) -> int:
    """Protect the value, and have both tables hold it; return the number of the protection.

    Raises UsageError, NoSuchStudent, DatabaseBusy.
    """
    check_reason(wish.reason)
    header = check_field(wish.field)
    until_at = _until_at(wish.until, now or datetime.now(UTC))
    with transaction.atomic(), connection.cursor() as cursor:
        _SQL.run(cursor, "wait_for_imports", patience=PATIENCE)
        _SQL.run(cursor, "lock_students")
        now = now or datetime.now(UTC)  # after the imports that were waited for
        student = lineage_by_number(wish.student)
        if student is None:
            raise NoSuchStudent
        run(cursor, "end_dated", now=now, job_id=None)
        if _active(wish.student, wish.name).exists():
            raise AlreadyProtected(header=header)
        value = _kept(cursor, wish, student, header=header)
        if wish.shown and wish.shown != digest_of(value):
            raise OtherThanShown(header=header)
        _store(cursor, wish, value, now=now)
        made = ProtectedValue.objects.create(
            student_id=wish.student,
            field=wish.name,
            value=value,
            reason=wish.reason,
            protected_by=actor,
            protected_at=now,
            until_at=until_at,
        )
        after = {
            "field": wish.name,
            "reason": wish.reason,
            "until": wish.until.isoformat() if wish.until else None,
            "put_back_of_import": wish.overwritten_by,
        }
        audit.record(actor, "value.protected", subject=f"student {wish.student}", after=after)
    return made.pk


@translated()
@transaction.atomic
def release_value(number: int, *, reason: str, actor: str, now: datetime | None = None) -> None:
    """Let the next import write the value again. Raises NotProtected, UsageError, DatabaseBusy."""
    check_reason(reason)
    now = now or datetime.now(UTC)
    with connection.cursor() as cursor:
        _SQL.run(cursor, "wait_for_imports", patience=PATIENCE)
        run(cursor, "end_dated", now=now, job_id=None)
    found = ProtectedValue.objects.select_for_update().filter(pk=number, ended_at=None).first()
    if found is None:
        raise NotProtected
    found.ended_at, found.ended_by, found.why_ended = now, actor, "released"
    found.save(update_fields=["ended_at", "ended_by", "why_ended"])
    after = {"field": found.field, "reason": reason}
    audit.record(actor, "value.released", subject=f"student {found.student_id}", after=after)


@translated()
def value_to_keep(wish: Wish) -> str | None:
    """Return what would be protected, as the database writes it.

    Raises what `protect_value` does.
    """
    header = check_field(wish.field)
    student = lineage_by_number(wish.student)
    if student is None:
        raise NoSuchStudent
    with connection.cursor() as cursor:
        return _kept(cursor, wish, student, header=header)


def digest_of(value: str | None) -> str:
    """Return by what a form tells which value it has shown."""
    return sha256(repr(value).encode("utf-8", "surrogatepass")).hexdigest()


def protection_of(student: int, field: str) -> int:
    """Return the number of the protection of a value. Raises NotProtected."""
    found = _active(student, field.removeprefix(OF_STUDENTS)).first()
    if found is None:
        raise NotProtected
    return int(found.pk)


def check_field(field: str) -> str:
    """Return what people call a field. Raises NoSuchField, FieldNotProtected."""
    name, headers = field.removeprefix(OF_STUDENTS), field_headers()
    if name in NOT_PROTECTED:
        raise FieldNotProtected(header=headers.get(name, "The number of the school"))
    if name not in headers or (field != name and name not in IN_STUDENTS):
        raise NoSuchField(name=field, nearest="", field="field")
    return headers[name]


def _active(student: int, field: str) -> Any:
    return ProtectedValue.objects.filter(student_id=student, field=field, ended_at=None)


def _until_at(until: date | None, now: datetime) -> datetime | None:
    """Return the beginning of the day after `until`. Raises UsageError where it is over."""
    if until is None:
        return None
    zone = district_zone()
    if until < now.astimezone(zone).date() or until.year > now.year + 50:
        raise UsageError(
            what="That day is in the past, or too far away.",
            advice="Choose today or a later day. Without a day, the value is protected until the "
            "file agrees.",
            field="until",
        )
    return datetime.combine(until + timedelta(days=1), time.min, zone).astimezone(UTC)


def _kept(cursor: Any, wish: Wish, student: StudentLineage, *, header: str) -> str | None:
    """Return the value to keep, as the database writes it."""
    if wish.overwritten_by is not None:
        _SQL.run(
            cursor,
            "overwritten",
            job=wish.overwritten_by,
            student=wish.student,
            field=wish.name,
            of_students=OF_STUDENTS + wish.name,
        )
        found: list[tuple[str | None, str | None, bool]] = cursor.fetchall()
        if not found:
            raise NotOverwritten(job=wish.overwritten_by)
        [(before, after, of_students)] = found
        if _stored(cursor, wish)[0 if of_students else 1] != after:
            raise ChangedSince(job=wish.overwritten_by)
        return before
    shared, own = _stored(cursor, wish)
    if wish.name not in IN_STUDENTS or shared == own:
        return own
    return shared if _is_in_students(wish, student, header=header) else own


def _stored(cursor: Any, wish: Wish) -> tuple[str | None, str | None]:
    """Return the value in `students`, None where it has no such column, and in the snapshot."""
    name = sql.Identifier(wish.name)
    is_shared = wish.name in IN_STUDENTS
    parts = {
        "own": sql.SQL("n.{}::text").format(name),
        "shared": sql.SQL("k.{}::text").format(name) if is_shared else sql.SQL("NULL"),
    }
    _SQL.run(cursor, "stored", parts=parts, student=wish.student)
    row: tuple[str | None, str | None] = cursor.fetchone()
    return row


def _is_in_students(wish: Wish, student: StudentLineage, *, header: str) -> bool:
    """Tell whether the correction is the value in `students`. Raises ValuesDiffer."""
    if wish.field != wish.name:
        return True
    shared = student.fields[OF_STUDENTS + wish.name].is_by_another_hand
    own = student.fields[wish.name]
    if shared is own.is_by_another_hand and own.value is not None:
        raise ValuesDiffer(header=header, name=wish.name)
    return shared or own.value is None


def _store(cursor: Any, wish: Wish, value: str | None, *, now: datetime) -> None:
    """Have both tables hold the value. Where they do already, nothing is written."""
    run(cursor, "column_types")
    types = dict(cursor.fetchall())
    run(cursor, "has_updated_by")
    [(has_updated_by,)] = cursor.fetchall()
    values = {"value": value, "student": wish.student, "now": now.replace(tzinfo=None)}
    parts = {
        "field": sql.Identifier(wish.name),
        "by": sql.SQL(", updated_by = NULL" if has_updated_by else ""),
    }
    for statement, column in (
        ("store_in_students", OF_STUDENTS + wish.name),
        ("store_in_snapshots", wish.name),
    ):
        if column in types and (statement == "store_in_snapshots" or wish.name in IN_STUDENTS):
            of_type = {"type": sql.SQL(types[column])}
            _SQL.run(cursor, statement, parts=parts | of_type, **values)
