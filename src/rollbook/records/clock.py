"""The clock by which it is written down when something happened.

It is the machine's, but in a block that is of another time: the demo imports its past months
through the same pipeline as tonight's file.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_ahead: ContextVar[timedelta] = ContextVar("ahead", default=timedelta(0))


def now() -> datetime:
    """Return the time, aware, in UTC."""
    return datetime.now(UTC) + _ahead.get()


@contextmanager
def beginning_at(moment: datetime) -> Iterator[None]:
    """Let the block begin at `moment`, aware; inside it time passes as it does.

    It holds for this thread. How long something may take is measured by other clocks.
    """
    token = _ahead.set(moment - datetime.now(UTC))
    try:
        yield
    finally:
        _ahead.reset(token)
