"""Connections of our own beside Django's, and errors that carry no value on."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from django.db import Error as DjangoError
from django.db import connection as django_connection

from rollbook.core.errors import RollbookError
from rollbook.records.connection_errors import (
    DatabaseHasNoConnectionLeft,
    DatabaseReadOnly,
    DatabaseUnavailable,
    error_of_start,
)
from rollbook.records.data_api_errors import told_of_data_api
from rollbook.records.rights import SHARED, denied
from rollbook.records.session import check_pooling, connected


class DatabaseBusy(RollbookError):
    """Something else locked the tables for too long{sqlstate}.

    Nothing was changed.

    Try again when it has ended."""

    reason = "database_busy"
    is_transient = True


class StatementEnded(RollbookError):
    """The database stopped a statement{sqlstate}: it ran longer than the role's statement_timeout
    allows, or an administrator canceled it.

    Nothing was changed.

    Try again. If that doesn't help, give Rollbook's role more time (ALTER ROLE ... SET
    statement_timeout)."""

    reason = "statement_ended"
    is_transient = True


class DatabaseOutOfMemory(RollbookError):
    """The database server had no memory left for this{sqlstate}.

    Nothing was changed.

    Try again. If that doesn't help, give the server more memory."""

    reason = "database_out_of_memory"
    is_transient = True


class DatabaseFull(RollbookError):
    """The database has no room left{sqlstate}.

    Nothing was changed.

    Free some disk space and import again."""

    reason = "database_full"


class DatabaseForbidden(RollbookError):
    """The database role lacks a right that this needs{sqlstate}{what}.

    Nothing was changed.

    Bring the tables up to date with this role: that names the statement that grants it, and the
    role that has to run it."""

    reason = "database_forbidden"


class DatabaseLacks(RollbookError):
    """A table or column that this needs is missing in the database{sqlstate}{what}.

    Nothing was changed.

    Bring the tables up to date: that adds again what can be added, and names the rest."""

    reason = "database_lacks"


class DatabaseDemands(RollbookError):
    """The table {table} requires a value in a column that Rollbook doesn't fill{sqlstate}.

    Nothing was changed.

    Give the column a default, or allow it to be empty."""

    reason = "database_demands"
    seen_by_administrators = "the name of the column"


class DatabaseRefused(RollbookError):
    """The database rejected a statement{sqlstate}.

    Nothing was changed.

    Report this line."""

    reason = "database_refused"


SQLSTATES: Final = frozenset(
    kind.sqlstate for kind in vars(psycopg.errors).values() if getattr(kind, "sqlstate", None)
)
"""The states that PostgreSQL itself knows."""


_BY_STATE: Final[Mapping[str, type[RollbookError]]] = {
    "08": DatabaseUnavailable,
    "57P01": DatabaseUnavailable,
    "57P02": DatabaseUnavailable,
    "57P03": DatabaseUnavailable,
    "25006": DatabaseReadOnly,
    "55P03": DatabaseBusy,
    "40001": DatabaseBusy,
    "40P01": DatabaseBusy,
    "57014": StatementEnded,
    "53": DatabaseFull,
    "53200": DatabaseOutOfMemory,
    "53300": DatabaseHasNoConnectionLeft,
}
"""SQLSTATE, or its class of two characters -> what it means."""


@contextmanager
def connect(*, autocommit: bool = False) -> Iterator[psycopg.Connection[Any]]:
    """Open a connection to Django's database, set up as its own. Raises as `translated`."""
    with (
        translated(),
        connected(connection_parameters(), autocommit=autocommit) as connection,
    ):
        yield connection


@contextmanager
def translated() -> Iterator[None]:
    """Turn database errors into ours: only SQLSTATE and constraint travel on, never a value.

    Those of Django too. Works as a decorator, outside of `transaction.atomic`.
    """
    try:
        yield
    except psycopg.Error as error:
        # `from None`: the original's text may hold a row, and a traceback would print it.
        raise translate(error) from None
    except DjangoError as error:
        if not isinstance(error.__cause__, psycopg.Error):
            raise
        raise translate(error.__cause__) from None


def translate(error: psycopg.Error) -> RollbookError:
    """Return the error of ours that `error` means."""
    if (told := told_of_data_api(error)) is not None:
        return told
    state = error.sqlstate or ""
    named = f" (SQLSTATE {state})" if state in SQLSTATES else ""
    if isinstance(error, psycopg.OperationalError) and not state:
        return error_of_start(str(error))
    if kind := _BY_STATE.get(state) or _BY_STATE.get(state[:2]):
        return kind(sqlstate=named)
    if state == "42501":
        return DatabaseForbidden(sqlstate=named, what=denied(error.diag.message_primary or ""))
    if state in ("42P01", "42703", "3F000"):
        return DatabaseLacks(sqlstate=named, what=_lacking(error.diag.message_primary or ""))
    if state == "23502" and error.diag.table_name in SHARED:
        private = f"The column is {error.diag.column_name}."
        return DatabaseDemands(sqlstate=named, table=error.diag.table_name, private=private)
    # The author of a trigger chooses what it says, and which constraint and state it names.
    constraint = error.diag.constraint_name
    return DatabaseRefused(
        sqlstate=named, private=f"The constraint is {constraint}." if constraint else ""
    )


def _lacking(said: str) -> str:
    """Return which table or column is missing: names of our own statements alone."""
    found = re.fullmatch(
        r'(relation|column) ("?[a-z_0-9.]{1,130}"?)( of relation "[a-z_0-9]{1,63}")?'
        r" does not exist",
        said,
    )
    return f": {found[0]}" if found else ""


def check_pooler() -> None:
    """Raise PoolerPerTransaction where Django's connection is not its own; as `translated` does."""
    with translated():
        django_connection.ensure_connection()
        if is_by_data_api():  # it gives none, and `rollbook.data_api` needs none
            return
        check_pooling(connection_parameters(), django_connection.connection)


def is_by_data_api() -> bool:
    """Tell whether the database is reached by the RDS Data API."""
    return "address" in django_connection.settings_dict["OPTIONS"]


def connection_parameters() -> dict[str, Any]:
    """Return what reaches Django's database (see `session.connected`)."""
    settings = django_connection.settings_dict
    if is_by_data_api():
        return {"address": settings["OPTIONS"]["address"]}
    return {
        "dbname": settings["NAME"],
        "user": settings["USER"],
        "password": settings["PASSWORD"],
        "host": settings["HOST"],
        "port": settings["PORT"],
        **settings["OPTIONS"],
    }
