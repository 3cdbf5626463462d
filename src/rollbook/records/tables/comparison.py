"""What is wrong with the tables: what must be there, compared with what is there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from psycopg import Cursor

from rollbook.core.errors import RollbookError
from rollbook.records.tables.expected import FILLED, SNAPSHOTS, Found, expected_columns, fits

_CATALOGUE: Final = """
select n.nspname || '.' || c.relname, a.attname, t.typname, t.typcategory,
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

ADVICE: Final = {
    "missing": "What is missing is added again when the tables are brought up to date.",
    "type": "Give the column the type that it had.",
    "demands": "Let the column of the other program have a default, or be empty.",
}
"""Kind of a fault -> what to do about it."""

MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class TableFault:
    """What is wrong with a table, in words that everybody may read."""

    table: str
    """`schema.table`."""
    column: str
    """One of ours, '' for the whole table or where the column is another program's."""
    kind: str
    """missing, type or demands."""
    other_column: str = ""
    """The name of another program's column, for administrators alone."""

    @property
    def advice(self) -> str:
        return ADVICE[self.kind]

    def __str__(self) -> str:
        if self.kind == "demands":
            return (
                f"{self.table} demands a value in a column that Rollbook does not know, so no row "
                "can be added"
            )
        if not self.column:
            return f"the table {self.table} is missing"
        if self.kind == "missing":
            return f"{self.table} has no column {self.column}"
        return f"{self.table} has a column {self.column} of a type that cannot hold its values"


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
    """Raise TablesChanged where something is missing or changed."""
    if faults := table_faults(cursor):
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
    return found


def named_terms(cursor: Any) -> list[str]:
    """Return the names of the terms in their order; none where there is no such table yet."""
    cursor.execute("select to_regclass('rollbook.terms') is not null")
    if cursor.fetchall() != [(True,)]:
        return []
    cursor.execute("select name from rollbook.terms order by position")
    return [name for (name,) in cursor.fetchall()]


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
