"""What connection tests have found so far, as pages ask for it: in the cache, for a few minutes."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

UNWATCHED = 20.0
"""Seconds after which a test ends that no page has asked for: the browser has gone."""
KEPT = 300.0
"""Seconds for which what was found can be looked at."""
SHORTLY = 0.1
_WAITING = threading.BoundedSemaphore(2)
"""So many threads wait for the end of a test; all the others answer with the progress so far."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a test has found so far. `about` is what the page gave to be remembered with it."""

    number: str
    steps: list[dict[str, Any]]
    header: list[str]
    about: dict[str, Any]
    is_over: bool
    problem: str
    folder: dict[str, Any] | None = None
    """Of a look into a folder: what is in it."""


def look(number: str) -> Found | None:
    """Return what the test has found so far, None where it is not known any more."""
    found = kept(number)
    if found is None:
        return None
    if not found["is_over"]:
        watch(number)
        # What carries it out has died, or never began: the problem says which.
        found["is_over"] = cache.get(_carried_out(number)) is None
    return Found(number=number, **found)


def wait(number: str, seconds: float) -> Found | None:
    """As `look`, once the test is over, or after so many seconds; at once where others wait."""
    if not _WAITING.acquire(blocking=False):
        return look(number)
    try:
        deadline = time.monotonic() + seconds
        while (found := look(number)) and not found.is_over and time.monotonic() < deadline:
            time.sleep(SHORTLY)
        return found
    finally:
        _WAITING.release()


def kept(number: str) -> dict[str, Any] | None:
    """Return what a test has left, without the fields' types; None where it is gone."""
    found: dict[str, Any] | None = cache.get(_result(number))
    return found


def keep(number: str, found: dict[str, Any]) -> None:
    """Let pages see what a test has found."""
    cache.set(_result(number), found, KEPT)


def announce(number: str, seconds: float) -> None:
    """Let pages wait for a test's end for so many seconds."""
    cache.set(_carried_out(number), 1, seconds)


def watch(number: str) -> None:
    """Say that a page asks for the test: it need not end for want of one."""
    cache.set(_watched(number), 1, UNWATCHED)


def is_watched(number: str) -> bool:
    """Tell whether a page has asked for the test lately."""
    return cache.get(_watched(number)) is not None


def is_look(about: Mapping[str, Any]) -> bool:
    """Tell a look into a folder from a test of the whole connection."""
    return "looks" in about


def _result(number: str) -> str:
    return f"connection-test:{number}"


def _watched(number: str) -> str:
    return f"connection-test-watched:{number}"


def _carried_out(number: str) -> str:
    return f"connection-test-carried-out:{number}"
