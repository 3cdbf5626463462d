"""What is wrong with the tables: what must be there, compared with what is there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from psycopg import Cursor

from rollbook.core.errors import RollbookError
from rollbook.records.owners import owner_of
from rollbook.records.rights import SHARED
from rollbook.records.roles import (
    missing_grants,
)
from rollbook.records.tables.expected import (
    FILLED,
    JOBS,
    SETTINGS,
    SNAPSHOTS,
    STUDENTS,
    Found,
    expected_columns,
    fits,
    is_added_again,
)
from rollbook.records.tables.keys import Key, missing_keys
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

_AGAIN: Final = "What is missing is added again when the tables are brought up to date."

ADVICE: Final = {
    "missing": _AGAIN,
    "unique": f"{_AGAIN} If two rows have the same value, correct one of them first.",
    "reference": f"{_AGAIN} Rows that lead nowhere have to go first.",
    "deletion": "It is changed when the tables are brought up to date.",
    "check": _AGAIN,
    "index": _AGAIN,
    "right": "Let the owner of the table grant it.",
    "order": (
        "Set the other application up in a new database, and move Rollbook there, or restore the "
        "last backup there."
    ),
    "type": "Let the owner of the table give the column the type that it had.",
    "demands": "Let the other program's column have a default, or allow it to be empty.",
}
"""Kind of a fault -> what to do about it."""

ADVICE_OF_OURS: Final = (
    "Restore from a backup what is missing of Rollbook's own tables: its rows are gone with it."
)
ADVICE_OF_SHARED: Final = (
    "Let the owner of the table add the missing column again, or restore it from a backup."
)

ADVISORY: Final = frozenset(("reference", "deletion", "check", "index", "right", "order"))
"""Faults that stop no import: it says itself where a right is missing."""

_SENTENCES: Final = {
    "missing": "{table} has no column {column}",
    "type": "{table} has a column {column} of a type that cannot hold its values",
    "unique": "{table} allows two rows of the same {column}",
    "reference": "{table} does not see to it that {column} leads to a row",
    "deletion": "{table} keeps other programs from deleting the rows to which {column} leads",
    "check": "{table} does not check {column}",
    "index": "{table} has no index of {column}, so that reading it takes long",
    "right": "Rollbook's role lacks rights to {table}",
    "order": "another application was set up after Rollbook, in its {table}, which lacks columns",
}

MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class TableFault:
    """What is wrong with a table, in words that everybody may read."""

    table: str
    """`schema.table`."""
    column: str
    """One of ours, '' for the whole table or where the column is another program's."""
    kind: str
    """missing, type, demands, unique, reference, deletion, check, index, right or order."""
    other_column: str = ""
    """The name of another program's column, for administrators alone."""
    statement: str = ""
    """What the table's owner may run against it, where Rollbook does not."""
    owner: str = ""
    """The role that may run it."""

    @property
    def is_added_again(self) -> bool:
        """Whether bringing the tables up to date mends it, by statements of our own."""
        return self.kind == "missing" and is_added_again(self.table, self.column)

    @property
    def advice(self) -> str:
        if self.statement:
            return f"Let the role “{self.owner}” run: {self.statement};"
        if self.kind != "missing" or self.is_added_again:
            return ADVICE[self.kind]
        is_shared = self.table in (STUDENTS, JOBS, SETTINGS)
        return ADVICE_OF_SHARED if is_shared else ADVICE_OF_OURS

    def __str__(self) -> str:
        if self.kind == "demands":
            return (
                f"{self.table} demands a value in a column that Rollbook does not know, so no row "
                "can be added"
            )
        if self.kind == "missing" and not self.column:
            return f"the table {self.table} is missing"
        return _SENTENCES[self.kind].format(table=self.table, column=self.column)


class TablesChanged(RollbookError):
    """Tables are not as Rollbook needs them: {what}.

    Nothing was changed.

    {repair}"""

    reason = "tables_changed"

    def __init__(self, faults: list[TableFault]) -> None:
        self.table_faults = faults
        named = [str(fault) for fault in faults[:MOST_NAMED]]
        if len(faults) > MOST_NAMED:
            named.append(f"and {len(faults) - MOST_NAMED:,} more")
        private = " ".join(
            f"{each.table} demands a value in “{each.other_column}”."
            for each in faults
            if each.other_column
        )
        steps = dict.fromkeys(fault.advice for fault in faults)
        super().__init__(what="; ".join(named), repair=" ".join(steps), private=private)


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
    if came_second(cursor):
        found.append(TableFault(STUDENTS, "", "order"))
    return found


def right_faults(cursor: Any) -> list[TableFault]:
    """Return what our role may not do with the shared tables, each with the owner's statement.

    Of a table that is missing nothing is said.
    """
    cursor.execute(
        "select current_user::text, name from unnest(%s::text[]) name"
        " where to_regclass('public.' || name) is not null",
        [list(SHARED)],
    )
    return [
        TableFault(f"public.{table}", "", "right", statement=each.text, owner=each.role)
        for role, table in cursor.fetchall()
        for each in missing_grants(cursor, table, role)
    ]


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
    filled = FILLED.get(table, frozenset(expected) - {"id"})
    return [
        TableFault(table, "", "demands", other_column=column)
        for column, found in there.items()
        if found.demands_value and column not in filled
    ]
