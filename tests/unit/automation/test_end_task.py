"""A task ends when it is to, also where a cancellation was lost."""

import asyncio
from contextlib import suppress

import pytest

from rollbook.automation import threads


@pytest.mark.parametrize("lost", [0, 1, 3])
def test_a_task_is_cancelled_until_it_ends(lost: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "AGAIN_AFTER", 0.001)
    told = 0

    async def goes_on() -> None:
        nonlocal told
        while told < lost:
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(60)
            told += 1
        await asyncio.sleep(60)

    async def begin_and_end() -> None:
        task = asyncio.create_task(goes_on())
        await asyncio.sleep(0)
        await threads.end_task(task)
        assert task.cancelled()

    asyncio.run(asyncio.wait_for(begin_and_end(), 30))
    assert told == lost


def test_a_task_that_fails_while_it_is_ended_has_ended() -> None:
    async def fails() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            raise ValueError

    async def begin_and_end() -> None:
        task = asyncio.create_task(fails())
        await asyncio.sleep(0)
        await threads.end_task(task)
        assert isinstance(task.exception(), ValueError)

    asyncio.run(asyncio.wait_for(begin_and_end(), 30))
