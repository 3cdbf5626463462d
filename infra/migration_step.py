"""Runs in Lambda: a step of the deployment that migrates the database, or lets it fail.

CloudFormation calls it with each version of Rollbook and waits for its answer at an address of its
own. Its whole text is in the template, so it stays under 4,096 characters.
"""

import json
import os
import urllib.request
from typing import Any

import boto3
from botocore.config import Config

GONE_WRONG = "The migration failed, so this version was not put in place. See the log 'migration'."


def handler(event: dict[str, Any], context: object) -> None:
    """Answer CloudFormation for a created, changed or deleted step."""
    why = None if event["RequestType"] == "Delete" else _migrate()
    body = json.dumps(
        {
            "Status": "FAILED" if why else "SUCCESS",
            "Reason": why or "Migrated",
            "PhysicalResourceId": "migration",
            "StackId": event["StackId"],
            "RequestId": event["RequestId"],
            "LogicalResourceId": event["LogicalResourceId"],
        }
    ).encode()
    request = urllib.request.Request(event["ResponseURL"], data=body, method="PUT")  # noqa: S310 - by AWS
    request.add_header("Content-Type", "")
    urllib.request.urlopen(request, timeout=30).close()  # noqa: S310 - by AWS


def _migrate() -> str | None:
    """Return why it failed; None where it went well. A second call finds nothing to do."""
    try:
        # Longer than the other function may take, and never sent twice.
        config = Config(read_timeout=860, retries={"total_max_attempts": 1})
        answer = boto3.client("lambda", config=config).invoke(
            FunctionName=os.environ["MIGRATION"], Payload=json.dumps({"do": "migrate"})
        )
        told = json.load(answer["Payload"])
    except Exception as error:  # noqa: BLE001 - CloudFormation waits for an answer
        return f"{GONE_WRONG} ({type(error).__name__})"
    if "FunctionError" in answer:
        # The message is one public sentence of Rollbook's.
        return f"{GONE_WRONG} {told.get('errorMessage', '')}"[:900]
    return None if isinstance(told, dict) and told.get("ok") is True else GONE_WRONG
