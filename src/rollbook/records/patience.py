"""No wait of a page for one answer of the database is without end.

The server itself ends a statement that takes too long; where its answer never comes, because the
connection leads nowhere, the connection is cut, and the request fails as if the server had gone.
"""

import threading
import time
from typing import Any, Final

import psycopg

from rollbook.records.session import cut_off

STATEMENT_WITHIN: Final = 25
ANSWER_WITHIN: Final = 30.0
"""Seconds. Browsers, and most proxies in front of the pages, wait for a minute."""

LOOKED_EVERY: Final = 1.0

_LIMITED: Final = (
    f"select set_config('statement_timeout', '{STATEMENT_WITHIN}s', false)"
    " where current_setting('statement_timeout') = '0'"
)
"""A limit that the role has already stays."""


class Patience:
    """Looks at all waits while there is one; a thread of its own, which then sleeps."""

    def __init__(self, within: float = ANSWER_WITHIN) -> None:
        self._within = within
        self._waits: dict[object, tuple[float, psycopg.Connection[Any]]] = {}
        self._has_some = threading.Event()
        threading.Thread(target=self._look, name="patience", daemon=True).start()

    def limit(self, **of_signal: Any) -> None:
        """Limit the waits of a connection that Django has made (`connection_created`)."""
        connection = of_signal["connection"].connection
        if not isinstance(connection, psycopg.Connection):
            return  # the Data API has deadlines of its own
        with of_signal["connection"].cursor() as cursor:
            cursor.execute(_LIMITED)
        wait = connection.wait

        def limited(*given: Any, **named: Any) -> Any:
            each = object()
            self._waits[each] = time.monotonic() + self._within, connection
            if not self._has_some.is_set():
                self._has_some.set()
            try:
                return wait(*given, **named)
            finally:
                del self._waits[each]

        connection.wait = limited  # type: ignore[method-assign]

    def _look(self) -> None:
        while True:
            self._has_some.wait()
            time.sleep(LOOKED_EVERY)
            now = time.monotonic()
            for until, connection in list(self._waits.values()):
                if now > until:
                    cut_off(connection)
            self._has_some.clear()  # before the look: who begins now sets it again
            if self._waits:
                self._has_some.set()
