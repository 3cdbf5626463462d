"""Questions about the workers: which of them are alive, and what they are to stop."""

from typing import Any, Final

import psycopg

from rollbook.core.statements import Statements

_SQL: Final = Statements(__package__, "measurements.sql")

WORKER_GONE_AFTER: Final = 30.0
"""Seconds. A worker renews its heartbeat every ten, and is taken for gone after so many without
one: by health, by the metrics, by a restore, and by the other workers, which then remove it."""


def workers_alive(cursor: Any) -> int:
    """Return how many workers have renewed their heartbeat lately."""
    cursor.execute(
        "select count(*) from rollbook.procrastinate_workers"
        " where last_heartbeat > now() - make_interval(secs => %s)",
        [WORKER_GONE_AFTER],
    )
    return int(cursor.fetchone()[0])


def is_overdue(
    connection: psycopg.Connection[Any], job: int, *, given_up: str, patience: float
) -> bool:
    """Tell whether a job was to stop, or has ended for the reason `given_up`, more than `patience`
    seconds ago."""
    found = _SQL.run(connection, "is_overdue", job=job, given_up=given_up, patience=patience)
    row = found.fetchone()
    return bool(row and row[0])
