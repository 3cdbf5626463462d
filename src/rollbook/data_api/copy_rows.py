"""The loader beside COPY: its text becomes arrays in JSON, sent in as few calls as fit."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.abc import AdaptContext
from psycopg.adapt import PyFormat, Transformer

from rollbook.data_api.errors import BeyondLimits
from rollbook.data_api.statements import Parameters

LARGEST_REQUEST: Final = 4 << 20
"""Bytes of a request that the Data API takes, with its headers and the notation of JSON."""
RESERVED: Final = 32 << 10
"""Bytes for the headers, among them credentials of a role, and for all that is not rows."""

_COPY: Final = re.compile(
    r"\s*copy\s+([A-Za-z_][\w.]*)\s*(?:\(([^()]+)\))?\s+from\s+stdin\s*", re.IGNORECASE
)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED: Final = {
    "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\",
}  # fmt: skip

_COLUMNS: Final = sql.SQL(
    "select attname::text, pg_catalog.format_type(atttypid, -1) from pg_catalog.pg_attribute"
    " where attrelid = {table}::regclass and attnum > 0 and not attisdropped order by attnum"
)
_INSERTION: Final = sql.SQL(
    "insert into {table} ({columns}) select {values}"
    " from jsonb_array_elements(:rows::jsonb) as r(cells)"
)

Run = Callable[[str, Parameters], Sequence[tuple[Any, ...]]]
"""Runs a statement; returns its rows."""


class RowsCopy:
    """What `cursor.copy` yields: takes COPY text, or rows, and sends it to one table."""

    def __init__(self, statement: str, run: Run, context: AdaptContext) -> None:
        self._run = run
        self._transformer = Transformer(context)
        self._sql = _insertion(statement, run)
        self._room = LARGEST_REQUEST - RESERVED - len(json.dumps(self._sql))
        self._begun = ""
        self._rows: list[str] = []
        self._size = 0

    def write(self, data: bytes | str) -> None:
        """Take COPY text, which may end within a line."""
        text = data if isinstance(data, str) else data.decode()
        *lines, self._begun = (self._begun + text).split("\n")
        for line in lines:
            self._take([_cell(cell) for cell in line.split("\t")])

    def write_row(self, row: Sequence[Any]) -> None:
        """Take one row of Python values."""
        self._take([self._dumped(value) for value in row])

    def finish(self) -> None:
        """Send what is left."""
        if self._begun:
            self.write("\n")
        self._send()

    def _take(self, row: Iterable[str | None]) -> None:
        text = json.dumps(list(row), ensure_ascii=False)
        # As it is within the request: once more in JSON, where everything but ASCII is escaped.
        size = len(json.dumps(text))
        if size > self._room:
            raise BeyondLimits("a row")
        if self._size + size > self._room:
            self._send()
        self._rows.append(text)
        self._size += size

    def _send(self) -> None:
        if self._rows:
            rows = f"[{','.join(self._rows)}]"
            self._rows, self._size = [], 0
            self._run(self._sql, [{"name": "rows", "value": {"stringValue": rows}}])

    def _dumped(self, value: Any) -> str | None:
        if value is None or isinstance(value, str):
            return value
        dumped = self._transformer.get_dumper(value, PyFormat.TEXT).dump(value)
        return None if dumped is None else bytes(dumped).decode()


def _insertion(statement: str, run: Run) -> str:
    """Return what inserts the rows of the parameter `rows`.

    Each value is read as COPY reads it, as its type without a length: a cast to `varchar(5)` would
    cut what is too long, where storing it is an error.
    """
    found = _COPY.fullmatch(statement)
    if found is None:
        raise psycopg.NotSupportedError("only COPY ... FROM STDIN goes through the Data API")
    table, named = found.groups()
    types: dict[str, Any] = dict(run(_COLUMNS.format(table=sql.Literal(table)).as_string(), []))
    names = [each.strip() for each in named.split(",")] if named else list(types)
    # Types are said by PostgreSQL itself, as it writes them.
    values = [
        sql.SQL("(r.cells->>{})::{}").format(place, sql.SQL(types[name]))
        for place, name in enumerate(names)
    ]
    parts = {
        "table": sql.Identifier(*table.split(".")),
        "columns": sql.SQL(", ").join(map(sql.Identifier, names)),
        "values": sql.SQL(", ").join(values),
    }
    return _INSERTION.format(**parts).as_string()


def _cell(text: str) -> str | None:
    """Return the value of one cell of COPY text."""
    if "\\" not in text:
        return text
    return None if text == "\\N" else _ESCAPE.sub(_unescaped, text)


def _unescaped(found: re.Match[str]) -> str:
    try:
        return _ESCAPED[found[1]]
    except KeyError:
        raise psycopg.NotSupportedError("COPY text with an escape that is not known") from None
