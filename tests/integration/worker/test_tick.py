"""What a worker does beside its imports: one fault keeps nothing else from happening."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.integration.records.test_scheduling import NIGHT, due_at, end


@pytest.fixture
def feeds(records: str) -> list[Any]:
    from rollbook.records.models import Feed

    set_at = datetime.now(UTC) - timedelta(days=1, hours=1)
    return [
        Feed.objects.create(
            name=name,
            host="sftp.example.org",
            username="x",
            pattern="*.csv",
            schedule={"is_on": True},
            planned_at=set_at,
            schedule_set_at=set_at,
        )
        for name in ("first", "second")
    ]


def break_feed(feed: Any) -> None:
    """Give it a schedule that no version of ours has written."""
    from rollbook.records.models import Feed

    Feed.objects.filter(pk=feed.pk).update(schedule={"is_on": True, "times": ["at noon"]})


def last_tick() -> datetime | None:
    from rollbook.records.models import LastTick

    found = LastTick.objects.first()
    return found.completed_at if found else None


def test_a_round_without_a_fault_is_on_record(feeds: list[Any]) -> None:
    from rollbook.automation.tick import Steps, plan

    began = datetime.now(UTC)
    plan(Steps(), {})
    noted = last_tick()
    assert noted is not None
    assert began <= noted <= datetime.now(UTC)


def test_a_feed_that_cannot_be_planned_keeps_no_other_from_its_run(
    feeds: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    from rollbook.automation.tick import Steps, plan
    from rollbook.records.models import Job

    break_feed(feeds[0])
    steps = Steps()
    with caplog.at_level(logging.WARNING):
        plan(steps, {})
        plan(steps, {})
    jobs: Any = Job.objects.all()
    assert [job.input_data["feed"] for job in jobs] == ["second"]
    assert not steps.is_whole
    assert last_tick() is None
    assert len([line for line in caplog.records if "beside the imports" in line.message]) == 1
    assert "at noon" not in caplog.text


def test_an_end_that_cannot_be_reported_stops_no_other_report(
    feeds: list[Any],
) -> None:
    from django.db import connection

    from rollbook.automation.tick import Steps, plan
    from rollbook.records.models import JobAttempt

    due_at(datetime.now(UTC))
    end(1, "bad_credentials")
    end(2, "bad_credentials")
    with connection.cursor() as cursor:  # the record of one cannot be written
        cursor.execute("alter table rollbook.job_attempts add check (job_id <> 1)")
    plan(Steps(), {})
    assert list(JobAttempt.objects.values_list("job_id", flat=True)) == [2]


def test_a_fault_is_reported_again_when_it_comes_back(
    feeds: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    from rollbook.automation.tick import Steps, plan
    from rollbook.records.models import Feed

    steps, sound = Steps(), feeds[0].schedule
    with caplog.at_level(logging.WARNING):
        for schedule in ({"times": ["at noon"], "is_on": True}, sound) * 2:
            Feed.objects.filter(pk=feeds[0].pk).update(schedule=schedule)
            plan(steps, {})
    assert len([line for line in caplog.records if "beside the imports" in line.message]) == 2


def test_workers_that_plan_nothing_are_not_well(feeds: list[Any]) -> None:
    from rollbook.records.operations.ticks import note_tick
    from rollbook.records.queries.health import health

    note_tick(NIGHT)
    assert health(NIGHT + timedelta(minutes=4)).is_planning
    assert not health(NIGHT + timedelta(minutes=6)).is_planning


def test_a_clock_that_is_off_is_mailed_once_with_by_how_much_and_once_when_it_is_right(
    records: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.automation import installation_notices as notices
    from rollbook.records.models import Mail

    def told(*minutes: float) -> list[str]:
        for each in minutes:
            off = timedelta(minutes=each)
            monkeypatch.setattr(notices, "clock_difference", lambda off=off: off)
            notices.mail_clock_off({})
        return [mail.kind for mail in Mail.objects.order_by("id")]

    assert told(0) == []
    assert told(-7, -7, -9, -0.4) == ["clock_off"]
    assert "7 minutes behind the clock of the machine" in Mail.objects.get().text
    assert told(0.1, 0.1) == ["clock_off", "recovered"]
    assert told(8) == ["clock_off", "recovered", "clock_off"]
