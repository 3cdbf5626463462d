"""Mails of a feed arrive in the order in which things happened; an outage is one mail."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest

from tests.integration.cli.commands import CommandLine
from tests.integration.notify.smtp import MailBox, mail_box
from tests.integration.notify.test_notices import send
from tests.integration.records.test_scheduling import NIGHT, end

Finish = Callable[..., list[str]]
AWAY = "The server sftp.example.org refused the connection."


def feed_named(name: str, **settings: Any) -> Any:
    from rollbook.records.models import Feed

    usual: dict[str, Any] = {
        "host": "sftp.example.org",
        "username": "x",
        "pattern": "*.csv",
        "recipients": ["ada@example.org"],
        "schedule": {"is_on": True},
        "planned_at": NIGHT,
        "schedule_set_at": NIGHT,
    }
    return Feed.objects.create(name=name, **usual | settings)


def ended_run(
    feed: Any,
    reason: str | None = None,
    *,
    by: str = "schedule",
    late: timedelta | None = None,
    **report: Any,
) -> int:
    """Let a run of a feed have ended so; nobody has seen to it yet."""
    from rollbook.records.models import JOB_TYPE, Job
    from rollbook.records.operations.jobs import now

    given: dict[str, Any] = {"feed": feed.name, "feed_id": feed.pk, "started_by": by}
    if late is not None:
        given["planned_at"] = (datetime.now(UTC) - late).isoformat()
    row: Any = Job.objects.create(
        job_type=JOB_TYPE, status="pending", created_at=now(), input_data=given, max_attempts=1
    )
    end(row.pk, reason)
    row.refresh_from_db()
    status = {"held": "pending", "file_unchanged": "completed"}.get(reason or "")
    row.status = status or row.status
    row.output_data["report"] |= {"status": "held" if reason == "held" else row.status}
    row.output_data["report"] |= {"stored": reason is None} | report
    row.save()
    return int(row.pk)


@pytest.fixture
def finish(records: str) -> Finish:
    """Let a run of a feed end so; return the kinds of the mails that were written."""
    from rollbook.automation.after_run import finish_run
    from rollbook.records.models import Mail
    from rollbook.records.operations.scheduling import ended_jobs

    def run(feed: Any, reason: str | None = None, **given: Any) -> list[str]:
        before = Mail.objects.count()
        ended_run(feed, reason, **given)
        for job in ended_jobs():
            finish_run(job, {"ROLLBOOK_URL": "https://rollbook.example.org"})
        return [mail.kind for mail in Mail.objects.order_by("id")[before:]]

    return run


def all_due() -> None:
    from rollbook.records.models import Mail

    Mail.objects.exclude(next_try_at=None).update(next_try_at=datetime.now(UTC))


def subjects(box: MailBox) -> list[str]:
    return [str(mail["Subject"]).strip().removeprefix("Rollbook: ") for mail in box.mails]


FAILED = "sis import failed"
WORKS = "sis imports work again"


def test_after_an_outage_of_the_mail_server_what_failed_arrives_before_that_it_works_again(
    finish: Finish,
) -> None:
    from rollbook.records.models import Mail

    sis = feed_named("sis")
    assert finish(sis, "bad_credentials") == ["import_failed"]
    for _ in range(4):
        all_due()
        assert send(None) == 0
    assert (Mail.objects.get().next_try_at or NIGHT) > datetime.now(UTC) + timedelta(minutes=30)
    assert finish(sis) == ["recovered"]
    with mail_box() as box:
        assert send(box) == 2
    assert subjects(box) == [FAILED, WORKS]


def test_what_waits_behind_a_mail_does_not_have_it_tried_again_and_again(finish: Finish) -> None:
    from rollbook.records.models import Mail

    sis, other = feed_named("sis"), feed_named("other", host="other.example.org")
    finish(sis, "bad_credentials")
    finish(sis)
    for _ in range(5):
        assert send(None) == 0
    assert [mail.tries for mail in Mail.objects.order_by("id")] == [1, 0]
    finish(other, "bad_credentials")
    with mail_box() as box:
        assert send(box) == 1
        assert subjects(box) == ["other import failed"]
        all_due()
        assert send(box) == 2
    assert subjects(box)[1:] == [FAILED, WORKS]


def test_a_mail_that_is_being_sent_keeps_back_the_next_one_of_its_feed(finish: Finish) -> None:
    from rollbook.records.operations.mails import note_sent, take_next

    sis = feed_named("sis")
    finish(sis, "bad_credentials")
    finish(sis)
    now = datetime.now(UTC)
    first = take_next(now)
    assert first is not None
    assert take_next(now) is None
    note_sent(first.number)
    second = take_next(now)
    assert second is not None and "imports work again" in second.subject


def test_a_mail_that_is_given_up_holds_up_no_other(finish: Finish) -> None:
    sis = feed_named("sis", recipients=["gone@example.org"])
    finish(sis, "bad_credentials")
    finish(sis)
    with mail_box() as box:
        box.answers["DATA"] = "554 no"
        assert send(box) == 0
        box.answers.clear()
        finish(sis, "bad_credentials")
        all_due()
        assert send(box) >= 1
    assert subjects(box)[-1] == FAILED


def test_forty_feeds_of_a_server_that_is_away_are_one_mail_and_one_when_it_is_back(
    finish: Finish,
) -> None:
    feeds = [feed_named(f"feed-{number:02}") for number in range(40)]
    assert finish(feeds[0], "connection_refused", message=AWAY) == ["import_failed"]
    for feed in feeds[1:]:
        assert finish(feed, "connection_refused", message=AWAY) == []
    with mail_box() as box:
        assert send(box) == 0, "more may come"
        all_due()
        assert send(box) == 1
        for feed in feeds:
            finish(feed)
        all_due()
        assert send(box) == 1
    assert subjects(box) == [
        "40 imports from sftp.example.org failed",
        "40 imports from sftp.example.org work again",
    ]
    told = box.words(0)
    for words in (
        AWAY,
        "feed-00 (import 1)",
        "feed-39 (import 40)",
        "https://rollbook.example.org/",
    ):
        assert words in told


def test_another_cause_server_or_recipient_is_another_mail(finish: Finish) -> None:
    finish(feed_named("a"), "connection_refused", message=AWAY)
    kinds = finish(feed_named("b"), "bad_credentials", message="The password was refused.")
    kinds += finish(
        feed_named("c", host="other.example.org"), "connection_refused", message="No answer."
    )
    kinds += finish(
        feed_named("d", recipients=["bo@example.org"]), "connection_refused", message=AWAY
    )
    assert kinds == ["import_failed"] * 3


def test_a_feed_alone_on_its_server_or_started_by_hand_is_told_at_once(finish: Finish) -> None:
    finish(feed_named("sis"), "bad_credentials")
    with mail_box() as box:
        assert send(box) == 1
        finish(feed_named("other"), "connection_refused", by="ada@example.org", message=AWAY)
        assert send(box) == 1


def test_a_feed_that_fails_again_while_its_digest_waits_is_told_in_order(finish: Finish) -> None:
    one, two = feed_named("one"), feed_named("two")
    finish(one, "connection_refused", message=AWAY)
    finish(two, "connection_refused", message=AWAY)
    assert finish(one) == ["recovered"]
    assert finish(one, "connection_refused", message=AWAY) == ["import_failed"]
    all_due()
    with mail_box() as box:
        assert send(box) == 3
    assert subjects(box) == [
        "2 imports from sftp.example.org failed",
        "one imports work again",
        "one import failed",
    ]


def test_a_problem_that_stays_the_same_is_one_mail_and_one_when_it_is_over(
    finish: Finish,
) -> None:
    sis = feed_named("sis")
    nights = [finish(sis, "bad_credentials") for _ in range(30)]
    assert nights == [["import_failed"], *([[]] * 29)]
    assert finish(sis, "missing_columns") == ["import_failed"]
    assert finish(sis, "bad_credentials") == []
    assert [finish(sis), finish(sis)] == [["recovered"], []]
    assert finish(sis, "bad_credentials") == ["import_failed"]


def test_a_problem_whose_mail_never_left_is_told_again(finish: Finish) -> None:
    from rollbook.records.models import Feed

    sis = feed_named("sis", recipients=[])
    assert [finish(sis, "bad_credentials") for _ in range(2)] == [["import_failed"]] * 2
    Feed.objects.update(recipients=["ada@example.org"])
    sis.refresh_from_db()
    assert finish(sis, "bad_credentials") == ["import_failed"]
    for _ in range(7):
        all_due()
        assert send(None) == 0
    assert finish(sis, "bad_credentials") == ["import_failed"]
    with mail_box() as box:
        assert send(box) == 1
    assert finish(sis, "bad_credentials") == []


def test_a_column_that_is_left_out_every_night_is_told_once_and_that_it_is_back(
    finish: Finish,
) -> None:
    from rollbook.records.models import Mail

    sis = feed_named("sis")
    columns = ["absence_percentage"]
    nights = [finish(sis, columns_set_aside=columns) for _ in range(3)]
    assert nights == [["column_set_aside"], [], []]
    assert finish(sis, columns_set_aside=[*columns, "absences_ytd"]) == ["column_set_aside"]
    assert finish(sis, "file_unchanged") == []
    assert [finish(sis), finish(sis)] == [["recovered"], []]
    last = Mail.objects.order_by("-id")[0]
    assert last.subject == "Rollbook: sis imports are back to normal"
    assert "No column was skipped." in last.text


def test_a_decision_is_asked_for_once_until_it_was_made_or_the_cause_is_another(
    finish: Finish,
) -> None:
    from rollbook.records.models import Job

    sis = feed_named("sis")
    assert finish(sis, "held", message="5 of 9 rows were rejected.") == ["import_held"]
    assert finish(sis, "held", message="6 of 9 rows were rejected.") == []
    assert finish(sis, "held", message="8 of 9 students are missing.") == ["import_held"]
    # Its newest file still waits: nothing works again.
    assert finish(sis, "file_unchanged") == []
    row: Any
    for row in Job.objects.filter(status="pending"):
        row.status = "failed"
        row.output_data["report"] |= {"status": "failed", "reason": "discarded"}
        row.save()
    assert finish(sis, "held", message="5 of 9 rows were rejected.") == ["import_held"]
    assert finish(sis) == ["recovered"]


def test_nights_without_power_are_one_mail_until_a_run_begins_in_time(finish: Finish) -> None:
    from rollbook.automation.after_run import begin_planned
    from rollbook.records.models import Job, Mail

    sis = feed_named("sis")
    now = NIGHT
    for day in range(1, 4):
        now = NIGHT + timedelta(days=day, hours=5)
        number = begin_planned(sis, now, {})
        assert number is not None
        Job.objects.filter(pk=number).update(created_at=now)
        end(number)
    assert [mail.kind for mail in Mail.objects.all()] == ["run_missed"]
    assert finish(sis, late=timedelta(hours=5)) == []
    assert finish(sis, late=timedelta(minutes=1)) == ["recovered"]


def test_what_was_told_before_an_upgrade_has_its_end_told_too(finish: Finish) -> None:
    from django.db import connection

    from rollbook.records.models import ToldProblem

    sis, other = feed_named("sis"), feed_named("other", host="other.example.org")
    finish(sis, "bad_credentials")
    finish(other, "bad_credentials")
    finish(other)
    ToldProblem.objects.all().delete()
    migration = import_module("rollbook.records.migrations.0031_mails_in_order")
    with connection.cursor() as cursor:
        cursor.execute(migration.KNOWN)
    assert [finish(sis), finish(other)] == [["recovered"], []]


def test_an_upgrade_writes_no_mail_again_but_those_that_wait_or_tell_what_lasts(
    finish: Finish,
) -> None:
    from django.db import connection

    from rollbook.records.models import Mail, ToldProblem

    sis = feed_named("sis")
    for reason in ("bad_credentials", "missing_columns"):
        finish(sis, reason)
        finish(sis)
    finish(sis, "bad_credentials")
    long_ago, told, waits = (list(Mail.objects.order_by("id"))[n] for n in (0, 4, 3))
    Mail.objects.exclude(pk=waits.pk).update(sent_at=NIGHT, next_try_at=None)
    Mail.objects.update(feed_ids=[], job_ids=[])
    ToldProblem.objects.all().delete()
    migration = import_module("rollbook.records.migrations.0031_mails_in_order")
    with connection.cursor() as cursor:
        cursor.execute(migration.KNOWN)
    for row, is_written in ((long_ago, False), (told, True), (waits, True)):
        row.refresh_from_db()
        assert row.feed_ids == ([sis.pk] if is_written else [])
        assert row.job_ids == ([row.job_id] if is_written else [])


def test_whether_a_mail_was_lost_is_answered_by_an_index(records: str) -> None:
    from django.db import connection

    from rollbook.records.models import Mail

    words: dict[str, Any] = {"kind": "import_failed", "recipients": [], "created_at": NIGHT}
    Mail.objects.bulk_create(Mail(job_ids=[n], **words) for n in range(3_000))
    with connection.cursor() as cursor:
        cursor.execute("analyze rollbook.mails")
    plan = Mail.objects.filter(kind="import_failed", job_ids__contains=[7]).explain()
    assert "mails_by_import" in plan


def test_each_recipient_gets_what_the_level_says(finish: Finish) -> None:
    from rollbook.records.operations.district import change_settings

    everything, problems, decisions = "a@example.org", "b@example.org", "c@example.org"
    lists = {
        "import.notification_emails": f"{everything}, {problems}",
        "import.problem_emails": problems,
        "import.decision_emails": decisions,
    }
    change_settings(lists, actor="test")
    sis = feed_named("sis", recipients=[])
    finish(sis, "bad_credentials")
    finish(sis, "held", message="5 of 9 rows were rejected.")
    finish(sis)
    own = feed_named("own", host="other.example.org", recipients=[decisions, "d@example.org"])
    finish(own, "bad_credentials")
    with mail_box() as box:
        assert send(box) == 4
    assert box.recipients == [
        [everything, problems],
        [everything, problems, decisions],
        [everything],
        ["d@example.org"],
    ]


def test_health_names_feeds_of_whose_failures_nobody_is_told(finish: Finish) -> None:
    from rollbook.records.operations.district import change_settings
    from rollbook.records.queries.health import health

    feed_named("sis", recipients=[])
    change_settings({"import.decision_emails": "c@example.org"}, actor="test")
    assert health(NIGHT).untold == ["sis"]
    change_settings({"import.problem_emails": "c@example.org"}, actor="test")
    assert health(NIGHT).untold == []


def test_a_mute_covers_no_lost_night_and_what_outlasts_it_is_told(finish: Finish) -> None:
    from django.utils import timezone

    from rollbook.core.errors import UsageError
    from rollbook.records.models import Feed
    from rollbook.records.operations.mutes import mute_feed

    sis, columns = feed_named("sis"), ["absence_percentage"]
    until = mute_feed("sis", days=7, now=timezone.now(), actor="test")
    assert until is not None
    assert finish(sis, columns_set_aside=columns) == []
    assert finish(sis, "bad_credentials") == ["import_failed"]
    assert finish(sis, columns_set_aside=columns) == ["recovered"]
    assert finish(sis, "held", message="5 of 9 rows were rejected.") == ["import_held"]
    assert finish(sis, columns_set_aside=columns) == ["recovered"]
    Feed.objects.update(muted_until=timezone.now())
    assert finish(sis, columns_set_aside=columns) == ["column_set_aside"]
    with pytest.raises(UsageError, match="1 to 30 days"):
        mute_feed("sis", days=31, now=timezone.now(), actor="test")


@pytest.mark.usefixtures("records")
def test_the_command_mutes_shows_and_ends_it(rollbook: CommandLine) -> None:
    feed_named("sis")
    assert "aren't muted" in rollbook("feeds", "mute", "sis").out
    assert "are muted until" in rollbook("feeds", "mute", "sis", "--days", "3").out
    assert "are muted until" in rollbook("feeds", "mute", "sis").out
    assert "emails muted until (Pacific Time)" in rollbook("feeds", "list").out
    listed: list[Any] = json.loads(rollbook("feeds", "list", "--json").out)
    assert [bool(each["muted_until"]) for each in listed] == [False, True]
    assert "aren't muted" in rollbook("feeds", "mute", "sis", "--days", "0").out
    assert "muted" not in rollbook("feeds", "list").out
    refused = rollbook("feeds", "mute", "sis", "--days", "31")
    assert (refused.code, "1 to 30 days" in refused.err) == (2, True)
