"""What a worker logs of its jobs: begun, and what came of them; no value and no file name."""

import logging
from contextlib import suppress
from datetime import datetime
from typing import Any

from rollbook.core.errors import RollbookError
from rollbook.core.report import Report
from rollbook.logs import JOBS
from rollbook.records.database import connect
from rollbook.records.models import JobInput, JobOutput
from rollbook.records.outcome import outcome_of
from rollbook.records.queries.standings import standings

_log = logging.getLogger(JOBS)


def log_begun(job: int) -> None:
    """Log that a job's process has begun."""
    feed, _ = _row(job)
    _log.info("job %s of %s has started", job, feed, extra={"job": job, "feed": feed})


def log_ended(job: int) -> None:
    """Log how the job ended, from its row."""
    feed, report = _row(job)
    facts: dict[str, Any] = {"job": job, "feed": feed}
    if report is None:
        # Its feed is busy, or its process has died: a next tick queues it again or gives it up.
        _log.warning(
            "the process of job %s of %s has ended, but the job hasn't", job, feed, extra=facts
        )
        return
    facts |= {
        "outcome": outcome_of(report).value,
        "reason": report.reason,
        "seconds": report.seconds.get("total"),
    }
    words = facts["outcome"] + (f" ({report.reason})" if report.reason else "")
    _log.info("job %s of %s has ended: %s", job, feed, words, extra=facts)


def log_overdue(now: datetime) -> None:
    """Log each feed that is behind its own schedule, pauses left out; an alarm may read it."""
    for each in standings(now):
        if not each.is_fresh:
            facts = {"feed": each.feed, "outcome": "overdue"}
            _log.warning("%s is behind its schedule", each.feed, extra=facts)


def log_checkpoint(checkpoint: str) -> None:
    """Log how far the chain of the audit goes: kept elsewhere, it shows what was cut off later."""
    _log.info("audit checkpoint %s", checkpoint, extra={"checkpoint": checkpoint})


def log_fault(what: str) -> None:
    """Log that a step beside the imports has failed: a worker silent about it looks well."""
    _log.warning("beside the imports, until this is over: %s", what)


def _row(job: int) -> tuple[str, Report | None]:
    """The feed's name and the report; where the database is away, what goes without saying."""
    row = None
    with suppress(RollbookError), connect(autocommit=True) as connection:
        row = connection.execute(
            "select input_data, output_data from public.jobs"
            " where id = %s and rollbook.is_import(id, job_type, input_data)",
            [job],
        ).fetchone()
    if row is None:
        return "an unknown feed", None
    return JobInput.from_json(row[0]).feed, JobOutput.from_json(row[1]).report if row[1] else None
