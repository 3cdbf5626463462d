"""What the guide says of a deployment is what the templates say; of the code: tests/unit/aws."""

import re
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import pytest

from infra.parts.schedule import starts
from infra.settings import Existing, Settings
from infra.tests.conftest import OWN
from infra.tests.template import Template

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/how-to/deploy-on-aws.md").read_text()


def table(first: str) -> list[list[str]]:
    """Return the rows of the table whose head begins with this, without head and rule."""
    _, _, below = GUIDE.partition(f"\n| {first} |")
    rows = below.partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def in_code(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


@pytest.mark.parametrize(
    ("first", "kind", "left_out"),
    [("setting", Settings, ["[existing]"]), ("setting of `[existing]`", Existing, [])],
)
def test_each_setting_is_told_with_its_default(first: str, kind: Any, left_out: list[str]) -> None:
    told: dict[str, str] = {}
    for names, _, default in table(first):
        each = in_code(names)
        values = default.split(",") if "," in default else [default] * len(each)
        told |= zip(each, (value.strip() for value in values), strict=True)
    known = {each.name: each.default for each in fields(kind) if each.name != "existing"}
    assert set(told) - set(left_out) == set(known)
    for name, value in known.items():
        if value is MISSING:
            assert not told[name], f"{name} has no default"
        elif value != "":
            assert told[name] == f"`{list(value) if isinstance(value, tuple) else value}`", name


def test_each_output_that_is_named_is_there_and_each_other_name_too(
    own: Template, existing: Template
) -> None:
    outputs = {*own.content["Outputs"], *existing.content["Outputs"]}
    named = set(re.findall(r"outputs? `(\w+)`", GUIDE))
    named |= set(re.findall(r"# output (\w+); (\w+)", GUIDE)[0])
    assert named <= outputs
    assert "`MigrationStep...` of the type `Custom::RollbookMigration`" in GUIDE
    (step,) = own.of("Custom::RollbookMigration")
    assert step.startswith("MigrationStep")
    assert "`...NetworkFunctions...`" in GUIDE
    assert [name for name in own.of("AWS::EC2::SecurityGroup") if "NetworkFunctions" in name]
    groups = own.of("AWS::Logs::LogGroup").values()
    names = {each["Properties"]["LogGroupName"] for each in groups}
    for told in re.findall(r"`/aws/vendedlogs/NAME/(\w+)`", GUIDE):
        assert f"/aws/vendedlogs/{OWN.name}/{told}" in names


def test_each_alarm_is_told(template: Template) -> None:
    told = [name for first, _ in table("alarm") for name in in_code(first)]
    alarms = template.of("AWS::CloudWatch::Alarm").values()
    names = {each["Properties"]["AlarmName"].removeprefix("rollbook-") for each in alarms}
    assert sorted(told) == sorted(names)
    assert f"{len(names)} alarms" in GUIDE


def test_each_start_is_told() -> None:
    told = {row[0]: row[1] for row in table("start")}
    night, clock_change, mails = starts(OWN)
    assert (night.hours, night.minute, told["night"]) == ("2", 0, "`hour`:00")
    assert (clock_change.hours, clock_change.minute) == ("3", 15)
    assert told["clock change"] == "an hour and a quarter later"
    assert told["emails"] == ", ".join(f"{hour}:{mails.minute}" for hour in mails.hours.split(","))
    assert "With five starts a day" in GUIDE
    assert len(mails.hours.split(",")) + 2 == 5


def test_the_bill_counts_the_secrets_that_there_are(own: Template) -> None:
    secrets = len(own.of("AWS::SecretsManager::Secret")) + 2  # RDS's own, and one feed's
    assert secrets == 4
    assert "| Secrets Manager, four secrets |" in GUIDE


def test_the_limits_are_those_of_the_template(template: Template) -> None:
    def of(function: str) -> dict[str, Any]:
        return template.only("AWS::Lambda::Function", f"{function}Function")

    for words, holds in {
        "A migration** has 14 minutes": of("Migration")["Timeout"] == 14 * 60,
        "before Lambda's 15 minutes": of("Importer")["Timeout"] == 15 * 60,
        "must be made within 29 seconds": of("Pages")["Timeout"] == 29,
        "They end at 512 MB": of("Pages")["Environment"]["Variables"]["ROLLBOOK_LARGEST_FILE_MB"]
        == "512",
    }.items():
        assert words in GUIDE, words
        assert holds, words


def test_an_idle_database_pauses_when_the_guide_says(own: Template) -> None:
    (cluster,) = own.of("AWS::RDS::DBCluster").values()
    scaling = cluster["Properties"]["ServerlessV2ScalingConfiguration"]
    assert scaling["SecondsUntilAutoPause"] == 5 * 60
    assert "pauses after five idle minutes" in GUIDE
