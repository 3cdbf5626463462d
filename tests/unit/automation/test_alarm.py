"""A worker sleeps until it is called or its time is over, and never misses a call."""

import asyncio
import time

import pytest

from rollbook.automation import alarm as module
from rollbook.automation.alarm import Alarm


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AT_LEAST", 0.01)


def slept(seconds: float, *, rings_before: bool = False, rings_after: float | None = None) -> float:
    async def sleep() -> float:
        alarm = Alarm()
        if rings_before:
            alarm.ring()
        if rings_after is not None:
            asyncio.get_running_loop().call_later(rings_after, alarm.ring)
        begun = time.monotonic()
        await alarm.sleep(seconds)
        return time.monotonic() - begun

    return asyncio.run(sleep())


def test_it_sleeps_its_time_where_nobody_calls() -> None:
    assert slept(0.2) >= 0.19


def test_a_call_wakes_it_whether_it_sleeps_already_or_not_yet() -> None:
    assert slept(60, rings_after=0.05) < 30
    assert slept(60, rings_before=True) < 30


def test_a_call_wakes_it_once() -> None:
    async def sleep_twice() -> float:
        alarm = Alarm()
        alarm.ring()
        await alarm.sleep(60)
        begun = time.monotonic()
        await alarm.sleep(0.2)
        return time.monotonic() - begun

    assert asyncio.run(sleep_twice()) >= 0.19
