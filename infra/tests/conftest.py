"""Each shape of the stack is synthesized once for all tests, with AWS's own rules."""

import zipfile
from pathlib import Path
from typing import Any

import pytest

from infra.app import synthesize
from infra.settings import Existing, Settings
from infra.tests.template import Template

DISTRICT: dict[str, Any] = {
    "name": "rollbook",
    "district": "Example School District",
    "time_zone": "America/Los_Angeles",
    "alarms_to": "it@example.org",
    "mail_from": "rollbook@example.org",
}
OWN = Settings(**DISTRICT)
EXISTING = Settings(
    **DISTRICT,
    domain="rollbook.example.org",
    certificate="arn:aws:acm:us-west-2:123456789012:certificate/0f0f",
    sftp_ports=(22, 2222),
    existing=Existing(
        vpc="vpc-0123456789abcdef0",
        subnets=("subnet-0123456789abcdef0", "subnet-0123456789abcdef1"),
        availability_zones=("us-west-2a", "us-west-2b"),
        outgoing_address="203.0.113.7",
        host="proxy.proxy-abc.us-west-2.rds.amazonaws.com",
        database="students",
        secret="arn:aws:secretsmanager:us-west-2:123456789012:secret:neighbor-AbCdEf",
        secret_key="arn:aws:kms:us-west-2:123456789012:key/0a0a",
        serving_secret="arn:aws:secretsmanager:us-west-2:123456789012:secret:serving-GhIjKl",
        serving_secret_key="arn:aws:kms:us-west-2:123456789012:key/0b0b",
        security_group="sg-0123456789abcdef0",
    ),
)


@pytest.fixture(scope="session")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Something in the place of the zip of `make lambda`."""
    path = tmp_path_factory.mktemp("code") / "code.zip"
    with zipfile.ZipFile(path, "w") as stub:
        stub.writestr("stub.txt", "stub")
    return path


@pytest.fixture(scope="session")
def own(code: Path, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The stack with a network and a database of its own."""
    return Template.at(synthesize(OWN, code=code, out=tmp_path_factory.mktemp("own")))


@pytest.fixture(scope="session")
def existing(code: Path, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The stack beside another application, under a name of the district."""
    return Template.at(synthesize(EXISTING, code=code, out=tmp_path_factory.mktemp("existing")))


@pytest.fixture(params=["own", "existing"])
def template(request: pytest.FixtureRequest) -> Template:
    """Both, one after the other."""
    found: Template = request.getfixturevalue(request.param)
    return found
