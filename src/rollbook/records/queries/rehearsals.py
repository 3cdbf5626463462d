"""How the next run of each feed was rehearsed, and what lists say of rehearsals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from rollbook.core.scheduling.rehearsal import rehearsal_at
from rollbook.core.scheduling.schedule import Schedule, ScheduleRefused
from rollbook.records.district import district_zone
from rollbook.records.models import AdvanceDecision, Feed, Job
from rollbook.records.outcome import Outcome
from rollbook.records.queries.advance_decisions import Obstacle, State, is_to_come, obstacle_now
from rollbook.records.queries.jobs import JobView, job_view
from rollbook.records.queries.schedules import next_attempts, next_run, schedule_of

_LONGEST_AGO: Final = timedelta(days=2)
"""A rehearsal of a run to come is not older, whatever the clocks did."""


class Rehearsed(StrEnum):
    """What is known of a run's rehearsal."""

    AHEAD = "ahead"
    TOO_LATE = "too_late"
    """None was begun in time."""
    UNDER_WAY = "under_way"
    AGAIN = "again"
    """It did not reach the file, and is tried again."""
    NOT_DONE = "not_done"
    """It never reached the file: nothing is known of it."""
    FINE = "fine"
    HELD = "held"
    """The file would be held."""
    REFUSED = "refused"
    """The file would be rejected."""


@dataclass(frozen=True, slots=True)
class NextRehearsal:
    """The rehearsal of a feed's next run."""

    feed: str
    run: datetime
    what: Rehearsed
    at: datetime | None = None
    """AHEAD: when it begins; AGAIN: when it is tried again."""
    job: JobView | None = None
    decision: AdvanceDecision | None = None
    """HELD: what was decided in advance of it."""
    obstacle: Obstacle | None = None
    """Why that would not count, as things are."""

    @property
    def is_decided(self) -> bool:
        """Whether a decision waits for the file that counts as things are."""
        return self.decision is not None and self.obstacle is None

    @property
    def short_words(self) -> str:
        """What is said beside the run, in two or three words; "" where there is nothing to say."""
        if self.is_decided:
            return "decided in advance"
        return {
            Rehearsed.HELD: "would be held",
            Rehearsed.REFUSED: "would be rejected",
            Rehearsed.AGAIN: "not rehearsed yet",
            Rehearsed.NOT_DONE: "not rehearsed",
            Rehearsed.TOO_LATE: "not rehearsed",
        }.get(self.what, "")

    @property
    def needs_person(self) -> bool:
        """Whether the run would not store the file, and nobody has seen to that yet."""
        if self.what is Rehearsed.HELD:
            return not self.is_decided
        return self.what is Rehearsed.REFUSED


def next_rehearsals(feeds: Iterable[Feed], now: datetime) -> dict[int, NextRehearsal]:
    """Return the rehearsal of the next run of each feed that is rehearsed, by feed, in as many
    statements for many feeds as for one, but for those that wait for a decision or have one."""
    rehearsed = [each for each in feeds if each.host and each.schedule.get("rehearse_hours")]
    if not rehearsed:
        return {}
    zone = district_zone()
    runs = {
        feed.pk: (feed, schedule, run)
        for feed in rehearsed
        if (schedule := _schedule(feed, zone)) is not None
        and (run := next_run(schedule, now)) is not None
    }
    if not runs:
        return {}
    jobs = _newest(runs, now)
    failed = [job.number for job in jobs.values() if job.outcome is Outcome.FAILED]
    again = next_attempts(failed) if failed else {}
    return {
        key: _of_job(job, run, again.get(job.number))
        if (job := jobs.get(key)) is not None
        else _before(feed, schedule, run, now)
        for key, (feed, schedule, run) in runs.items()
    }


def with_states(jobs: Sequence[JobView]) -> list[JobView]:
    """Return the jobs of a list, those that are rehearsals of a held file with their state."""
    found = [job for job in jobs if job.would_be_held]
    if not found:
        return list(jobs)
    decisions = AdvanceDecision.objects.filter(job_id__in=[job.number for job in found])
    used = dict(decisions.filter(taken_back_at=None).values_list("job_id", "used_at"))
    feeds = Feed.objects.filter(removed_at=None).in_bulk([job.feed_id for job in found])
    states = {job.number: _state(job, feeds.get(job.feed_id), used) for job in found}
    return [replace(job, in_advance=states.get(job.number, "")) for job in jobs]


def _state(job: JobView, feed: Feed | None, used: Mapping[int, datetime | None]) -> State:
    """Return the state as a list shows it: nothing is left to do once the run has begun."""
    if used.get(job.number) is not None:
        return State.USED
    if feed is None or job.rehearses is None or not is_to_come(feed, job.rehearses):
        return State.EXPIRED
    return State.DECIDED if job.number in used else State.OPEN


def _schedule(feed: Feed, zone: ZoneInfo) -> Schedule | None:
    try:
        return schedule_of(feed, zone)
    except ScheduleRefused:  # beginning the run tells that
        return None


def _newest(
    runs: Mapping[int, tuple[Feed, Schedule, datetime]], now: datetime
) -> dict[int, JobView]:
    """Return the newest rehearsal of each of these runs, by feed."""
    moments = {run.isoformat() for _, _, run in runs.values()}
    found = Job.imports.filter(
        index__feed_id__in=list(runs),
        index__is_check=True,
        index__created_at__gte=now - _LONGEST_AGO,
        input_data__rehearses__in=list(moments),
    )
    views = map(job_view, found.order_by("pk"))
    return {job.feed_id: job for job in views if job.rehearses == runs[job.feed_id][2]}


def _before(feed: Feed, schedule: Schedule, run: datetime, now: datetime) -> NextRehearsal:
    at = rehearsal_at(schedule, run, since=now)
    what = Rehearsed.TOO_LATE if at is None else Rehearsed.AHEAD
    return NextRehearsal(feed.name, run, what, at)


def _of_job(job: JobView, run: datetime, again: datetime | None) -> NextRehearsal:
    match job.outcome:
        case Outcome.WAITING | Outcome.RUNNING:
            return NextRehearsal(job.feed, run, Rehearsed.UNDER_WAY, job=job)
        case Outcome.NEEDS_REVIEW:
            decision = AdvanceDecision.objects.filter(job_id=job.number, taken_back_at=None).first()
            why = obstacle_now(job, decision) if decision is not None else None
            return NextRehearsal(job.feed, run, Rehearsed.HELD, None, job, decision, why)
        case Outcome.FAILED if job.report.file.get("sha256") and not job.report.is_transient:
            return NextRehearsal(job.feed, run, Rehearsed.REFUSED, job=job)
        case Outcome.FAILED if again is not None:
            return NextRehearsal(job.feed, run, Rehearsed.AGAIN, again, job)
        case Outcome.FAILED | Outcome.STOPPED:
            return NextRehearsal(job.feed, run, Rehearsed.NOT_DONE, job=job)
    return NextRehearsal(job.feed, run, Rehearsed.FINE, job=job)
