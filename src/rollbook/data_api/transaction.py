"""One transaction of the Data API, kept alive: it ends after three minutes without a call."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final
from weakref import WeakSet

import psycopg

from rollbook.data_api.client import Client
from rollbook.data_api.errors import TransactionGone

KEPT_AFTER: Final = 60.0
"""Seconds without a call after which a transaction is called, so that it stays."""
LOOKS: Final = 10.0
"""Seconds between two looks."""

_open: Final[WeakSet["Transaction"]] = WeakSet()
_guard: Final = threading.Lock()
_keeper: threading.Thread | None = None


class Transaction:
    """A transaction that has begun. While this process lives, and nothing ends it, it stays open;
    when the process is gone AWS rolls it back within three minutes."""

    def __init__(self, client: Client, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._lock = threading.Lock()
        self._is_over = False
        self.is_lost = False
        """Whether AWS has ended it, as far as that is known."""
        self.has_failed = False
        """Whether its last statement has; none but a way back to a savepoint will succeed."""
        self._identifier = client.begin()
        self._called_at = clock()
        _keep(self)

    def execute(self, sql: str, parameters: list[dict[str, Any]]) -> dict[str, Any]:
        """Run one statement in it."""
        with self._lock:
            self.has_failed = True
            try:
                answer = self._client.execute(sql, parameters, transaction=self._identifier)
            finally:
                self._called_at = self._clock()
            self.has_failed = False
            return answer

    def commit(self) -> None:
        with self._lock:
            self._is_over = True
            self._client.commit(self._identifier)

    def rollback(self) -> None:
        """Roll back. Where AWS cannot be asked it does so itself, when nothing calls any more."""
        with self._lock:
            if self._is_over:
                return
            self._is_over = True
            with suppress(psycopg.Error):
                self._client.rollback(self._identifier)

    def keep(self, *, after: float) -> None:
        """Call it where nothing has for so many seconds; a statement that runs is a call too."""
        if self._is_over or self._clock() - self._called_at < after:
            return
        if not self._lock.acquire(blocking=False):
            return
        try:
            if not self._is_over:
                self._client.execute("select 1", [], transaction=self._identifier)
        except TransactionGone:
            self.is_lost = True
        except psycopg.Error:
            pass  # the next statement says what is wrong
        finally:
            self._called_at = self._clock()
            self._lock.release()


def _keep(transaction: Transaction) -> None:
    global _keeper
    with _guard:
        _open.add(transaction)
        if _keeper is None or not _keeper.is_alive():
            _keeper = threading.Thread(target=_keep_all, name="data-api-keeper", daemon=True)
            _keeper.start()


def _keep_all() -> None:
    while True:
        time.sleep(LOOKS)
        with _guard:
            kept = list(_open)
        for each in kept:
            each.keep(after=KEPT_AFTER)
        del kept
