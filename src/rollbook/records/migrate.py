"""Creating and updating the tables: one migrator at a time, and no endless waiting."""

import contextlib
from typing import Any

from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection
from psycopg.errors import LockNotAvailable

from rollbook.core.errors import RollbookError
from rollbook.records.database import translated
from rollbook.records.locks import MIGRATION

LOCK_TIMEOUT = "10s"

OUR_APPS = ("records", "access")


class TablesBusy(RollbookError):
    """The tables could not be changed, because something else holds them.

    Nothing was changed.

    Wait for running imports to end and try again."""

    reason = "tables_busy"
    is_transient = True


@translated()
def migrate() -> None:
    """Bring the tables up to date. Raises TablesBusy, and what `translated` raises."""
    with connection.cursor() as cursor:
        cursor.execute(f"set lock_timeout = '{LOCK_TIMEOUT}'")
        try:
            _migrate_alone(cursor)
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                raise TablesBusy from None
            raise
        finally:
            _let_go(cursor)


@translated()
def is_migrated() -> bool:
    """Tell whether every migration of this version has run. Quick: it loads no migration."""
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass('rollbook.django_migrations') is not null")
        if not _only(cursor):
            return False
        cursor.execute("select app, name from rollbook.django_migrations")
        return _names() <= set(cursor.fetchall())


def _migrate_alone(cursor: Any) -> None:
    cursor.execute("select pg_advisory_lock(%s)", [MIGRATION])
    # Before everything else, because Django's own table of migrations lives there too. Asked first,
    # because "if not exists" demands the right to create a schema even where there is one.
    cursor.execute("select to_regnamespace('rollbook') is null")
    if _only(cursor):
        cursor.execute("create schema rollbook")
    call_command("migrate", verbosity=0, interactive=False)


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
