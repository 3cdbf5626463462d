"""Brings the index of the search for students up to date with the tables that it follows."""

from collections.abc import Sequence
from typing import Any, Final

from django.db import connection, transaction

from rollbook.core.folding import folded_words
from rollbook.core.statements import AT_A_TIME, Statements
from rollbook.records import locks
from rollbook.records.database import is_by_data_api, translated

_SQL: Final = Statements(__package__, "student_search.sql")


def bring_up_to_date() -> None:
    """Take up whatever any program has written of students since the last time.

    A question of a millisecond where nothing was; else all students are compared, and those that
    differ are written again.
    """
    with connection.cursor() as cursor:
        if not _look(cursor)[1]:
            return
    with transaction.atomic(), connection.cursor() as cursor:
        _SQL.run(cursor, "lock", lock=locks.STUDENT_SEARCH)
        # Before the comparison: what is written meanwhile is looked at next time.
        written, is_behind = _look(cursor)
        if not is_behind:  # another process has done it
            return
        _SQL.run(cursor, "drop_gone")
        with connection.chunked_cursor() as changed:
            _SQL.run(changed, "changed")
            while rows := changed.fetchmany(AT_A_TIME):
                _SQL.run(cursor, "write", **_columns(rows))
        if written is not None:
            _SQL.run(cursor, "note", written=written)


@translated()
def follow_imports() -> None:
    """Take up what imports have stored, so that no search after a night has to."""
    if is_by_data_api():  # it has no pages, nor cursors that stay on the server
        return
    with connection.cursor() as cursor:
        _SQL.run(cursor, "was_imported")
        (was_imported,) = cursor.fetchone()
    if was_imported:
        bring_up_to_date()


def _look(cursor: Any) -> tuple[int | None, bool]:
    """Return what was written of students so far, and whether the index is behind it."""
    _SQL.run(cursor, "is_behind")
    written, is_behind = cursor.fetchone()
    return written, is_behind


def _columns(rows: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
    return {
        "ids": [row[0] for row in rows],
        "sources": [row[1] for row in rows],
        "words": [_words(row[2:11]) for row in rows],
        "names": [_name(*row[5:9]) for row in rows],
        "schools": [row[10] for row in rows],
        "grades": [row[11] for row in rows],
    }


def _words(texts: Sequence[str | None]) -> str:
    """Return each word of the texts once, a blank before each."""
    return "".join(
        f" {word}" for word in dict.fromkeys(folded_words(" ".join(filter(None, texts))))
    )


def _name(
    last: str | None, first: str | None, imported_last: str | None, imported_first: str | None
) -> str:
    return " ".join(folded_words(f"{imported_last or last or ''} {imported_first or first or ''}"))
