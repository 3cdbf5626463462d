"""Shows in a real AWS account that a night imports, fails, heals: `make aws-verify`.

It was never run against one. What only a person can do (the first administrator, the feed, the
server's permission) it asks for; docs/how-to/deploy-on-aws.md says how.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import boto3

OUTPUTS: Final = Path("build/outputs.json")
"""What `make aws-deploy` writes."""
LONGEST: Final = 90 * 60
"""Seconds that a night with one retry may take."""
ASKING: Final = "Import what is due"
"""The state of infra/night.asl.json that calls the importer."""

Client = Any


class NotShown(Exception):
    """Something did not happen as it should; the text says what."""


@dataclass(frozen=True, slots=True)
class Account:
    """The services of the account whose credentials are at hand."""

    states: Client
    ec2: Client
    rds: Client
    cloudformation: Client
    sleep: Callable[[float], None] = time.sleep

    @classmethod
    def at_hand(cls) -> "Account":
        """Return the account of the environment's credentials and region."""
        return cls(*map(boto3.client, ("stepfunctions", "ec2", "rds", "cloudformation")))


def heal(account: Account, *, stack: str, machine: str, port: int) -> list[str]:
    """Let an attempt fail, heal it, and return the states that the night went through.

    An import has to be due. Raises NotShown.
    """
    with closed(account, stack=stack, port=port):
        run = account.states.start_execution(stateMachineArn=machine, input="{}")["executionArn"]
        _until(account, lambda: _states(account, run)[-1:] == ["Wait for the next attempt"])
    _until(account, lambda: _status(account, run) != "RUNNING")
    went = _states(account, run)
    if _status(account, run) != "SUCCEEDED" or went.count(ASKING) < 2:
        raise NotShown(f"The night did not heal: {', '.join(went)}")
    return went


@contextmanager
def closed(account: Account, *, stack: str, port: int) -> Iterator[None]:
    """Close the functions' way to SFTP servers, and open it again whatever happens."""
    group = _group(account, stack)
    rules = [
        each
        for each in group["IpPermissionsEgress"]
        if (each.get("FromPort"), each.get("ToPort")) == (port, port)
    ]
    if not rules:
        raise NotShown(f"The functions have no way out on port {port}.")
    account.ec2.revoke_security_group_egress(GroupId=group["GroupId"], IpPermissions=rules)
    try:
        yield
    finally:
        account.ec2.authorize_security_group_egress(GroupId=group["GroupId"], IpPermissions=rules)


def tear_down(account: Account, *, stack: str) -> None:
    """Take the guards off and delete the stack; a last snapshot, the keys and the address stay."""
    clusters = account.cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
    for each in clusters:
        if each["ResourceType"] == "AWS::RDS::DBCluster":
            account.rds.modify_db_cluster(
                DBClusterIdentifier=each["PhysicalResourceId"],
                DeletionProtection=False,
                ApplyImmediately=True,
            )
    account.cloudformation.update_termination_protection(
        StackName=stack, EnableTerminationProtection=False
    )
    account.cloudformation.delete_stack(StackName=stack)


def _group(account: Account, stack: str) -> dict[str, Any]:
    found = account.ec2.describe_security_groups(
        Filters=[{"Name": "tag:aws:cloudformation:stack-name", "Values": [stack]}]
    )["SecurityGroups"]
    for each in found:
        tags = {tag["Key"]: tag["Value"] for tag in each.get("Tags", ())}
        if tags.get("aws:cloudformation:logical-id", "").startswith("NetworkFunctions"):
            group: dict[str, Any] = each
            return group
    raise NotShown(f"The stack {stack} has no security group of functions here.")


def _states(account: Account, run: str) -> list[str]:
    pages = account.states.get_paginator("get_execution_history").paginate(executionArn=run)
    return [
        event["stateEnteredEventDetails"]["name"]
        for page in pages
        for event in page["events"]
        if "stateEnteredEventDetails" in event
    ]


def _status(account: Account, run: str) -> str:
    status: str = account.states.describe_execution(executionArn=run)["status"]
    return status


def _until(account: Account, holds: Callable[[], bool], *, every: int = 15) -> None:
    for _ in range(LONGEST // every):
        if holds():
            return
        account.sleep(every)
    raise NotShown("It took longer than a night with one retry may take.")


def main() -> int:
    """Lead through it; return 0 where everything was shown, 1 where not."""
    ((stack, told),) = json.loads(OUTPUTS.read_text()).items()
    print(
        f"Sign in at {told['PagesAddress']}; let your test server allow {told['OutgoingAddress']}."
    )
    input("Add a feed, test it, press Import Student Data. When it has completed: Enter. ")
    port = int(input("The server's port: ") or 22)
    input("Plan the feed for a minute that is over in two minutes. When it is over: Enter. ")
    account = Account.at_hand()
    try:
        went = heal(account, stack=stack, machine=told["NightStateMachine"], port=port)
    except NotShown as error:
        print(error, file=sys.stderr)
        return 1
    print("Failed and healed:", *went, sep="\n  ")
    if input(f"Type {stack} to delete the stack: ") == stack:
        tear_down(account, stack=stack)
        print("CloudFormation deletes it now. What stays: docs/how-to/deploy-on-aws.md.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
