"""Calls of the Data API: one client, waiting for a database that wakes, errors as psycopg's."""

import time
from functools import cache
from typing import Any, Final, Protocol

import psycopg

from rollbook.data_api.address import ClusterAddress
from rollbook.data_api.errors import CREDENTIALS, LATER, RESUMING, SILENCE, Unreachable, error_of

WAKING: Final = 90.0
"""Seconds in which a paused cluster must have woken; Aurora takes about 15."""
CROWDED: Final = 30.0
"""Seconds in which AWS must take a call that it puts off."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0
"""Seconds between two calls."""
ANSWERED: Final = 65.0
"""Seconds until an answer; AWS cuts a statement after 45 and advises a minute and more."""


_PATIENCE: Final = {RESUMING: WAKING} | dict.fromkeys(LATER, CROWDED)


class Service(Protocol):
    """boto3's client `rds-data`."""

    def begin_transaction(self, **given: Any) -> dict[str, Any]: ...
    def commit_transaction(self, **given: Any) -> dict[str, Any]: ...
    def rollback_transaction(self, **given: Any) -> dict[str, Any]: ...
    def execute_statement(self, **given: Any) -> dict[str, Any]: ...


class Client:
    """The Data API of one cluster, in the name of one secret. May be used by several threads."""

    def __init__(self, address: ClusterAddress) -> None:
        self._address = address
        self._service = service(address.region)

    def begin(self) -> str:
        """Begin a transaction; return its identifier."""
        answer = self._call("begin_transaction", database=self._address.database)
        return str(answer["transactionId"])

    def execute(
        self, sql: str, parameters: list[dict[str, Any]], *, transaction: str | None
    ) -> dict[str, Any]:
        """Run one statement, in a transaction or for itself."""
        given: dict[str, Any] = {"parameters": parameters} if parameters else {}
        if transaction is not None:
            given["transactionId"] = transaction
        return self._call(
            "execute_statement",
            database=self._address.database,
            sql=sql,
            includeResultMetadata=True,
            **given,
        )

    def commit(self, transaction: str) -> None:
        """Commit. Where no answer comes, the error has no SQLSTATE, and either may be so."""
        answer = self._call("commit_transaction", transactionId=transaction)
        if "commit" not in str(answer.get("transactionStatus", "")).lower():
            raise psycopg.errors.InFailedSqlTransaction("the transaction was not committed")

    def rollback(self, transaction: str) -> None:
        self._call("rollback_transaction", transactionId=transaction)

    def _call(self, operation: str, **given: Any) -> dict[str, Any]:
        """Call AWS, again where it has not carried the call out and will later.

        Never otherwise: a statement might be carried out twice.
        """
        from botocore.exceptions import BotoCoreError, ClientError  # with boto3, for few alone

        call = getattr(self._service, operation)
        begun, pause = time.monotonic(), FIRST_PAUSE
        while True:
            try:
                answer: dict[str, Any] = call(
                    resourceArn=self._address.cluster, secretArn=self._address.secret, **given
                )
            except (BotoCoreError, ClientError) as error:
                code, told = _told(error)
                if time.monotonic() + pause - begun > _PATIENCE.get(code, 0.0):
                    # `from None`: what AWS says names the account, and quotes rows.
                    raise told from None
            else:
                return answer
            time.sleep(pause)
            pause = min(pause * 1.6, LONGEST_PAUSE)


def _told(error: Exception) -> tuple[str, psycopg.Error]:
    """Return AWS's code for an error of its client, '' without one, and what it means."""
    if (response := getattr(error, "response", None)) is not None:
        answered = response.get("Error", {})
        code = str(answered.get("Code", ""))
        return code, error_of(code, str(answered.get("Message", "")))
    is_unknown = type(error).__name__ in ("NoCredentialsError", "PartialCredentialsError")
    return "", Unreachable(CREDENTIALS if is_unknown else SILENCE)


@cache
def service(region: str) -> Service:
    """Return boto3's client, once in a process: it takes half a second to make."""
    try:
        import boto3
        from botocore.config import Config
    except ImportError:
        raise Unreachable("what talks to AWS is not installed (rollbook[aws])") from None
    patience = Config(
        connect_timeout=5,
        read_timeout=ANSWERED,
        max_pool_connections=16,
        retries={"mode": "standard", "total_max_attempts": 1},
    )
    made: Service = boto3.session.Session(region_name=region).client("rds-data", config=patience)
    return made
