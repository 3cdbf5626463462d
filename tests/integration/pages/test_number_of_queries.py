"""A page asks the database a fixed number of questions, however many rows there are."""

from collections.abc import Callable
from typing import Any

import pytest

PAGES = (
    "/", "/imports/", "/imports/?result=failed&feed=2", "/imports/1/", "/imports/1/rows/",
    "/imports/history.csv", "/import/", "/feeds/", "/feeds/feed-1/", "/feeds/feed-1/settings/",
    "/audit/", "/healthz/data",
    "/settings/", "/quality/",
)  # fmt: skip


def add_rows(count: int) -> None:
    from rollbook.core.report import Report
    from rollbook.records.models import JOB_TYPE, Feed, IssueRow, Job
    from rollbook.records.operations import audit
    from rollbook.records.operations.jobs import now

    start = Feed.objects.count()
    for number in range(count):
        feed = Feed.objects.create(name=f"feed-{start + number}", host="sftp.example.org")
        report = Report(status="completed", warnings=1, stored=True).as_object(None)
        Job.objects.create(
            job_type=JOB_TYPE,
            status="completed",
            created_at=now(),
            started_at=now(),
            completed_at=now(),
            input_data={"feed": feed.name, "feed_id": feed.pk, "started_by": "x", "dry_run": False},
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


def statements(asked: Callable[[], Any]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        asked()
    return len(queries)


def test_commands_and_a_tick_ask_as_often_with_many_feeds_as_with_few(records: str) -> None:
    from django.utils import timezone

    from rollbook.automation.tick import Steps, plan
    from rollbook.records.queries.health import health
    from rollbook.records.queries.metrics import measurements
    from rollbook.records.queries.standings import feed_standings

    def ticked() -> None:
        steps = Steps()
        plan(steps, {})
        assert steps.is_whole

    kinds: tuple[Callable[[], Any], ...] = (
        ticked,
        lambda: measurements(timezone.now()),
        lambda: health(timezone.now()),
        lambda: feed_standings(timezone.now()),
    )
    add_rows(3)
    ticked()  # the ends of those imports are seen to
    few = [statements(each) for each in kinds]
    add_rows(40)
    ticked()
    assert [statements(each) for each in kinds] == few


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_as_often_with_many_rows_as_with_few(
    person: Callable[..., Any], path: str
) -> None:
    client = person()
    add_rows(3)

    def asked() -> int:
        return statements(lambda: _whole(client.get(path)))

    asked()  # what is remembered for the process is asked once
    few = asked()
    add_rows(60)
    assert asked() == few
    assert few < 25


def _whole(answer: Any) -> None:
    """Read all of an answer, also of one that is sent bit by bit."""
    assert answer.status_code in (200, 503)
    assert b"".join(answer) if answer.streaming else answer.content
