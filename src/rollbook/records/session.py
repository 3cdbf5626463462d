"""What each session sets for itself, and whether it keeps a connection to the server of its own.

Set after connecting: poolers (PgBouncer, RDS Proxy) refuse it as options of the start.
"""

import os
import socket
import threading
from collections import defaultdict
from contextlib import ExitStack, closing, suppress
from typing import Any, Final, cast
from weakref import WeakSet

import psycopg
from psycopg.pq import TransactionStatus

from rollbook.core.errors import RollbookError
from rollbook.records.sign_in import signed_in

# Everything of ours lives in its own schema; the specified tables are found in public. A snapshot
# from before our locks, where the server's default says so, would show students as they were.
SETTINGS: Final = (
    "select set_config('search_path', 'rollbook,public', false),"
    " set_config('timezone', 'UTC', false),"
    " set_config('default_transaction_isolation', 'read committed', false)"
)
LOOKS: Final = 5
"""How often a session is asked for its server process; a pool may have but few."""

_OPENED: Final[defaultdict[int, WeakSet[psycopg.Connection[Any]]]] = defaultdict(WeakSet)
"""Thread -> the connections that it has opened."""


class PoolerPerTransaction(RollbookError):
    """The pooler in front of the database gives every transaction another connection, so locks and
    settings of a session are lost, and two imports could run at once.

    Nothing was changed.

    Set its pooling to session, or name the database server itself in DATABASE_URL."""

    reason = "pooler_per_transaction"


def settle(**of_signal: Any) -> None:
    """Set up a connection that Django has just made (its signal `connection_created`)."""
    with of_signal["connection"].cursor() as cursor:
        cursor.execute(SETTINGS)
    if isinstance(opened := of_signal["connection"].connection, psycopg.Connection):
        _OPENED[threading.get_ident()].add(opened)


def cut(thread: int) -> None:
    """Have what a thread waits for at the database fail, as if the server had gone.

    A connection that leads nowhere is otherwise waited for without end.
    """
    for connection in list(_OPENED[thread]):
        cut_off(connection)


def cut_off(connection: psycopg.Connection[Any]) -> None:
    """Have what waits for an answer of `connection` fail, as if the server had gone."""
    if connection.info.transaction_status is TransactionStatus.ACTIVE:
        with suppress(OSError), socket.socket(fileno=os.dup(connection.fileno())) as silent:
            silent.shutdown(socket.SHUT_RDWR)


def connected(parameters: dict[str, Any], *, autocommit: bool) -> psycopg.Connection[Any]:
    """Return a new connection, set up."""
    with ExitStack() as until_settled:
        connection = until_settled.enter_context(closing(_opened(parameters)))
        connection.execute(SETTINGS)
        connection.autocommit = autocommit
        until_settled.pop_all()
    return connection


def _opened(parameters: dict[str, Any]) -> psycopg.Connection[Any]:
    """Return a new connection of the driver or, where they name a cluster, one that does the same
    over the Data API."""
    if (address := parameters.get("address")) is not None:
        from rollbook.data_api.connection import DataApiConnection  # for few alone

        over_api = DataApiConnection(address, autocommit=True)
        return cast("psycopg.Connection[Any]", over_api)
    return signed_in(_connect, parameters)


def _connect(parameters: dict[str, Any]) -> psycopg.Connection[Any]:
    opened = psycopg.connect(**parameters, autocommit=True)
    _OPENED[threading.get_ident()].add(opened)
    return opened


async def settle_pooled(connection: psycopg.AsyncConnection[Any]) -> None:
    """Set up a connection of a pool (its `configure`)."""
    commits_at_once = connection.autocommit
    await connection.set_autocommit(True)
    await connection.execute(SETTINGS)
    await connection.set_autocommit(commits_at_once)


def check_pooling(parameters: dict[str, Any], first: psycopg.Connection[Any]) -> None:
    """Raise PoolerPerTransaction where `first`, which commits at once, shares its server process.

    A pooler gives the client a number of its own, so without one this is a single question.
    """
    mine = _process(first)
    if mine == first.info.backend_pid:
        return
    with connected(parameters, autocommit=True) as second:
        for _ in range(LOOKS):
            if _process(second) == mine or _process(first) != mine:
                raise PoolerPerTransaction


def _process(connection: psycopg.Connection[Any]) -> int:
    [(number,)] = connection.execute("select pg_backend_pid()").fetchall()
    return int(number)
