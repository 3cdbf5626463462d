"""When a feed runs automatically: its current schedule, and whether planned runs went well."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rollbook.core.scheduling.description import runs_in_words
from rollbook.core.scheduling.due import next_runs
from rollbook.core.scheduling.schedule import Schedule
from rollbook.records.district import district_zone
from rollbook.records.models import Feed, JobAttempt
from rollbook.records.queries.feeds import active_feeds

NIGHTLY: Mapping[str, Any] = {"is_on": True}
"""What a new feed begins with: every day at 2:00 AM."""


def schedule_of(feed: Feed, zone: ZoneInfo) -> Schedule:
    """Return the feed's schedule on the clock of `zone`, the district's."""
    return Schedule.from_json(feed.schedule | {"zone": zone.key})


def is_planned() -> bool:
    """Tell whether any feed is to run automatically."""
    zone = district_zone()
    return any(feed.host and schedule_of(feed, zone).is_on for feed in active_feeds())


def planned_words(feed: Feed, now: datetime, *, zone: ZoneInfo) -> tuple[str, ...]:
    """Return the feed's next three runs in words."""
    return runs_in_words(schedule_of(feed, zone), now)


def next_planned(feed: Feed, after: datetime) -> datetime | None:
    """Return the first planned run later than `after`."""
    return next_run(schedule_of(feed, district_zone()), after)


def next_run(schedule: Schedule, after: datetime) -> datetime | None:
    """Return the schedule's first planned run later than `after`."""
    return next(iter(next_runs(schedule, after, count=1)), None)


def coming_runs(now: datetime) -> list[tuple[str, datetime]]:
    """Return the next planned run of each feed that runs automatically, the nearest first."""
    zone, found = district_zone(), []
    for feed in active_feeds():
        run = next_run(schedule_of(feed, zone), now) if feed.host else None
        if run is not None:
            found.append((feed.name, run))
    return sorted(found, key=lambda each: (each[1], each[0]))


def attempts(job: int) -> list[JobAttempt]:
    """Return the ended runs of a job, the first one first."""
    return list(JobAttempt.objects.filter(job_id=job).order_by("number"))


def next_attempt_at(job: int) -> datetime | None:
    """Return when a failed job is tried again; None where it is not."""
    return next_attempts([job]).get(job)


def next_attempts(jobs: Sequence[int]) -> dict[int, datetime | None]:
    """Return when failed jobs are tried again, by their numbers; in one statement."""
    waiting = JobAttempt.objects.filter(job_id__in=jobs, retried_at=None).order_by("number")
    return dict(waiting.values_list("job_id", "retry_at"))
