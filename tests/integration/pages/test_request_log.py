"""The log of requests names pages, not addresses."""

import json
import logging
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest

Person = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("pages")


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What has been logged of requests so far, as JSON."""
    from rollbook.logs import REQUESTS, JsonLines

    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    log = logging.getLogger(REQUESTS)
    before = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    log.removeHandler(handler)
    log.setLevel(before)


def test_each_request_is_one_line_without_path_and_query(
    person: Person, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    from django.conf import settings

    client = person()
    client.get("/imports/?file_name=marker")
    client.get("/welcome/marker-of-a-token/")
    client.get("/imports/424242/")
    client.get("/marker/")
    client.get(f"{settings.STATIC_URL}rollbook/base.css").close()
    client.generic("MARKER", "/healthz")
    found = lines()
    assert [(line["method"], line["route"], line["status"]) for line in found] == [
        ("GET", "history", 200),
        ("GET", "welcome", 410),
        ("GET", "job", 404),
        ("GET", "unknown", 404),
        ("GET", "static", 200),
        ("OTHER", "healthz", 405),
    ]
    assert all(line["milliseconds"] >= 0 for line in found)
    assert "marker" not in str(found).lower()
    assert "424242" not in str(found)


def test_a_page_of_an_import_is_logged_with_its_number(
    person: Person, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    from rollbook.core.report import Report
    from rollbook.records.models import JOB_TYPE, Job
    from rollbook.records.operations.jobs import now

    report = Report(status="completed").as_object(12)
    Job.objects.create(
        id=12,
        job_type=JOB_TYPE,
        status="completed",
        created_at=now(),
        input_data={"feed": "files", "feed_id": 1, "started_by": "test"},
        output_data={"report": report},
    )
    person().get("/imports/12/")
    assert [(line["route"], line["job"]) for line in lines()] == [("job", 12)]
