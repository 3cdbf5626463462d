"""Several rows of one student that say different things of the student: tests of several terms."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import sql

from rollbook.core.catalogue.field import Field
from rollbook.core.feed_settings import IDENTIFIERS
from rollbook.core.loading.statements import run


def combine_rows(cursor: psycopg.Cursor[Any], fields: Sequence[Field]) -> int:
    """Make one staged row of all rows of a student; return by how many rows there are fewer.

    Rows that contradict one another stay as they are: judging rejects them.
    """
    names = [field.name for field in fields]
    key = next(sql.Identifier(name) for name in IDENTIFIERS if name in names)
    columns = [sql.Identifier(name) for name in names]
    parts = {
        "key": key,
        "values": _each(", ", "max({0}) AS {0}", columns),
        "is_plain": _each(" AND ", "max({0}) IS NOT DISTINCT FROM min({0})", columns),
        "refused_and_filled": sql.SQL(" OR ").join(
            sql.SQL("{} IS NOT NULL AND {} = ANY (string_to_array(refused_text, ','))").format(
                sql.Identifier(name), sql.Literal(name)
            )
            for name in names
        ),
    }
    run(cursor, "find_combined", parts=parts)
    run(cursor, "count_combined")
    [(fewer,)] = cursor.fetchall()
    if fewer:
        run(cursor, "remove_combined", parts={"key": key})
        run(cursor, "insert_combined", parts={"columns": sql.SQL(", ").join(columns)})
    return int(fewer)


def _each(between: str, pattern: str, columns: Sequence[sql.Identifier]) -> sql.Composed:
    return sql.SQL(between).join(sql.SQL(pattern).format(column) for column in columns)
