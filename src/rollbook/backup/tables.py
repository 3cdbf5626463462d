"""Which tables and columns a backup holds, in which order, and what is left out.

Of tables that another application may share, it holds the students and Rollbook's own rows.
Left out is what must not come back (who is signed in, links that were used since, tokens that were
revoked since) and what is made again (the queue, which every worker fills from the jobs that wait;
the list of migrations).
"""

from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter
from typing import Any, Final

from django.db.models import Model
from psycopg import Cursor, sql

from rollbook.backup.manifest import Table
from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.catalogue.terms import Term
from rollbook.records.models import Job, Setting
from rollbook.records.tables.ownership import OUR_ROWS, condition_of

SPECIFIED: Final = ("students", "jobs", "settings", "student_data_snapshots")
QUEUE: Final = "procrastinate_"
LEFT_OUT: Final = (
    "django_migrations",
    "django_session",
    "access_signinlink",
    "access_apitoken",
    "access_idempotentrequest",
    "web_cache",
    "last_tick",
    "import_index",
    "student_search",
    "student_search_state",
)

STUDENT_COLUMNS: Final = frozenset((
    "id", "student_id", "first_name", "last_name", "middle_name", "date_of_birth", "grade",
    "school_id", "status", "email", "phone", "address", "created_at", "updated_at", "created_by",
    "updated_by", "ssid",
))  # fmt: skip
SNAPSHOT_METADATA: Final = frozenset((
    "id", "student_id", "imported_at", "import_job_id", "created_at", "updated_at",
))  # fmt: skip

TERMS: Final = "rollbook.terms"
SNAPSHOTS: Final = "public.student_data_snapshots"


def names(cursor: Cursor[Any]) -> list[str]:
    """Return the tables of this database that a backup holds, as `schema.table`."""
    cursor.execute(
        "select n.nspname || '.' || c.relname from pg_class c"
        " join pg_namespace n on n.oid = c.relnamespace"
        " where c.relkind in ('r', 'p') and (n.nspname = 'public' and c.relname = any(%s)"
        " or n.nspname = 'rollbook' and c.relname <> all(%s) and not starts_with(c.relname, %s))"
        " order by 1",
        [list(SPECIFIED), list(LEFT_OUT), QUEUE],
    )
    return [name for (name,) in cursor.fetchall()]


def described(cursor: Cursor[Any], found: Iterable[str]) -> list[Table]:
    """Return the tables with their columns and counts, what is referred to first."""
    known = specified_columns(cursor)
    return [
        Table(
            name,
            columns := [
                column
                for column in columns_of(cursor, name)
                if name not in known or column in known[name]
            ],
            count(cursor, name),
            _sequences(cursor, name, columns=columns),
        )
        for name in _ordered(cursor, list(found))
    ]


def foreign_columns(cursor: Cursor[Any]) -> list[str]:
    """Return what another application has added to the specified tables."""
    return _unknown(cursor, specified_columns(cursor))


def foreign_to_shared(cursor: Cursor[Any]) -> list[str]:
    """Return the same of the tables that it may have made itself; nothing of ours is read."""
    return _unknown(cursor, _shared_columns())


def columns_of(cursor: Cursor[Any], table: str) -> list[str]:
    """Return the columns that can be written; none where there is no such table."""
    cursor.execute(
        "select attname from pg_attribute where attrelid = to_regclass(%s) and attnum > 0"
        " and not attisdropped and attgenerated = '' order by attnum",
        [table],
    )
    return [name for (name,) in cursor.fetchall()]


def specified_columns(cursor: Cursor[Any]) -> dict[str, frozenset[str]]:
    """Return what Rollbook knows of the tables that it may share, its terms included."""
    cursor.execute("select to_regclass(%s) is not null", [TERMS])
    [(has_terms,)] = cursor.fetchall()
    terms = []
    if has_terms:
        cursor.execute("select name from rollbook.terms")
        terms = [Term(name) for (name,) in cursor.fetchall()]
    fields = student_catalogue(terms).snapshot_fields
    return _shared_columns() | {
        SNAPSHOTS: SNAPSHOT_METADATA | {field.name for field in fields},
    }


def identifier(name: str) -> sql.Identifier:
    """Return `schema.table` for a statement."""
    return sql.Identifier(*name.split(".", 1))


def count(cursor: Cursor[Any], table: str) -> int:
    """Return how many rows of Rollbook's the table has."""
    return _count(cursor, table, condition_of(table))


def others(cursor: Cursor[Any]) -> dict[str, int]:
    """Return how many rows of other programs the shared tables have, where there are any."""
    found = {}
    for table, ours in OUR_ROWS.items():
        is_other = sql.SQL("({}) is not true").format(ours)
        if columns_of(cursor, table) and (rows := _count(cursor, table, is_other)):
            found[table] = rows
    return found


def _count(cursor: Cursor[Any], table: str, condition: sql.Composable) -> int:
    statement = sql.SQL("select count(*) from {} where {}")
    cursor.execute(statement.format(identifier(table), condition))
    [(count,)] = cursor.fetchall()
    return int(count)


def _shared_columns() -> dict[str, frozenset[str]]:
    return {
        "public.students": STUDENT_COLUMNS,
        "public.jobs": _columns_of_model(Job),
        "public.settings": _columns_of_model(Setting),
    }


def _unknown(cursor: Cursor[Any], columns: Mapping[str, frozenset[str]]) -> list[str]:
    return [
        f"{table}.{column}"
        for table, known in columns.items()
        for column in columns_of(cursor, table)
        if column not in known
    ]


def _columns_of_model(model: type[Model]) -> frozenset[str]:
    return frozenset(field.column for field in model._meta.concrete_fields if field.column)


def _ordered(cursor: Cursor[Any], found: list[str]) -> list[str]:
    needs: dict[str, set[str]] = {name: set() for name in found}
    if SNAPSHOTS in needs and TERMS in needs:
        needs[SNAPSHOTS].add(TERMS)  # a restore adds the columns of the terms that it has read
    cursor.execute(
        "select a.nspname || '.' || c.relname, b.nspname || '.' || d.relname from pg_constraint k"
        " join pg_class c on c.oid = k.conrelid join pg_namespace a on a.oid = c.relnamespace"
        " join pg_class d on d.oid = k.confrelid join pg_namespace b on b.oid = d.relnamespace"
        " where k.contype = 'f' and k.conrelid <> k.confrelid"
    )
    for table, needed in cursor.fetchall():
        if table in needs and needed in needs:
            needs[table].add(needed)
    return list(TopologicalSorter(needs).static_order())


def _sequences(
    cursor: Cursor[Any], table: str, *, columns: list[str]
) -> dict[str, tuple[int, bool]]:
    cursor.execute(
        "select column_name, pg_get_serial_sequence(%s, column_name)"
        " from unnest(%s::text[]) column_name"
        " where pg_get_serial_sequence(%s, column_name) is not null",
        [table, columns, table],
    )
    found = {}
    for column, sequence in cursor.fetchall():
        cursor.execute(sql.SQL("select last_value, is_called from {}").format(identifier(sequence)))
        [found[column]] = cursor.fetchall()
    return found
