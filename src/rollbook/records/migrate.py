"""Creating and updating the tables: one migrator at a time, and no endless waiting."""

import contextlib
from collections.abc import Sequence
from typing import Any

from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection
from psycopg.errors import LockNotAvailable

from rollbook.core.errors import RollbookError
from rollbook.core.quantities import counted
from rollbook.records.database import translated
from rollbook.records.locks import MIGRATION
from rollbook.records.tables.comparison import (
    TableFault,
    check_tables,
    missing_parts,
    table_faults,
)
from rollbook.records.tables.keys import repair_keys
from rollbook.records.tables.repairs import repair

LOCK_TIMEOUT = "10s"

OUR_APPS = ("records", "access")


class TablesBusy(RollbookError):
    """The tables could not be changed, because something else holds them.

    Nothing was changed.

    Wait for running imports to end and try again."""

    reason = "tables_busy"
    is_transient = True


class TablesNewer(RollbookError):
    """The tables are those of a newer version of Rollbook than this one.

    Nothing was changed.

    Install that version here too, or restore a backup that this version has written."""

    reason = "tables_newer"


class OwnerNeeded(RollbookError):
    """The database role lacks a right to add what is missing, which the owner has: {what}.

    {means}

    Let the owner run the statements; then bring the tables up to date once more."""

    reason = "tables_need_owner"

    def __init__(
        self, statements: list[str], *, is_migrated: bool, made: Sequence[str] = ()
    ) -> None:
        self.statements = statements
        self.made = made
        rest = "Everything else is up to date." if is_migrated else "Nothing else could be done."
        super().__init__(what=counted(len(statements), "statement"), means=rest)


@translated()
def migrate() -> list[str]:
    """Bring the tables up to date, and add again what has vanished of them.

    Returns what was made: `schema.table`, and `schema.table.column` in a table that was there.
    Raises OwnerNeeded, TablesBusy, TablesChanged, TablesNewer, and what `translated` raises.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"set lock_timeout = '{LOCK_TIMEOUT}'")
        try:
            return _migrate_alone(cursor)
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                raise TablesBusy from None
            raise
        finally:
            _let_go(cursor)


@translated()
def left_to_others() -> list[TableFault]:
    """Return what is wrong with the tables that a migration does not mend."""
    with connection.cursor() as cursor:
        return table_faults(cursor)


@translated()
def is_migrated() -> bool:
    """Tell whether every migration of this version has run. Quick: it loads no migration."""
    with connection.cursor() as cursor:
        return _names() <= _done(cursor)


@translated()
def check_version() -> None:
    """Raise TablesNewer where a newer version than this one has migrated the tables.

    What it has changed since, this one does not know: it could store something wrong.
    """
    with connection.cursor() as cursor:
        _check_version(cursor)


def _check_version(cursor: Any) -> None:
    newest = {app: max(name for of, name in _names() if of == app) for app in OUR_APPS}
    if any(name > newest.get(app, name) for app, name in _done(cursor)):
        raise TablesNewer


def _done(cursor: Any) -> set[tuple[str, str]]:
    cursor.execute("select to_regclass('rollbook.django_migrations') is not null")
    if not _only(cursor):
        return set()
    cursor.execute("select app, name from rollbook.django_migrations")
    return set(cursor.fetchall())


def _migrate_alone(cursor: Any) -> list[str]:
    cursor.execute("select pg_advisory_lock(%s)", [MIGRATION])
    _check_version(cursor)
    before = missing_parts(cursor)
    # First the schema, because Django's own table of migrations lives there too.
    left = repair(cursor)
    if not (is_blocked := any(each.is_vital for each in left)):
        call_command("migrate", verbosity=0, interactive=False)
        left = repair(cursor)  # now the terms are known, and with them their columns
    statements = [each.statement for each in left] + ([] if left else repair_keys(cursor))
    after = set(missing_parts(cursor))
    made = [each for each in before if each not in after]
    if statements:
        raise OwnerNeeded(statements, is_migrated=not is_blocked, made=made)
    check_tables(cursor)
    return made


def _let_go(cursor: Any) -> None:
    # Where the connection broke, the server has let go already, and the first error counts.
    with contextlib.suppress(OperationalError, InterfaceError):
        cursor.execute("reset lock_timeout")
        cursor.execute("select pg_advisory_unlock_all()")


def _only(cursor: Any) -> Any:
    return cursor.fetchone()[0]


def _names() -> set[tuple[str, str]]:
    from importlib.resources import files

    return {
        (app, path.name.removesuffix(".py"))
        for app in OUR_APPS
        for path in files(f"rollbook.{app}.migrations").iterdir()
        if path.name[:4].isdigit()
    }
