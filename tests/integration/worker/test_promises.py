"""A broken promise is told within a minute, once, by mail and webhook; an old file keeps none."""

import json
import os
from dataclasses import replace
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
    from rollbook.automation.promises import judge_promises
    from rollbook.records.operations.promises import due_promises

    for due in due_promises(now):
        judge_promises(due, now, os.environ)


def imported(
    feed: Any,
    ended_at: Any,
    *,
    is_outdated: bool = False,
    began_at: Any = None,
    planned_at: Any = None,
) -> int:
    """Put an import of the feed on record that ended well at that moment."""
    from django.db import connection

    from rollbook.records.models import Job, JobInput
    from rollbook.records.operations.import_index import index_import
    from rollbook.records.operations.queueing import create_job

    with connection.cursor() as cursor:
        asked = replace(JobInput.for_feed(feed, started_by="schedule"), planned_at=planned_at)
        number = create_job(cursor, asked, max_attempts=4)
        naive = ended_at.replace(tzinfo=None)
        Job.objects.filter(pk=number).update(
            status=Job.Status.COMPLETED,
            started_at=(began_at or ended_at).replace(tzinfo=None),
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
    assert mails == ["Rollbook: sis wasn't up to date by 6:30 AM"]
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


def test_an_import_that_began_before_tonights_run_was_due_keeps_no_promise(promising: Any) -> None:
    imported(promising, NIGHT + timedelta(minutes=10), began_at=NIGHT - timedelta(minutes=20))
    judge_at(MORNING + SOON)
    assert [is_kept for _, is_kept, _ in judged()] == [False]


def test_tonights_run_keeps_its_promise_though_the_databases_clock_is_behind(
    promising: Any,
) -> None:
    from rollbook.records.queries.standings import standings

    ended, began = NIGHT + timedelta(minutes=3), NIGHT - timedelta(seconds=2)
    imported(promising, ended, began_at=began, planned_at=NIGHT)
    judge_at(MORNING + SOON)
    assert [is_kept for _, is_kept, _ in judged()] == [True]
    assert [each.late_since for each in standings(MORNING + SOON)] == [None]


def test_what_was_made_up_before_it_is_told_says_so_and_leaves_no_problem_open(
    promising: Any,
) -> None:
    from rollbook.records.models import Mail, ToldProblem

    imported(promising, MORNING + timedelta(minutes=2))
    judge_at(MORNING + timedelta(minutes=3))
    assert [len(each) for each in told()] == [1, 1]
    words = Mail.objects.get(kind="promise_broken").text
    assert "the data is up to date again" in words
    assert "Until an import succeeds" not in words
    assert not ToldProblem.objects.exists()


def test_of_several_the_newest_that_was_broken_is_told_though_a_later_one_was_kept(
    promising: Any,
) -> None:
    imported(promising, NIGHT + timedelta(days=1, minutes=3))
    judge_at(MORNING + timedelta(days=1, minutes=3))
    assert [is_kept for _, is_kept, _ in judged()] == [False, True]
    assert [len(each) for each in told()] == [1, 1]


def test_a_schedule_that_cannot_be_read_silences_no_other_feed(promising: Any) -> None:
    from rollbook.records.models import Feed

    Feed.objects.create(name="assessments", host="x", schedule={"times": "at dawn"})
    judge_at(MORNING + SOON)
    assert [len(each) for each in told()] == [1, 1]


def change_schedule(now: Any, **chosen: Any) -> None:
    from rollbook.records.models import Feed
    from rollbook.records.operations.feeds import change_feed

    schedule = {**Feed.objects.get(name="sis").schedule, **chosen}
    change_feed(
        "sis",
        settings={"schedule": schedule},
        secret=None,
        environ=os.environ,
        actor="a@example.org",
        now=now,
    )


@pytest.mark.parametrize("pause_begins_in", [0, 30])
def test_a_feed_stays_late_whatever_is_changed_in_its_schedule(
    promising: Any, pause_begins_in: int
) -> None:
    from rollbook.records.queries.standings import standings

    judge_at(MORNING + SOON)
    changed = MORNING + timedelta(minutes=40)
    first = changed + timedelta(days=pause_begins_in)
    pause = {"first": f"{first:%Y-%m-%d}", "last": f"{first + timedelta(days=60):%Y-%m-%d}"}
    change_schedule(changed, pauses=[pause])
    [late] = standings(changed + SOON)
    assert (late.late_since, late.is_fresh) == (MORNING, False)
    imported(promising, changed + timedelta(minutes=5))
    [found] = standings(changed + timedelta(minutes=6))
    assert (found.late_since, found.is_fresh) == (None, True)


def test_a_coming_pause_forgets_no_run_that_was_missed(promising: Any) -> None:
    from rollbook.records.queries.standings import standings

    pause = {"first": f"{NIGHT + timedelta(days=30):%Y-%m-%d}"} | {"last": "2027-01-03"}
    change_schedule(NIGHT + timedelta(hours=3), pauses=[pause])
    assert [each.missed for each in standings(NIGHT + timedelta(hours=3))] == [1]


def test_what_was_due_before_a_change_is_judged_by_what_was_promised_then(promising: Any) -> None:
    change_schedule(MORNING + timedelta(minutes=30), current_by="09:00")
    assert judged() == [(MORNING, False, None)]
    judge_at(MORNING + timedelta(hours=5))
    assert [at for at, _, _ in judged()] == [MORNING]  # no run was due by the new one


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
