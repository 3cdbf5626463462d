"""Adding a term: its columns, its row, its audit event, or none of them."""

from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from psycopg import sql

from rollbook.core.catalogue.field import Field
from rollbook.core.catalogue.measures import measures_of
from rollbook.core.catalogue.terms import Term
from rollbook.core.errors import RollbookError, UsageError
from rollbook.core.visible import visible
from rollbook.records.database import translated
from rollbook.records.models import TermRow
from rollbook.records.operations import audit
from rollbook.records.owners import owner_of

SNAPSHOTS = "public.student_data_snapshots"

LOCK_TIMEOUT = "5s"
"""How long readers and writers of the table may be kept waiting behind us."""


class OwnerNeeded(RollbookError):
    """{term} needs columns of its own in public.student_data_snapshots, which only its owner can
    add: the database role “{owner}”.

    Nothing was changed.

    Have the role “{owner}” run the statement, then add the term again: {statement};"""

    reason = "owner_needed"


def add_term(term: Term, *, actor: str) -> int:
    """Add the term's columns; return how many (0: it was there). Raises UsageError, DatabaseBusy.

    The dates of a term that is there are updated where new ones are given.
    """
    _check_days(term.name, term.starts_on, ends_on=term.ends_on)
    with translated(), transaction.atomic():
        return _add(term, actor)


def add_columns(cursor: Any, term: Term) -> tuple[Field, ...]:
    """Add the columns of the term's measures where they are missing; return all of them.

    Raises OwnerNeeded.
    """
    columns = measures_of(term)
    cursor.execute(
        "select attname from pg_attribute where attrelid = %s::regclass and not attisdropped",
        [SNAPSHOTS],
    )
    there = {name for (name,) in cursor.fetchall()}
    if not (missing := [field for field in columns if field.name not in there]):
        return columns
    statement = _addition(missing)
    cursor.execute(
        "select pg_has_role(relowner, 'usage') from pg_class where oid = %s::regclass", [SNAPSHOTS]
    )
    if cursor.fetchall() != [(True,)]:
        owner = visible(owner_of(cursor, SNAPSHOTS))
        raise OwnerNeeded(term=term.name, owner=owner, statement=statement)
    cursor.execute(statement)
    return columns


def _addition(columns: list[Field]) -> str:
    return (
        sql.SQL("alter table public.student_data_snapshots {}")
        .format(
            sql.SQL(", ").join(
                sql.SQL("add column if not exists {} {}").format(
                    sql.Identifier(field.name), sql.SQL(field.type.sql)
                )
                for field in columns
            )
        )
        .as_string(None)
    )


def _add(term: Term, actor: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"set local lock_timeout = '{LOCK_TIMEOUT}'")
        # Another request that adds the same term at the same time waits here and then finds it.
        cursor.execute("lock table rollbook.terms in share row exclusive mode")
    dates = {"starts_on": term.starts_on, "ends_on": term.ends_on}
    known = TermRow.objects.filter(key=term.key).first()
    changed = {name: day.isoformat() for name, day in dates.items() if day is not None}
    if known is not None:
        _check_days(
            known.name, term.starts_on or known.starts_on, ends_on=term.ends_on or known.ends_on
        )
        if changed:
            TermRow.objects.filter(key=term.key).update(**changed)
            audit.record(actor, "term.changed", subject=term.name, after=changed)
        return 0
    with connection.cursor() as cursor:
        columns = add_columns(cursor, term)
    last = TermRow.objects.aggregate(last=Max("position"))["last"] or 0
    TermRow.objects.create(key=term.key, name=term.name, position=last + 1, **dates)
    audit.record(
        actor,
        "term.added",
        subject=term.name,
        after=changed | {"columns": [f.name for f in columns]},
    )
    return len(columns)


def _check_days(name: str, starts_on: date | None, *, ends_on: date | None) -> None:
    if starts_on and ends_on and ends_on < starts_on:
        raise UsageError(
            what=f"{name} would end before it starts.",
            advice="Check the two days.",
            field="ends_on",
        )
