"""A page asks the database a fixed number of questions, however many rows there are."""

from collections.abc import Callable
from typing import Any

import pytest

PAGES = ("/", "/imports/", "/imports/1/", "/imports/1/rows/", "/import/", "/feeds/", "/audit/")


def add_rows(count: int) -> None:
    from rollbook.core.report import Report
    from rollbook.records.models import JOB_TYPE, Feed, IssueRow, Job
    from rollbook.records.operations import audit
    from rollbook.records.operations.jobs import now

    start = Feed.objects.count()
    for number in range(count):
        report = Report(status="completed", warnings=1, stored=True).as_object(None)
        Job.objects.create(
            job_type=JOB_TYPE,
            status="completed",
            created_at=now(),
            started_at=now(),
            completed_at=now(),
            input_data={"feed": "sis", "feed_id": 2, "started_by": "test", "dry_run": False},
            output_data={"report": report, "header": ["Student ID"]},
        )
        IssueRow.objects.create(
            job_id=1,
            row_number=number,
            code=f"CODE_{start}_{number}",
            severity="error",
            message="So.",
        )
        audit.record("test", "x.y", subject=str(number))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_as_often_with_many_rows_as_with_few(
    person: Callable[..., Any], path: str
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = person()
    add_rows(3)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    asked()  # what is remembered for the process is asked once
    few = asked()
    add_rows(60)
    assert asked() == few
    assert few < 25
