"""What is due, done in this process."""

import logging
import os
from datetime import UTC, datetime, timedelta

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
