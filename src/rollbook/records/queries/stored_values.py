"""Whether anything else has written what a feed's last import left: a fingerprint of the values."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import psycopg
from psycopg import sql

from rollbook.core.loading.schools import SCHOOL_ID
from rollbook.core.statements import Statements

IN_STUDENTS: Final = ("ssid", "first_name", "last_name", "grade")
"""Fields that are in `students` too, where other programs write them."""
IN_STUDENTS_ALONE: Final = (SCHOOL_ID,)
"""What an import may write there, and no file brings as it is."""

PROTECTED: Final = "protected"
"""In a fingerprint, before what is protected: a file that was left may now be stored."""

_SQL: Final = Statements(__package__, "stored_values.sql")
_STUDENTS: Final = sql.Identifier("public", "students"), sql.Identifier("id")
_SNAPSHOTS: Final = (
    sql.Identifier("public", "student_data_snapshots"),
    sql.Identifier("student_id"),
)


def stored_values_fingerprint(
    connection: psycopg.Connection[Any], feed_id: int, fields: Sequence[str]
) -> str:
    """Return a digest of the values of `fields` of all students in the feed's last file.

    Any program that writes one of them changes it, by whatever way, and so does who protects or
    releases one; other fields and students do not count. The values are read as they are visible
    in the connection's transaction.
    """
    with connection.transaction(), connection.cursor() as cursor:
        _SQL.run(cursor, "join_as_a_whole")
        of_students = (*IN_STUDENTS, *IN_STUDENTS_ALONE)
        students = ("student_id", *(name for name in of_students if name in fields))
        snapshots = sorted(name for name in fields if name not in IN_STUDENTS_ALONE)
        digests = [
            _digest(cursor, feed_id, columns=students, place=_STUDENTS),
            _digest(cursor, feed_id, columns=("student_id", *snapshots), place=_SNAPSHOTS),
        ]
        _SQL.run(cursor, "protected", fields=list(fields))
        protected, digest = cursor.fetchall()[0]
    if protected:
        digests.append(f"{PROTECTED} {protected} {digest}")
    return " ".join(digests)


def is_other_by_values(found: str, last: str) -> bool:
    """Tell whether two fingerprints differ in more than which values are protected."""
    return found.partition(PROTECTED)[0].strip() != last.partition(PROTECTED)[0].strip()


def _digest(
    cursor: psycopg.Cursor[Any],
    feed_id: int,
    *,
    columns: Iterable[str],
    place: tuple[sql.Composable, sql.Composable],
) -> str:
    # A grade as text: an enumeration's hash is another in a restored database.
    values = [
        sql.SQL("t.{}::text" if name == "grade" else "t.{}").format(sql.Identifier(name))
        for name in columns
    ]
    table, key = place
    parts = {"values": sql.SQL(", ").join(values), "table": table, "key": key}
    _SQL.run(cursor, "fingerprint", parts=parts, feed_id=feed_id)
    rows, digest = cursor.fetchall()[0]
    return f"{rows} {digest}"
