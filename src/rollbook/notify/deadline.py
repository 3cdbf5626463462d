"""An end for what a server can draw out: one that drips keeps each wait of a socket short."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import BoundedSemaphore, Thread
from typing import Final, TypeVar

T = TypeVar("T")

MOST: Final = 20
"""Calls at once, those that were given up and have not ended among them."""

_slots: Final = BoundedSemaphore(MOST)


def within(seconds: float, call: Callable[[], T]) -> T:
    """Return what `call` returns, or raise what it raises; TimeoutError after `seconds`.

    Nothing can end a thread: it is left, keeps no process from ending, and ends when the server
    hangs up. Where too many were left nothing is begun.
    """
    if not _slots.acquire(blocking=False):
        raise TimeoutError
    came_to: Future[T] = Future()

    def run() -> None:
        try:
            came_to.set_result(call())
        except BaseException as error:  # noqa: BLE001 - raised where the result is waited for
            came_to.set_exception(error)
        finally:
            _slots.release()

    Thread(target=run, daemon=True).start()
    return came_to.result(seconds)
