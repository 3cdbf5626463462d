"""The database into which a backup goes: at rest, without rows of ours; then cleared.

Where another application uses it too, what is that application's stays as it is.
"""

import time
from typing import Any, Final

import psycopg
from psycopg import Cursor, sql

from rollbook.backup import owners, tables
from rollbook.backup.errors import InUse, NotEmpty, SharedTables
from rollbook.core.quantities import counted
from rollbook.records.locks import FEED_RUNNING
from rollbook.records.queries.workers import workers_alive
from rollbook.records.tables.expected import JOBS, SETTINGS, SNAPSHOTS, STUDENTS
from rollbook.records.tables.ownership import OUR_ROWS

BORN_WITH: Final = (
    "rollbook.terms", "rollbook.feeds", "rollbook.django_content_type", "rollbook.auth_permission",
    "rollbook.installation_key",
)  # fmt: skip
"""Tables that are never without rows. Every change of one of them leaves an audit event."""

SHARED: Final = (STUDENTS, JOBS, SETTINGS)
"""Tables that another application may have too."""

ALL: Final = (*SHARED, SNAPSHOTS)
"""Our tables outside our schema."""

PATIENCE: Final = 2.0
"""Seconds for the sessions of a process that has just ended to be gone."""

BUILT_ON_OURS: Final = """
with ours as (
    select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'rollbook' or n.nspname || '.' || c.relname = any(%s)
), referring as (
    select conrelid as oid from pg_constraint
    where contype = 'f' and confrelid in (select oid from ours)
    union
    select r.ev_class from pg_depend d join pg_rewrite r on r.oid = d.objid
    where d.classid = 'pg_rewrite'::regclass and d.refobjid in (select oid from ours)
)
select oid::regclass::text from referring where oid not in (select oid from ours) order by 1
"""
"""Tables that refer to ours, and views that read them."""

REFERS_TO_OTHERS: Final = """
select exists (
    select from pg_constraint k join pg_class c on c.oid = k.confrelid
    join pg_namespace n on n.oid = c.relnamespace
    where k.contype = 'f' and k.conrelid = any(
        array(select to_regclass(name) from unnest(%s::text[]) name))
      and n.nspname || '.' || c.relname <> all(%s)
)
"""


def await_rest(cursor: Cursor[Any]) -> None:
    """Wait a moment for others to be gone. Raises InUse. To be called outside a transaction."""
    deadline = time.monotonic() + PATIENCE
    while what := _at_work(cursor):
        if time.monotonic() > deadline:
            raise InUse(what=what)
        time.sleep(0.1)


def is_shared(cursor: Cursor[Any]) -> bool:
    """Tell whether another application uses the tables for students, jobs or settings too."""
    there = [name for name in SHARED if tables.columns_of(cursor, name)]
    cursor.execute("select to_regnamespace('rollbook') is not null")
    if cursor.fetchall() == [(False,)] and there:
        return True  # not made by us
    cursor.execute(REFERS_TO_OTHERS, [there, list(ALL)])
    if cursor.fetchall() == [(True,)] or tables.others(cursor):
        return True
    return bool(tables.foreign_to_shared(cursor) or _built_on(cursor, ALL))


def check_free(cursor: Cursor[Any]) -> None:
    """Raise SharedTables where another application is built on what a restore makes again."""
    made = (SNAPSHOTS,) if owners.is_ours(cursor, SNAPSHOTS) else ()
    columns = tables.foreign_columns(cursor) if made else []
    found = [each for each in columns if each.startswith(f"{SNAPSHOTS}.")]
    if found := found + _built_on(cursor, made):
        raise SharedTables(what=", ".join(found))


def contents(cursor: Cursor[Any]) -> dict[str, int]:
    """Return table -> number of rows that a restore gives up, for those that people made.

    In a shared database the students are another application's, and stay.
    """
    shared = is_shared(cursor)
    counted = {}
    for name in tables.names(cursor):
        is_given_up = name not in BORN_WITH and not (shared and name == STUDENTS)
        if is_given_up and (rows := tables.count(cursor, name)):
            counted[name] = rows
    return counted


def check_empty(cursor: Cursor[Any]) -> None:
    """Raise NotEmpty where the database holds anything."""
    if held := contents(cursor):
        raise NotEmpty(
            what=", ".join(f"{counted(rows, 'row')} in {name}" for name, rows in held.items())
        )


def lock(cursor: Cursor[Any]) -> None:
    """Keep everybody else from the tables until the transaction of `cursor` ends. Raises InUse."""
    if found := [tables.identifier(name) for name in tables.names(cursor)]:
        locked = sql.SQL(", ").join(found)
        cursor.execute(sql.SQL("lock table {} in access exclusive mode").format(locked))
    # No import can begin any more; but one may have begun before.
    if _importing(cursor):
        raise InUse(what="an import runs")


def clear(cursor: Cursor[Any], *, shared: bool = False) -> None:
    """Remove Rollbook's tables, types and functions, in the transaction of `cursor`.

    In a `shared` database the students stay, and the rows of others; an empty table of snapshots
    stays where it is another role's. The schema itself stays: an administrator may have made it for
    a role that cannot make one. Raises SharedTables, OwnerMakesRoom.
    """
    if shared:
        owners.check_room(cursor)
    for kind, objects in _own_objects(cursor):
        cursor.execute(f"drop {kind} if exists {objects} cascade")
    dropped = [name for name in ((SNAPSHOTS,) if shared else ALL) if owners.is_ours(cursor, name)]
    if dropped:
        found = sql.SQL(", ").join(map(tables.identifier, dropped))
        cursor.execute(sql.SQL("drop table if exists {}").format(found))
    if shared:
        _delete_our_rows(cursor)


def _delete_our_rows(cursor: Cursor[Any]) -> None:
    for table, ours in OUR_ROWS.items():
        if tables.columns_of(cursor, table) and tables.count(cursor, table):
            statement = sql.SQL("delete from {} where {}")
            try:
                cursor.execute(statement.format(tables.identifier(table), ours))
            except psycopg.errors.ForeignKeyViolation:
                raise SharedTables(what=f"rows that refer to Rollbook's in {table}") from None


def _built_on(cursor: Cursor[Any], names: tuple[str, ...]) -> list[str]:
    cursor.execute(BUILT_ON_OURS, [list(names)])
    return [name for (name,) in cursor.fetchall()]


def _at_work(cursor: Cursor[Any]) -> str:
    if _importing(cursor):
        return "an import runs"
    cursor.execute("select to_regclass('rollbook.procrastinate_workers') is not null")
    if cursor.fetchall() == [(True,)] and workers_alive(cursor):
        return "a worker runs"
    cursor.execute(
        "select exists (select from pg_stat_activity where datname = current_database()"
        " and pid <> pg_backend_pid() and starts_with(application_name, 'rollbook'))"
    )
    return "another command or its pages are connected" if cursor.fetchall() == [(True,)] else ""


def _importing(cursor: Cursor[Any]) -> bool:
    """Tell whether anybody holds the lock of a feed."""
    cursor.execute(
        "select exists (select from pg_locks where locktype = 'advisory' and granted"
        " and database = (select oid from pg_database where datname = current_database())"
        " and classid = %s and objsubid = 2)",
        [FEED_RUNNING],
    )
    return cursor.fetchall() == [(True,)]


def _own_objects(cursor: Cursor[Any]) -> list[tuple[str, str]]:
    """Return the kinds of what lies in our schema, each with its names for a statement."""
    cursor.execute(
        "select case when relkind = 'v' then 'view' when relkind = 'm' then 'materialized view'"
        " when relkind = 'S' then 'sequence' else 'table' end, string_agg(oid::regclass::text, ',')"
        " from pg_class c where relnamespace = to_regnamespace('rollbook')"
        " and relkind in ('r', 'p', 'v', 'm', 'S') and not exists (select from pg_depend d"
        " where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i')"
        " and c.relkind = 'S') group by 1"
        " union all select 'routine', string_agg(oid::regprocedure::text, ',') from pg_proc"
        " where pronamespace = to_regnamespace('rollbook') having count(*) > 0"
        " union all select 'type', string_agg(t.oid::regtype::text, ',') from pg_type t"
        " left join pg_class c on c.oid = t.typrelid"
        " where t.typnamespace = to_regnamespace('rollbook') and t.typtype in ('e', 'c', 'd')"
        " and (c.oid is null or c.relkind = 'c') having count(*) > 0"
    )
    return [(kind, names) for kind, names in cursor.fetchall()]
