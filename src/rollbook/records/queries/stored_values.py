"""Whether anything else has written what a feed's last import left: a fingerprint of the values."""

from collections.abc import Sequence
from typing import Any, Final

import psycopg
from psycopg import sql

IN_STUDENTS: Final = ("ssid", "first_name", "last_name", "grade")
"""Fields that are in `students` too, where other programs write them."""

_FINGERPRINT: Final = sql.SQL(
    """
    SELECT count(*), coalesce(bit_xor(hash_record_extended(ROW({values}), p.student_id)), 0)
    FROM rollbook.presence p
    JOIN public.students k ON k.id = p.student_id
    LEFT JOIN public.student_data_snapshots n ON n.student_id = p.student_id
    WHERE p.feed_id = %s AND p.missing_since IS NULL
    """
)


def stored_values_fingerprint(
    cursor: psycopg.Cursor[Any], feed_id: int, fields: Sequence[str]
) -> str:
    """Return a digest of the values of `fields` of all students in the feed's last file.

    Any program that writes one of them changes it, by whatever way; other fields and students
    do not count. The values are read as they are visible to `cursor`.
    """
    values: list[sql.Composable] = [sql.SQL("k.student_id")]
    for name in sorted(fields):
        if name in IN_STUDENTS:
            # As text: an enumeration's hash is another in a restored database.
            values.append(sql.SQL("k.{}::text").format(sql.Identifier(name)))
        values.append(sql.SQL("n.{}").format(sql.Identifier(name)))
    cursor.execute(_FINGERPRINT.format(values=sql.SQL(", ").join(values)), [feed_id])
    students, digest = cursor.fetchall()[0]
    return f"{students} {digest}"
