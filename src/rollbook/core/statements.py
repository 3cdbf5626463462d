"""Named SQL statements, kept in `.sql` files beside the modules that run them."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib import resources
from typing import Any, Final, Protocol

from psycopg import sql

AT_A_TIME: Final = 2_000
"""Rows of a portion."""

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)


class Executes(Protocol):
    """A cursor or a connection, psycopg's or Django's."""

    def execute(self, query: Any, params: Any = None, /) -> Any: ...


class Statements:
    """The statements of some files of one package; each begins with a line `-- name: ...`."""

    def __init__(self, package: str, *files: str) -> None:
        self._package = package
        self._files = files

    def run(
        self,
        cursor: Executes,
        name: str,
        *,
        parts: Mapping[str, sql.Composable] | None = None,
        **values: object,
    ) -> Any:
        """Execute the statement `name`: `{...}` filled from `parts`, `%(...)s` from `values`.

        Returns what `execute` of the cursor returns. Raises KeyError for an unknown name.
        """
        return cursor.execute(self.compose(name, parts or {}), values)

    def portions(
        self,
        connection: Any,
        name: str,
        *,
        parts: Mapping[str, sql.Composable] | None = None,
        **values: object,
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of the statement `name`, however many, in the transaction of `connection`.

        They stay on the server and come in portions: they grow with the district, and the RDS Data
        API answers with 1 MiB at most.
        """
        with connection.cursor(name=f"rollbook_{name}") as portion:
            portion.itersize = AT_A_TIME
            portion.execute(self.compose(name, parts or {}), values)
            yield from portion

    def compose(self, name: str, parts: Mapping[str, sql.Composable]) -> sql.Composed:
        """Return the statement `name` with its `{...}` filled in."""
        return sql.SQL(self._texts[name]).format(**parts)  # type: ignore[arg-type,unused-ignore]

    @cached_property
    def _texts(self) -> dict[str, str]:
        here = resources.files(self._package)
        found: dict[str, str] = {}
        for file in self._files:
            _, *pieces = _NAME.split(here.joinpath(file).read_text(encoding="utf-8"))
            found |= zip(pieces[::2], pieces[1::2], strict=True)
        return found
