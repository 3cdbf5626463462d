"""A broken promise is told within a minute, once, by mail and webhook; an old file keeps none."""

import json
import os
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.integration.records.test_scheduling import NIGHT, sis

__all__ = ["sis"]

MORNING = NIGHT + timedelta(hours=4, minutes=30)
"""6:30 AM of the same day, a school day."""
SOON = timedelta(seconds=20)


@pytest.fixture
def promising(sis: Any) -> Any:
    """A feed that promises 6:30 AM on school days, and has a webhook."""
    from rollbook.records.models import Feed

    schedule = {"is_on": True, "times": ["02:00"], "current_by": "06:30"}
    Feed.objects.filter(pk=sis.pk).update(
        schedule=schedule,
        planned_at=NIGHT,
        recipients=["a@example.org"],
        webhook="https://example.org/rollbook",
    )
    sis.refresh_from_db()
    return sis


def judge_at(now: Any) -> None:
    """What a tick does about promises."""
    from rollbook.automation.promises import keep_promise
    from rollbook.records.operations.promises import due_promises

    for due in due_promises(now):
        keep_promise(due, now, os.environ)


def imported(feed: Any, ended_at: Any, *, is_outdated: bool = False) -> int:
    """Put an import of the feed on record that ended well at that moment."""
    from django.db import connection

    from rollbook.records.models import Job, JobInput
    from rollbook.records.operations.import_index import index_import
    from rollbook.records.operations.queueing import create_job

    with connection.cursor() as cursor:
        number = create_job(cursor, JobInput.for_feed(feed, started_by="schedule"), max_attempts=4)
        naive = ended_at.replace(tzinfo=None)
        Job.objects.filter(pk=number).update(
            status=Job.Status.COMPLETED,
            started_at=naive,
            completed_at=naive,
            output_data={"report": {"status": "completed"}, "is_outdated": is_outdated},
        )
        index_import(cursor, number)
    return number


def judged() -> list[tuple[Any, bool, int | None]]:
    from rollbook.records.models import JudgedPromise

    found = JudgedPromise.objects.order_by("promised_at")
    return list(found.values_list("promised_at", "is_kept", "good_job_id"))


def told() -> tuple[list[str], list[str]]:
    """Return the subjects of mails and the types of messages to the webhook."""
    from rollbook.records.models import Mail, WebhookMessage

    mails = Mail.objects.filter(kind="promise_broken").order_by("pk")
    messages = WebhookMessage.objects.order_by("pk")
    return [each.subject for each in mails], [json.loads(each.body)["type"] for each in messages]


def test_a_promise_that_was_kept_is_on_record_and_nobody_is_told(promising: Any) -> None:
    number = imported(promising, NIGHT + timedelta(minutes=3))
    judge_at(MORNING + timedelta(seconds=5))
    assert judged() == []  # what ended in time may be committed a moment later
    judge_at(MORNING + SOON)
    assert judged() == [(MORNING, True, number)]
    assert told() == ([], [])


def test_a_broken_promise_is_told_once_by_mail_and_webhook(promising: Any) -> None:
    for seconds in (20, 40, 80):
        judge_at(MORNING + timedelta(seconds=seconds))
    assert judged() == [(MORNING, False, None)]
    mails, messages = told()
    assert mails == ["Rollbook: sis was not current by 6:30 AM"]
    assert messages == ["promise.broken"]


def test_an_old_file_keeps_no_promise_and_ends_no_problem(promising: Any) -> None:
    from rollbook.automation.problems import ended_by
    from rollbook.records.models import Job
    from rollbook.records.queries.jobs import job_view
    from rollbook.records.queries.standings import standings

    number = imported(promising, NIGHT + timedelta(minutes=3), is_outdated=True)
    judge_at(MORNING + SOON)
    assert judged() == [(MORNING, False, None)]
    [late] = standings(MORNING + SOON)
    assert late.late_since == MORNING
    assert ended_by(promising, job_view(Job.objects.get(pk=number)), lasting=[]) == frozenset()
    fresh = imported(promising, MORNING + timedelta(hours=1))
    over = ended_by(promising, job_view(Job.objects.get(pk=fresh)), lasting=[])
    assert over == {"promise_broken"}
    [found] = standings(MORNING + timedelta(hours=2))
    assert found.late_since is None


def test_each_school_day_is_told_for_itself_and_a_weekend_is_not(promising: Any) -> None:
    for hours in range(0, 24 * 8, 6):
        judge_at(MORNING + SOON + timedelta(hours=hours))
    assert [at.weekday() for at, _, _ in judged()] == [1, 2, 3, 4, 0, 1]
    assert [len(each) for each in told()] == [6, 6]


def test_where_no_worker_ran_for_days_all_are_judged_and_the_newest_is_told(
    promising: Any,
) -> None:
    imported(promising, NIGHT + timedelta(minutes=3))
    judge_at(MORNING + timedelta(days=7, hours=3))
    kept = [is_kept for _, is_kept, _ in judged()]
    assert kept[0] is True
    assert set(kept[1:]) == {False}
    assert len(told()[0]) == 1


def test_a_holiday_of_the_calendar_has_no_promise(promising: Any) -> None:
    from rollbook.records.operations.calendar import add_days_off

    add_days_off([f"{MORNING:%Y-%m-%d} Founders' Day"], actor="a@example.org")
    judge_at(MORNING + SOON)
    assert judged() == []


def test_a_worker_wakes_when_a_promise_is_to_be_judged(promising: Any) -> None:
    from rollbook.automation.rhythm import pause_after
    from rollbook.records.operations.promises import SETTLES_AFTER, next_judged

    imported(promising, NIGHT + timedelta(minutes=3))
    assert next_judged(MORNING - timedelta(seconds=30)) == MORNING + SETTLES_AFTER
    assert pause_after(MORNING - timedelta(seconds=10)) <= 25


def test_a_feed_without_a_promise_is_not_judged(sis: Any) -> None:
    from rollbook.records.operations.promises import due_promises, next_judged

    assert due_promises(timezone.now()) == []
    assert next_judged(timezone.now()) is None
