"""The statements that take Rollbook out of a database, and leave everything of others there."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

from psycopg import Cursor, sql

from rollbook.backup import tables, target
from rollbook.core.quantities import counted
from rollbook.core.statements import Statements
from rollbook.core.visible import visible
from rollbook.records.database import connect
from rollbook.records.locks import FEED_RUNNING
from rollbook.records.owners import OwnersStatement, owner_of, script
from rollbook.records.rights import RIGHTS
from rollbook.records.tables.expected import SNAPSHOTS, STUDENTS, expected_columns
from rollbook.records.tables.objects import VIEWS
from rollbook.records.tables.ownership import OUR_ROWS

_SQL: Final = Statements(__package__, "removal.sql")

TYPES: Final = ("grade_level", "student_status", "job_status")
"""Types of our own tables in `public`, which nothing else uses where the tables are ours alone."""


@dataclass(frozen=True, slots=True)
class _Step:
    """Lines of the script that belong together, and the role that may run them."""

    role: str
    why: str
    texts: tuple[str, ...]


def statements() -> str:
    """Return a transaction for psql, or one for each role that runs a part; nothing is changed.

    Raises as `translated` does.
    """
    with connect() as connection, connection.cursor() as cursor:
        shared = target.is_shared(cursor)
        steps = list(_beside(cursor) if shared else _alone(cursor))
        roles = list(dict.fromkeys(step.role for step in steps))
        lines = [*_head(cursor, roles, shared=shared)]
        guarded = (SNAPSHOTS,) if shared else target.ALL
        parts = [
            OwnersStatement(_part(cursor, role, steps, guarded=guarded), role) for role in roles
        ]
    return "\n".join((*lines, script(parts))).rstrip() + "\n"


def _head(cursor: Cursor[Any], roles: list[str], *, shared: bool) -> Iterator[str]:
    cursor.execute("select current_database()::text")
    [(database,)] = cursor.fetchall()
    yield f"-- Takes Rollbook {version('rollbook')} out of the database {_shown(database)}."
    names = ", then ".join(map(_shown, roles))
    if not roles:
        yield "-- Nothing of it is there."
        return
    if len(roles) > 1:
        yield "-- End Rollbook, and run each part with psql as the role that it names, in this"
        yield f"-- order: {names}. It stops under another role. A superuser may run all at once."
    else:
        yield f"-- Run it with psql as the role {names}, when Rollbook has been ended."
    yield "-- This can't be undone: write a backup first (rollbook backup FILE)."
    if shared:
        yield "-- Another application uses this database: its tables, columns and rows stay, and so"
        yield "-- do all students, with the values that imports have written."
    else:
        yield "-- Nothing else uses the tables, so the students go too."
    yield ""


def _part(cursor: Cursor[Any], role: str, steps: list[_Step], *, guarded: tuple[str, ...]) -> str:
    """Return the transaction of a role, without its last semicolon."""
    lines = ["begin;", "set local lock_timeout = '10s';", ""]
    lines.append("-- Stops where another program has built on what goes, or an import runs.")
    lines.append(_guard(role, guarded).as_string(cursor).strip())
    for step in steps:
        if step.role == role:
            lines += ["", f"-- {step.why}", *(f"{text};" for text in step.texts)]
    return "\n".join((*lines, "", "commit"))


def _guard(role: str, of_ours: tuple[str, ...]) -> sql.Composed:
    known = [name.partition(".")[2] for name in (*expected_columns([]), *VIEWS)]
    return _SQL.compose(
        "guard",
        {
            "role": sql.Literal(role),
            "tables": sql.SQL(", ").join(
                sql.SQL("to_regclass({})").format(sql.Literal(name)) for name in of_ours
            ),
            "known": sql.SQL("array[{}]").format(sql.SQL(", ").join(map(sql.Literal, known))),
            "import_runs": sql.Literal(FEED_RUNNING),
        },
    )


def _beside(cursor: Cursor[Any]) -> Iterator[_Step]:
    """Give the steps beside another application: Rollbook's role first, its rights last."""
    yield from (schema := list(_schema(cursor)))
    if tables.columns_of(cursor, SNAPSHOTS):
        drop = "drop table public.student_data_snapshots"
        yield _Step(owner_of(cursor, SNAPSHOTS), "The values of the files.", (drop,))
    for table, ours in OUR_ROWS.items():
        if not tables.columns_of(cursor, table):
            continue
        if (count := tables.count(cursor, table)) or schema:  # until then more may be written
            rows = counted(count, "row")
            delete = sql.SQL("delete from {} where {}").format(tables.identifier(table), ours)
            why = f"Rollbook's own rows in {table}: {rows} now."
            yield _Step(owner_of(cursor, table), why, (delete.as_string(cursor),))
    _SQL.run(cursor, "has_our_ssid")
    if cursor.fetchall() == [(True,)]:
        why = "Rollbook has added this column. Leave the line out where others use it by now."
        drop = "alter table public.students drop column ssid"
        yield _Step(owner_of(cursor, STUDENTS), why, (drop,))
    yield from _rights(cursor, dropped=(SNAPSHOTS,))


def _alone(cursor: Cursor[Any]) -> Iterator[_Step]:
    there = [name for name in reversed(target.ALL) if tables.columns_of(cursor, name)]
    if there:
        names = sql.SQL(", ").join(map(tables.identifier, there)).as_string(cursor)
        types = f"drop type if exists {', '.join(f'public.{name}' for name in TYPES)}"
        why = "The tables that Rollbook has made, and their types."
        yield _Step(owner_of(cursor, *there), why, (f"drop table {names}", types))
    yield from _schema(cursor)
    yield from _rights(cursor, dropped=target.ALL)


def _schema(cursor: Cursor[Any]) -> Iterator[_Step]:
    cursor.execute("select to_regnamespace('rollbook') is not null")
    if cursor.fetchall() == [(True,)]:
        why = "Everything in Rollbook's own schema: feeds, people, history, functions."
        yield _Step(owner_of(cursor, "rollbook"), why, ("drop schema rollbook cascade",))


def _rights(cursor: Cursor[Any], *, dropped: tuple[str, ...]) -> Iterator[_Step]:
    _SQL.run(cursor, "grantees")
    for (role,) in cursor.fetchall():
        name = sql.Identifier(role).as_string(cursor)
        _SQL.run(cursor, "rights", role=name, tables=list(RIGHTS), dropped=list(dropped))
        found = cursor.fetchall()
        if not all(is_needed for *_, is_needed in found):
            why = f"The role {_shown(role)} has rights to other tables too, so its rights stay."
            yield _Step(owner_of(cursor, STUDENTS), why, ())
            continue
        by_giver: dict[str, list[str]] = {}
        for kind, what, rights, giver, _ in found:
            revoke = f"revoke {rights} on {kind} {what} from {name}"
            by_giver.setdefault(giver, []).append(revoke)
        why = (
            f"What the role {_shown(role)} was given. Drop it afterwards, if nothing else uses it."
        )
        for giver, revokes in by_giver.items():
            yield _Step(giver, why, tuple(revokes))


def _shown(name: str) -> str:
    return visible(sql.Identifier(name).as_string(None).replace("\n", " "))
