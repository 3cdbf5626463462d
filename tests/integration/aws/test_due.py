"""What is due, done in this process."""

import logging
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest


def test_a_feed_that_is_behind_its_schedule_is_in_the_log_that_the_alarm_reads(
    records: str, caplog: pytest.LogCaptureFixture
) -> None:
    from rollbook.aws.due import do_due
    from rollbook.aws.time_limit import TimeLimit
    from rollbook.records.models import Feed

    behind = datetime.now(UTC) - timedelta(days=5)
    Feed.objects.create(
        name="sis",
        host="127.0.0.1",
        port=1,
        username="x",
        pattern="*.csv",
        schedule={"is_on": True},
        planned_at=datetime.now(UTC),
        schedule_set_at=behind,
    )
    caplog.set_level(logging.INFO)
    do_due(os.environ, TimeLimit(lambda: 900.0))
    assert "overdue" in [getattr(line, "outcome", None) for line in caplog.records]


def test_a_night_waits_for_the_time_of_a_promise_but_not_where_a_run_is_lost(records: str) -> None:
    from rollbook.aws.due import do_due
    from rollbook.aws.time_limit import TimeLimit
    from rollbook.records.district import district_zone
    from rollbook.records.models import Feed
    from rollbook.records.operations.calendar import set_calendar
    from rollbook.records.operations.promises import next_judged

    set_calendar("daily", "", actor="test")
    now = datetime.now(UTC)
    promised = (now + timedelta(hours=2)).astimezone(district_zone())
    feed = Feed.objects.create(
        name="sis",
        host="127.0.0.1",
        port=1,
        username="x",
        pattern="*.csv",
        schedule={"is_on": False, "current_by": f"{promised:%H:%M}"},
        planned_at=now,
        schedule_set_at=now,
    )
    limit = TimeLimit(lambda: 900.0)
    waits = do_due(os.environ, limit).next_attempt_at
    assert waits is not None
    assert waits == next_judged(now)
    lost = do_due(os.environ, limit, first=_asked_for(feed))
    assert [run.is_lost for run in lost.runs] == [True]
    assert lost.next_attempt_at != waits


def test_a_start_waits_for_a_rehearsal_that_is_soon(records: str) -> None:
    from rollbook.aws.due import do_due
    from rollbook.aws.time_limit import TimeLimit
    from rollbook.records.district import district_zone
    from rollbook.records.models import Feed
    from rollbook.records.operations.rehearsals import next_rehearsed

    now, limit = datetime.now(UTC), TimeLimit(lambda: 900.0)
    at = (now + timedelta(hours=7)).astimezone(district_zone())
    about = {"host": "127.0.0.1", "port": 1, "username": "x", "pattern": "*.csv"}
    schedule = {"is_on": True, "times": [f"{at:%H:%M}"], "rehearse_hours": 2}
    Feed.objects.create(name="sis", schedule=schedule, planned_at=now, **about)
    waits = do_due(os.environ, limit).next_attempt_at
    assert waits is not None
    assert waits == next_rehearsed(now)
    Feed.objects.update(schedule=schedule | {"times": [f"{at + timedelta(hours=5):%H:%M}"]})
    assert do_due(os.environ, limit).next_attempt_at is None


def _asked_for(feed: Any) -> int:
    """Ask for an import that fails for good: the feed has no credentials."""
    from django.db import connection

    from rollbook.records.models import JobInput
    from rollbook.records.operations.queueing import create_job

    with connection.cursor() as cursor:
        asked = JobInput.for_feed(feed, started_by="a@example.org")
        return create_job(cursor, asked, max_attempts=1)
