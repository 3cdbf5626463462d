"""A cursor over the Data API, as far as Rollbook and Django's mapper use psycopg's."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import TracebackType
from typing import Any, Final, Protocol

import psycopg
from psycopg import sql
from psycopg.abc import AdaptContext
from psycopg.adapt import AdaptersMap

from rollbook.data_api.copy_rows import RowsCopy
from rollbook.data_api.results import count_of, rows_of
from rollbook.data_api.statements import Parameters, composed

PORTION: Final = 100
"""Rows of the first portion; how many come afterwards depends on their size."""
WANTED: Final = 256 << 10
"""Bytes that a portion may have: a result has at most 1 MiB, and later rows may be longer."""

Row = tuple[Any, ...]


class Connected(Protocol):
    """The connection of a cursor."""

    adapters: AdaptersMap

    @property
    def context(self) -> AdaptContext: ...
    @property
    def is_in_transaction(self) -> bool: ...
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
        self._take(*composed(query, params, self.connection.context))
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
        with nullcontext() if self.connection.is_in_transaction else self.connection.transaction():
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

    def _take(self, text: str, beside: Parameters) -> None:
        answer = self.connection.run(text, beside)
        columns = answer.get("columnMetadata") or []
        self.description = [(each.get("label") or each["name"], *[None] * 6) for each in columns]
        if not columns:
            self.description = None
        self._rows, self._next = rows_of(answer, self.connection.context), 0
        self.rowcount = count_of(answer)

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
        self.connection.run(f"declare {self._name} no scroll cursor for {text}", beside)
        self._is_open = True
        return self

    def __iter__(self) -> Iterator[Row]:
        count = PORTION
        while True:
            answer = self.connection.run(f"fetch forward {count} from {self._name}", [])
            rows = rows_of(answer, self.connection.context)
            yield from rows
            if len(rows) < count:
                return
            count = max(1, WANTED * count // max(_size(answer), WANTED // 10))

    def fetchall(self) -> list[Row]:
        return list(self)

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            self.connection.close_portal(self._name)


def _size(answer: dict[str, Any]) -> int:
    """Return about how many bytes the rows took."""
    return sum(
        30 + len(str(next(iter(field.values())))) for row in answer["records"] for field in row
    )
