"""Errors of the Data API as errors of psycopg, so that what handles the one handles the other."""

import re
from typing import Any, Final

import psycopg
from psycopg.pq import DiagnosticField

CLUSTER: Final = "there is no such cluster, or its Data API is not switched on"
SIGN_IN: Final = "AWS cannot sign in with the secret of the database"
RIGHTS: Final = "AWS does not let Rollbook's role use it"
CREDENTIALS: Final = "there are no valid credentials of AWS"
SILENCE: Final = "AWS did not answer"

REFUSALS: Final = {
    "AccessDeniedException": RIGHTS,
    "AccessDenied": RIGHTS,
    "ForbiddenException": RIGHTS,
    "UnrecognizedClientException": CREDENTIALS,
    "InvalidClientTokenId": CREDENTIALS,
    "InvalidSignatureException": CREDENTIALS,
    "SignatureDoesNotMatch": CREDENTIALS,
    "ExpiredTokenException": CREDENTIALS,
    "ExpiredToken": CREDENTIALS,
    "SecretsErrorException": SIGN_IN,
    "InvalidSecretException": SIGN_IN,
    "DatabaseNotFoundException": CLUSTER,
    "HttpEndpointNotEnabledException": CLUSTER,
    "NotFoundException": CLUSTER,
}
"""What AWS answers -> why the database cannot be reached."""

RESUMING: Final = "DatabaseResumingException"
LATER: Final = frozenset(
    ("ThrottlingException", "Throttling", "TooManyRequestsException", "ServiceUnavailableError")
)
"""Answers to a call that was not carried out, and may be a moment later."""

_STATE: Final = re.compile(r";\s*SQLState:\s*([0-9A-Z]{5})\s*$")
_TOO_LARGE: Final = re.compile(r"size limit|64 ?KB|[Rr]equest size")
_CONSTRAINT: Final = re.compile(r'constraint "([^"\n]{1,63})"')
_TABLE: Final = re.compile(r'(?:relation|table) "([^"\n]{1,63})"')
_COLUMN: Final = re.compile(r'column "([^"\n]{1,63})"')


class Unreachable(psycopg.OperationalError):
    """The Data API, or the database behind it, could not be asked. It has no SQLSTATE, as an error
    of a connection has none."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class TransactionGone(psycopg.OperationalError):
    """AWS has ended the transaction, and rolled back what was done in it."""


class StatementCut(psycopg.OperationalError):
    """A statement took longer than the 45 seconds that the Data API gives it."""


class BeyondLimits(psycopg.OperationalError):
    """A statement or its result is larger than the Data API takes."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class ResultTooLarge(BeyondLimits):
    """The rows of a result take more than 1 MiB together."""


def error_of(code: str, said: str) -> psycopg.Error:
    """Return what an answer of AWS means: its code, and the words beside it."""
    if code in REFUSALS:
        return Unreachable(REFUSALS[code])
    if code == "TransactionNotFoundException":
        return TransactionGone("the transaction is gone")
    if code == "StatementTimeoutException":
        return StatementCut("the statement timed out")
    if "response size" in said:
        return ResultTooLarge("a result")
    if code == "UnsupportedResultException" or _TOO_LARGE.search(said):
        return BeyondLimits("a result")
    if (state := _STATE.search(said)) is not None:
        return _of_database(state[1], said[: state.start()])
    if code == "DatabaseErrorException":
        return psycopg.DatabaseError("the database refused a statement")
    return Unreachable(f"AWS says {code}" if code.isidentifier() else SILENCE)


def _of_database(state: str, said: str) -> psycopg.Error:
    """Return the error that the driver itself would have raised, with what it tells apart.

    AWS gives the names of constraint, table and column within the sentence alone.
    """
    primary = re.split(r"\n|; ", said.removeprefix("ERROR: "), maxsplit=1)[0]
    found = {
        DiagnosticField.SQLSTATE: state,
        DiagnosticField.MESSAGE_PRIMARY: primary,
        DiagnosticField.CONSTRAINT_NAME: _first(_CONSTRAINT, primary),
        DiagnosticField.TABLE_NAME: _first(_TABLE, primary),
        DiagnosticField.COLUMN_NAME: _first(_COLUMN, primary),
    }
    info: dict[int, bytes | None] = {
        field: None if found.get(field) is None else str(found[field]).encode()
        for field in DiagnosticField
    }
    try:
        kind: Any = psycopg.errors.lookup(state)
    except KeyError:
        kind = psycopg.DatabaseError
    error: psycopg.Error = kind(primary, info=info)
    return error


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return None if found is None else found[1]
