"""What an administrator decides in advance for the file that a rehearsal would hold.

It counts for exactly these bytes, under the settings that they were checked with, in the planned
run that was rehearsed, and once. The run marks it as used in the transaction of its own end.
"""

import json
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from rollbook.core.errors import RollbookError, UsageError
from rollbook.core.statements import Statements
from rollbook.records import clock
from rollbook.records.database import translated
from rollbook.records.models import AdvanceDecision, Approval, Checked, Feed, Job, JobOutput
from rollbook.records.models.rehearsals import APPLY, DISCARD
from rollbook.records.operations import audit, jobs
from rollbook.records.operations.checked_files import check_same_settings
from rollbook.records.operations.decisions import Discarded
from rollbook.records.operations.queueing import lock_requests
from rollbook.records.operations.reasons import check_reason
from rollbook.records.outcome import Outcome, outcome_of
from rollbook.records.queries.advance_decisions import decision_on, is_still_planned
from rollbook.records.queries.jobs import job_by_number
from rollbook.records.queries.meaning import settings_of

_SQL: Final = Statements(__package__, "advance_decisions.sql")


class NothingToDecide(UsageError):
    """Import {number} isn't a rehearsal that would be held.

    Nothing was changed."""

    reason = "nothing_to_decide"

    def __init__(self, number: int) -> None:
        super().__init__(number=number)


class TooLateInAdvance(UsageError):
    """The import that rehearsal {number} was for has started, or is no longer scheduled. It's too
    late to decide in advance.

    Nothing was changed.

    Look at the feed's last import. If it is held, decide there."""

    reason = "too_late_in_advance"

    def __init__(self, number: int) -> None:
        super().__init__(number=number)


class DecidedAlready(UsageError):
    """{who} already decided on rehearsal {number}: {what}.

    Nothing was changed.

    To decide something else, take that back first."""

    reason = "decided_already"

    def __init__(self, decision: AdvanceDecision) -> None:
        number, who = decision.job_id, decision.decided_by
        what = "import the file" if decision.verdict == APPLY else "discard it"
        super().__init__(number=number, who=who, what=what)


class NotDecidedYet(UsageError):
    """There is no decision on rehearsal {number} to take back.

    Nothing was changed.

    If its import has used the decision, look at that import."""

    reason = "not_decided_yet"

    def __init__(self, number: int) -> None:
        super().__init__(number=number)


class DecisionTakenBack(RollbookError):
    """The decision on this file was taken back while it was being imported.

    Nothing was changed.

    It is tried again without the decision."""

    reason = "decision_taken_back"
    is_transient = True


class DiscardedInAdvance(Discarded):
    """An administrator decided in advance to discard exactly this file.

    Nothing was changed.

    Fix the export and import it again."""


def decide_in_advance(number: int, *, verdict: str, actor: str, reason: str) -> AdvanceDecision:
    """Decide what the rehearsed run does with exactly the file that rehearsal `number` has seen.

    `verdict`: APPLY, as much of each kind as was found then does not hold it; or DISCARD.
    Raises UsageError, SettingsChanged where the file may mean something else by now.
    """
    check_reason(reason)
    if verdict not in (APPLY, DISCARD):
        raise UsageError(what="That isn't a decision.", advice="Apply the file, or discard it.")
    with translated(), transaction.atomic(), connection.cursor() as cursor:
        run, output, feed = _undecided(number)
        lock_requests(cursor, feed)  # its run does not begin while this is decided
        if not is_still_planned(job_by_number(number)):
            raise TooLateInAdvance(number)
        check_same_settings(Checked(number, output.settings), settings_of(feed, encoding=None))
        _replace_others(feed.pk, run, actor=actor)
        accepted = {kind: one.part for kind, one in output.report.measures.items()}
        decision = AdvanceDecision.objects.create(
            feed_id=feed.pk,
            job_id=number,
            planned_at=run,
            sha256=output.report.file["sha256"],
            settings=output.settings,
            accepted=accepted,
            verdict=verdict,
            reason=reason,
            decided_by=actor,
            decided_at=clock.now(),
        )
        audit.record(
            actor,
            "rehearsal.decided",
            subject=f"job {number}",
            before={"held": output.report.message_text},
            after={
                "verdict": verdict,
                "reason": reason,
                "sha256": decision.sha256,
                "planned_at": run.isoformat(),
                "accepted": accepted,
            },
        )
    return decision


def take_back(number: int, *, actor: str) -> AdvanceDecision:
    """Take the decision on a rehearsal back, unless its run has used it. Raises UsageError."""
    with translated(), transaction.atomic():
        job_by_number(number)
        undecided = AdvanceDecision.objects.select_for_update()
        decision = undecided.filter(job_id=number, taken_back_at=None, used_at=None).first()
        if decision is None:
            raise NotDecidedYet(number)
        _take_back(decision, actor)
    return decision


def use_decision(cursor: Any, decision: AdvanceDecision, job: int, *, is_applied: bool) -> None:
    """Mark the decision as used by an import, in the transaction of `cursor` that ends the import.

    `is_applied`: the import is stored for it, and is one that was approved from now on. Raises
    DecisionTakenBack.
    """
    now = clock.now()
    _SQL.run(cursor, "use", decision=decision.pk, job=job, now=now)
    if not cursor.rowcount:
        raise DecisionTakenBack
    if is_applied:
        approval = Approval(decision.settings, decision.accepted)
        given = {"settings": approval.settings, **approval.accepted}
        _SQL.run(
            cursor, "note_approval", job=job, approved=json.dumps(given), by=decision.decided_by
        )
    after = {"verdict": decision.verdict, "rehearsal": decision.job_id, "stored": is_applied}
    jobs.record_event(
        cursor, decision.decided_by, action="rehearsal.decision_used", job=job, after=after
    )


def _replace_others(feed: int, run: datetime, *, actor: str) -> None:
    """Take back what was decided on earlier rehearsals of the same run: of one run one counts."""
    waiting = AdvanceDecision.objects.select_for_update().filter(feed_id=feed, planned_at=run)
    for earlier in waiting.filter(taken_back_at=None, used_at=None):
        _take_back(earlier, actor)


def _take_back(decision: AdvanceDecision, actor: str) -> None:
    decision.taken_back_at, decision.taken_back_by = clock.now(), actor
    decision.save(update_fields=["taken_back_at", "taken_back_by"])
    audit.record(
        actor,
        "rehearsal.taken_back",
        subject=f"job {decision.job_id}",
        before={"verdict": decision.verdict, "decided_by": decision.decided_by},
    )


def _undecided(number: int) -> tuple[datetime, JobOutput, Feed]:
    """Return run, outcome and feed of a rehearsal whose row is locked now, so that of two decisions
    one counts. Raises NothingToDecide, DecidedAlready."""
    row = Job.objects.select_for_update().get(pk=job_by_number(number).number)
    output, run = row.came_to, row.asked.rehearses
    if output is None or run is None or outcome_of(output.report) is not Outcome.NEEDS_REVIEW:
        raise NothingToDecide(number)
    if (before := decision_on(number)) is not None:
        raise DecidedAlready(before)
    return run, output, Feed.objects.get(pk=row.asked.feed_id)
