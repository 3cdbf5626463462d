"""What a monitoring system asks of the records: a few numbers, in a fixed number of queries."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from rollbook.core.statements import Statements
from rollbook.records.database import translated
from rollbook.records.queries.workers import WORKER_GONE_AFTER

_SQL: Final = Statements(__package__, "measurements.sql")


@dataclass(frozen=True, slots=True)
class FeedMeasurements:
    """One feed: seconds since 1970 of its last success, and its last run that read a file."""

    feed: str
    imported_at: float | None
    """When a run last stored something, or found all of it stored already."""
    looked_at: float | None
    """When a run last completed, even without a new file."""
    seconds: Mapping[str, float]
    """By phase, and `total`."""
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Measurements:
    """Everything at one moment. `jobs` holds status, reason ('' for none) and number."""

    jobs: Sequence[tuple[str, str, int]]
    feeds: Sequence[FeedMeasurements]
    workers: int
    planned_at: float | None
    """When a worker was last done with all planning, in seconds since 1970."""

    def with_status(self, status: str) -> int:
        """Return how many jobs have this status."""
        return sum(count for found, _, count in self.jobs if found == status)


@translated()
def measurements() -> Measurements:
    """Ask for everything, in three queries. Raises as `translated`."""
    jobs = [(status, reason, int(count)) for status, reason, count in _rows("jobs_by_status")]
    of_feeds = _rows("feeds")
    feeds = [_of_feed(*row) for row in of_feeds]
    [(workers, planned_at)] = _rows("workers_and_planning", gone_after=WORKER_GONE_AFTER)
    return Measurements(
        jobs, feeds, int(workers), None if planned_at is None else float(planned_at)
    )


def _rows(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        _SQL.run(cursor, statement, **values)
        return list(cursor.fetchall())


def _of_feed(
    feed: str, imported_at: Any, looked_at: Any, seconds: str | None, counts: str | None
) -> FeedMeasurements:
    return FeedMeasurements(
        feed,
        None if imported_at is None else float(imported_at),
        None if looked_at is None else float(looked_at),
        json.loads(seconds or "{}"),
        json.loads(counts or "{}"),
    )
