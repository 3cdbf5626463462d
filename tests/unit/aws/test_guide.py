"""The guide to a deployment on AWS adds up, and says what the code says; of the templates:
infra/tests."""

import json
import re
from pathlib import Path

from rollbook.aws.events import read_event
from rollbook.core.upload_bucket import FETCHED_WITHIN, SECONDS
from rollbook.data_api.client import WAKING
from rollbook.environ import MB
from rollbook.project.declared import DECLARED
from rollbook.transfers import large_downloads

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs/how-to/deploy-on-aws.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()


def test_the_lines_of_a_months_cost_are_its_sum() -> None:
    table = GUIDE.split("## What it costs")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (.*?) \| ([\d.*]*) ?\| ([\d.*]*) ?\|$", table, re.MULTILINE)
    *lines, (_, *sums) = [row for row in rows if re.search(r"\d", row[1] + row[2])]
    assert len(lines) > 8
    for column, told in enumerate(sums, start=1):
        total = sum(round(float(line[column] or 0) * 100) for line in lines)
        assert total == round(float(told.strip("*")) * 100)


def test_the_limits_are_those_of_the_code() -> None:
    for words, holds in {
        "They end at 256 MB": large_downloads.LARGEST == 256 * MB,
        "**Downloads** above 4.2 MB": round(large_downloads.LARGEST_ANSWER / MB, 1) == 4.2,
        "only for a quarter of an hour per file": SECONDS == 15 * 60,
        "with an address that is good for a minute": FETCHED_WITHIN == 60,
        "waited for up to 90 seconds": WAKING == 90,
    }.items():
        assert words in GUIDE.replace("\n ", ""), words
        assert holds, words


def test_each_command_variable_and_event_is_known() -> None:
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    told = set(re.findall(r"make (lambda|infra|aws-[a-z]+)", GUIDE))
    assert {"lambda", "aws-bootstrap", "aws-deploy", "aws-verify"} <= told <= targets
    [version] = set(re.findall(r"`aws-cdk` ([\d.]+)", GUIDE))
    assert f"aws-cdk@{version}" in MAKEFILE
    known = {each.name for each in DECLARED} | {"ROLLBOOK_RDS_AUTHORITIES"}
    assert set(re.findall(r"\b(?:ROLLBOOK_[A-Z_]+|DATABASE_URL)\b", GUIDE)) <= known
    events = [json.loads(each) for each in re.findall(r'(\{"do": [^}]*\})', GUIDE)]
    for event in events:
        if event != {"do": "first-link"}:
            read_event(event)


def test_the_rights_to_the_data_api_are_those_of_its_calls() -> None:
    rights = set(re.findall(r"rds-data:(\w+)", GUIDE))
    client = (ROOT / "src/rollbook/data_api/client.py").read_text()
    calls = set(re.findall(r'_call\(\s*"(\w+)"', client))
    assert rights == {each.title().replace("_", "") for each in calls}
