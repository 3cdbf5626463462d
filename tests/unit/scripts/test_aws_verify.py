"""The showing in a real account, against moto's security groups and a night of the test's own."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from scripts.aws_verify import ASKING, Account, NotShown, heal, tear_down
from tests.doubles.aws import REGION, secrets_manager

NIGHT = [ASKING, "Wait a minute", "Wait for the next attempt"]


class Night:
    """An execution that waits for its next attempt and goes on when it is slept for again."""

    def __init__(self, ec2: Any, *, then: list[str], status: str) -> None:
        self.ec2, self.then, self.status = ec2, then, status
        self.went: list[str] = []
        self.is_closed_at_start = False
        self.asked = 0

    def start_execution(self, **given: str) -> dict[str, str]:
        self.is_closed_at_start = not ports(self.ec2)
        self.went = [*NIGHT]
        return {"executionArn": "run"}

    def describe_execution(self, **given: str) -> dict[str, str]:
        self.asked += 1
        if self.asked < 3:
            return {"status": "RUNNING"}
        self.went = [*NIGHT, *self.then]
        return {"status": self.status}

    def get_paginator(self, name: str) -> "Night":
        return self

    def paginate(self, **given: str) -> Iterator[dict[str, Any]]:
        for name in self.went:
            yield {"events": [{"stateEnteredEventDetails": {"name": name}}, {"type": "Other"}]}


@pytest.fixture
def ec2(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with secrets_manager(monkeypatch), mock_aws():
        client = boto3.client("ec2", region_name=REGION)
        vpc = client.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        group = client.create_security_group(
            GroupName="functions", Description="functions", VpcId=vpc
        )["GroupId"]
        client.create_tags(
            Resources=[group],
            Tags=[
                {"Key": "aws:cloudformation:stack-name", "Value": "rollbook"},
                {"Key": "aws:cloudformation:logical-id", "Value": "NetworkFunctions0A"},
            ],
        )
        rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}
        client.authorize_security_group_egress(
            GroupId=group, IpPermissions=[rule | {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
        )
        yield client


def ports(ec2: Any) -> list[int]:
    groups = ec2.describe_security_groups(
        Filters=[{"Name": "tag:aws:cloudformation:stack-name", "Values": ["rollbook"]}]
    )["SecurityGroups"]
    rules = [rule for each in groups for rule in each["IpPermissionsEgress"]]
    return [rule["FromPort"] for rule in rules if rule.get("FromPort") == 22]


def account(night: Night, *, cloudformation: Any = None, rds: Any = None) -> Account:
    return Account(night, night.ec2, rds, cloudformation, sleep=lambda seconds: None)


def test_an_attempt_fails_while_the_way_out_is_closed_and_heals(ec2: Any) -> None:
    night = Night(ec2, then=[ASKING, "Nothing more is planned"], status="SUCCEEDED")
    went = heal(account(night), stack="rollbook", machine="machine", port=22)
    assert went.count(ASKING) == 2
    assert night.is_closed_at_start
    assert ports(ec2) == [22]


@pytest.mark.parametrize(
    ("then", "status"), [([ASKING, "An import failed"], "FAILED"), ([], "SUCCEEDED")]
)
def test_a_night_that_does_not_heal_is_told_and_the_way_out_open_again(
    ec2: Any, then: list[str], status: str
) -> None:
    night = Night(ec2, then=then, status=status)
    with pytest.raises(NotShown):
        heal(account(night), stack="rollbook", machine="machine", port=22)
    assert ports(ec2) == [22]


def test_a_port_that_is_not_open_closes_nothing(ec2: Any) -> None:
    with pytest.raises(NotShown, match="2222"):
        heal(account(Night(ec2, then=[], status="")), stack="rollbook", machine="", port=2222)
    assert ports(ec2) == [22]


def test_a_stack_that_is_not_here_is_told(ec2: Any) -> None:
    with pytest.raises(NotShown, match="no security group"):
        heal(account(Night(ec2, then=[], status="")), stack="other", machine="", port=22)


class Recorder:
    """Takes calls and answers with the stack's one cluster."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        def call(**given: Any) -> dict[str, Any]:
            self.calls.append(name)
            cluster = {"ResourceType": "AWS::RDS::DBCluster", "PhysicalResourceId": "cluster"}
            return {"StackResources": [cluster]}

        return call


def test_tearing_down_takes_the_guards_off_first() -> None:
    recorder = Recorder()
    tear_down(Account(None, None, recorder, recorder), stack="rollbook")
    assert recorder.calls == [
        "describe_stack_resources",
        "modify_db_cluster",
        "update_termination_protection",
        "delete_stack",
    ]
