"""The statements that take Rollbook out of a database, and leave everything of others there."""

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any, Final

from psycopg import Cursor, sql

from rollbook.backup import tables, target
from rollbook.core.quantities import counted
from rollbook.core.statements import Statements
from rollbook.records.database import connect
from rollbook.records.locks import FEED_RUNNING
from rollbook.records.rights import RIGHTS
from rollbook.records.tables.comparison import named_terms
from rollbook.records.tables.expected import SNAPSHOTS, expected_columns
from rollbook.records.tables.ownership import OUR_ROWS

_SQL: Final = Statements(__package__, "removal.sql")

TYPES: Final = ("grade_level", "student_status", "job_status")
"""Types of our own tables in `public`, which nothing else uses where the tables are ours alone."""


def statements() -> str:
    """Return one transaction for psql; nothing is changed. Raises as `translated` does."""
    with connect() as connection, connection.cursor() as cursor:
        parts = list(_parts(cursor))
        texts = [part if isinstance(part, str) else part.as_string(cursor) for part in parts]
    return "\n".join(texts) + "\n"


def _parts(cursor: Cursor[Any]) -> Iterator[str | sql.Composable]:
    shared = target.is_shared(cursor)
    cursor.execute("select current_database(), to_regnamespace('rollbook') is not null")
    [(database, is_here)] = cursor.fetchall()
    yield from _head(database, shared=shared)
    yield "begin;"
    yield "set local lock_timeout = '10s';"
    yield "\n-- Stops where another program has built on what goes, or an import runs."
    yield _guard(cursor, (SNAPSHOTS,) if shared else target.ALL)
    yield from _rights(cursor)
    if shared:
        yield from _beside(cursor)
    else:
        yield from _alone(cursor)
    if is_here:
        yield "\n-- Everything else that is Rollbook's: feeds, people, history, functions."
        yield "drop schema rollbook cascade;"
    yield "\ncommit;"


def _head(database: str, *, shared: bool) -> Iterator[str | sql.Composable]:
    name = sql.Identifier(database).as_string(None).replace("\n", " ")
    yield f"-- Takes Rollbook {version('rollbook')} out of the database {name}."
    yield "-- Run it with psql, as the role that owns the tables, when Rollbook has been ended."
    yield "-- What goes cannot be had again: write a backup first (rollbook backup FILE)."
    if shared:
        yield "-- Another application uses this database: its tables, columns and rows stay, and so"
        yield "-- do all students, with the values that imports have written."
    else:
        yield "-- Nothing else uses the tables, so the students go too."
    yield ""


def _guard(cursor: Cursor[Any], of_ours: tuple[str, ...]) -> sql.Composed:
    known = [name.partition(".")[2] for name in expected_columns(named_terms(cursor))]
    known.append("issues")  # our view
    return _SQL.compose(
        "guard",
        {
            "tables": sql.SQL(", ").join(
                sql.SQL("to_regclass({})").format(sql.Literal(name)) for name in of_ours
            ),
            "known": sql.SQL("array[{}]").format(sql.SQL(", ").join(map(sql.Literal, known))),
            "import_runs": sql.Literal(FEED_RUNNING),
        },
    )


def _beside(cursor: Cursor[Any]) -> Iterator[str | sql.Composable]:
    if tables.columns_of(cursor, SNAPSHOTS):
        yield "\n-- The values of the files."
        yield "drop table public.student_data_snapshots;"
    for table, ours in OUR_ROWS.items():
        if tables.columns_of(cursor, table):
            rows = counted(tables.count(cursor, table), "row")
            yield f"\n-- Rollbook's own rows in {table}: {rows} now."
            yield sql.SQL("delete from {} where {};").format(tables.identifier(table), ours)
    _SQL.run(cursor, "has_our_ssid")
    if cursor.fetchall() == [(True,)]:
        yield "\n-- Rollbook has added this column. Leave the line out where others use it by now."
        yield "alter table public.students drop column ssid;"


def _alone(cursor: Cursor[Any]) -> Iterator[str | sql.Composable]:
    there = [name for name in reversed(target.ALL) if tables.columns_of(cursor, name)]
    if not there:
        return
    yield "\n-- The tables that Rollbook has made, and their types."
    names = sql.SQL(", ").join(map(tables.identifier, there))
    yield sql.SQL("drop table {};").format(names)
    yield f"drop type if exists {', '.join(f'public.{name}' for name in TYPES)};"


def _rights(cursor: Cursor[Any]) -> Iterator[str | sql.Composable]:
    _SQL.run(cursor, "grantees")
    for (role,) in cursor.fetchall():
        name = sql.Identifier(role).as_string(None)
        _SQL.run(cursor, "rights", role=name, tables=list(RIGHTS))
        found = cursor.fetchall()
        others = [what for _, what, _, is_needed in found if not is_needed]
        shown = name.replace("\n", " ")
        if others:
            yield f"\n-- The role {shown} has rights to other tables too, so its rights stay."
            continue
        yield f"\n-- What the role {shown} was given. Drop it afterwards, if nothing else uses it."
        for kind, what, rights, _ in found:
            yield f"revoke {rights} on {kind} {what} from {name};"
