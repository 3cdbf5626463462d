"""Keeping the index of imports right, in the transaction that writes the imports themselves."""

from typing import Any, Final

from rollbook.core.statements import Statements
from rollbook.records.operations.calls import call_workers

_SQL: Final = Statements(__package__, "import_index.sql")


def index_import(cursor: Any, job: int) -> None:
    """Note an import as its row is now, in the transaction of `cursor` (or connection).

    Something has begun, ended or waits: the workers look at it after the commit.
    """
    _SQL.run(cursor, "one", job=job)
    call_workers(cursor)


def index_all(cursor: Any) -> None:
    """Make the index again, of all imports that are there."""
    _SQL.run(cursor, "all")


def index_changed(cursor: Any) -> None:
    """Note what others did to imports that are under way: this is quick, however many there are."""
    _SQL.run(cursor, "changed")
