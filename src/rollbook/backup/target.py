"""The database into which a backup goes: at rest, Rollbook's own, empty; then cleared."""

import time
from typing import Any, Final

from psycopg import Cursor, sql

from rollbook.backup import tables
from rollbook.backup.errors import InUse, NotEmpty, SharedTables
from rollbook.core.report import counted
from rollbook.records.locks import FEED_RUNNING
from rollbook.records.queries.workers import workers_alive

BORN_WITH: Final = (
    "rollbook.terms", "rollbook.feeds", "rollbook.django_content_type", "rollbook.auth_permission",
    "rollbook.installation_key",
)  # fmt: skip
"""Tables that are never without rows. Every change of one of them leaves an audit event."""

PATIENCE: Final = 2.0
"""Seconds for the sessions of a process that has just ended to be gone."""

BUILT_ON_OURS: Final = """
with ours as (
    select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'rollbook' or n.nspname = 'public' and c.relname = any(%s)
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


def await_rest(cursor: Cursor[Any]) -> None:
    """Wait a moment for others to be gone. Raises InUse. To be called outside a transaction."""
    deadline = time.monotonic() + PATIENCE
    while what := _at_work(cursor):
        if time.monotonic() > deadline:
            raise InUse(what=what)
        time.sleep(0.1)


def check_own(cursor: Cursor[Any]) -> None:
    """Raise SharedTables where another application would lose something."""
    cursor.execute("select to_regnamespace('rollbook') is not null")
    [(is_here,)] = cursor.fetchall()
    if not is_here and (held := contents(cursor)):
        raise SharedTables(what=f"rows in {', '.join(held)}, but no tables of Rollbook's own")
    if columns := tables.foreign_columns(cursor):
        raise SharedTables(what=f"the columns {', '.join(columns)}")
    cursor.execute(BUILT_ON_OURS, [list(tables.SPECIFIED)])
    if found := [name for (name,) in cursor.fetchall()]:
        raise SharedTables(what=", ".join(found))


def contents(cursor: Cursor[Any]) -> dict[str, int]:
    """Return table -> number of rows, for the tables that hold rows people made."""
    counted = {}
    for name in tables.names(cursor):
        if name not in BORN_WITH and (rows := tables.count(cursor, name)):
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


def clear(cursor: Cursor[Any]) -> None:
    """Remove Rollbook's tables, types and functions, in the transaction of `cursor`.

    The schema itself stays: an administrator may have made it for a role that cannot make one.
    """
    for kind, objects in _own_objects(cursor):
        cursor.execute(f"drop {kind} if exists {objects} cascade")
    found = [tables.identifier(f"public.{name}") for name in tables.SPECIFIED]
    cursor.execute(sql.SQL("drop table if exists {}").format(sql.SQL(", ").join(found)))


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
