"""Results of the Data API as psycopg gives them: each value by the type of its column."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from psycopg import abc
from psycopg.adapt import Transformer
from psycopg.pq import Format

from rollbook.data_api.errors import BeyondLimits

_ALIASES: Final = {
    "bool": "bool",
    "serial": "int4",
    "bigserial": "int8",
    "smallserial": "int2",
    "character varying": "varchar",
    "timestamp without time zone": "timestamp",
    "timestamp with time zone": "timestamptz",
}
"""Names of types that are said otherwise -> PostgreSQL's own."""

_OF_ARRAYS: Final = ("longValues", "stringValues", "booleanValues", "doubleValues")

Load = Callable[[Any], Any]


def rows_of(answer: Mapping[str, Any], context: abc.AdaptContext) -> list[tuple[Any, ...]]:
    """Return the rows of an answer. Raises BeyondLimits for a value that is not understood."""
    columns = answer.get("columnMetadata") or []
    transformer = Transformer(context)
    loads = [_load(str(column.get("typeName", "")), transformer) for column in columns]
    return [
        tuple(load(field) for load, field in zip(loads, row, strict=True))
        for row in answer.get("records") or []
    ]


def _load(name: str, transformer: abc.Transformer) -> Load:
    """Return what makes a value of psycopg of a field of a column of this type."""
    if name.startswith("_"):
        return _nullable(_array(name[1:], transformer))
    return _nullable(_scalar(name, transformer))


def _nullable(load: Load) -> Load:
    return lambda field: None if field.get("isNull") else load(field)


def _scalar(name: str, transformer: abc.Transformer) -> Load:
    known = transformer.adapters.types.get(_ALIASES.get(name, name))
    of_text = None if known is None else transformer.get_loader(known.oid, Format.TEXT).load

    def load(field: Mapping[str, Any]) -> Any:
        match field:
            case {"stringValue": text}:
                written = _utc(text) if name == "timestamptz" else text
                return text if of_text is None else of_text(written.encode())
            case {"longValue": number} | {"doubleValue": number} | {"booleanValue": number}:
                return number
            case {"blobValue": data}:
                return bytes(data)
        raise BeyondLimits("a result")

    return load


def _array(name: str, transformer: abc.Transformer) -> Load:
    element = _scalar(name, transformer)

    def load(field: Mapping[str, Any]) -> list[Any]:
        held = field.get("arrayValue") or {}
        for kind in _OF_ARRAYS:
            if kind in held:
                single = kind.removesuffix("s")
                return [None if each is None else element({single: each}) for each in held[kind]]
        if held:
            raise BeyondLimits("a result")
        return []

    return load


def _utc(text: str) -> str:
    """AWS gives moments in UTC, and does not say so."""
    is_told = "+" in text or text.endswith(("Z", "infinity"))
    return text if is_told else f"{text}+00"


def count_of(answer: Mapping[str, Any]) -> int:
    """Return how many rows a statement gave or, without any columns, wrote."""
    if answer.get("columnMetadata"):
        return len(answer.get("records") or [])
    return int(answer.get("numberOfRecordsUpdated") or 0)
