"""The import history: jobs filtered, counted and paged; and the audit beside them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Generic, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Model, Q, QuerySet

from rollbook.records.models import AuditEvent, Feed, Job, JobQuerySet
from rollbook.records.outcome import Outcome
from rollbook.records.queries.jobs import JobView, job_view
from rollbook.records.queries.rehearsals import with_states

T = TypeVar("T")
M = TypeVar("M", bound=Model)
PageRows: TypeAlias = tuple[list[M], int, int]

FEEDS = 50
"""Feeds on a page."""

EVENTS = 50
"""Events of the audit on a page."""

MOST_COUNTED = 10_000
"""Rows that a list counts and pages through, however many are on record."""

AT_ONCE = 500
"""Rows that a download holds at a time."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list: `number` counts from 1, `total` are all that match."""

    items: Sequence[T]
    number: int
    size: int
    total: int
    is_cut: bool = False
    """Whether there are more, which are not counted and are found by a filter."""

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1 if self.items else 0

    @property
    def last(self) -> int:
        return self.first + len(self.items) - 1 if self.items else 0

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number * self.size < self.total


@dataclass(frozen=True, slots=True)
class JobFilter:
    """What a person asks of the history. Days are those of the district's time zone."""

    outcome: Outcome | None = None
    """NEEDS_REVIEW: what waits for a person, no rehearsal."""
    would_be_held: bool = False
    """Only rehearsals of files that their runs would hold."""
    feed_id: int | None = None
    started_by: str = ""
    since: date | None = None
    until: date | None = None
    file_name: str = ""
    has_problems: bool = False

    def __bool__(self) -> bool:
        return self != JobFilter()


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What a person asks of the audit. Days are those of the district's time zone."""

    text: str = ""
    """Sought in all but the changes."""
    person: str = ""
    """A part of who did it."""
    action: str = ""
    since: date | None = None
    until: date | None = None


def find_jobs(asked: JobFilter, *, zone: ZoneInfo, page: int, size: int = 25) -> Page[JobView]:
    """Return one page of the jobs that match, newest first, in a fixed number of queries."""
    rows, number, total = paged(_jobs(asked, zone), page=page, size=size, most=MOST_COUNTED + 1)
    is_cut = total > MOST_COUNTED
    jobs = with_states([job_view(row) for row in rows])
    return Page(jobs, number, size, min(total, MOST_COUNTED), is_cut)


def every_job(asked: JobFilter, *, zone: ZoneInfo) -> Iterator[JobView]:
    """Give all jobs that match, newest first; one query, so that none is listed twice."""
    return map(job_view, _jobs(asked, zone).iterator(chunk_size=AT_ONCE))


def find_audit_events(asked: AuditFilter, *, zone: ZoneInfo, page: int) -> Page[AuditEvent]:
    """Return one page of the audit, newest first."""
    found = _audit_events(asked, zone)
    rows, number, total = paged(found, page=page, size=EVENTS, most=MOST_COUNTED + 1)
    return Page(rows, number, EVENTS, min(total, MOST_COUNTED), total > MOST_COUNTED)


def every_audit_event(asked: AuditFilter, *, zone: ZoneInfo) -> Iterator[AuditEvent]:
    """Give all events that match, newest first: in one look, as `every_job`."""
    return _audit_events(asked, zone).iterator(chunk_size=AT_ONCE)


def feeds_with_servers(name: str, *, page: int, size: int = FEEDS) -> Page[Feed]:
    """Return one page of the feeds that have a server, by name; `name` is a part of it."""
    found = Feed.objects.filter(removed_at=None).exclude(host="").order_by("name")
    rows, number, total = paged(found.filter(name__icontains=name), page=page, size=size)
    return Page(rows, number, size, total)


def paged(found: "QuerySet[M]", *, page: int, size: int, most: int | None = None) -> PageRows[M]:
    """Return the rows of a page, its number (the last one where `page` is beyond) and the total.

    No more than `most` are counted.
    """
    total = found.count() if most is None else found[:most].count()
    shown = total if most is None else min(total, most - 1)
    number = max(1, min(page, -(-shown // size)))
    start = (number - 1) * size
    return list(found[start : start + size]), number, total


def _jobs(asked: JobFilter, zone: ZoneInfo) -> JobQuerySet:
    found = Job.imports.newest_first()
    if asked.outcome is not None:
        found = found.with_outcome(asked.outcome)
        if asked.outcome is Outcome.NEEDS_REVIEW:
            found = found.exclude(input_data__has_key="rehearses")
    if asked.would_be_held:
        found = found.with_outcome(Outcome.NEEDS_REVIEW).filter(input_data__has_key="rehearses")
    if asked.feed_id is not None:
        found = found.of_feed(asked.feed_id)
    if asked.started_by:
        found = found.started_by(asked.started_by)
    if asked.since is not None:
        found = found.filter(index__created_at__gte=_start_of(asked.since, zone))
    if asked.until is not None:
        found = found.filter(index__created_at__lt=_start_of(asked.until + timedelta(days=1), zone))
    if asked.file_name:
        found = found.with_file_name(asked.file_name)
    return found.with_problems() if asked.has_problems else found


def _audit_events(asked: AuditFilter, zone: ZoneInfo) -> "QuerySet[AuditEvent]":
    found, text = AuditEvent.objects.order_by("-id"), asked.text
    if text:
        found = found.filter(
            Q(actor__icontains=text)
            | Q(action__icontains=text)
            | Q(subject__icontains=text)
            | Q(origin__icontains=text)
        )
    if asked.person:
        found = found.filter(actor__icontains=asked.person)
    if asked.action:
        found = found.filter(action=asked.action)
    if asked.since is not None:
        found = found.filter(at__gte=_start_of(asked.since, zone))
    if asked.until is not None:
        found = found.filter(at__lt=_start_of(asked.until + timedelta(days=1), zone))
    return found


def _start_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)
