"""Calling the function that imports, on AWS: it takes the event at once and works afterwards."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from rollbook.core.errors import RollbookError


class FunctionNotCalled(RollbookError):
    """The function that imports couldn't be called: {why}

    Nothing was imported.

    {advice}"""

    reason = "function_not_called"
    is_transient = True


def call_function(name: str, event: Mapping[str, object], *, region: str | None = None) -> None:
    """Have AWS call the function with `event`, later and once. Raises FunctionNotCalled.

    `name` may be an ARN.
    """
    try:
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError:
        raise FunctionNotCalled(
            why="what talks to AWS isn't installed.", advice='Install it: "rollbook[aws]".'
        ) from None
    try:
        _client(region).invoke(
            FunctionName=name, InvocationType="Event", Payload=json.dumps(event).encode()
        )
    except ClientError as error:
        # `from None` here and below: the original's text names the account and the role.
        raise _of_service(str(error.response.get("Error", {}).get("Code", ""))) from None
    except BotoCoreError:
        raise FunctionNotCalled(
            why="AWS didn't answer.",
            advice="Try again. If that doesn't help, check the network and AWS_REGION.",
        ) from None


@cache
def _client(region: str | None) -> Any:
    """Return the client. boto3 takes half a second to import; only who needs it pays that."""
    import boto3
    from botocore.config import Config

    # A call that was perhaps taken is not repeated blindly: twice in seconds, then it is told.
    patience = Config(
        connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2}
    )
    return boto3.session.Session(region_name=region).client("lambda", config=patience)


def _of_service(code: str) -> FunctionNotCalled:
    if code in ("AccessDeniedException", "AccessDenied"):
        return FunctionNotCalled(
            why="Rollbook's role isn't allowed to call it.",
            advice="Give the role the right lambda:InvokeFunction on it.",
        )
    if code == "ResourceNotFoundException":
        return FunctionNotCalled(
            why="no function has that name in this account and region.",
            advice="Check ROLLBOOK_LAMBDA_FUNCTION.",
        )
    said = f"AWS says {code}." if code.isidentifier() else "AWS rejected it."
    return FunctionNotCalled(why=said, advice="Try again. If that doesn't help, look at it in AWS.")
