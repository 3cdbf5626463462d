"""Two edits at the same moment."""

import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg

Open = Callable[[], psycopg.Connection[Any]]


def at_once(first: Callable[[], object], second: Callable[[], object], beside: Open) -> Any:
    """Let `second` begin while `first` is not committed; return what it raises."""
    from django.db import connections, transaction

    raised: list[BaseException | None] = []

    def run() -> None:
        try:
            second()
            raised.append(None)
        except Exception as error:  # noqa: BLE001 - what it is, is what the test asks
            raised.append(error)
        finally:
            connections.close_all()

    other = threading.Thread(target=run)
    with transaction.atomic():
        first()
        other.start()
        wait_until_one_waits(beside, lambda: bool(raised))
    other.join(timeout=60)
    return raised[0]


def wait_until_one_waits(beside: Open, is_over: Callable[[], bool]) -> None:
    connection, deadline = beside(), time.monotonic() + 60
    waiting = (
        "select count(*) from pg_stat_activity"
        " where datname = current_database() and wait_event_type = 'Lock'"
    )
    while connection.execute(waiting).fetchone() == (0,) and not is_over():
        assert time.monotonic() < deadline
        time.sleep(0.02)
