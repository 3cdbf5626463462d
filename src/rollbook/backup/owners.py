"""What a restore cannot do under a role that does not own all tables, and who can instead."""

from collections.abc import Iterable
from typing import Any

from psycopg import Cursor, sql

from rollbook.backup import tables
from rollbook.backup.errors import OtherRoleRestores, OwnerMakesRoom, OwnersFirst
from rollbook.core.catalogue.terms import Term
from rollbook.core.visible import visible
from rollbook.records.operations.terms import OwnerNeeded, add_columns
from rollbook.records.owners import OwnersStatement, owner_of, runners
from rollbook.records.tables.expected import MIGRATIONS, SNAPSHOTS
from rollbook.records.tables.ownership import OUR_ROWS
from rollbook.records.tables.repairs import left_to_others


def check_role(cursor: Cursor[Any]) -> None:
    """Raise OtherRoleRestores or OwnersFirst where our role cannot make the tables."""
    if not is_ours(cursor, MIGRATIONS):
        raise OtherRoleRestores(owner=visible(owner_of(cursor, MIGRATIONS)))
    if left := left_to_others(cursor):
        raise OwnersFirst(
            what=runners([OwnersStatement(each.statement, each.owner) for each in left])
        )


def is_ours(cursor: Cursor[Any], table: str) -> bool:
    """Tell whether our role may drop the table and make it again; so it is where there is none."""
    cursor.execute(  # by name: `to_regclass` would demand usage on the schema
        "select pg_has_role(c.relowner, 'usage') from pg_class c"
        " join pg_namespace n on n.oid = c.relnamespace where n.nspname || '.' || c.relname = %s",
        [table],
    )
    return cursor.fetchall() != [(False,)]


def check_room(cursor: Cursor[Any]) -> None:
    """Raise OwnerMakesRoom where rows have to go that our role may not delete."""
    wanted: dict[str, sql.Composable] = {
        table: sql.SQL(" where {}").format(ours) for table, ours in OUR_ROWS.items()
    }
    if not is_ours(cursor, SNAPSHOTS):
        wanted[SNAPSHOTS] = sql.SQL("")
    deletions = {}
    for table, condition in wanted.items():
        cursor.execute("select has_table_privilege(to_regclass(%s), 'delete')", [table])
        if cursor.fetchall() == [(False,)] and tables.count(cursor, table):
            delete = sql.SQL("delete from {}{}").format(tables.identifier(table), condition)
            deletions[table] = delete.as_string(cursor)
    if deletions:
        what = f"rows of {' and '.join(deletions)} have to be deleted"
        raise _for_owner(cursor, deletions.values(), table=next(iter(deletions)), what=what)


def add_terms(cursor: Cursor[Any]) -> None:
    """Add the columns of all terms that are there. Raises OwnerMakesRoom."""
    cursor.execute("select name from rollbook.terms order by position")
    statements = []
    for (name,) in cursor.fetchall():
        try:
            add_columns(cursor, Term(name))
        except OwnerNeeded as error:
            statements.append(str(error.details["statement"]))
    if statements:
        what = f"{SNAPSHOTS} lacks the columns of terms"
        raise _for_owner(cursor, statements, table=SNAPSHOTS, what=what)


def _for_owner(
    cursor: Cursor[Any], statements: Iterable[str], *, table: str, what: str
) -> OwnerMakesRoom:
    owner = visible(owner_of(cursor, table))
    return OwnerMakesRoom(owner=owner, what=what, statement="; ".join(statements))
