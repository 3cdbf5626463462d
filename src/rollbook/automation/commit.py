"""The moment in which an import becomes true: not interrupted, and reported as it was."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from rollbook.core.errors import RollbookError

STOPS = (signal.SIGINT, signal.SIGTERM)


class OutcomeUnknown(RollbookError):
    """The connection to the database was lost at the very moment of saving.

    Either everything was saved or nothing.

    Look at the students, or import the file again. What is already there stays."""

    reason = "outcome_unknown"


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let no signal stop the block: what has been decided is carried out and reported as it is."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {sign: signal.signal(sign, signal.SIG_IGN) for sign in STOPS}
    try:
        yield
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


@contextmanager
def held_back() -> Iterator[None]:
    """Let who wishes to stop us wait for the block: a connection is of no use after half a word."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {sign: signal.signal(sign, lambda number, _: came.append(number)) for sign in STOPS}
    try:
        yield
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)
    for number in came[:1]:
        signal.raise_signal(number)


def commit(connection: psycopg.Connection[Any]) -> None:
    """Commit. Raises OutcomeUnknown where the server does not say what became of it."""
    try:
        connection.commit()
    except psycopg.OperationalError as error:
        if error.sqlstate is None or error.sqlstate[:2] in ("08", "57"):
            raise OutcomeUnknown from None
        raise
