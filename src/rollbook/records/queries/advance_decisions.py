"""What was decided in advance of a planned run's file, and what came of that."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from rollbook.core.scheduling.schedule import ScheduleRefused
from rollbook.records.models import AdvanceDecision, Feed, Job
from rollbook.records.models.job_input import SCHEDULE
from rollbook.records.models.rehearsals import APPLY
from rollbook.records.outcome import Outcome
from rollbook.records.queries.jobs import JobView
from rollbook.records.queries.schedules import next_attempt_at, next_planned


class State(StrEnum):
    """What can be done about a rehearsal that would hold its file."""

    OPEN = "open"
    """It can be decided."""
    DECIDED = "decided"
    """It is, and the run has not used it yet: it can be taken back."""
    USED = "used"
    EXPIRED = "expired"
    """The run has come, or is planned no longer, without a decision that counted."""


@dataclass(frozen=True, slots=True)
class Advance:
    """A rehearsal that would hold its file: for which run one decides, and what was decided."""

    run: datetime
    state: State
    decision: AdvanceDecision | None = None
    """The one that is not taken back."""
    run_job: int | None = None
    """The planned run, once it has begun."""


def advance_of(job: JobView) -> Advance | None:
    """Return what can be done about a rehearsal; None where it is none, or holds nothing."""
    if job.rehearses is None or job.outcome is not Outcome.NEEDS_REVIEW:
        return None
    run, decision = job.rehearses, decision_on(job.number)
    begun, is_planned = run_of(job), is_still_planned(job)
    if decision is not None and decision.used_at is not None:
        state = State.USED
    elif decision is not None and (is_planned if begun is None else _may_still_use(begun)):
        state = State.DECIDED
    else:
        is_open = decision is None and begun is None and is_planned
        state = State.OPEN if is_open else State.EXPIRED
    return Advance(run, state, decision, begun.pk if begun is not None else None)


def decision_on(rehearsal: int) -> AdvanceDecision | None:
    """Return the decision on a rehearsal that is not taken back."""
    return AdvanceDecision.objects.filter(job_id=rehearsal, taken_back_at=None).first()


def decision_for(feed_id: int, planned_at: datetime) -> AdvanceDecision | None:
    """Return what was decided in advance for a planned run, and neither used nor taken back."""
    waiting = AdvanceDecision.objects.filter(feed_id=feed_id, planned_at=planned_at)
    return waiting.filter(used_at=None, taken_back_at=None).order_by("-pk").first()


def decision_used_by(job: JobView) -> AdvanceDecision | None:
    """Return the decision that counted for a planned run."""
    if job.started_by != SCHEDULE:
        return None
    return AdvanceDecision.objects.filter(used_by=job.number).first()


def counts_for(decision: AdvanceDecision, *, sha256: str, settings: str) -> bool:
    """Tell whether it was decided of this very file, under these settings."""
    return (decision.sha256, decision.settings) == (sha256, settings)


def is_applied(decision: AdvanceDecision) -> bool:
    return decision.verdict == APPLY


def is_still_planned(job: JobView) -> bool:
    """Tell whether the run of a rehearsal is yet to begin, by today's schedule; it may be late."""
    feed = Feed.objects.filter(pk=job.feed_id, removed_at=None).first()
    if feed is None or job.rehearses is None:
        return False
    if feed.planned_at is None or feed.planned_at >= job.rehearses:
        return False
    try:
        return next_planned(feed, job.rehearses - timedelta(microseconds=1)) == job.rehearses
    except ScheduleRefused:
        return False


def run_of(job: JobView) -> Job | None:
    """Return the planned run that a rehearsal was of, where that has begun."""
    later = Job.imports.of_feed(job.feed_id).after(job.number).writing()
    run = job.rehearses
    return later.filter(input_data__planned_at=run.isoformat()).newest() if run else None


def _may_still_use(run: Job) -> bool:
    """Tell whether a planned run may still fetch the file: it is under way or tried again."""
    return run.came_to is None or next_attempt_at(run.pk) is not None
