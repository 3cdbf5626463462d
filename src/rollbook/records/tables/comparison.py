"""What is wrong with the tables: what must be there, compared with what is there."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from psycopg import Cursor

from rollbook.records.owners import OwnersStatement, owner_of
from rollbook.records.tables.expected import (
    FILLED,
    MIGRATIONS,
    SNAPSHOTS,
    STUDENTS,
    Found,
    expected_columns,
    fits,
)
from rollbook.records.tables.fault import ADVISORY, TableFault, TablesChanged
from rollbook.records.tables.key import Key
from rollbook.records.tables.keys import missing_keys
from rollbook.records.tables.lost_rights import LostRight, lost_rights
from rollbook.records.tables.objects import missing_objects
from rollbook.records.tables.order import came_second

_CATALOGUE: Final = """
select n.nspname || '.' || c.relname, a.attname, t.typname, t.typcategory::text,
       case when a.atttypmod < 0 then '{}'
            when t.typname = 'numeric'
            then array[((a.atttypmod - 4) >> 16) & 65535, (a.atttypmod - 4) & 2047]
            else array[a.atttypmod - 4] end,
       a.attnotnull and not a.atthasdef and a.attidentity = '' and a.attgenerated = ''
       and t.typdefault is null
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_attribute a
    on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_catalog.pg_type t on t.oid = a.atttypid
where c.relkind in ('r', 'p') and n.nspname || '.' || c.relname = any(%s)
"""


def check_tables(cursor: Any) -> None:
    """Raise TablesChanged where something that is needed is missing or changed."""
    if faults := [each for each in table_faults(cursor) if each.kind not in ADVISORY]:
        raise TablesChanged(faults)


def check_complete(cursor: Any) -> None:
    """Raise TablesChanged where something is missing."""
    if faults := [each for each in table_faults(cursor) if each.kind == "missing"]:
        raise TablesChanged(faults)


def table_faults(cursor: Any) -> list[TableFault]:
    """Return what is wrong, the tables in order; [] where all is well."""
    expected = expected_columns(named_terms(cursor))
    there = _columns(cursor, expected)
    found: list[TableFault] = []
    for table, columns in expected.items():
        if table not in there:
            found.append(TableFault(table, "", "missing"))
        else:
            found += _of_columns(table, columns, there=there[table])
            found += _of_demands(table, columns, there=there[table])
    found += [_of_key(cursor, key) for key in missing_keys(cursor)]
    if MIGRATIONS in there:
        found += [_of_key(cursor, key) for key in missing_objects(cursor)]
    if came_second(cursor):
        found.append(TableFault(STUDENTS, "", "order"))
    return found


def right_faults(cursor: Any) -> list[TableFault]:
    """Return what our role may not do with what it needs, each with its owner's statement.

    Of what is missing nothing is said.
    """
    cursor.execute("select current_user::text")
    [(role,)] = cursor.fetchall()
    return [_of_right(lost, lost.grant(role)) for lost in lost_rights(cursor, role)]


def check_sight(cursor: Any) -> None:
    """Raise TablesChanged where our role lacks a right to see how things stand.

    It names every other right that is missing, too.
    """
    faults = right_faults(cursor)
    if any(each.hides for each in faults):
        raise TablesChanged(faults)


def missing_parts(cursor: Any) -> list[str]:
    """Return the tables and columns that are not there, as `schema.table` and
    `schema.table.column`; terms' columns aside, because no right may be needed to ask."""
    expected = expected_columns([])
    there = _columns(cursor, expected)
    tables = [table for table in expected if table not in there]
    return tables + [
        f"{table}.{column}"
        for table, columns in expected.items()
        if table in there
        for column in columns
        if column not in there[table]
    ]


def named_terms(cursor: Any) -> list[str]:
    """Return the names of the terms in their order; none where there is no such table yet."""
    cursor.execute("select to_regclass('rollbook.terms') is not null")
    if cursor.fetchall() != [(True,)]:
        return []
    cursor.execute("select name from rollbook.terms order by position")
    return [name for (name,) in cursor.fetchall()]


def _of_right(lost: LostRight, grant: OwnersStatement) -> TableFault:
    return TableFault(
        lost.what,
        "",
        "right",
        rights=lost.rights,
        statement=grant.text,
        owner=grant.role,
        hides=lost.hides,
    )


def _of_key(cursor: Any, key: Key) -> TableFault:
    column = ", ".join(key.columns) or key.name
    if key.is_ours:
        return TableFault(key.table, column, key.kind)
    owner = owner_of(cursor, key.table)
    return TableFault(key.table, column, key.kind, statement=key.statement, owner=owner)


def _columns(cursor: Cursor[Any], tables: Iterable[str]) -> dict[str, dict[str, Found]]:
    cursor.execute(_CATALOGUE, [list(tables)])
    there: dict[str, dict[str, Found]] = {}
    for table, column, kind, category, limit, demands in cursor.fetchall():
        of_table = there.setdefault(table, {})
        if column is not None:
            of_table[column] = Found(kind, category, tuple(limit), bool(demands))
    return there


def _of_columns(
    table: str, expected: Mapping[str, str], *, there: Mapping[str, Found]
) -> list[TableFault]:
    return [
        TableFault(table, column, "type" if column in there else "missing")
        for column, wanted in expected.items()
        if column not in there or not fits(wanted, there[column])
    ]


def _of_demands(
    table: str, expected: Mapping[str, str], *, there: Mapping[str, Found]
) -> list[TableFault]:
    """Return what the table demands of a new row and Rollbook cannot give."""
    if table not in FILLED and table != SNAPSHOTS:
        return []
    filled = FILLED.get(table, frozenset(expected))
    return [
        TableFault(table, "", "demands", other_column=column)
        for column, found in there.items()
        if found.demands_value and column not in filled | {"id"}  # its numbers are a key
    ]
