"""A connection over the Data API, as far as Rollbook and Django's mapper use psycopg's."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.adapt import AdaptersMap

from rollbook.data_api.address import ClusterAddress
from rollbook.data_api.client import Client
from rollbook.data_api.cursor import Cursor, PortionCursor
from rollbook.data_api.session import Lock, Settings, Unlock, asked_of_session, returnable
from rollbook.data_api.statements import Parameters
from rollbook.data_api.transaction import Transaction

ISOLATION: Final = "default_transaction_isolation"
SEEN_OUTSIDE: Final = "application_name"
"""What only others see of a session, and so need not hold for a single statement."""


@dataclass(frozen=True, slots=True)
class Info:
    """What is known of the server."""

    server_version: int
    defaults: dict[str, str]
    """Settings with which each of its sessions begins."""


@dataclass(frozen=True, slots=True)
class Context:
    """How values are adapted; there is no connection of the driver."""

    adapters: AdaptersMap
    connection: None = None


class DataApiConnection:
    """One connection: transactions one after the other, and locks and settings that outlive them.

    Without `autocommit` a transaction begins with the first statement. A lock of the session is a
    transaction of its own, which is kept until the lock is given back.
    """

    largest_value: Final = 48 << 10
    """Bytes of a value that a result carries; a row has at most 64 KB."""

    def __init__(
        self,
        address: ClusterAddress,
        *,
        autocommit: bool = False,
        adapters: AdaptersMap | None = None,
    ) -> None:
        """Raises OperationalError where the database cannot be asked."""
        self.adapters = adapters if adapters is not None else psycopg.adapters
        self.context = Context(self.adapters)
        self.closed = False
        self._autocommit = autocommit
        self._client = Client(address)
        self._transaction: Transaction | None = None
        self._savepoints = 0
        self._locks: dict[Unlock, list[Transaction]] = {}
        self._settings = {"standard_conforming_strings": "on"}
        self.info = _info(self._client)

    @property
    def autocommit(self) -> bool:
        return self._autocommit

    @autocommit.setter
    def autocommit(self, value: bool) -> None:
        if self._transaction is not None:
            raise psycopg.ProgrammingError("a transaction is in progress")
        self._autocommit = value

    @property
    def is_in_transaction(self) -> bool:
        """Whether a transaction is open, or begins with the next statement."""
        return self._transaction is not None or not self._autocommit

    def cursor(self, name: str = "", **_: Any) -> Any:
        """Return a cursor; one with a name hands its rows out in portions."""
        return PortionCursor(self, name) if name else Cursor(self)

    def execute(self, query: Any, params: Any = None, **given: Any) -> Cursor:
        return Cursor(self).execute(query, params, **given)

    def run(self, text: str, beside: Parameters) -> dict[str, Any]:
        """Run one statement as the Data API takes it, and return its answer."""
        if self.closed:
            raise psycopg.OperationalError("the connection is closed")
        if any(each.is_lost for held in self._locks.values() for each in held):
            raise psycopg.OperationalError("a lock of this connection was lost")
        match asked_of_session(text):
            case Lock() as lock:
                return self._lock(lock)
            case Unlock() as unlock:
                return _answer(self._unlock(unlock))
            case Settings(values):
                return self._set(dict(values))
        text = returnable(text)
        if self._transaction is None and self._autocommit:
            return self._run_alone(text, beside)
        if self._transaction is None:
            self._transaction = self._begin()
        return self._transaction.execute(text, beside)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what the block does, or roll it back; within a transaction only so far."""
        with self._savepoint() if self._transaction is not None else self._whole():
            yield

    def commit(self) -> None:
        transaction, self._transaction = self._transaction, None
        if transaction is not None:
            transaction.commit()

    def rollback(self) -> None:
        transaction, self._transaction = self._transaction, None
        if transaction is not None:
            transaction.rollback()

    def close_portal(self, name: str) -> None:
        """Close a named cursor, unless its transaction is over."""
        if self._transaction is not None and not self._transaction.has_failed:
            self._transaction.execute(f"close {name}", [])

    def close(self) -> None:
        """Roll back what is open, and give the locks back."""
        self.closed = True
        self.rollback()
        locks, self._locks = self._locks, {}
        for held in locks.values():
            for each in held:
                each.rollback()

    def __enter__(self) -> "DataApiConnection":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self.commit()
        finally:
            self.close()

    @contextmanager
    def _whole(self) -> Iterator[None]:
        self._transaction = self._begin()
        with ExitStack() as until_done, suppress(psycopg.Rollback):
            until_done.callback(self.rollback)
            yield
            until_done.pop_all()
            self.commit()

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        self._savepoints += 1
        name = sql.Identifier(f"rollbook_{self._savepoints}").as_string(None)
        self.run(f"savepoint {name}", [])
        with ExitStack() as until_done, suppress(psycopg.Rollback):
            until_done.callback(self.run, f"rollback to savepoint {name}", [])
            yield
            until_done.pop_all()
        self.run(f"release savepoint {name}", [])

    def _run_alone(self, text: str, beside: Parameters) -> dict[str, Any]:
        """Run one statement that commits at once; in one call where the server's settings do."""
        if all(name == SEEN_OUTSIDE for name, _ in self._to_set()):
            return self._client.execute(text, beside, transaction=None)
        with _rolled_back_unless(self._begin()) as (transaction, stays):
            answer = transaction.execute(text, beside)
            stays()
        transaction.commit()
        return answer

    def _begin(self) -> Transaction:
        with _rolled_back_unless(Transaction(self._client)) as (transaction, stays):
            given = dict(self._to_set())
            if (level := given.pop(ISOLATION, None)) is not None:
                transaction.execute(f"set transaction isolation level {level}", [])
            if given:
                transaction.execute(_local(given), [])
            stays()
        return transaction

    def _to_set(self) -> list[tuple[str, str]]:
        """Return the settings that are not already the server's own."""
        defaults = self.info.defaults
        return [each for each in self._settings.items() if defaults.get(each[0]) != each[1]]

    def _set(self, values: dict[str, str]) -> dict[str, Any]:
        self._settings |= values
        given = {name: value for name, value in values.items() if name != ISOLATION}
        if self._transaction is not None and given:
            self._transaction.execute(_local(given), [])
        return _answer(*values.values())

    def _lock(self, lock: Lock) -> dict[str, Any]:
        held = self._locks.setdefault(Unlock(lock.key, lock.is_shared), [])
        with _rolled_back_unless(Transaction(self._client)) as (transaction, stays):
            answer = transaction.execute(lock.sql, [])
            [[field]] = answer["records"]
            if not lock.is_tried or field["booleanValue"]:
                held.append(transaction)
                stays()
        return answer

    def _unlock(self, unlock: Unlock) -> bool:
        held = self._locks.get(unlock)
        if not held:
            return False
        held.pop().rollback()
        return True


@contextmanager
def _rolled_back_unless(
    transaction: Transaction,
) -> Iterator[tuple[Transaction, Callable[[], object]]]:
    """Yield the transaction, and what is called where it is to stay open."""
    with ExitStack() as until_it_stays:
        until_it_stays.callback(transaction.rollback)
        yield transaction, until_it_stays.pop_all


def _info(client: Client) -> Info:
    """Ask what the server is, and with which settings its sessions begin."""
    names = ("search_path", "timezone", ISOLATION, "standard_conforming_strings")
    asked = ", ".join(f"current_setting('{name}')" for name in ("server_version_num", *names))
    answer = client.execute(f"select {asked}", [], transaction=None)
    version, *values = [field["stringValue"] for field in answer["records"][0]]
    values[0] = values[0].replace(", ", ",")  # as `records/session.py` writes it
    return Info(int(version), dict(zip(names, values, strict=True)))


def _local(settings: dict[str, str]) -> str:
    """Return what makes settings hold for the rest of a transaction."""
    each = (f"set_config('{name}', {sql.quote(value)}, true)" for name, value in settings.items())
    return f"select {', '.join(each)}"


def _answer(*values: str | bool) -> dict[str, Any]:
    """Return what AWS would answer for one row of these."""
    return {
        "columnMetadata": [
            {"name": "value", "typeName": "bool" if isinstance(each, bool) else "text"}
            for each in values
        ],
        "records": [
            [
                {"booleanValue": each} if isinstance(each, bool) else {"stringValue": each}
                for each in values
            ]
        ],
    }
