"""Steps that wait for the database, in threads of their own, and never without end."""

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

from rollbook.records.session import cut

T = TypeVar("T")


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
