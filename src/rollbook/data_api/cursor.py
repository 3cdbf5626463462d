"""A cursor over the Data API, as far as Rollbook and Django's mapper use psycopg's."""

import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import TracebackType
from typing import Any, Final, Protocol

import psycopg
from psycopg import sql
from psycopg.abc import AdaptContext
from psycopg.adapt import AdaptersMap

from rollbook.data_api.copy_rows import RowsCopy
from rollbook.data_api.errors import ResultTooLarge
from rollbook.data_api.results import count_of, rows_of
from rollbook.data_api.statements import Parameters, composed

PORTION: Final = 100
"""Rows of the first portion; how many come afterwards depends on their size."""
WANTED: Final = 256 << 10
"""Bytes that a portion may have: a result has at most 1 MiB, and later rows may be longer."""

WHOLE: Final = "rollbook_whole"
"""The cursor by which a result is read that did not fit into one answer."""

_READS: Final = re.compile(r"\s*(?:select|with)\b", re.IGNORECASE)

Row = tuple[Any, ...]


class Connected(Protocol):
    """The connection of a cursor."""

    adapters: AdaptersMap

    @property
    def context(self) -> AdaptContext: ...
    @property
    def is_in_transaction(self) -> bool: ...
    def cursor(self, name: str = "") -> Any: ...
    def run(self, text: str, beside: Parameters) -> dict[str, Any]: ...
    def transaction(self) -> AbstractContextManager[None]: ...
    def close_portal(self, name: str) -> None: ...


class Cursor:
    """Runs statements and hands out their rows, which are all here once it has run."""

    arraysize = 1

    def __init__(self, connection: Connected) -> None:
        self.connection = connection
        self.adapters = connection.adapters
        self.description: Sequence[Sequence[Any]] | None = None
        self.rowcount = -1
        self._rows: list[Row] = []
        self._next = 0

    def execute(self, query: Any, params: Any = None, **_: Any) -> "Cursor":
        """Run one statement; `%s` and `%(name)s` are filled from `params`."""
        text, beside = composed(query, params, self.connection.context)
        try:
            answer = self.connection.run(text, beside)
        except ResultTooLarge as beyond:
            if not _READS.match(text):
                raise
            self._take_in_portions(query, params, beyond)
        else:
            self.description = _description(answer)
            self._rows, self._next = rows_of(answer, self.connection.context), 0
            self.rowcount = count_of(answer)
        return self

    def executemany(self, query: Any, params_seq: Any, **_: Any) -> None:
        count = 0
        for params in params_seq:
            count += max(self.execute(query, params).rowcount, 0)
        self.rowcount = count

    def fetchone(self) -> Row | None:
        return next(iter(self.fetchmany(1)), None)

    def fetchmany(self, size: int = 0) -> list[Row]:
        found = self._held()[self._next : self._next + (size or self.arraysize)]
        self._next += len(found)
        return found

    def fetchall(self) -> list[Row]:
        found = self._held()[self._next :]
        self._next += len(found)
        return found

    def __iter__(self) -> Iterator[Row]:
        while (row := self.fetchone()) is not None:
            yield row

    @contextmanager
    def copy(self, statement: Any, params: Any = None, **_: Any) -> Iterator[RowsCopy]:
        """Yield what takes the rows of a `COPY ... FROM STDIN`: all are stored, or none."""
        text, _beside = composed(statement, params, self.connection.context)
        with self._transaction():
            copy = RowsCopy(text, self._run, self.connection.context)
            yield copy
            copy.finish()

    def close(self) -> None:
        self._rows = []

    def __enter__(self) -> "Cursor":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _take_in_portions(self, query: Any, params: Any, beyond: ResultTooLarge) -> None:
        """Ask once more, where the answer was too large: what only reads may be asked twice."""
        with self._transaction(), self.connection.cursor(WHOLE) as portions:
            try:
                portions.execute(query, params)
            except psycopg.Error:
                raise beyond from None  # the transaction has ended with the first question
            self._rows, self._next = portions.fetchall(), 0
            self.description, self.rowcount = portions.description, len(self._rows)

    def _transaction(self) -> AbstractContextManager[None]:
        return nullcontext() if self.connection.is_in_transaction else self.connection.transaction()

    def _run(self, text: str, beside: Parameters) -> Sequence[Row]:
        return rows_of(self.connection.run(text, beside), self.connection.context)

    def _held(self) -> list[Row]:
        if self.description is None:
            raise psycopg.ProgrammingError("the last operation didn't produce records")
        return self._rows


class PortionCursor(Cursor):
    """A named cursor: its rows stay on the server, and come in portions that fit into a result."""

    def __init__(self, connection: Connected, name: str) -> None:
        super().__init__(connection)
        self._name = sql.Identifier(name).as_string(None)
        self.itersize = PORTION
        self._is_open = False

    def execute(self, query: Any, params: Any = None, **_: Any) -> "Cursor":
        text, beside = composed(query, params, self.connection.context)
        self.connection.run(f"declare {self._name} scroll cursor for {text}", beside)
        self._is_open = True
        return self

    def __iter__(self) -> Iterator[Row]:
        count, given = PORTION, 0
        while True:
            try:
                answer = self.connection.run(f"fetch forward {count} from {self._name}", [])
            except ResultTooLarge:
                if count == 1:
                    raise
                # Longer rows than those before: the cursor has gone past them all the same.
                self.connection.run(f"move absolute {given} in {self._name}", [])
                count = max(1, count // 8)
                continue
            self.description = _description(answer)
            rows = rows_of(answer, self.connection.context)
            yield from rows
            if len(rows) < count:
                return
            given += count
            count = max(1, WANTED * count // max(_size(answer), WANTED // 10))

    def fetchall(self) -> list[Row]:
        return list(self)

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            self.connection.close_portal(self._name)


def _description(answer: dict[str, Any]) -> Sequence[Sequence[Any]] | None:
    columns = answer.get("columnMetadata") or []
    return [(each.get("label") or each["name"], *[None] * 6) for each in columns] or None


def _size(answer: dict[str, Any]) -> int:
    """Return about how many bytes the rows took."""
    return sum(
        30 + len(str(next(iter(field.values())))) for row in answer["records"] for field in row
    )
