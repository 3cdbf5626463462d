"""The named statements of `statements.sql`, read once."""

import re
from functools import cache
from importlib import resources
from typing import Any

import psycopg
from psycopg import sql

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
    text = resources.files(__package__).joinpath("statements.sql").read_text(encoding="utf-8")
    _, *pieces = _NAME.split(text)
    return dict(zip(pieces[::2], pieces[1::2], strict=True))
