"""Planned runs begin when they are due, each once; what can heal is tried again, each end once."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.doubles.feeds import add_feed
from tests.integration.records.conftest import Open

NIGHT = datetime(2026, 11, 24, 10, tzinfo=UTC)
"""2:00 AM in Los Angeles."""


@pytest.fixture
def sis(records: str) -> Any:
    """A feed at 2:00 AM whose schedule was set on the evening before."""
    from rollbook.records.models import Feed

    set_at = NIGHT - timedelta(hours=8)
    return Feed.objects.create(
        name="sis",
        host="sftp.example.org",
        username="x",
        pattern="*.csv",
        schedule={"is_on": True},
        planned_at=set_at,
        schedule_set_at=set_at,
    )


def due_at(moment: datetime) -> list[int]:
    from rollbook.records.operations.scheduling import due_feeds, queue_planned

    queued = [queue_planned(feed, moment) for feed in due_feeds(moment)]
    return [job for job in queued if job is not None]


def end(number: int, reason: str | None = None, *, is_transient: bool = False) -> None:
    """Let a waiting job have run, and end so."""
    from django.db.models import F

    from rollbook.core.errors import Message
    from rollbook.core.report import Report
    from rollbook.records.models import Job

    report = Report(status="failed" if reason else "completed", reason=reason)
    report.message = Message(reason) if reason else None
    Job.objects.filter(pk=number).update(
        status=report.status,
        attempts=F("attempts") + 1,
        started_at=NIGHT,
        completed_at=NIGHT,
        output_data={"report": report.as_object(number), "is_transient": is_transient},
    )


def record_ends() -> list[tuple[int, int, bool]]:
    """See to what ended, as if in this night: at another hour the next planned run may be near."""
    from django.db import transaction

    from rollbook.records.models import Job
    from rollbook.records.operations import scheduling

    Job.objects.filter(completed_at__isnull=False).update(completed_at=NIGHT)
    with transaction.atomic():
        seen = [scheduling.record_end(job, random=0.5) for job in scheduling.ended_jobs()]
    return [
        (ended.job.number, ended.attempt, ended.retry_at is not None) for ended in seen if ended
    ]


def retried_at(moment: datetime) -> list[int]:
    from rollbook.records.operations.scheduling import retries_due, retry

    retried = [retry(attempt, moment) for attempt in retries_due(moment)]
    return [job for job in retried if job is not None]


def test_a_planned_run_is_queued_once_when_its_time_has_come(sis: Any) -> None:
    from rollbook.records.models import Job

    assert due_at(NIGHT - timedelta(seconds=1)) == []
    assert due_at(NIGHT) == [1]
    assert due_at(NIGHT + timedelta(minutes=1)) == []
    row: Any = Job.objects.get(pk=1)
    assert (row.input_data["started_by"], row.max_attempts) == ("schedule", 4)


def test_a_feed_is_planned_from_when_it_is_added_and_again_from_when_its_times_change(
    records: str,
) -> None:
    from rollbook.records.operations.feeds import change_feed

    add_feed("new", now=NIGHT - timedelta(minutes=1))
    assert due_at(NIGHT) == [1]
    end(1)
    earlier = {"schedule": {"is_on": True, "times": ["01:30"]}}
    change_feed(
        "new", settings=earlier, secret=None, environ={}, actor="x", now=NIGHT + timedelta(hours=1)
    )
    assert due_at(NIGHT + timedelta(hours=2)) == []
    assert due_at(NIGHT + timedelta(days=1)) == [2]


def test_after_three_nights_without_power_one_run_is_made_up(sis: Any) -> None:
    assert due_at(NIGHT + timedelta(days=3, hours=5)) == [1]
    end(1)
    assert due_at(NIGHT + timedelta(days=3, hours=6)) == []
    assert due_at(NIGHT + timedelta(days=4)) == [2]


def test_a_planned_run_waits_while_an_import_of_its_feed_runs(sis: Any) -> None:
    from rollbook.records.operations.queueing import request_import

    request_import(sis, started_by="ada@example.org")
    assert due_at(NIGHT) == []
    end(1)
    assert due_at(NIGHT + timedelta(minutes=1)) == [2]


def test_nothing_is_due_for_a_feed_that_is_off_removed_or_by_hand(sis: Any) -> None:
    from rollbook.records.models import Feed
    from rollbook.records.operations.feeds import change_feed

    change_feed("sis", settings={"schedule": {"is_on": False}}, secret=None, environ={}, actor="x")
    assert due_at(NIGHT + timedelta(days=1)) == []
    Feed.objects.filter(pk=sis.pk).update(schedule={"is_on": True}, planned_at=NIGHT)
    Feed.objects.filter(pk=sis.pk).update(removed_at=NIGHT)
    assert due_at(NIGHT + timedelta(days=1)) == []


def test_of_many_workers_one_queues_the_planned_run(sis: Any) -> None:
    from django.db import connection

    gate, queued = threading.Barrier(6), []

    def race() -> None:
        gate.wait()
        queued.extend(due_at(NIGHT))
        connection.close()

    racers = [threading.Thread(target=race) for _ in range(6)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert queued == [1]


def test_what_can_heal_is_tried_again_three_times_with_growing_pauses(sis: Any) -> None:
    from rollbook.records.models import Job, JobAttempt

    assert due_at(NIGHT) == [1]
    for attempt, minutes in ((1, 5), (2, 15), (3, 45)):
        end(1, "connection_refused", is_transient=True)
        assert record_ends() == [(1, attempt, True)]
        assert record_ends() == []
        assert retried_at(NIGHT + timedelta(minutes=minutes, seconds=-1)) == []
        assert retried_at(NIGHT + timedelta(minutes=minutes)) == [1]
        row = Job.objects.get(pk=1)
        assert (row.status, row.output_data) == ("pending", None)
    end(1, "connection_refused", is_transient=True)
    assert record_ends() == [(1, 4, False)]
    assert retried_at(NIGHT + timedelta(days=1)) == []
    kept = JobAttempt.objects.order_by("number").values_list("number", "reason")
    assert list(kept) == [(number, "connection_refused") for number in range(1, 5)]


def test_what_no_time_heals_is_not_tried_again(sis: Any) -> None:
    due_at(NIGHT)
    end(1, "bad_credentials")
    assert record_ends() == [(1, 1, False)]
    assert retried_at(NIGHT + timedelta(days=1)) == []


def test_what_a_person_has_started_is_left_to_that_person(sis: Any) -> None:
    from rollbook.records.operations.queueing import request_import

    request_import(sis, started_by="ada@example.org")
    end(1, "connection_refused", is_transient=True)
    assert record_ends() == [(1, 1, False)]


def test_an_import_in_between_makes_the_second_attempt_idle(sis: Any) -> None:
    from rollbook.records.models import Job
    from rollbook.records.operations.queueing import request_import

    due_at(NIGHT)
    end(1, "connection_refused", is_transient=True)
    record_ends()
    request_import(sis, started_by="ada@example.org")
    end(2)
    assert retried_at(NIGHT + timedelta(minutes=6)) == []
    assert Job.objects.get(pk=1).status == "failed"
    assert retried_at(NIGHT + timedelta(days=1)) == []


def failed_once(feed: Any) -> None:
    due_at(NIGHT)
    end(1, "connection_refused", is_transient=True)
    record_ends()


def test_a_check_of_the_feed_only_delays_the_second_attempt(sis: Any) -> None:
    from rollbook.records.operations.queueing import request_import

    failed_once(sis)
    request_import(sis, started_by="ada@example.org", dry_run=True)
    assert retried_at(NIGHT + timedelta(minutes=6)) == []
    end(2)
    assert retried_at(NIGHT + timedelta(minutes=7)) == [1]


def test_a_later_import_that_was_stopped_does_not_take_the_second_attempt_away(sis: Any) -> None:
    from rollbook.records.operations.queueing import request_cancel, request_import

    failed_once(sis)
    job = request_import(sis, started_by="ada@example.org")
    request_cancel(job, actor="ada@example.org")
    assert retried_at(NIGHT + timedelta(minutes=6)) == [1]


def test_a_later_import_that_failed_is_reported_itself_and_ends_the_promise(sis: Any) -> None:
    from rollbook.records.operations.queueing import request_import

    failed_once(sis)
    request_import(sis, started_by="ada@example.org")
    end(2, "bad_credentials")
    assert retried_at(NIGHT + timedelta(minutes=6)) == []
    assert record_ends() == [(2, 1, False)]
    assert retried_at(NIGHT + timedelta(days=1)) == []


def test_the_second_attempt_of_a_feed_that_is_gone_is_dropped(sis: Any) -> None:
    from rollbook.records.models import Feed, JobAttempt

    failed_once(sis)
    Feed.objects.filter(pk=sis.pk).delete()
    assert retried_at(NIGHT + timedelta(minutes=6)) == []
    assert JobAttempt.objects.get().retry_at is None


def test_a_promised_attempt_is_called_off_by_a_person_once(sis: Any) -> None:
    from rollbook.core.errors import UsageError
    from rollbook.records.models import AuditEvent, JobEvent
    from rollbook.records.operations.queueing import request_cancel
    from rollbook.records.queries.schedules import next_attempt_at

    failed_once(sis)
    assert request_cancel(1, actor="ada@example.org") is False
    assert next_attempt_at(1) is None
    assert retried_at(NIGHT + timedelta(days=1)) == []
    assert AuditEvent.objects.filter(action="import.attempt_called_off").count() == 1
    last = JobEvent.objects.filter(job_id=1).order_by("-id")[0]
    assert last.message == "There will be no attempt 2. It was canceled."
    with pytest.raises(UsageError, match="already over"):
        request_cancel(1, actor="ada@example.org")


def test_an_upload_that_is_being_stored_holds_up_no_other_feed(
    sis: Any, open_connection: Open
) -> None:
    from rollbook.records.models import Feed
    from rollbook.records.operations.queueing import lock_requests

    Feed.objects.create(
        name="other",
        host="sftp.example.org",
        username="x",
        pattern="*.csv",
        schedule={"is_on": True},
        planned_at=sis.planned_at,
        schedule_set_at=sis.planned_at,
    )
    storing = open_connection()
    storing.autocommit = False
    lock_requests(storing.cursor(), sis)
    assert due_at(NIGHT) == [1]
    storing.rollback()
    assert due_at(NIGHT) == [2]


def test_a_planned_run_that_comes_sooner_is_the_second_attempt(sis: Any) -> None:
    from rollbook.records.models import Feed

    often = {"is_on": True, "times": ["02:00", "02:04"]}
    Feed.objects.filter(pk=sis.pk).update(schedule=often)
    due_at(NIGHT)
    end(1, "connection_refused", is_transient=True)
    assert record_ends() == [(1, 1, False)]
    assert due_at(NIGHT + timedelta(minutes=4)) == [2]


def test_a_worker_that_dies_leaves_a_planned_run_to_be_tried_again(
    sis: Any, open_connection: Open
) -> None:
    from rollbook.records.operations import jobs

    due_at(NIGHT)
    connection = open_connection()
    assert jobs.claim_job(connection, 1, sis.pk)
    connection.close()
    assert jobs.mark_interrupted(open_connection()) == [1]
    assert record_ends() == [(1, 1, True)]
