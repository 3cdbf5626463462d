"""Steps that wait for the database, in threads of their own, and never without end; tasks that end
when they are to."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any, Final, TypeVar

from rollbook.records.session import cut

T = TypeVar("T")

AGAIN_AFTER: Final = 1.0
"""Seconds until a task is cancelled again that has not ended."""


async def in_thread(step: Callable[[], T], *, within: float) -> T:
    """Return what `step` returns, from a thread of its own.

    What it waits for at the database after `within` seconds, and each so many more, fails.
    """
    thread: list[int] = []

    def run() -> T:
        thread.append(threading.get_ident())
        return step()

    running = asyncio.ensure_future(asyncio.to_thread(run))
    try:
        while not (await asyncio.wait({running}, timeout=within))[0]:
            for number in thread:
                cut(number)
    except asyncio.CancelledError:
        running.cancel()
        raise
    return running.result()


async def end_task(task: asyncio.Task[Any]) -> None:
    """Cancel a task, and again until it has ended, however it does.

    In Python 3.11 a cancellation is lost where what a task waits for comes in the same moment.
    """
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=AGAIN_AFTER)
