"""The queue's connections, none of which is waited for without end.

A database that is away, changes places or falls silent is asked again until it answers: imports
that run have connections of their own and go on meanwhile.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence, Set
from contextlib import suppress
from typing import Any, Final, LiteralString, TypeVar

import procrastinate
import psycopg
from procrastinate.exceptions import ConnectorException

from rollbook.automation.threads import end_task
from rollbook.automation.worker_log import log_fault
from rollbook.records.database import connection_parameters
from rollbook.records.operations.calls import CALL
from rollbook.records.session import settle_pooled

ANSWER_WITHIN: Final = 20.0
"""Seconds for one answer. A proxy or a firewall may keep a connection open that leads nowhere: then
the system's own keepalives find nothing wrong."""
PAUSE: Final = 2.0
"""Seconds between two attempts."""

COME_BACK: Final = (
    "insert into procrastinate_workers (id) overriding system value values (%(id)s)"
    " on conflict do nothing"
)
"""Others may have taken a worker that was cut off for gone."""
FORGET: Final = (
    "delete from procrastinate_jobs where status = 'doing' and worker_id = %(id)s"
    " and not (id = any(%(running)s))"
)
"""What was handed to this worker in an answer that never came; the planning queues it again."""

T = TypeVar("T")


class BoundedConnection(psycopg.AsyncConnection[Any]):
    """A connection whose own statements (the listener's, the pool's) have a deadline."""

    async def execute(self, *given: Any, **named: Any) -> psycopg.AsyncCursor[Any]:
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                return await super().execute(*given, **named)
        except TimeoutError:
            raise psycopg.OperationalError("no answer in time") from None


class Channels:
    """Names of channels that a connection listens to, one after the other; then a call is made up,
    for one that came before was not heard."""

    def __init__(self, names: Sequence[str], *, then: Callable[[], None]) -> None:
        self._names = names
        self._then = then

    def __iter__(self) -> Iterator[str]:
        yield from self._names
        self._then()


class PatientConnector(procrastinate.PsycopgConnector):
    """Asks again where the database does not answer, until the worker is to end."""

    def __init__(
        self,
        *,
        running: Set[int],
        is_ending: Callable[[], bool],
        on_call: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_call` is called where there is something to be planned or sent."""
        super().__init__(
            kwargs=connection_parameters(),
            connection_class=BoundedConnection,
            configure=settle_pooled,
            min_size=1,
            max_size=4,
        )
        self._running = running
        self._is_ending = is_ending
        self._on_call = on_call
        self._has_told = False

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:
        await self._answer(super().execute_query_async, query, arguments)

    async def execute_query_one_async(
        self, query: LiteralString, **arguments: Any
    ) -> dict[str, Any]:
        return await self._answer(super().execute_query_one_async, query, arguments)

    async def execute_query_all_async(
        self, query: LiteralString, **arguments: Any
    ) -> list[dict[str, Any]]:
        return await self._answer(super().execute_query_all_async, query, arguments)

    async def listen_notify(self, on_notification: Any, channels: Iterable[str]) -> None:
        """Listen until cancelled, again where listening broke."""
        listening = asyncio.create_task(self._listen(on_notification, channels))
        try:
            await asyncio.wait({listening})
            listening.result()
        finally:
            await end_task(listening)

    async def _listen(self, on_notification: Any, channels: Iterable[str]) -> None:
        async def heard(channel: str, payload: str) -> None:
            if channel == CALL:
                self._on_call()
            else:
                await on_notification(channel=channel, payload=payload)

        every = Channels([*channels, CALL], then=self._on_call)
        while True:
            try:
                await super().listen_notify(on_notification=heard, channels=every)
            except ConnectorException as error:
                self._bear(error)
            await asyncio.sleep(PAUSE)

    async def _answer(
        self, ask: Callable[..., Awaitable[T]], query: LiteralString, arguments: dict[str, Any]
    ) -> T:
        is_first = True
        while True:
            try:
                async with asyncio.timeout(ANSWER_WITHIN):
                    if not is_first and "worker_id" in arguments:
                        await self._come_back(arguments["worker_id"])
                    found = await ask(query, **arguments)
            except (TimeoutError, ConnectorException) as error:
                self._bear(error)
            else:
                self._has_told = False
                return found
            is_first = False
            with suppress(psycopg.Error):
                await self.pool.drain()  # its other connections lead to the same place
            await asyncio.sleep(PAUSE)

    async def _come_back(self, worker: int) -> None:
        await super().execute_query_async(COME_BACK, id=worker)
        await super().execute_query_async(FORGET, id=worker, running=[*self._running])

    def _bear(self, error: TimeoutError | ConnectorException) -> None:
        """Tell once that the database is away; raise what is wrong otherwise, and at the end."""
        cause = error.__cause__
        is_read_only = isinstance(cause, psycopg.errors.ReadOnlySqlTransaction)
        is_away = isinstance(error, TimeoutError) or is_read_only
        if not (is_away or isinstance(cause, psycopg.OperationalError)) or self._is_ending():
            raise error if isinstance(error, ConnectorException) else ConnectorException from error
        if not self._has_told:
            log_fault("the queue's connection to the database is gone, and is made again")
        self._has_told = True
