"""How the last days went: a line per day, and the two rates that the district is promised."""

from collections.abc import Mapping, Sequence
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
FIRST_SUCCESS_TARGET = 95.0
"""The same, as it asks of the first 30 days."""
ERROR_TARGET = 1.0
"""Percent of rows that are rejected, below which the specification asks to stay."""
_MOST: Final = 100_000_000
"""No import updates more students: another program may have written anything."""
_LONGEST: Final = 7 * 86_400
"""No import takes longer, in seconds: another program may have written anything."""

Seconds = Mapping[date, tuple[float, int]]
"""By day, how long the stored imports took together, and how many these are."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the district's clock."""

    day: date
    records: int | None
    """Student records in the largest file that was stored; None where none was."""
    rows: int
    """In all files that were stored."""
    rejected: int
    """Of these rows."""
    completed: int
    failed: int
    updated: int | None = None
    """Students that the stored imports added or changed, one in two of them twice."""


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
        _SQL.run(cursor, "days", zone=zone.key, since=since, most=_MOST)
        found = {row[0]: Day(*row) for row in cursor.fetchall()}
    last = now.astimezone(zone).date()
    each = (last - timedelta(days=back) for back in range(days - 1, -1, -1))
    return [found.get(day, Day(day, None, 0, 0, 0, 0)) for day in each]


def import_seconds(now: datetime, zone: ZoneInfo, *, days: int) -> Seconds:
    """Return how long the stored imports of the last days took, in one query."""
    since = now - timedelta(days=days + 1)
    with connection.cursor() as cursor:
        _SQL.run(cursor, "seconds", zone=zone.key, since=since, longest=_LONGEST)
        return {day: (seconds, imports) for day, seconds, imports in cursor.fetchall()}


def average_seconds(found: Seconds, days: Sequence[Day]) -> float | None:
    """Return how long an import of these days took on average; None where that is of none known."""
    told = [found[each.day] for each in days if each.day in found]
    imports = sum(number for _, number in told)
    return sum(seconds for seconds, _ in told) / imports if imports else None


def success_target(now: datetime) -> float:
    """Return the percentage of imports that is to complete: less in the first 30 days."""
    with connection.cursor() as cursor:
        _SQL.run(cursor, "is_new", before=now - timedelta(days=DAYS))
        (is_new,) = cursor.fetchone()
    return FIRST_SUCCESS_TARGET if is_new else SUCCESS_TARGET


def success_rate(days: Sequence[Day]) -> Rate:
    """Return the imports that completed, of those that ended."""
    completed = sum(day.completed for day in days)
    return Rate(completed, completed + sum(day.failed for day in days))


def error_rate(days: Sequence[Day]) -> Rate:
    """Return the rows that were rejected, of all rows of the files that were stored."""
    return Rate(sum(day.rejected for day in days), sum(day.rows for day in days))
