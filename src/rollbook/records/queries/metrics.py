"""What a monitoring system asks of the records: a few numbers, in a fixed number of queries."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from rollbook.records.database import translated
from rollbook.records.models import JOB_TYPE
from rollbook.records.queries.workers import WORKER_GONE_AFTER

NO_NEW_FILE = "file_unchanged"

_JOBS = """
    select coalesce(output_data->'report'->>'status', status::text),
           coalesce(output_data->'report'->>'reason', ''), count(*)
    from public.jobs where job_type = %(type)s group by 1, 2 order by 1, 2
"""

_FEEDS = """
    with runs as (
        select id, input_data->>'feed_id' as feed, status, completed_at,
               output_data->'report' as report
        from public.jobs
        where job_type = %(type)s and output_data->'report' is not null
          and input_data->>'dry_run' = 'false'
    )
    select f.name,
           extract(epoch from imported.completed_at), extract(epoch from looked.completed_at),
           last.report->'seconds', last.report->'counts'
    from rollbook.feeds f
    left join lateral (
        select completed_at from runs where feed = f.id::text and status = 'completed'
        and report->>'stored' = 'true' order by id desc limit 1
    ) imported on true
    left join lateral (
        select completed_at from runs where feed = f.id::text and status = 'completed'
        order by id desc limit 1
    ) looked on true
    left join lateral (
        select report from runs where feed = f.id::text
        and report->>'reason' is distinct from %(no_new_file)s order by id desc limit 1
    ) last on true
    where f.removed_at is null order by f.name
"""

_WORKERS = """
    select count(*), (select extract(epoch from max(completed_at)) from rollbook.last_tick)
    from rollbook.procrastinate_workers
    where last_heartbeat > now() - make_interval(secs => %(alive)s)
"""


@dataclass(frozen=True, slots=True)
class FeedFigures:
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
class Figures:
    """Everything at one moment. `jobs` holds status, reason ('' for none) and number."""

    jobs: Sequence[tuple[str, str, int]]
    feeds: Sequence[FeedFigures]
    workers: int
    planned_at: float | None
    """When a worker was last done with all planning, in seconds since 1970."""

    def with_status(self, status: str) -> int:
        """Return how many jobs have this status."""
        return sum(count for found, _, count in self.jobs if found == status)


@translated()
def figures() -> Figures:
    """Ask for everything, in three queries. Raises as `translated`."""
    jobs = [(status, reason, int(count)) for status, reason, count in _rows(_JOBS)]
    feeds = [_feed_figures(*row) for row in _rows(_FEEDS)]
    [(workers, planned_at)] = _rows(_WORKERS)
    return Figures(jobs, feeds, int(workers), None if planned_at is None else float(planned_at))


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            statement, {"type": JOB_TYPE, "no_new_file": NO_NEW_FILE, "alive": WORKER_GONE_AFTER}
        )
        return list(cursor.fetchall())


def _feed_figures(
    feed: str, imported_at: Any, looked_at: Any, seconds: str | None, counts: str | None
) -> FeedFigures:
    return FeedFigures(
        feed,
        None if imported_at is None else float(imported_at),
        None if looked_at is None else float(looked_at),
        json.loads(seconds or "{}"),
        json.loads(counts or "{}"),
    )
