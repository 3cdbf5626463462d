"""Jobs as programs list them: filtered, each page after the one before."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rollbook.records.models import Job, JobQuerySet
from rollbook.records.outcome import GOOD, Outcome
from rollbook.records.queries.feeds import feed_by_name
from rollbook.records.queries.jobs import JobView, job_view


class Status(StrEnum):
    """What `status` of a report can be."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class JobsAsked:
    """What is asked of the list; None asks nothing."""

    feed: str | None = None
    status: Status | None = None
    dry_run: bool | None = None
    since: datetime | None = None
    """Aware: not those that were asked for before."""


def jobs_before(number: int | None, asked: JobsAsked, *, limit: int) -> list[JobView]:
    """Return the next jobs with lower numbers, the newest first. Raises NoSuchFeed."""
    found = Job.imports.newest_first()
    if number is not None:
        found = found.before(number)
    if asked.feed is not None:
        found = found.of_feed(feed_by_name(asked.feed).pk)
    if asked.status is not None:
        found = _with_status(found, asked.status)
    if asked.dry_run is not None:
        found = found.filter(index__is_check=asked.dry_run)
    if asked.since is not None:
        found = found.filter(index__created_at__gte=asked.since)
    return [job_view(row) for row in found[:limit]]


def _with_status(found: JobQuerySet, status: Status) -> JobQuerySet:
    match status:
        case Status.PENDING:
            return found.with_outcome(Outcome.WAITING)
        case Status.RUNNING:
            return found.with_outcome(Outcome.RUNNING)
        case Status.HELD:
            return found.with_outcome(Outcome.NEEDS_REVIEW)
        case Status.FAILED:
            return found.filter(index__outcome__in=(Outcome.FAILED, Outcome.STOPPED))
    return found.filter(index__outcome__in=GOOD | {Outcome.UNDONE})
