"""The named statements of `judging.sql` and `merging.sql`, read once."""

import re
from functools import cache
from importlib import resources
from typing import Any

import psycopg
from psycopg import sql

_FILES = ("judging.sql", "merging.sql")
_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)


def run(
    cursor: psycopg.Cursor[Any],
    name: str,
    *,
    parts: dict[str, sql.Composable] | None = None,
    **values: object,
) -> None:
    """Execute the statement `name`: `{...}` filled from `parts`, `%(...)s` from `values`."""
    cursor.execute(compose(name, parts or {}), values)


def compose(name: str, parts: dict[str, sql.Composable]) -> sql.Composed:
    """Return the statement `name` with its columns and types filled in."""
    return sql.SQL(_statements()[name]).format(**parts)  # type: ignore[arg-type,unused-ignore]


@cache
def _statements() -> dict[str, str]:
    here = resources.files(__package__)
    found: dict[str, str] = {}
    for file in _FILES:
        _, *pieces = _NAME.split(here.joinpath(file).read_text(encoding="utf-8"))
        found |= zip(pieces[::2], pieces[1::2], strict=True)
    return found
