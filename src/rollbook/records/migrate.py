"""Creating and updating the tables: one migrator at a time, and no endless waiting."""

from typing import Any

from django.core.management import call_command
from django.db import OperationalError, connection

from rollbook.core.errors import RollbookError

MIGRATORS = 0x526F6C6C
"""Key of the advisory lock that makes migrators take turns."""

LOCK_TIMEOUT = "10s"


class TablesBusy(RollbookError):
    """The tables could not be changed, because something else holds them. Nothing was changed. \
    Wait for running imports to end and try again."""

    reason = "tables_busy"
    is_transient = True


def migrate() -> None:
    """Bring the tables up to date. Raises TablesBusy."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [MIGRATORS])
        try:
            # Before everything else, because Django's own table of migrations lives there too.
            cursor.execute("create schema if not exists rollbook")
            cursor.execute(f"set lock_timeout = '{LOCK_TIMEOUT}'")
            call_command("migrate", verbosity=0, interactive=False)
        except OperationalError as error:
            raise TablesBusy from error
        finally:
            cursor.execute("reset lock_timeout")
            cursor.execute("select pg_advisory_unlock(%s)", [MIGRATORS])


def is_migrated() -> bool:
    """Tell whether every migration of this version has run. Quick: it loads no migration."""
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass('rollbook.django_migrations') is not null")
        if not _only(cursor):
            return False
        cursor.execute("select name from rollbook.django_migrations where app = 'records'")
        return _names() <= {name for (name,) in cursor.fetchall()}


def _only(cursor: Any) -> Any:
    return cursor.fetchone()[0]


def _names() -> set[str]:
    from importlib.resources import files

    folder = files("rollbook.records.migrations")
    return {path.name.removesuffix(".py") for path in folder.iterdir() if path.name[:4].isdigit()}
