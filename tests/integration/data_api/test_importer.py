"""The importer's function over the Data API: what is due, a job that waits, and what is refused."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg

from tests.doubles.data_api import DataApi
from tests.integration.cli.commands import CommandLine

CALL = """
import json, sys
from types import SimpleNamespace
from rollbook.aws.importer import handler
context = SimpleNamespace(get_remaining_time_in_millis=lambda: 300_000)
for event in json.loads(sys.argv[1]):
    try:
        print(json.dumps(handler(event, context)))
    except Exception as error:
        print(json.dumps({type(error).__name__: str(error)}))
"""


def test_the_function_does_what_is_due_and_refuses_to_migrate(
    rollbook: CommandLine, over_api: CommandLine, api: DataApi, tmp_path: Path
) -> None:
    server = ("--host", "127.0.0.1", "--port", "1", "--user", "x", "--pattern", "*.csv")
    assert rollbook("feeds", "add", "sis", *server, stdin="pw\n").code == 0
    with psycopg.connect(api.url, autocommit=True) as native:
        native.execute("update rollbook.feeds set planned_at = now() - interval '30 hours'")
    ran, again, migrated = answers(over_api, {"do": "due"}, {"do": "due"}, {"do": "migrate"})
    assert "did" in ran, ran
    [run] = ran["did"]
    assert (run["feed"], run["outcome"], run["attempt"]) == ("sis", "failed", 1)
    assert run["next_attempt_at"] == ran["next_attempt_at"] is not None
    assert again["did"] == []
    [(kind, told)] = migrated.items()
    assert kind == "PermanentFailure"
    assert "by which Rollbook only imports" in told
    assert not api.transactions


def answers(over_api: CommandLine, *events: dict[str, str]) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-c", CALL, json.dumps(events)],
        env=over_api.environment() | {"ROLLBOOK_LOG_FORMAT": "json"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
