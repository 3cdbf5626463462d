"""Questions about the students as a whole, and their values page by page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection
from psycopg import sql

from rollbook.records.queries.feeds import read_catalogue

_MISSING: Final = (
    "(select min(p.missing_since) from rollbook.feeds d join rollbook.presence p"
    " on p.feed_id = d.id and p.student_id = s.id)"
)


@dataclass(frozen=True, slots=True)
class StudentView:
    """One student who has data: the values by the catalogue's names of the fields."""

    number: int
    """The key of the row; it tells where a page ends."""
    student_id: str
    as_of: datetime | None
    """When an import last changed the student's data."""
    missing_since: datetime | None
    """From the file of a feed; None where no file lacks the student."""
    values: Mapping[str, Any]


def is_any_known() -> bool:
    """Tell whether there is a student at all, of ours or of another program."""
    with connection.cursor() as cursor:
        cursor.execute("select exists (select from public.students)")
        (found,) = cursor.fetchone()
    return bool(found)


def students_after(
    number: int, *, limit: int, school: str = "", grade: str = "", missing: bool | None = None
) -> list[StudentView]:
    """Return the next students who have data, by the order of their rows, with every value."""
    names = [field.name for field in read_catalogue().snapshot_fields]
    columns = sql.SQL(", ").join(sql.Identifier("n", name) for name in names)
    conditions = [
        *(["n.school = %(school)s"] if school else []),
        *(["n.grade = %(grade)s"] if grade else []),
        *([f"({_MISSING} is not null) = %(missing)s"] if missing is not None else []),
    ]
    statement = sql.SQL(
        "select s.id, s.student_id, n.imported_at, {missing}, {columns} from public.students s"
        " join public.student_data_snapshots n on n.student_id = s.id"
        " where s.id > %(number)s {which} order by s.id limit %(limit)s"
    ).format(
        missing=sql.SQL(_MISSING),
        columns=columns,
        which=sql.SQL("".join(f" and {each}" for each in conditions)),
    )
    given: dict[str, Any] = {
        "number": number,
        "limit": limit,
        "school": school,
        "grade": grade,
        "missing": missing,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return [
            StudentView(
                row[0],
                row[1],
                row[2] and row[2].replace(tzinfo=UTC),  # the table keeps UTC without a zone
                row[3],
                dict(zip(names, row[4:], strict=True)),
            )
            for row in cursor.fetchall()
        ]
