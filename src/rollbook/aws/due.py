"""What is due, done in one invocation: a worker's tick, and in between the imports themselves."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from rollbook.automation.after_run import call_uptime_service
from rollbook.automation.imports import run_requested
from rollbook.automation.tick import Steps, plan, run_errands
from rollbook.automation.worker_log import log_begun, log_ended, log_overdue
from rollbook.aws.errors import StepsFailed
from rollbook.aws.time_limit import TimeLimit
from rollbook.core.errors import RollbookError
from rollbook.core.events import ignore
from rollbook.records.operations import queueing
from rollbook.records.operations.promises import next_judged
from rollbook.records.operations.rehearsals import next_rehearsed
from rollbook.records.queries.follow_ups import EndedRun, ended_runs_after, last_end, next_due

MOST_ROUNDS: Final = 20
"""What an import's end makes due is done at once, but an invocation must end."""

AHEAD: Final = timedelta(hours=8)
"""How long a start waits for the time of a promise or a rehearsal: less than a start may last, and
as long as until the next start at least."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an invocation has done, and when there is more to do; in JSON as the contract has it."""

    runs: list[EndedRun]
    next_attempt_at: datetime | None

    def as_object(self) -> dict[str, Any]:
        at = self.next_attempt_at
        return {
            "ok": not any(run.is_lost for run in self.runs),
            "did": [run.as_object() for run in self.runs],
            "next_attempt_at": None if at is None else _utc(at),
        }


def do_due(environ: Mapping[str, str], limit: TimeLimit, *, first: int | None = None) -> Answer:
    """Do what is due, beginning with the job `first`, and what follows from that.

    Raises StepsFailed where something beside the imports went wrong, once all else is done.
    """
    before = last_end()
    work = _Work(environ, limit)
    if first is not None:
        work.carry_out(first)
    work.do_rounds()
    if work.faults:
        raise StepsFailed(what="; ".join(work.faults))
    runs, now = ended_runs_after(before), datetime.now(UTC)
    due = next_due(now, busy=work.left_waiting)
    # Where a run is lost, the alarm is not to wait for anything of the clock; the next start does
    # that.
    by_clock = [] if any(run.is_lost for run in runs) else _soon_by_the_clock(now)
    return Answer(runs, min(filter(None, [due, *by_clock]), default=None))


def _soon_by_the_clock(now: datetime) -> list[datetime]:
    """Return when a promise is to be judged and a run to be rehearsed, where that is soon."""
    moments = (next_judged(now), next_rehearsed(now))
    return [at for at in moments if at is not None and at - now <= AHEAD]


@dataclass(slots=True)
class _Work:
    environ: Mapping[str, str]
    limit: TimeLimit
    faults: dict[str, None] = field(default_factory=dict)
    left_waiting: bool = False
    """Whether a job still waits that could not begin: its feed was busy."""
    _tried: set[int] = field(default_factory=set)

    def do_rounds(self) -> None:
        """Plan and carry out what waits, until there is nothing new; then send and clean up."""
        planning, errands, well = Steps(), Steps(), frozenset[str]()
        for _ in range(MOST_ROUNDS):
            well |= plan(planning, self.environ)
            self.faults |= dict.fromkeys(planning.faults)
            waiting = [job for job in queueing.waiting_jobs() if job not in self._tried]
            if not waiting or not self.limit.has_room:
                break
            for job in waiting:
                if self.limit.has_room:
                    self.carry_out(job)
        call_uptime_service(well, self.environ)
        run_errands(errands, self.environ)
        errands.run(log_overdue, datetime.now(UTC))
        self.faults |= dict.fromkeys(errands.faults)

    def carry_out(self, job: int) -> None:
        """Run one job in this process; what comes of it is in its row, whatever it is."""
        # Loaded before the time runs: a module whose loading is cut off stays half loaded, and this
        # process serves the next invocation too.
        import rollbook.core.sources.session  # noqa: F401
        from rollbook.records.operations.jobs import ImportRunning

        self._tried.add(job)
        log_begun(job)
        with suppress(KeyboardInterrupt):  # stopped by a person or by the time: written already
            try:
                with self.limit.ending_before():
                    run_requested(job, listener=ignore, environ=self.environ)
            except ImportRunning:
                self.left_waiting = True
            except RollbookError as error:
                self.faults[str(error)] = None
        queueing.take_off_queue(job)
        log_ended(job)


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
