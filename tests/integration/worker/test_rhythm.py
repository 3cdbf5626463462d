"""How long a worker may sleep: until what is due next, and never long."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from tests.integration.worker.conftest import Worker, reason_of, wait_for
from tests.integration.worker.test_worker import request

NOON = datetime(2026, 3, 2, 20, tzinfo=UTC)
"""In Los Angeles; the next planned run is 14 hours later."""


@pytest.fixture
def feed(records: str) -> Any:
    from rollbook.records.models import Feed

    return Feed.objects.create(
        name="sis", host="sftp.example.org", username="x", pattern="*.csv",
        schedule={"is_on": True}, planned_at=NOON, schedule_set_at=NOON,
    )  # fmt: skip


@pytest.mark.usefixtures("records")
def test_without_anything_due_it_is_a_minute() -> None:
    from rollbook.automation.rhythm import IDLE, pause_after

    assert pause_after(NOON) == IDLE


@pytest.mark.usefixtures("feed")
def test_a_planned_run_is_waited_for_to_the_second() -> None:
    from rollbook.automation.rhythm import IDLE, pause_after

    run = NOON + timedelta(hours=14)
    assert pause_after(NOON) == pause_after(run - timedelta(seconds=61)) == IDLE
    assert pause_after(run - timedelta(seconds=20)) == 20
    assert pause_after(run) == IDLE


def test_a_schedule_that_cannot_be_read_keeps_no_worker_from_sleeping(feed: Any) -> None:
    from rollbook.automation.rhythm import IDLE, pause_after
    from rollbook.records.models import Feed

    Feed.objects.filter(pk=feed.pk).update(schedule={"is_on": True, "times": ["at noon"]})
    assert pause_after(NOON) == IDLE


@pytest.mark.usefixtures("records")
def test_mails_that_are_due_and_imports_that_wait_are_looked_at_soon() -> None:
    from rollbook.automation.rhythm import BUSY, pause_after
    from rollbook.records.models import Mail

    mail = Mail.objects.create(
        kind="test", recipients=["a@example.org"], subject="", text="", html="",
        created_at=NOON, next_try_at=NOON + timedelta(seconds=33),
    )  # fmt: skip
    assert pause_after(NOON) == 33
    assert pause_after(NOON + timedelta(seconds=40)) == BUSY
    mail.delete()
    request(b"Student ID\n1\n")
    assert pause_after(NOON) == BUSY


def test_a_sleeping_worker_is_woken_by_a_mail_and_by_an_end(
    start_worker: Callable[..., Worker], database: "psycopg.Connection"
) -> None:
    from rollbook.records.models import Mail
    from rollbook.records.operations.mails import queue_mail

    start_worker()
    ticked = "select count(*) from rollbook.last_tick"
    wait_for(lambda: database.execute(ticked).fetchone() == (1,))
    words = ("Subject", "Text.", "<p>Text.</p>")
    queue_mail("test", words, recipients=["a@example.org"])
    tried = Mail.objects.filter(tries__gt=0)
    assert wait_for(tried.exists) < 20
    job = request(b"Student ID\n1\n")
    wait_for(lambda: reason_of(database, job)[0] in ("completed", "failed"))
    seen_to = "select count(*) from rollbook.job_attempts"
    assert wait_for(lambda: database.execute(seen_to).fetchone() == (1,)) < 12
