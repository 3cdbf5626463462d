"""Creating and updating the tables: one migrator at a time, and no endless waiting."""

import contextlib
from collections.abc import Sequence
from typing import Any

from django.core.management import call_command
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from psycopg.errors import InsufficientPrivilege, LockNotAvailable

from rollbook.core.errors import RollbookError
from rollbook.records.database import translated
from rollbook.records.locks import MIGRATION
from rollbook.records.operations.calls import call_workers
from rollbook.records.owners import OwnersStatement, runners
from rollbook.records.tables.comparison import (
    check_sight,
    check_tables,
    missing_parts,
    table_faults,
)
from rollbook.records.tables.expected import SNAPSHOTS
from rollbook.records.tables.fault import TableFault
from rollbook.records.tables.keys import repair_keys
from rollbook.records.tables.repairs import repair

LOCK_TIMEOUT = "10s"

OUR_APPS = ("records", "access")


class TablesBusy(RollbookError):
    """The tables can't be changed, because something else has locked them.

    Nothing was changed.

    Wait for running imports to end, then try again."""

    reason = "tables_busy"
    is_transient = True


class TablesNewer(RollbookError):
    """The tables are from a newer version of Rollbook than this one.

    Nothing was changed.

    Install that version here too, or restore a backup from this version."""

    reason = "tables_newer"


class SchemaGone(RollbookError):
    """Rollbook's own tables are gone: there is no schema rollbook, though students' values from its
    imports are in public.student_data_snapshots.

    Nothing was changed. Feeds, people and history were in the schema; the values are still there.

    Restore the last backup. If there is none, bring the tables up to date: that makes new ones,
    empty."""

    reason = "schema_gone"


class OwnerNeeded(RollbookError):
    """The database role lacks a right that is needed here. Another role has it and must run what
    is left: {what}.

    {means}

    Let it run the statements, then bring the tables up to date again."""

    reason = "tables_need_owner"

    def __init__(
        self, statements: list[OwnersStatement], *, is_migrated: bool, made: Sequence[str] = ()
    ) -> None:
        self.statements = statements
        self.made = made
        rest = "Everything else is up to date." if is_migrated else "What this role can do is done."
        super().__init__(what=runners(statements), means=rest)


class OtherRoleMigrates(RollbookError):
    """Rollbook's own tables, in the schema rollbook, belong to the database role “{owner}”, and
    only that role can update them. What this role can do is done.

    Bring them up to date with the role “{owner}” in DATABASE_URL."""

    reason = "tables_of_other_role"


@translated()
def migrate() -> list[str]:
    """Bring the tables up to date, and add again what has vanished of them.

    Returns what was made: `schema.table`, and `schema.table.column` in a table that was there.
    Raises OwnerNeeded, OtherRoleMigrates, TablesBusy, TablesChanged, TablesNewer, and as
    `translated`.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"set lock_timeout = '{LOCK_TIMEOUT}'")
        try:
            made = _migrate_alone(cursor)
            call_workers(cursor)  # those of an older version end
            return made
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
def check_migrated() -> bool:
    """Tell whether the tables are those of this version.

    Raises TablesNewer; TablesChanged where our role may not even see that, with all that it lacks;
    SchemaGone.
    """
    with connection.cursor() as cursor:
        try:
            _check_version(cursor)
            done = _done(cursor)
        except ProgrammingError as error:
            if isinstance(error.__cause__, InsufficientPrivilege):
                check_sight(cursor)
            raise
        if not done:
            _check_never_here(cursor)
        return _names() <= done


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


def _check_never_here(cursor: Any) -> None:
    """Raise SchemaGone where our schema is missing beside values that imports have stored."""
    cursor.execute(
        "select to_regnamespace('rollbook') is null"
        " and coalesce(has_table_privilege(to_regclass(%s), 'select'), false)",
        [SNAPSHOTS],
    )
    if not _only(cursor):
        return
    cursor.execute("select exists (select from public.student_data_snapshots)")
    if _only(cursor):
        raise SchemaGone


def _may_look(cursor: Any) -> bool:
    """Tell whether our role may read which migrations have run."""
    cursor.execute(
        "select has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select')"
        " from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = 'rollbook' and c.relname = 'django_migrations'"
    )
    return bool(cursor.fetchall() == [(True,)])


def _migrate_alone(cursor: Any) -> list[str]:
    cursor.execute("select pg_advisory_lock(%s)", [MIGRATION])
    if _may_look(cursor):
        _check_version(cursor)
    before = missing_parts(cursor)
    # First the schema, because Django's own table of migrations lives there too.
    left = repair(cursor)
    is_blocked = any(each.is_vital for each in left)
    if not is_blocked and any(each.is_grant for each in left):
        is_blocked = not _names() <= _done(cursor)  # migrations that are left may need the right
    if not is_blocked:
        _run_migrations(cursor)
        left = repair(cursor)  # now the terms are known, and with them their columns
    statements = [OwnersStatement(each.statement, each.owner) for each in left]
    if not statements:
        keys = repair_keys(cursor)
        statements = [each for each in keys if each.text]
        if keys and not statements:
            raise OtherRoleMigrates(owner=keys[0].role)
    after = set(missing_parts(cursor))
    made = [each for each in before if each not in after]
    if statements:
        raise OwnerNeeded(statements, is_migrated=not is_blocked, made=made)
    check_tables(cursor)
    return made


def _run_migrations(cursor: Any) -> None:
    cursor.execute(
        "select pg_get_userbyid(relowner)::text, pg_has_role(relowner, 'usage')"
        " from pg_catalog.pg_class where oid = to_regclass('rollbook.django_migrations')"
    )
    others = [owner for owner, is_ours in cursor.fetchall() if not is_ours]
    if others and not is_migrated():
        raise OtherRoleMigrates(owner=others[0])
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except ProgrammingError as error:
        if others and isinstance(error.__cause__, InsufficientPrivilege):
            raise OtherRoleMigrates(owner=others[0]) from None
        raise


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
