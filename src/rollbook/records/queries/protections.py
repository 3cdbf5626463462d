"""Protected values: whose, what is kept and why, and what the files say instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db import connection

from rollbook.core.file_set import place_of
from rollbook.core.statements import Statements
from rollbook.records.district import district_zone
from rollbook.records.queries.history import Page

SIZE: Final = 50
"""Lines of a page."""
AT_MOST: Final = 10_000
"""Lines that a program is given."""

_SQL: Final = Statements(__package__, "protections.sql")


@dataclass(frozen=True, slots=True)
class Protection:
    """One protected value. Values are texts as the database writes them."""

    number: int
    student: int
    """The number of the student's row."""
    student_id: str | None
    """None where the student has been deleted."""
    last_name: str | None
    first_name: str | None
    field: str
    value: str | None
    in_students: str | None
    in_snapshots: str | None
    said: str | None
    """What the last file said that named the student and had a value; None: none yet."""
    said_row: int | None
    said_at: datetime | None
    said_job: int | None
    reason: str
    by: str
    at: datetime
    until_at: datetime | None
    ended_at: datetime | None
    why_ended: str | None
    """agreed, date, released, student_gone or field_gone; None while it lasts."""
    ended_by: str | None
    ended_job: int | None

    @property
    def until(self) -> str | None:
        """The last day, of the district, as ISO writes it."""
        if self.until_at is None:
            return None
        return (self.until_at.astimezone(district_zone()) - timedelta(days=1)).date().isoformat()

    @property
    def state(self) -> str:
        """`protected`, or why it ended."""
        return self.why_ended or "protected"

    def as_object(self) -> dict[str, Any]:
        """Return what programs read."""
        return {
            "student_id": self.student_id,
            "field": self.field,
            "value": self.value,
            "state": self.state,
            "file_says": self.said,
            "job": self.said_job,
            "row": self.said_row and place_of(self.said_row).row,
            "reason": self.reason,
            "by": self.by,
            "at": _moment(self.at),
            "until": self.until,
            "ended_at": _moment(self.ended_at),
            "ended_by": self.ended_by,
            "ended_by_job": self.ended_job,
        }


def protections(*, now: datetime, page: int = 1, size: int = SIZE) -> Page[Protection]:
    """Return a page of all protections, those that still last first."""
    total = _count("all", now=now)
    page = min(page, max(1, -(-total // size)))
    return Page(_lines("all", now=now, limit=size, offset=(page - 1) * size), page, size, total)


def protection_by_number(number: int, *, now: datetime) -> Protection | None:
    """Return one protection, whether it lasts or not."""
    return next(iter(_lines("of_number", now=now, number=number)), None)


def protections_of(student: int, *, now: datetime) -> Mapping[str, Protection]:
    """Return the protections of a student that last, by field."""
    found = every_protection_of(student, now=now)
    return {each.field: each for each in found if each.ended_at is None}


def every_protection_of(student: int, *, now: datetime) -> list[Protection]:
    """Return the protections of a student, those that have ended too, the newest first."""
    return _lines("of_student", now=now, student=student)


def outdated_since(feed_id: int, *, sha256: str, modified: int | None) -> datetime | None:
    """Return since when the feed has had a newer file than that of these bytes; None: it has none.

    `modified` is its server's time, where it has one. Always None while nothing is protected.
    """
    with connection.cursor() as cursor:
        of_file: dict[str, Any] = {"sha256": sha256, "modified": modified}
        _SQL.run(cursor, "outdated_since", feed_id=feed_id, **of_file)
        found: datetime | None = cursor.fetchone()[0]
        return found


def _lines(which: str, *, limit: int = AT_MOST, offset: int = 0, **values: Any) -> list[Protection]:
    parts = {"which": _SQL.compose(which, {})}
    with connection.cursor() as cursor:
        _SQL.run(cursor, "lines", parts=parts, limit=limit, offset=offset, **values)
        return [Protection(*row) for row in cursor.fetchall()]


def _count(which: str, **values: Any) -> int:
    with connection.cursor() as cursor:
        _SQL.run(cursor, "count", parts={"which": _SQL.compose(which, {})}, **values)
        return int(cursor.fetchone()[0])


def _moment(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
