"""The time limit of an invocation: an import that would be cut by it ends itself before."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from rollbook.automation.import_job import Terminated
from rollbook.records.operations.jobs import Interrupted

RESERVE: Final = 15.0
"""Seconds at the end, to roll back, keep the file, write down what came of it and tell of it."""

ROOM: Final = 30.0
"""Seconds that an import needs at least; with less it waits for the next invocation."""


class TimeUp(Interrupted):
    """The import took longer than the function that ran it may work, so it was ended.

    Nothing was changed.

    If it comes back, give the function more memory, with which it also works faster, or split the
    file."""


class TimeLimit:
    """The end of one invocation. `remaining` tells the seconds that Lambda leaves it."""

    def __init__(self, remaining: Callable[[], float]) -> None:
        self._remaining = remaining

    @property
    def has_room(self) -> bool:
        """Whether another import may begin."""
        return self._remaining() > RESERVE + ROOM

    @contextmanager
    def ending_before(self) -> Iterator[None]:
        """Let the block end by Terminated when the time is up, in the main thread.

        By SIGTERM, which every part of an import knows as "end yourself, whole".
        """
        is_up = threading.Event()

        def end(signum: int, frame: FrameType | None) -> None:
            raise Terminated(TimeUp() if is_up.is_set() else Interrupted())

        def ring() -> None:
            is_up.set()
            os.kill(os.getpid(), signal.SIGTERM)

        before = signal.signal(signal.SIGTERM, end)
        timer = threading.Timer(max(self._remaining() - RESERVE, 0.0), ring)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            signal.signal(signal.SIGTERM, before)
