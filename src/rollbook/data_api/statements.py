"""SQL as the Data API takes it: values written into the text, large ones sent beside it."""

import re
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.abc import AdaptContext
from psycopg.adapt import PyFormat, Transformer
from psycopg.types.json import Json, Jsonb

from rollbook.data_api.errors import BeyondLimits

LONGEST_SQL: Final = 65_536
"""Characters of a statement that the Data API takes."""
WRITTEN: Final = 2_000
"""Characters, or bytes, of a value that is written into the statement; a longer one is sent beside
it, as text or bytea."""

_COMMENT: Final = re.compile(r"\A(\s*--[^\n]*\n)+")
_PLACE: Final = re.compile(r"%(?:\((\w+)\)s|(s)|(%)|(.?))", re.DOTALL)

Parameters = list[dict[str, Any]]


def composed(query: Any, values: Any, context: AdaptContext) -> tuple[str, Parameters]:
    """Return the statement, and what is sent beside it.

    `%s` and `%(name)s` are filled from `values`; without any (None) a `%` is a `%`.
    Raises BeyondLimits.
    """
    text = _text(query, context)
    beside: Parameters = []
    if values is not None:
        writer = _Writer(context, beside)
        text = _PLACE.sub(_filler(values, writer.literal), text)
    if len(text) > LONGEST_SQL:
        raise BeyondLimits("a statement")
    return text, beside


def _text(query: Any, context: AdaptContext) -> str:
    text = query.as_string(context) if isinstance(query, sql.Composable) else str(query)
    # An apostrophe in a comment might be taken for the beginning of a text.
    return _COMMENT.sub("", text)


def _filler(values: Any, literal: Callable[[object], str]) -> Callable[[re.Match[str]], str]:
    named = values if isinstance(values, Mapping) else None
    in_order = iter(()) if named is not None else iter(values)

    def fill(place: re.Match[str]) -> str:
        name, is_next, is_percent, other = place.groups()
        if is_percent:
            return "%"
        if other is not None or (name is None) is (named is not None):
            raise psycopg.ProgrammingError("a place of the statement cannot be filled")
        if is_next:
            return literal(next(in_order))
        return literal((named or {})[name])

    return fill


class _Writer:
    """Writes values as literals; keeps those that are too long in `beside`."""

    def __init__(self, context: AdaptContext, beside: Parameters) -> None:
        self._context = context
        self._transformer = Transformer(context)
        self._beside = beside

    def literal(self, value: object) -> str:
        match value:
            case Enum():
                pass
            case str():
                return self._string(str(value))
            case bytes() | bytearray() | memoryview():
                return self._bytes(bytes(value))
            case Json():
                return f"{self._string(self._dumped(value))}::json"
            case Jsonb():
                return f"{self._string(self._dumped(value))}::jsonb"
            case list() if len(written := self._dumped(value)) > WRITTEN:
                return f"{self._sent({'stringValue': written})}::{self._type_of(value)}"
        written = sql.Literal(value).as_string(self._context).strip()
        # A cast binds closer than a sign: `-32768::smallint` is out of range.
        return f"({written})" if written.startswith("-") else written

    def _string(self, text: str) -> str:
        if "\0" in text:
            raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
        if len(text) > WRITTEN:
            return self._sent({"stringValue": text})
        # As the standard has it, which `check_server` has made sure of: a backslash is a backslash.
        return "'" + text.replace("'", "''") + "'"

    def _bytes(self, data: bytes) -> str:
        return (
            self._sent({"blobValue": data}) if len(data) > WRITTEN else f"'\\x{data.hex()}'::bytea"
        )

    def _sent(self, value: dict[str, Any]) -> str:
        name = f"p{len(self._beside) + 1}"
        self._beside.append({"name": name, "value": value})
        return f":{name}"

    def _dumped(self, value: Json | Jsonb | list[Any]) -> str:
        dumped = self._transformer.get_dumper(value, PyFormat.TEXT).dump(value)
        return bytes(dumped or b"null").decode()

    def _type_of(self, value: list[Any]) -> str:
        """Return the type that a list has: a text beside the statement has none but `text`."""
        info = self._transformer.adapters.types.get(
            self._transformer.get_dumper(value, PyFormat.TEXT).oid
        )
        return f"{'text' if info is None else info.regtype}[]"
