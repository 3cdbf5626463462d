"""The temporary tables of a file: its accepted rows until they are merged, and what others name."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from rollbook.core.catalogue.field import Field
from rollbook.core.feed_settings import IDENTIFIERS
from rollbook.core.loading.plan import RejectedRow
from rollbook.core.loading.statements import run

# Only what can be an identifier is compared: the rest of a damaged row may hold any byte.
_IDENTIFIER = re.compile(r"[\w./\-]{1,50}", re.ASCII)


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
        joined = set(IDENTIFIERS) & {field.name for field in self._fields}
        columns = map(sql.Identifier, ("row_number", *sorted(joined)))
        run(self._cursor, "analyze_staged", parts={"columns": sql.SQL(", ").join(columns)})


def stage_mentioned(cursor: psycopg.Cursor[Any], rejected: Iterable[RejectedRow]) -> bool:
    """Create the table `mentioned`: what rejected rows name. Return whether they name anything."""
    run(cursor, "create_mentioned")
    is_any = False
    with cursor.copy("COPY pg_temp.mentioned FROM STDIN") as copy:
        for row in rejected:
            for text in filter(_IDENTIFIER.fullmatch, row.mentioned):
                copy.write(f"{row.row}\t{text}\n")
                is_any = True
    if is_any:
        run(cursor, "analyze_mentioned")
    return is_any
