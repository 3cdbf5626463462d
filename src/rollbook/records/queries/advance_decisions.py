"""What was decided in advance of a planned run's file, and what came of that."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.db import connection

from rollbook.core.scheduling.schedule import ScheduleRefused
from rollbook.core.statements import Statements
from rollbook.records.models import AdvanceDecision, Feed, Job
from rollbook.records.models.job_input import SCHEDULE
from rollbook.records.models.rehearsals import APPLY
from rollbook.records.outcome import Outcome, outcome_of
from rollbook.records.queries.jobs import JobView
from rollbook.records.queries.meaning import settings_of
from rollbook.records.queries.schedules import next_attempt_at, next_planned

COMMAND_LINE: Final = "command line"
"""Who decides there: a person who has the machine."""
_OF_PROGRAM: Final = " (token "
_SQL: Final = Statements(__package__, "advance_decisions.sql")


class State(StrEnum):
    """What can be done about a rehearsal that would hold its file."""

    OPEN = "open"
    """It can be decided."""
    DECIDED = "decided"
    """It is, and the run has not used it yet: it can be taken back."""
    USED = "used"
    EXPIRED = "expired"
    """The run has come, or is planned no longer, without a decision that counted."""


class Obstacle(StrEnum):
    """Why a decision in advance does not count: `words` say it after a colon."""

    FILE = "file"
    SETTINGS = "settings"
    PERSON = "person"
    SAME_FILE = "same_file"
    NO_FILE = "no_file"
    FAILED = "failed"

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS: Final = {
    Obstacle.FILE: "the file has changed since",
    Obstacle.SETTINGS: "the settings have changed since",
    Obstacle.PERSON: "the person who decided is no longer an administrator",
    Obstacle.SAME_FILE: "the file was the same as last time, so there was nothing to decide",
    Obstacle.NO_FILE: "the run had no file",
    Obstacle.FAILED: "the run failed",
}


@dataclass(frozen=True, slots=True)
class Advance:
    """A rehearsal that would hold its file: for which run one decides, and what was decided."""

    run: datetime
    state: State
    decision: AdvanceDecision | None = None
    """The one that is not taken back."""
    run_job: int | None = None
    """The planned run, once it has begun."""
    obstacle: Obstacle | None = None
    """OPEN, DECIDED: why, as things are, a decision would not count; EXPIRED: why it did not."""
    newer: int | None = None
    """A later rehearsal of the same run, which one decides on instead."""

    @property
    def can_be_decided(self) -> bool:
        """Whether a decision on it would count as things are."""
        return self.state is State.OPEN and self.obstacle is None and self.newer is None

    @property
    def will_count(self) -> bool:
        """Whether what was decided counts as things are, once the run comes."""
        return self.state is State.DECIDED and self.obstacle is None and self.newer is None


def advance_of(job: JobView) -> Advance | None:
    """Return what can be done about a rehearsal; None where it is none, or holds nothing."""
    if job.rehearses is None or not job.would_be_held:
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
    why = None
    if state in (State.OPEN, State.DECIDED):
        why = obstacle_now(job, decision)
    elif state is State.EXPIRED and decision is not None and begun is not None:
        why = _why_lost(decision, begun)
    number = begun.pk if begun is not None else None
    return Advance(run, state, decision, number, why, _newer(job))


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


def passed_over_by(job: JobView) -> tuple[AdvanceDecision, Obstacle] | None:
    """Return the decision that was made for a planned run and did not count, and why; None before
    its end."""
    if job.planned_at is None or not job.outcome.is_over:
        return None
    decision = decision_for(job.feed_id, job.planned_at)
    if decision is None or next_attempt_at(job.number) is not None:
        return None
    why = _why_lost(decision, Job.imports.get(pk=job.number))
    return None if why is None else (decision, why)


def decision_on_file(job: JobView) -> AdvanceDecision | None:
    """Return what had been decided in advance on the very file of an import that is not the run for
    which that counts."""
    sha256 = job.report.file.get("sha256")
    if job.rehearses is not None or job.planned_at is not None or not sha256 or not job.ended_at:
        return None
    of_file = AdvanceDecision.objects.filter(feed_id=job.feed_id, sha256=sha256, taken_back_at=None)
    return of_file.filter(decided_at__lte=job.ended_at).order_by("-pk").first()


def obstacle(decision: AdvanceDecision, *, sha256: str, settings: str) -> Obstacle | None:
    """Return why a decision does not count for a file; None where it does: it was decided of these
    very bytes, under these settings, by a person who still may."""
    if decision.sha256 != sha256:
        return Obstacle.FILE
    if decision.settings != settings:
        return Obstacle.SETTINGS
    return None if may_decide(decision.decided_by) else Obstacle.PERSON


def obstacle_now(job: JobView, decision: AdvanceDecision | None) -> Obstacle | None:
    """Return why a decision on a rehearsal, one that waits or one to come, would not count as
    things are, if the file stays as it is."""
    feed = Feed.objects.filter(pk=job.feed_id).first()
    output = Job.imports.get(pk=job.number).came_to
    if feed is None or output is None:
        return None
    settings = settings_of(feed, encoding=None)
    if decision is not None:
        return obstacle(decision, sha256=decision.sha256, settings=settings)
    return None if settings == output.settings else Obstacle.SETTINGS


def waiting_decisions(now: datetime) -> dict[int, tuple[AdvanceDecision, Obstacle | None]]:
    """Return the decisions for runs to come, by key, each with why it would not count as things
    are."""
    waiting = AdvanceDecision.objects.filter(used_at=None, taken_back_at=None, planned_at__gt=now)
    found = {}
    for decision in waiting:
        feed = Feed.objects.filter(pk=decision.feed_id, removed_at=None).first()
        if feed is not None:
            settings = settings_of(feed, encoding=None)
            why = obstacle(decision, sha256=decision.sha256, settings=settings)
            found[decision.pk] = decision, why
    return found


def may_decide(actor: str) -> bool:
    """Tell whether who decided, by page, by a token of theirs or by command, may still decide."""
    if actor == COMMAND_LINE:
        return True
    with connection.cursor() as cursor:
        _SQL.run(cursor, "may_decide", email=actor.split(_OF_PROGRAM)[0])
        found = cursor.fetchone()
    return found is not None and bool(found[0])


def is_applied(decision: AdvanceDecision) -> bool:
    return decision.verdict == APPLY


def is_still_planned(job: JobView) -> bool:
    """Tell whether the run of a rehearsal is yet to begin, by today's schedule; it may be late."""
    feed = Feed.objects.filter(pk=job.feed_id, removed_at=None).first()
    return feed is not None and job.rehearses is not None and is_to_come(feed, job.rehearses)


def is_to_come(feed: Feed, run: datetime) -> bool:
    """Tell whether a planned run of the feed is yet to begin, by today's schedule."""
    if feed.planned_at is None or feed.planned_at >= run:
        return False
    try:
        return next_planned(feed, run - timedelta(microseconds=1)) == run
    except ScheduleRefused:
        return False


def run_of(job: JobView) -> Job | None:
    """Return the planned run that a rehearsal was of, where that has begun."""
    later = Job.imports.of_feed(job.feed_id).after(job.number).writing()
    run = job.rehearses
    return later.filter(input_data__planned_at=run.isoformat()).newest() if run else None


def _newer(job: JobView) -> int | None:
    """Return the newest later rehearsal of the same run that would hold its file."""
    assert job.rehearses is not None
    later = Job.imports.of_feed(job.feed_id).after(job.number)
    later = later.with_outcome(Outcome.NEEDS_REVIEW)
    row = later.filter(input_data__rehearses=job.rehearses.isoformat()).newest()
    return None if row is None else row.pk


def _may_still_use(run: Job) -> bool:
    """Tell whether a planned run may still fetch the file: it is under way or tried again."""
    return run.came_to is None or next_attempt_at(run.pk) is not None


def _why_lost(decision: AdvanceDecision, run: Job) -> Obstacle | None:
    """Return why a decision did not count for its run, which has ended; None where nothing says so
    any more."""
    if (output := run.came_to) is None or not (sha256 := output.report.file.get("sha256")):
        return Obstacle.NO_FILE
    if output.report.reason == "file_unchanged":
        return Obstacle.SAME_FILE
    why = obstacle(decision, sha256=sha256, settings=output.settings or "")
    is_failed = outcome_of(output.report) is Outcome.FAILED
    return why or (Obstacle.FAILED if is_failed else None)
