"""Questions about the workers: which of them are alive."""

from typing import Any, Final

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
