"""A line of log, as text and as JSON."""

import json
import logging
import sys

import pytest

from rollbook import logs


def record(message: str, *args: object, **facts: object) -> logging.LogRecord:
    made = logging.makeLogRecord(
        {"name": "rollbook.jobs", "levelname": "INFO", "msg": message, "args": args}
    )
    made.__dict__.update(facts)
    return made


def test_json_is_one_object_on_one_line_with_the_facts_of_the_record() -> None:
    line = logs.JsonLines().format(record("job %s\nhas started", 7, job=7, feed="sis", other=1))
    assert "\n" not in line
    found = json.loads(line)
    assert found.pop("time").endswith("+00:00")
    assert found == {
        "level": "info",
        "logger": "rollbook.jobs",
        "message": "job 7\nhas started",
        "job": 7,
        "feed": "sis",
    }


@pytest.mark.parametrize("kind", logs.FORMATS)
def test_an_error_is_reported_by_kind_and_place_and_a_link_without_its_token(kind: str) -> None:
    made = record("failed: %s", "/welcome/secret-token/")
    try:
        raise ValueError("marker-of-a-student")
    except ValueError:
        made.exc_info = sys.exc_info()
    line = logs.FORMATS[kind]().format(made)
    assert "ValueError at test_logs.py" in line
    assert "marker" not in line
    assert "secret-token" not in line


def test_what_others_say_below_an_error_is_not_logged() -> None:
    chosen = logs.configuration("json", requests=False)
    assert chosen["root"]["level"] == chosen["loggers"]["django"]["level"] == "ERROR"
    assert chosen["loggers"][logs.REQUESTS]["level"] == "ERROR"
    assert logs.configuration("text", requests=True)["loggers"][logs.REQUESTS]["level"] == "INFO"
