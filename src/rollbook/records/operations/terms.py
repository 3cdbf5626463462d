"""Adding a term: its columns, its row, its audit event, or none of them."""

from django.db import OperationalError, ProgrammingError, connection, transaction
from django.db.models import Max
from psycopg import sql

from rollbook.core.catalogue.measures import measures_of
from rollbook.core.catalogue.terms import Term
from rollbook.records.database import DatabaseBusy, DatabaseForbidden
from rollbook.records.models import TermRow
from rollbook.records.operations import audit

LOCK_TIMEOUT = "5s"
"""How long readers and writers of the table may be kept waiting behind us."""


def add_term(term: Term, *, actor: str) -> int:
    """Add the term's columns; return how many (0: it was there). Raises DatabaseBusy, -Forbidden.

    The dates of a term that is there are updated where new ones are given.
    """
    try:
        with transaction.atomic():
            return _add(term, actor)
    except OperationalError as error:
        raise DatabaseBusy(sqlstate=_state(error)) from None
    except ProgrammingError as error:
        raise DatabaseForbidden(sqlstate=_state(error)) from None


def _add(term: Term, actor: str) -> int:
    dates = {"starts_on": term.starts_on, "ends_on": term.ends_on}
    known = TermRow.objects.filter(key=term.key).first()
    told = {name: day.isoformat() for name, day in dates.items() if day is not None}
    if known is not None:
        if told:
            TermRow.objects.filter(key=term.key).update(**told)
            audit.record(actor, "term.changed", subject=term.name, after=told)
        return 0
    columns = measures_of(term)
    statement = sql.SQL("alter table public.student_data_snapshots {}").format(
        sql.SQL(", ").join(
            sql.SQL("add column if not exists {} {}").format(
                sql.Identifier(field.name), sql.SQL(field.type.sql)
            )
            for field in columns
        )
    )
    with connection.cursor() as cursor:
        cursor.execute(f"set local lock_timeout = '{LOCK_TIMEOUT}'")
        cursor.execute(statement.as_string(None))
    last = TermRow.objects.aggregate(last=Max("position"))["last"] or 0
    TermRow.objects.create(key=term.key, name=term.name, position=last + 1, **dates)
    audit.record(
        actor, "term.added", subject=term.name, after=told | {"columns": [f.name for f in columns]}
    )
    return len(columns)


def _state(error: Exception) -> str:
    return getattr(error.__cause__, "sqlstate", None) or "unknown"
