"""How the last days went: a line per day, and the two rates that the district is promised."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import connection

from rollbook.core.statements import Statements

_SQL: Final = Statements(__package__, "measurements.sql")

DAYS = 30
SUCCESS_TARGET = 99.0
"""Percent of imports that complete, as the specification asks."""
ERROR_TARGET = 1.0
"""Percent of rows that are refused, below which the specification asks to stay."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the district's clock."""

    day: date
    records: int | None
    """Student records in the largest file that was stored; None where none was."""
    rows: int
    """In all files that were stored."""
    refused: int
    """Of these rows."""
    completed: int
    failed: int


@dataclass(frozen=True, slots=True)
class Rate:
    """`part` of `whole`, judged against a target."""

    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        return None if not self.whole else 100 * self.part / self.whole


def trend(now: datetime, zone: ZoneInfo, *, days: int = DAYS) -> list[Day]:
    """Return the last days, the oldest first, in one query. Checks do not count."""
    with connection.cursor() as cursor:
        since = now - timedelta(days=days + 1)
        _SQL.run(cursor, "days", zone=zone.key, since=since)
        found = {row[0]: Day(*row) for row in cursor.fetchall()}
    last = now.astimezone(zone).date()
    each = (last - timedelta(days=back) for back in range(days - 1, -1, -1))
    return [found.get(day, Day(day, None, 0, 0, 0, 0)) for day in each]


def success_rate(days: Sequence[Day]) -> Rate:
    """Return the imports that completed, of those that ended."""
    completed = sum(day.completed for day in days)
    return Rate(completed, completed + sum(day.failed for day in days))


def error_rate(days: Sequence[Day]) -> Rate:
    """Return the rows that were refused, of all rows of the files that were stored."""
    return Rate(sum(day.refused for day in days), sum(day.rows for day in days))
