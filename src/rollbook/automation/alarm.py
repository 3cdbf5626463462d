"""What a worker sleeps by."""

import asyncio
from contextlib import suppress
from typing import Final

AT_LEAST: Final = 2.0
"""Seconds between two ticks, however often it is called."""


class Alarm:
    """Wakes who sleeps by it, where it rings or where the time is over."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake who sleeps; who does not sleep yet will not fall asleep."""
        self._rung.set()

    async def sleep(self, seconds: float) -> None:
        """Sleep until it rings, for at least AT_LEAST and at most `seconds`."""
        await asyncio.sleep(min(AT_LEAST, seconds))
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds - AT_LEAST):
                await self._rung.wait()
        self._rung.clear()
