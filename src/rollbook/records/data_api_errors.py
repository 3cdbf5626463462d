"""What can go wrong with the RDS Data API itself, beside the database behind it."""

import psycopg

from rollbook.core.errors import RollbookError
from rollbook.data_api.errors import BeyondLimits, StatementCut, Unreachable
from rollbook.records.connection_errors import DatabaseUnavailable


class DataApiUnavailable(DatabaseUnavailable):
    """The database could not be asked through the RDS Data API: {why}.

    Nothing was changed.

    Try again; if it stays so, check cluster and secret in DATABASE_URL, the rights of the role
    (rds-data and secretsmanager:GetSecretValue), and whether the cluster is running with its Data
    API switched on."""


class StatementTooSlow(RollbookError):
    """A statement took longer than the 45 seconds that the RDS Data API gives it.

    Nothing was changed.

    Try again when the database has less to do, or give it more capacity. If it happens again, have
    DATABASE_URL name the database server itself."""

    reason = "statement_too_slow"
    is_transient = True


class BeyondDataApi(RollbookError):
    """The RDS Data API can't carry {what}: it is too large, or of a kind that it doesn't know.

    Nothing was changed.

    Have DATABASE_URL name the database server itself."""

    reason = "beyond_data_api"


def told_of_data_api(error: psycopg.Error) -> RollbookError | None:
    """Return what an error of the Data API itself means; None for one of the database behind it."""
    match error:
        case Unreachable(why=why):
            return DataApiUnavailable(why=why)
        case StatementCut():
            return StatementTooSlow()
        case BeyondLimits(what=what):
            return BeyondDataApi(what=what)
    return None
