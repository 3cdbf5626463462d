"""Questions about the students as a whole, and their values page by page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg import sql

from rollbook.records.queries.feeds import read_catalogue


@dataclass(frozen=True, slots=True)
class StudentView:
    """One student who has data: the values by the catalogue's names of the fields."""

    number: int
    """The key of the row; it tells where a page ends."""
    student_id: str
    values: Mapping[str, Any]


def student_count() -> int:
    """Return how many students have data."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from public.student_data_snapshots")
        return int(cursor.fetchone()[0])


def is_any_known() -> bool:
    """Tell whether there is a student at all, of ours or of another program."""
    with connection.cursor() as cursor:
        cursor.execute("select exists (select from public.students)")
        (found,) = cursor.fetchone()
    return bool(found)


def students_after(number: int, *, limit: int) -> list[StudentView]:
    """Return the next students who have data, by the order of their rows, with every value."""
    names = [field.name for field in read_catalogue().snapshot_fields]
    columns = sql.SQL(", ").join(sql.Identifier("n", name) for name in names)
    statement = sql.SQL(
        "select s.id, s.student_id, {} from public.students s"
        " join public.student_data_snapshots n on n.student_id = s.id"
        " where s.id > %s order by s.id limit %s"
    ).format(columns)
    with connection.cursor() as cursor:
        cursor.execute(statement, [number, limit])
        return [
            StudentView(row[0], row[1], dict(zip(names, row[2:], strict=True)))
            for row in cursor.fetchall()
        ]
