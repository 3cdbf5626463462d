"""Which ends of runs are mailed, to which people, once; and that a mail never changes an import."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from tests.doubles.feeds import add_feed
from tests.doubles.ports import free_port
from tests.integration.cli.commands import CommandLine
from tests.integration.notify.smtp import MailBox, mail_box
from tests.integration.records.test_scheduling import NIGHT, end
from tests.integration.worker.conftest import Worker, far_from_now, reason_of, wait_for

Ends = Callable[..., list[str]]


@pytest.fixture
def sis(records: str) -> Any:
    from rollbook.records.models import Feed

    return Feed.objects.create(
        name="sis",
        host="sftp.example.org",
        username="x",
        pattern="*.csv",
        recipients=["ada@example.org"],
        schedule={"is_on": True},
        planned_at=NIGHT,
        schedule_set_at=NIGHT,
    )


@pytest.fixture
def ends(sis: Any) -> Ends:
    """Let a run of the feed end so; return the kinds of the mails that this was worth."""
    from rollbook.automation.after_run import finish_run
    from rollbook.records.models import Job, Mail
    from rollbook.records.operations.jobs import now
    from rollbook.records.operations.scheduling import ended_jobs

    def run(reason: str | None = None, *, dry_run: bool = False, **changes: Any) -> list[str]:
        from rollbook.records.models import JOB_TYPE

        before = Mail.objects.count()
        given = {"feed": "sis", "feed_id": sis.pk, "started_by": "schedule", "dry_run": dry_run}
        row: Any = Job.objects.create(
            job_type=JOB_TYPE, status="pending", created_at=now(), input_data=given, max_attempts=4
        )
        end(row.pk, reason, is_transient=changes.pop("is_transient", False))
        row.refresh_from_db()
        row.completed_at = changes.pop("completed_at", NIGHT)
        row.status = {"held": "pending"}.get(changes.get("status", ""), changes.get("status"))
        row.status = row.status or ("failed" if reason else "completed")
        row.output_data["report"] |= changes | {"dry_run": dry_run}
        row.save()
        environ = {"ROLLBOOK_ALLOWED_HOSTS": "rollbook.example.org", "ROLLBOOK_TLS": "proxy"}
        for job in ended_jobs():
            finish_run(job, environ)
        return [mail.kind for mail in Mail.objects.order_by("id")[before:]]

    return run


def test_a_final_failure_is_reported_with_what_to_do_and_a_link(ends: Ends) -> None:
    from rollbook.records.models import Mail

    message = "The server refused the password. Nothing was changed. Ask the operator for it."
    assert ends("bad_credentials", message=message) == ["import_failed"]
    mail = Mail.objects.get()
    assert mail.recipients == ["ada@example.org"]
    assert mail.subject == "Rollbook: sis import failed"
    for words in (
        "The server refused the password.",
        "Nothing was saved",
        "Ask the operator for it.",
        "https://rollbook.example.org/imports/1/",
    ):
        assert words in mail.text


def test_an_attempt_that_is_followed_by_another_is_not_reported(ends: Ends) -> None:
    assert ends("connection_refused", is_transient=True) == []


def test_a_check_is_reported_to_no_one(ends: Ends) -> None:
    assert ends("missing_columns", dry_run=True) == []


def test_a_stopped_import_is_reported_to_no_one(ends: Ends) -> None:
    assert ends("cancelled") == []


def test_a_held_import_is_reported_and_so_is_the_next_good_one_once(ends: Ends) -> None:
    from rollbook.records.models import Mail

    assert ends(None, stored=True) == []
    told = "5 of 9 rows were rejected. Nothing was changed. Decide."
    assert ends("held", status="held", message=told) == ["import_held"]
    assert "held for review" in Mail.objects.get().subject
    assert ends(None, stored=True) == ["recovered"]
    assert ends(None, stored=True) == []


def test_each_held_file_by_hand_is_reported_and_the_next_one_does_not_end_it(
    sis: Any, ends: Ends
) -> None:
    sis.host = ""
    sis.save()
    told = "5 of 9 rows were rejected. Nothing was changed. Decide."
    assert ends("held", status="held", message=told) == ["import_held"]
    assert ends(None, stored=True) == [], "the first file still waits"
    assert ends("held", status="held", message=told) == ["import_held"]


def test_a_decision_on_one_held_file_by_hand_does_not_end_that_another_waits(
    sis: Any, ends: Ends
) -> None:
    from rollbook.records.models import Job
    from rollbook.records.operations.decisions import discard_import

    sis.host = ""
    sis.save()
    told = "5 of 9 rows were rejected. Nothing was changed. Decide."
    for _ in range(2):
        assert ends("held", status="held", message=told) == ["import_held"]
    discard_import(Job.objects.latest("pk").pk, actor="ada", reason="the wrong one")
    assert ends(None, stored=True) == []
    discard_import(Job.objects.earliest("pk").pk, actor="ada", reason="that one too")
    assert ends(None, stored=True) == ["recovered"]


def test_a_column_that_was_set_aside_is_named(ends: Ends) -> None:
    from rollbook.records.models import Mail

    kinds = ends(None, stored=True, columns_set_aside=["absence_percentage"])
    assert kinds == ["column_set_aside"]
    assert "“Absence %”" in Mail.objects.get().text


def test_the_same_file_for_three_days_is_reported_once(ends: Ends) -> None:
    assert ends(None, stored=True) == []
    told = [
        ends("file_unchanged", status="completed", completed_at=NIGHT + timedelta(days=day))
        for day in (1, 2, 2, 3, 4)
    ]
    assert told == [[], [], [], ["file_unchanged"], []]


def test_a_planned_run_that_begins_hours_late_is_reported(sis: Any) -> None:
    from rollbook.automation.after_run import begin_planned
    from rollbook.records.models import Mail

    assert begin_planned(sis, NIGHT + timedelta(days=1, minutes=1), {}) == 1
    assert not Mail.objects.exists()
    end(1)
    assert begin_planned(sis, NIGHT + timedelta(days=2, hours=5), {}) == 2
    assert "scheduled for Thursday, Nov 26 at 2:00 AM" in Mail.objects.get().text


def test_where_no_one_is_named_the_mail_is_on_record_and_not_lost_silently(
    ends: Ends, sis: Any
) -> None:
    from rollbook.records.models import Feed, Mail

    Feed.objects.filter(pk=sis.pk).update(recipients=[])
    assert ends("bad_credentials") == ["import_failed"]
    assert Mail.objects.get().error == "No recipient is named."


def test_a_feed_without_recipients_writes_to_the_districts(ends: Ends, sis: Any) -> None:
    from rollbook.records.models import Feed, Mail, Setting
    from rollbook.records.operations.jobs import now

    Feed.objects.filter(pk=sis.pk).update(recipients=[])
    Setting.objects.create(
        key="import.notification_emails",
        value="bo@x.org, cy@x.org",
        created_at=now(),
        updated_at=now(),
    )
    ends("bad_credentials")
    assert Mail.objects.get().recipients == ["bo@x.org", "cy@x.org"]


def send(box: MailBox | None) -> int:
    from rollbook.notify.outbox import send_due

    url = f"smtp://127.0.0.1:{box.port if box else free_port()}"
    return send_due({"ROLLBOOK_EMAIL_URL": url, "ROLLBOOK_EMAIL_FROM": "rb@example.org"})


def test_a_mail_that_cannot_leave_is_kept_and_sent_later(ends: Ends) -> None:
    from rollbook.records.models import Job, Mail

    ends("bad_credentials")
    began = datetime.now(UTC)
    assert send(None) == 0
    mail = Mail.objects.get()
    assert mail.error and "couldn't be reached" in mail.error
    assert mail.next_try_at and mail.next_try_at > began + timedelta(seconds=30)
    assert Job.objects.get().status == "failed"
    Mail.objects.update(next_try_at=datetime.now(UTC))
    with mail_box() as box:
        assert send(box) == 1
        assert send(box) == 0
    assert [mail["To"] for mail in box.mails] == ["ada@example.org"]
    mail.refresh_from_db()
    after: Any = (mail.next_try_at, mail.error, mail.tries)
    assert after == (None, None, 2)
    assert mail.sent_at


def test_after_seven_tries_a_mail_is_given_up_and_says_so(ends: Ends) -> None:
    from rollbook.records.models import Mail

    ends("bad_credentials")
    for _ in range(7):
        Mail.objects.update(next_try_at=datetime.now(UTC))
        assert send(None) == 0
    mail = Mail.objects.get()
    assert (mail.tries, mail.next_try_at, mail.sent_at) == (7, None, None)
    assert mail.error


def test_without_a_mail_server_the_mail_says_why_it_did_not_leave(ends: Ends) -> None:
    from rollbook.notify.outbox import send_due
    from rollbook.records.models import Mail

    ends("bad_credentials")
    assert send_due({}) == 0
    assert "ROLLBOOK_EMAIL_URL" in (Mail.objects.get().error or "")


@pytest.mark.parametrize(
    "settings",
    [
        {"ROLLBOOK_EMAIL_URL": "smtp://user:p%C3%A4ss@127.0.0.1"},
        {"ROLLBOOK_EMAIL_URL": "smtp://a..b"},
        {"ROLLBOOK_EMAIL_URL": "smtp://127.0.0.1", "ROLLBOOK_EMAIL_FROM": "a@b.org\nBcc: c@d.org"},
    ],
)
def test_no_mail_setting_stops_the_worker_that_sends(ends: Ends, settings: dict[str, str]) -> None:
    from rollbook.notify.outbox import send_due
    from rollbook.records.models import Mail

    ends("bad_credentials")
    assert send_due(settings) == 0
    mail = Mail.objects.get()
    assert mail.error and mail.error.startswith("The email couldn't be sent: ")
    assert mail.next_try_at is None


def test_a_server_that_puts_a_mail_off_gets_it_later(ends: Ends) -> None:
    from rollbook.records.models import Mail

    ends("bad_credentials")
    with mail_box() as box:
        box.answers["RCPT"] = "451 greylisted"
        assert send(box) == 0
        Mail.objects.update(next_try_at=datetime.now(UTC))
        box.answers.clear()
        assert send(box) == 1
    assert len(box.mails) == 1


def test_a_worker_runs_a_planned_import_and_writes_when_it_fails(
    rollbook: CommandLine, records: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.records.models import Feed, Job

    key = os.environ["ROLLBOOK_SECRET_KEY"]
    add_feed(
        host="127.0.0.1",
        port=free_port(),
        recipients=["ada@example.org"],
        schedule={"is_on": True, "times": [far_from_now()]},
    )
    Feed.objects.filter(name="sis").update(planned_at=datetime.now(UTC) - timedelta(days=2))
    with mail_box() as box, psycopg.connect(records, autocommit=True) as database:
        more = {"ROLLBOOK_SECRET_KEY": key, "ROLLBOOK_EMAIL_URL": f"smtp://127.0.0.1:{box.port}"}
        for name, value in more.items():
            monkeypatch.setitem(rollbook.environ, name, value)
        worker = Worker(rollbook)
        try:
            wait_for(lambda: Job.objects.filter(pk=1).exists() and reason_of(database, 1)[1], 180)
            wait_for(lambda: box.mails, 180)
        finally:
            worker.end()
        assert reason_of(database, 1)[0] == "failed"
    assert {str(mail["Subject"]) for mail in box.mails} & {
        "Rollbook: sis import failed",
        "Rollbook: sis import didn't run on time",
    }
