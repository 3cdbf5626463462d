"""How far a running job is, and what it has found so far, as it last reported."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from rollbook.records.found_so_far import FoundSoFar


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far a running job is: `done` of `total` in the unit of the phase, seconds by phase."""

    phase: str
    done: int
    total: int | None
    seconds: dict[str, float]
    heartbeat_at: datetime
    is_cancelling: bool
    is_wait_skipped: bool = False
    found: FoundSoFar = field(default_factory=FoundSoFar)


def progress_of(number: int) -> JobProgress | None:
    """Return how far a job is; None before its first report."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select phase, done, total, seconds, heartbeat_at, cancel_requested_at is not null,"
            " wait_skipped_at is not null, found from rollbook.job_progress where job_id = %s",
            [number],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    phase, done, total, seconds, heartbeat_at, is_cancelling, is_wait_skipped, found = row
    return JobProgress(
        phase=phase,
        done=done,
        total=total,
        seconds=json.loads(seconds),
        heartbeat_at=heartbeat_at,
        is_cancelling=is_cancelling,
        is_wait_skipped=is_wait_skipped,
        found=FoundSoFar.from_object(json.loads(found)),
    )
