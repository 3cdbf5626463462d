"""Puts the rows of a backup into tables that Rollbook has for itself, as they were."""

from collections.abc import Collection, Iterable
from typing import Any, Final

from psycopg import Cursor, sql

from rollbook.backup import tables
from rollbook.backup.digest import RowsDigest
from rollbook.backup.errors import CountsDiffer, RowsDiffer
from rollbook.backup.manifest import Table

_CONTINUED: Final = """
select case when has_sequence_privilege(name, 'update')
    then setval(name, %(last)s::bigint, %(is_called)s)
    -- who may only take numbers takes those that are in use
    else (select max(taken) from (select nextval(name) as taken from generate_series(
        coalesce(pg_sequence_last_value(name::regclass), 0) + 1, %(last)s::bigint)) numbers)
    end
from pg_get_serial_sequence(%(table)s, %(column)s) name
"""


class Alone:
    """Fills empty tables."""

    adopted: None = None

    def __init__(self, cursor: Cursor[Any]) -> None:
        self._cursor = cursor
        self._given: dict[str, RowsDigest] = {}

    def load(self, table: Table, rows: Iterable[bytes]) -> None:
        """Put rows of the backup into `table`."""
        target = tables.identifier(table.name)
        self._given[table.name] = copied(self._cursor, target, table.columns, rows)

    def finish(self, described: Collection[Table]) -> dict[str, int]:
        """Return how many rows each table has. Raises CountsDiffer, RowsDiffer."""
        counts = {}
        for table in described:
            continue_sequences(self._cursor, table)
            statement = sql.SQL("select {} from {}").format(
                _listed(table.columns), tables.identifier(table.name)
            )
            counts[table.name] = compared(self._cursor, table, statement, self._given)
        return counts


def copied(
    cursor: Cursor[Any], target: sql.Identifier, columns: list[str], rows: Iterable[bytes]
) -> RowsDigest:
    """Copy rows into a table and return their digest."""
    digest = RowsDigest()
    statement = sql.SQL("copy {} ({}) from stdin").format(target, _listed(columns))
    with cursor.copy(statement) as copy:
        for data in rows:
            digest.add(data)
            copy.write(data)
    return digest


def compared(
    cursor: Cursor[Any], table: Table, stored: sql.Composed, given: dict[str, RowsDigest]
) -> int:
    """Return how many rows `stored` gives; they must be those that were given."""
    found = RowsDigest()
    with cursor.copy(sql.SQL("copy ({}) to stdout").format(stored)) as copy:
        for data in copy:
            found.add(bytes(data))
    if found.rows != table.rows:
        raise CountsDiffer(table=table.name, found=found.rows, expected=table.rows)
    if found != given.get(table.name, RowsDigest()):
        raise RowsDiffer(table=table.name)
    return found.rows


def continue_sequences(cursor: Cursor[Any], table: Table) -> None:
    """Let the next numbers follow those of the backup."""
    for column, (last, is_called) in table.sequences.items():
        cursor.execute(
            _CONTINUED,
            {"table": table.name, "column": column, "last": last, "is_called": is_called},
        )


def _listed(columns: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
