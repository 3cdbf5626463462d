"""What a command needs around it: the home folder, a database that is running and migrated."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rollbook import embedded
from rollbook.core.errors import RollbookError
from rollbook.environ import check_native
from rollbook.home import home as home_folder


class TablesMissing(RollbookError):
    """The database in DATABASE_URL doesn't have this version's tables.

    Nothing was changed.

    Run `rollbook migrate` once, as a role that can create tables."""

    reason = "tables_missing"


def home() -> Path:
    """Return ROLLBOOK_HOME, created if need be."""
    return home_folder(os.environ)


class DatabaseNotMade(RollbookError):
    """There is no database yet.

    Nothing was changed.

    Rollbook makes one with the first command that saves something. To use yours, set DATABASE_URL.
    """

    reason = "database_not_made"


@contextmanager
def database(
    *,
    migrated: bool = True,
    pages: bool = False,
    keyed: bool = False,
    stays: bool = False,
    imports: bool = False,
) -> Iterator[None]:
    """Make Django usable: with DATABASE_URL as it is, otherwise with the embedded server.

    The embedded database is migrated automatically; an administrator's own is only checked.
    `pages` loads what the pages need on top, which takes most of a second. `keyed` refuses to
    begin without the installation's key; who also `stays` has the database know it, and starts the
    embedded server again where it dies.
    `imports`: the command imports and no more, which the RDS Data API can do too. Raises
    NativeNeeded.
    """
    if not imports:
        check_native(os.environ)
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"):
        _set_up_django(pages=pages)
        from rollbook.records.database import check_pooler, translated

        check_pooler()
        if migrated:
            _check_tables()
        with translated():
            if keyed:
                _check_key(pages=pages, is_claimed=stays)
            yield
        return
    with embedded.running(home(), is_kept=stays) as url:
        os.environ["DATABASE_URL"] = url
        try:
            _set_up_django(pages=pages)
            from rollbook.records.database import translated

            if migrated:
                _migrate_if_needed()
            with translated():
                if keyed:
                    _check_key(pages=pages, is_claimed=stays)
                yield
        finally:
            _close_connections()
            del os.environ["DATABASE_URL"]


@contextmanager
def database_if_there() -> Iterator[RollbookError | None]:
    """Set Django up on the database as it is; give what is in the way of that, or None.

    For checks alone: no database is made and none is migrated.
    """
    with ExitStack() as opened:
        try:
            _open_if_there(opened)
            fault = None
        except RollbookError as error:
            fault = error
        yield fault


def _open_if_there(opened: ExitStack) -> None:
    if not (os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE")):
        if not embedded.is_made(home()):
            raise DatabaseNotMade
        os.environ["DATABASE_URL"] = opened.enter_context(embedded.running(home()))
        opened.callback(os.environ.pop, "DATABASE_URL")
    else:
        check_native(os.environ)
    _set_up_django(pages=False)
    opened.callback(_close_connections)


def _set_up_django(*, pages: bool) -> None:
    settings = "rollbook.project.web_settings" if pages else "rollbook.project.settings"
    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    import django

    # No script prefix: it would import the whole of URL handling, which few commands need.
    django.setup(set_prefix=pages)


def _check_tables() -> None:
    from rollbook.records.migrate import check_migrated

    if not check_migrated():
        raise TablesMissing


def _migrate_if_needed() -> None:
    from rollbook.records.migrate import check_migrated

    if not check_migrated():
        # In a process of its own: the tables of the pages are known only with their settings.
        done = subprocess.run(
            [sys.executable, "-m", "rollbook", "migrate", "--quiet"],
            check=False,
            stdout=subprocess.DEVNULL,
        )
        if done.returncode:
            raise TablesMissing


def _check_key(*, pages: bool, is_claimed: bool) -> None:
    from rollbook.records.operations.installation_key import claim_key, secret_key

    if is_claimed:
        claim_key(os.environ)
    if pages:
        from rollbook.web.middleware.encryption_key import use_key

        use_key()
        return
    secret_key(os.environ)


def _close_connections() -> None:
    from django.db import connections

    connections.close_all()
