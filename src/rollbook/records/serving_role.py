"""The role that serves, made by the role that migrates: with its rights, and with its password.

On a machine a person does this with what `rollbook migrate --roles` prints.
"""

from typing import Any

import psycopg
from django.db import ProgrammingError, connection, transaction
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from rollbook.core.errors import RollbookError
from rollbook.core.visible import visible
from rollbook.records.database import connection_parameters, translated
from rollbook.records.locks import MIGRATION
from rollbook.records.migrate import LOCK_TIMEOUT, OwnerNeeded
from rollbook.records.owners import OwnersStatement
from rollbook.records.roles import statements
from rollbook.records.sign_in import credentials
from rollbook.records.tables.lost_rights import grants as grants_of
from rollbook.records.tables.lost_rights import lost_rights


class ServingRoleOwns(RollbookError):
    """The database role “{role}”, which is to serve, may act as the owner of Rollbook's tables, so
    it could rewrite the audit log.

    It was given nothing.

    Name another role in the secret of the role that serves; one that is missing is made."""

    reason = "serving_role_owns"


class ServingRoleRefused(RollbookError):
    """The database role “{role}” has all that it needs to serve, but can't sign in with its
    secret.

    What was running goes on.

    Behind a proxy, let the proxy know that secret; otherwise look in the database's log."""

    reason = "serving_role_refused"


def let_serve(secret: str) -> None:
    """Make the role that the secret names one that serves, and give it the secret's password.

    It may be done again and again, and is where the secret holds another password by now. Raises
    ServingRoleOwns, ServingRoleRefused, OwnerNeeded, the errors of the secret, and as `translated`.
    """
    held = credentials(secret)
    role, password = held["user"], held["password"]
    with translated():
        _let_serve(role, password)
        if not _signs_in(role, password):
            raise ServingRoleRefused(role=visible(role))


def _let_serve(role: str, password: str) -> None:
    """All or nothing: between two statements the role would have more rights than it keeps."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"set local lock_timeout = '{LOCK_TIMEOUT}'")
        cursor.execute("select pg_advisory_xact_lock(%s)", [MIGRATION])
        made, *grants = needed = statements(role)
        if not _may_run(cursor, made):
            raise OwnerNeeded(needed, is_migrated=True)
        if _is_owner(cursor, role):
            raise ServingRoleOwns(role=visible(role))
        for each in grants:
            _may_run(cursor, each)
        if left := grants_of(lost_rights(cursor, role), role):
            raise OwnerNeeded(left, is_migrated=True)
        if not _signs_in(role, password):
            _set_password(cursor, role, password)


def _may_run(cursor: Any, statement: OwnersStatement) -> bool:
    """Run it where our role may. What it did is asked afterwards: PostgreSQL may only warn."""
    try:
        with transaction.atomic():
            cursor.execute(statement.text)
    except ProgrammingError as error:
        if isinstance(error.__cause__, InsufficientPrivilege):
            return False
        raise
    return True


def _is_owner(cursor: Any, role: str) -> bool:
    cursor.execute(
        "select pg_has_role(%s, relowner, 'member') from pg_catalog.pg_class"
        " where oid = 'rollbook.audit_events'::regclass",
        [role],
    )
    return bool(cursor.fetchall() == [(True,)])


def _set_password(cursor: Any, role: str, password: str) -> None:
    """As the server would store it: the statement may be written into its log."""
    driver: psycopg.Connection[Any] = connection.connection
    proof = driver.pgconn.encrypt_password(password.encode(), role.encode()).decode()
    statement = sql.SQL("alter role {} with login password {}").format(
        sql.Identifier(role), sql.Literal(proof)
    )
    cursor.execute(statement.as_string(None))


def _signs_in(role: str, password: str) -> bool:
    parameters = connection_parameters() | {"user": role, "password": password}
    try:
        psycopg.connect(**parameters).close()
    except psycopg.OperationalError:
        return False
    return True
