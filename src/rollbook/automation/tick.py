"""What every worker does again and again beside its imports: plan, see to ends, send, clean up.

Each step is independent: what is wrong with one feed, job or mail stops nothing else.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import close_old_connections

from rollbook.automation.after_run import all_well, begin_planned, finish_run
from rollbook.automation.audit_check import check_audit
from rollbook.automation.installation_notices import (
    mail_clean_up_done,
    mail_clock_off,
    mail_failed_clean_up,
    mail_unusable_settings,
)
from rollbook.automation.promises import judge_promises
from rollbook.automation.quality_report import mail_quality_report
from rollbook.automation.undecided import end_undecided_imports, remind_of_undecided
from rollbook.automation.worker_log import log_ended, log_fault
from rollbook.core.errors import RollbookError, kind_and_place
from rollbook.notify.outbox import send_due
from rollbook.notify.webhook_outbox import send_due_messages
from rollbook.records.connection_errors import DatabaseUnavailable
from rollbook.records.database import connect, translated
from rollbook.records.operations import (
    audit_seals,
    files,
    jobs,
    old_limits,
    promises,
    queueing,
    rehearsals,
    retention,
    scheduling,
    student_search,
)
from rollbook.records.operations.ticks import note_tick

FROZEN_AFTER = 60.0
"""Seconds without a heartbeat after which a running job's process is taken for gone."""

P = ParamSpec("P")
T = TypeVar("T")


class Steps:
    """Runs one step after the other; a fault is logged once, until a round goes by without it."""

    def __init__(self) -> None:
        self._told: frozenset[str] = frozenset()
        self._faults: dict[str, str] = {}
        self._is_database_away = False

    def begin(self) -> None:
        self._told, self._faults = frozenset(self._faults), {}
        self._is_database_away = False
        # A connection that broke (the server was restarted) would otherwise stay broken.
        close_old_connections()

    @property
    def is_whole(self) -> bool:
        """Whether no step of this round has failed."""
        return not self._faults

    @property
    def faults(self) -> tuple[str, ...]:
        """What has failed in this round, each in its own words."""
        return tuple(self._faults.values())

    def run(self, step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Return what the step returns, None where it failed."""
        if self._is_database_away:
            return None  # every other step would wait as long for the same answer
        try:
            return step(*args, **kwargs)
        except RollbookError as error:
            self._is_database_away = isinstance(error, DatabaseUnavailable)
            self._learn(error.reason, str(error))
        except Exception as error:  # noqa: BLE001 - otherwise one row could stop every night's import
            what = kind_and_place(type(error), error.__traceback__)
            self._learn(what, f"something unexpected went wrong ({what}); report this line")
        return None

    def _learn(self, fault: str, words: str) -> None:
        if fault not in self._told | set(self._faults):
            log_fault(words)
        self._faults.setdefault(fault, words)


def plan(steps: Steps, environ: Mapping[str, str]) -> frozenset[str]:
    """See to what ended, was interrupted, froze or was lost, and begin what is due.

    Returns what `all_well` says after runs that ended well. Nothing here waits for anybody but the
    database.
    """
    steps.begin()
    now = datetime.now(UTC)
    steps.run(_end_interrupted)
    steps.run(audit_seals.seal_events)
    steps.run(queueing.requeue_lost)
    for attempt in steps.run(scheduling.retries_due, now) or ():
        steps.run(scheduling.retry, attempt, now)
    steps.run(rehearsals.end_late_rehearsals, now)
    for feed in steps.run(scheduling.due_feeds, now) or ():
        steps.run(begin_planned, feed, now, environ)
    for feed in steps.run(rehearsals.feeds_to_rehearse, now) or ():
        steps.run(rehearsals.queue_rehearsal, feed, now)
    # Before the ends of runs: one of them may make up what is told here, and says so then.
    for promised in steps.run(promises.due_promises, now) or ():
        steps.run(judge_promises, promised, now, environ)
    ended = steps.run(scheduling.ended_jobs) or ()
    good = [name for job in ended if (name := steps.run(finish_run, job, environ))]
    if steps.is_whole:
        steps.run(note_tick, now)
    return (steps.run(all_well, good, now) if good else None) or frozenset()


def run_errands(steps: Steps, environ: Mapping[str, str]) -> None:
    """Send what is due, follow imports, delete what is old; a mail server may let one wait."""
    steps.begin()
    steps.run(student_search.follow_imports)
    steps.run(old_limits.plan_old_limits, datetime.now(UTC))
    steps.run(end_undecided_imports, datetime.now(UTC), environ)
    steps.run(remind_of_undecided, datetime.now(UTC), environ)
    steps.run(mail_unusable_settings, environ)
    steps.run(mail_clock_off, environ)
    steps.run(mail_quality_report, datetime.now(UTC), environ)
    steps.run(send_due, environ)
    steps.run(send_due_messages, environ)
    alert = partial(mail_failed_clean_up, environ=environ)
    if steps.run(retention.clean_up, datetime.now(UTC), alert=alert) is not None:
        steps.run(mail_clean_up_done, environ)
        steps.run(check_audit, datetime.now(UTC), environ)


@translated()
def _end_interrupted() -> None:
    with connect(autocommit=True) as connection:
        jobs.end_frozen(connection, older_than=FROZEN_AFTER)
        interrupted = jobs.mark_interrupted(connection)
        files.expire_files(connection)
    for job in interrupted:
        log_ended(job)
