"""Why there is no connection to the database, each cause with the way out.

A connection that fails has no SQLSTATE, so the words of libpq, PostgreSQL and the poolers tell.
Where a server says it in another language than English, it stays at "could not be reached".
"""

import re
from typing import Final

from rollbook.core.errors import RollbookError


class DatabaseUnavailable(RollbookError):
    """The database couldn't be reached or closed the connection{sqlstate}.

    Nothing was changed.

    Try again. If that doesn't help, check the host, port, name, user and password in DATABASE_URL,
    and
    whether the server is running."""

    reason = "database_unavailable"
    is_transient = True


class DatabaseSignInRefused(DatabaseUnavailable):
    """The database server didn't let Rollbook sign in: {cause}.

    Nothing was changed.

    Check the user and password in DATABASE_URL, and what the server's pg_hba.conf allows."""

    reason = "database_sign_in_refused"


class DatabaseNotThere(DatabaseUnavailable):
    """The database server has no database with the name in DATABASE_URL.

    Nothing was changed.

    Correct the name, or create the database."""

    reason = "database_not_there"


class DatabaseNotSecured(DatabaseUnavailable):
    """The connection to the database couldn't be secured with TLS: {cause}.

    Nothing was changed.

    Check sslmode and sslrootcert in DATABASE_URL against what the server has."""

    reason = "database_not_secured"


class DatabaseHasNoConnectionLeft(DatabaseUnavailable):
    """The database accepts no more connections: its limit is reached{sqlstate}.

    Nothing was changed.

    Try again when others have closed theirs. If that doesn't help, raise max_connections or the
    limit of
    the role, the database or the pooler."""

    reason = "database_connections_exhausted"


class DatabaseReadOnly(DatabaseUnavailable):
    """The database is read-only now{sqlstate}: it is a standby, or is changing places with one.

    Nothing was changed.

    Try again. If that doesn't help, name the primary server in DATABASE_URL."""

    reason = "database_read_only"


class StartRefused(RollbookError):
    """The server or a pooler in front of it rejected a startup parameter{which}.

    Nothing was changed.

    Take it out of DATABASE_URL."""

    reason = "start_refused"


_NOT_SECURED: Final = (
    (
        "certificate verify failed",
        "its certificate isn't signed by an authority that is trusted here",
    ),
    ("does not match host name", "its certificate is for another name than the host's"),
    ("root certificate file", "the file of trusted authorities is missing or can't be read"),
    ("server does not support SSL", "the server doesn't offer it"),
    ("requires a valid client certificate", "the server asks for a certificate of the client"),
    ("certificate file", "the client's certificate is missing or can't be read"),
    ("private key file", "the key of the client's certificate is missing or can't be read"),
    ("SSL error", "the handshake failed"),
)
"""What libpq or the server says -> the cause in our words; the first that fits counts."""

_SIGN_IN_REFUSED: Final = (
    (r'role ".*" does not exist', "there is no such user"),
    (r"no password supplied", "a password is missing"),
    (r"password authentication failed|SASL authentication failed", "the user or password is wrong"),
    (r"authentication failed", "the user or password is wrong"),
    (
        r"pg_hba\.conf .*(?:no encryption|SSL off)",
        "it doesn't accept this user and database from here without TLS (sslmode=require)",
    ),
    (r"pg_hba\.conf", "it doesn't accept this user and database from here"),
    (r"is not permitted to log in", "the user isn't allowed to sign in"),
    (r"permission denied for database", "the user isn't allowed to connect to this database"),
)

_NO_CONNECTION_LEFT: Final = re.compile(
    r"too many (?:clients|connections)|connection slots are reserved|no more connections allowed"
    r"|query_wait_timeout"
)
_NOT_THERE: Final = re.compile(r'database ".*" does not exist|no such database')


def error_of_start(said: str) -> RollbookError:
    """Return the error for a connection that failed; `said` is the driver's text."""
    if (which := _refused_parameter(said)) is not None:
        return StartRefused(which=which)
    for words, cause in _NOT_SECURED:
        if words in said:
            return DatabaseNotSecured(cause=cause)
    if _NOT_THERE.search(said):
        return DatabaseNotThere()
    if _NO_CONNECTION_LEFT.search(said):
        return DatabaseHasNoConnectionLeft(sqlstate="")
    for pattern, cause in _SIGN_IN_REFUSED:
        if re.search(pattern, said):
            return DatabaseSignInRefused(cause=cause)
    return DatabaseUnavailable(sqlstate="")


def _refused_parameter(said: str) -> str | None:
    """Return the parameter that was refused, '' where it is not named; None for other reasons."""
    if "command-line options" in said:  # RDS Proxy
        return ": options"
    found = re.search(
        r"unsupported startup parameter(?: in options)?: ([a-z_]{1,63})\b"
        r'|unrecognized configuration parameter "([a-z_.]{1,63})"',
        said,
    )
    return None if found is None else f": {found[1] or found[2]}"
