"""What an import that stores nothing would have changed: a dry run's, and one's that is held.

The merge has written it down as for any import, and its rollback would take it along. Until then it
waits in a file, so that memory does not grow with the district.
"""

from collections.abc import Iterable
from typing import Any, BinaryIO, Final

import psycopg
from psycopg import sql

from rollbook.core.statements import Statements
from rollbook.core.temp_queue import Spool

TABLES: Final = ("student_changes", "presence_changes", "import_changes")
"""The change record; the last one says of which import it is."""

_SQL: Final = Statements(__package__, "previews.sql")

_Row = tuple[Any, ...]


class Preview:
    """The change record of `job`, taken out of the transaction of a merge."""

    def __init__(
        self, merging: psycopg.Connection[Any], job: int, *, students: BinaryIO, presence: BinaryIO
    ) -> None:
        """`students` and `presence` are files without names, one for each kind of row."""
        self._job = job
        [self._head] = _SQL.run(merging, "import_preview", job=job).fetchall()
        self._students: Spool[_Row] = Spool(students)
        self._students.extend(_SQL.portions(merging, "student_previews", job=job))
        self._presence: Spool[_Row] = Spool(presence)
        self._presence.extend(_SQL.portions(merging, "presence_previews", job=job))

    def store(self, cursor: psycopg.Cursor[Any]) -> None:
        """Write it in the transaction of `cursor`, as what would have been changed."""
        names = ("feed_id", "fields", "made_at", "numbers")
        values = dict(zip(names, self._head, strict=True))
        _SQL.run(cursor, "store_import", job=self._job, **values)
        self._copy(cursor, "store_students", self._students)
        self._copy(cursor, "store_presence", self._presence)

    def _copy(self, cursor: psycopg.Cursor[Any], name: str, rows: Iterable[_Row]) -> None:
        with cursor.copy(_SQL.compose(name, {})) as copy:
            for row in rows:
                copy.write_row((self._job, *row))


def forget_preview(cursor: Any, job: int) -> None:
    """Delete what a job that begins again would have changed when it ran before."""
    for table in TABLES:
        _SQL.run(cursor, "forget_of_preview", parts={"table": sql.Identifier(table)}, job=job)
