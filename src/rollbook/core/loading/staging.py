"""The temporary table that holds a file's accepted rows until they are merged."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from rollbook.core.catalogue.field import Field
from rollbook.core.loading.statements import run


class Staging:
    """The table `staged`: row number, one column per field of the file, repairs, refused fields."""

    def __init__(self, cursor: psycopg.Cursor[Any], fields: tuple[Field, ...]) -> None:
        self._cursor = cursor
        self._fields = fields

    def create(self) -> None:
        """Create the table; it vanishes with the transaction."""
        run(self._cursor, "give_room")
        columns = sql.SQL("").join(
            # The types are the catalogue's own declarations, never a file's text.
            sql.SQL("{} {}, ").format(sql.Identifier(field.name), sql.SQL(field.type.sql))
            for field in self._fields
        )
        run(self._cursor, "create_staged", parts={"columns": columns})

    @contextmanager
    def copy(self) -> Iterator[psycopg.Copy]:
        """Yield what COPY text is written to; afterwards the planner knows the table."""
        with self._cursor.copy("COPY pg_temp.staged FROM STDIN") as copy:
            yield copy
        joined = {"student_id", "ssid"} & {field.name for field in self._fields}
        columns = map(sql.Identifier, ("row_number", *sorted(joined)))
        run(self._cursor, "analyze_staged", parts={"columns": sql.SQL(", ").join(columns)})
