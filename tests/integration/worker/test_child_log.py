"""What the process of one job says where it breaks off outside of the job."""

import json
import subprocess
import sys

from tests.integration.cli.commands import CommandLine


def test_a_job_that_there_is_not_is_reported_by_kind_and_place_in_one_object(
    rollbook: CommandLine,
) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "rollbook.automation.child", "424242"],
        env=rollbook.environment() | {"ROLLBOOK_LOG_FORMAT": "json"},
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr
        said = process.stderr.read()  # before its standard input closes, which would end it
    assert process.returncode == 1
    [line] = said.splitlines()
    found = json.loads(line)
    assert (found["level"], found["logger"]) == ("error", "rollbook.jobs")
    assert found["error"].startswith("DoesNotExist at ")
    assert "matching query" not in line
