"""`rollbook serve` with its worker inside, logging for a machine that collects logs."""

import io
import json
import os
import time
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.functional.test_server_log import served
from tests.integration.cli.commands import HEADER, CommandLine, student


@pytest.fixture
def one_key(rollbook: CommandLine) -> CommandLine:
    key = {"ROLLBOOK_SECRET_KEY": os.environ["ROLLBOOK_SECRET_KEY"]}
    return replace(rollbook, environ={**rollbook.environ, **key})


def lines_of(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


def test_every_line_is_an_object_and_an_import_is_reported_with_job_and_feed(
    one_key: CommandLine, records: str, tmp_path: Path
) -> None:
    from rollbook.records.operations.queueing import Upload, request_import
    from rollbook.records.queries.feeds import feed_by_name

    content = "\n".join([HEADER, student(1, name="Marker"), ""]).encode()
    with served(one_key, tmp_path, environ={"ROLLBOOK_LOG_FORMAT": "json"}) as (url, log):
        urllib.request.urlopen(f"{url}/healthz?q=marker", timeout=60).read()
        upload = Upload("marker.csv", io.BytesIO(content), len(content))
        job = request_import(feed_by_name("files"), started_by="test", upload=upload)
        deadline = time.monotonic() + 60
        while not any("outcome" in line for line in lines_of(log)):
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
    told = [line for line in lines_of(log) if line.get("job") == job]
    assert [line.get("outcome") for line in told] == [None, "succeeded"]
    assert {line["feed"] for line in told} == {"files"}
    assert told[-1]["seconds"] > 0
    assert [line["route"] for line in lines_of(log) if "route" in line] == ["healthz"]
    assert {"time", "level", "logger", "message"} <= set.intersection(*map(set, lines_of(log)))
    assert "marker" not in log.read_text().lower()
    assert "/welcome/" not in log.read_text()


def test_the_lines_of_requests_can_be_turned_off(rollbook: CommandLine, tmp_path: Path) -> None:
    with served(rollbook, tmp_path, "--no-worker", environ={"ROLLBOOK_ACCESS_LOG": "off"}) as (
        url,
        log,
    ):
        urllib.request.urlopen(f"{url}/healthz", timeout=60).read()
    assert "healthz" not in log.read_text()


def test_a_format_that_there_is_not_refuses_to_start(rollbook: CommandLine) -> None:
    for command in (("serve", "--port", "1"), ("worker",)):
        done = replace(rollbook, environ={**rollbook.environ, "ROLLBOOK_LOG_FORMAT": "xml"})(
            *command
        )
        assert done.code == 2
        assert "ROLLBOOK_LOG_FORMAT is text or json" in done.err
