"""What has been kept long enough is deleted each night; what today's data refers to stays."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from tests.integration.records.test_scheduling import sis

__all__ = ["sis"]

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def imported(records: str) -> Any:
    """Write an import that ended so many days ago, with all that belongs to one."""
    from rollbook.core.report import Report
    from rollbook.records.models import (
        JOB_TYPE,
        IssueRow,
        Job,
        JobAttempt,
        JobEvent,
        RejectedRow,
    )

    def write(days: int, *, feed_id: int = 7, stored: bool = False) -> int:
        ended = NOW - timedelta(days=days)
        report = Report(status="completed", stored=stored)
        row = Job.objects.create(
            job_type=JOB_TYPE,
            status="completed",
            created_at=ended,
            started_at=ended,
            completed_at=ended,
            input_data={"feed": "sis", "feed_id": feed_id},
            output_data={"report": report.as_object(None)},
        )
        IssueRow.objects.create(job_id=row.pk, code="X", severity="error", message="So.")
        RejectedRow.objects.create(job_id=row.pk, row_number=2, cells=["Ada"])
        JobEvent.objects.create(job_id=row.pk, at=ended, kind="log", message="So.")
        JobAttempt.objects.create(job_id=row.pk, number=1)
        return row.pk

    return write


def cleaned(now: datetime = NOW) -> Any:
    from rollbook.records.operations.retention import clean_up

    return clean_up(now)


def numbers(model: str) -> list[int]:
    from rollbook.records import models

    return sorted(set(getattr(models, model).objects.values_list("job_id", flat=True)))


def jobs_left() -> list[int]:
    from rollbook.records.models import JOB_TYPE, Job

    found = Job.objects.filter(job_type=JOB_TYPE).order_by("id")
    return list(found.values_list("pk", flat=True))


def test_problems_go_after_90_days_and_imports_after_two_years(imported: Any) -> None:
    for days in (800, 100, 10):
        imported(days)
    removed = cleaned()
    assert (removed["issues"], removed["imports"]) == (4, 1)
    assert numbers("IssueRow") == numbers("RejectedRow") == [3]
    assert numbers("JobEvent") == numbers("JobAttempt") == jobs_left() == [2, 3]


def test_an_import_from_which_data_comes_stays_and_so_does_each_feeds_last(
    imported: Any, records: str
) -> None:
    kept, last = imported(900), imported(850, feed_id=8, stored=True)
    imported(860, feed_id=8, stored=False)
    with psycopg.connect(records) as connection:
        connection.execute(
            "insert into public.students (id, student_id, created_at, updated_at)"
            " values (1, 'A', now(), now())"
        )
        connection.execute(
            "insert into public.student_data_snapshots"
            " (student_id, imported_at, import_job_id, created_at, updated_at)"
            " values (1, now(), %s, now(), now())",
            [kept],
        )
    cleaned()
    assert jobs_left() == [kept, last]


def test_what_is_left_of_jobs_that_another_program_has_deleted_goes_with_the_problems(
    imported: Any, records: str
) -> None:
    for days in (100, 95, 10):
        imported(days)
    with psycopg.connect(records) as connection:
        connection.execute("delete from public.jobs where id in (1, 3)")
    assert cleaned()["imports"] == 1
    assert (jobs_left(), numbers("JobEvent"), numbers("IssueRow")) == ([2], [2, 3], [3])


def test_it_is_done_once_a_night_and_is_a_job_itself(imported: Any) -> None:
    from rollbook.records.models import CLEAN_UP, AuditEvent, Job

    imported(100)
    assert cleaned() is not None
    assert cleaned(NOW + timedelta(hours=12)) is None
    assert cleaned(NOW + timedelta(hours=24)) is not None
    first: Any = Job.objects.filter(job_type=CLEAN_UP).order_by("id").first()
    assert first is not None and first.status == "completed"
    assert first.output_data["removed"]["issues"] == 2
    assert AuditEvent.objects.filter(action="records.expired").count() == 1


def test_the_audit_loses_only_what_is_older_than_the_setting(imported: Any) -> None:
    from rollbook.records.models import AuditEvent
    from rollbook.records.operations.district import change_settings

    now = datetime.now(UTC)  # the database lets go what is older than a year by its own clock
    imported((NOW - now).days + 3)
    change_settings({"retention.audit_days": "400"}, actor="test")
    for days in (500, 300):
        AuditEvent.objects.create(
            at=now - timedelta(days=days), actor="x", action=f"{days}", subject="x"
        )
    assert cleaned(now)["audit"] == 1
    kept = set(AuditEvent.objects.values_list("action", flat=True))
    assert "300" in kept and "500" not in kept


def test_no_one_deletes_what_is_younger_than_a_year_even_so(records: str) -> None:
    with psycopg.connect(records) as connection:
        connection.execute(
            "insert into rollbook.audit_events (at, actor, action, subject)"
            " values (now() - interval '364 days', 'x', 'x', 'x')"
        )
        connection.execute("set rollbook.retention = 'on'")
        for statement in ("delete from rollbook.audit_events", "truncate rollbook.audit_events"):
            with (
                pytest.raises(psycopg.errors.RaiseException, match="append-only"),
                connection.transaction(),
            ):
                connection.execute(statement)


def test_settings_are_refused_whole_and_audited_with_before_and_after(records: str) -> None:
    from rollbook.records.district import values
    from rollbook.records.models import AuditEvent
    from rollbook.records.operations.district import SettingsRefused, change_settings

    with pytest.raises(SettingsRefused) as refused:
        change_settings(
            {
                "district.time_zone": "Mars/Base",
                "retention.issues_days": "30",
                "x": "1",
                "import.notification_emails": "ada",
            },
            actor="test",
        )
    assert set(refused.value.faults) == {"district.time_zone", "x", "import.notification_emails"}
    assert values()["retention.issues_days"] == "90"
    change_settings({"retention.issues_days": "30", "retention.jobs_days": "730"}, actor="test")
    event = AuditEvent.objects.get(action="settings.changed")
    assert (event.before, event.after) == (
        {"retention.issues_days": "90"},
        {"retention.issues_days": "30"},
    )


@pytest.fixture
def breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the deleting fail as it does where another session holds the table."""
    from rollbook.records.operations import retention

    def refuse(*_: object) -> int:
        raise OSError("no such luck")

    monkeypatch.setattr(retention, "_audit", refuse)


def clean_ups() -> list[str]:
    from rollbook.records.models import CLEAN_UP, Job

    rows = Job.objects.filter(job_type=CLEAN_UP).order_by("id")
    return list(rows.values_list("status", flat=True))


def test_a_clean_up_that_fails_is_tried_again_each_hour_and_reported_once(
    imported: Any, breaks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.records.operations.retention import clean_up
    from rollbook.records.queries.clean_ups import failures

    imported(100)
    alerts: list[int] = []
    for minutes in range(0, 301, 30):
        moment = NOW + timedelta(minutes=minutes)
        if minutes % 60:
            assert clean_up(moment, alert=alerts.append) is None
            continue
        with pytest.raises(OSError, match="luck"):
            clean_up(moment, alert=alerts.append)
    assert clean_ups() == ["failed"] * 6
    assert (alerts, failures()) == ([3], 6)
    monkeypatch.undo()
    assert cleaned(NOW + timedelta(hours=6)) is not None
    assert failures() == 0
    assert cleaned(NOW + timedelta(hours=8)) is None


def test_a_clean_up_whose_process_died_does_not_count_as_done(imported: Any) -> None:
    from rollbook.records.models import CLEAN_UP, Job

    imported(100)
    Job.objects.create(
        job_type=CLEAN_UP, status="running", input_data={}, created_at=NOW, started_at=NOW
    )
    assert cleaned(NOW + timedelta(minutes=1)) is None
    assert clean_ups() == ["failed"]
    assert cleaned(NOW + timedelta(hours=1)) is not None
    assert clean_ups() == ["failed", "completed"]


@pytest.mark.parametrize("status", ["completed", "failed", "running"])
def test_a_copy_of_a_clean_up_that_another_program_makes_is_none_of_ours(
    imported: Any, records: str, status: str
) -> None:
    from rollbook.records.queries.clean_ups import failures

    imported(3)
    assert cleaned() is not None
    with psycopg.connect(records, autocommit=True) as connection:
        connection.execute(
            "insert into jobs (job_type, status, input_data, created_at, completed_at)"
            " select job_type, %s, input_data, created_at + n * interval '1 hour', created_at"
            " from jobs cross join generate_series(20, 25) n"
            " where job_type = 'rollbook_clean_up'",
            [status],
        )
    assert failures() == 0
    assert cleaned(NOW + timedelta(days=1)) is not None  # no copy says that it was done
    assert cleaned(NOW + timedelta(days=400)) is not None
    assert clean_ups().count(status) >= 6  # neither ended nor deleted


def test_a_clean_up_that_keeps_failing_is_mailed_and_not_well(
    imported: Any, breaks: None, sis: Any
) -> None:
    from rollbook.automation.installation_notices import mail_clean_up_done, mail_failed_clean_up
    from rollbook.records.models import Mail
    from rollbook.records.operations.retention import clean_up
    from rollbook.records.queries.health import health

    imported(100)
    for hour in range(4):
        with pytest.raises(OSError, match="luck"):
            clean_up(
                NOW + timedelta(hours=hour), alert=lambda times: mail_failed_clean_up(times, {})
            )
    mail = Mail.objects.get()
    assert (mail.kind, mail.feed_id) == ("clean_up_failed", None)
    assert "failed 3 times" in mail.text
    assert not health(NOW).is_good
    for _ in range(2):
        mail_clean_up_done({})
    assert [each.subject for each in Mail.objects.order_by("id")][1:] == [
        "Rollbook: Old records are being deleted again"
    ]


def test_mails_given_up_are_not_well_until_one_has_left(sis: Any) -> None:
    from django.utils import timezone

    from rollbook.records.models import Mail
    from rollbook.records.operations.mails import keep_sent, queue_mail
    from rollbook.records.queries.health import health

    queue_mail("import_failed", ("So", "so", "so"), recipients=["ada@example.org"])
    assert (health(NOW).unsent_mails, health(NOW).lost_mails) == (1, 0)
    Mail.objects.update(next_try_at=None, error="It was refused.", tries=7)
    assert (health(NOW).unsent_mails, health(NOW).lost_mails) == (0, 1)
    keep_sent("test", ("So", "so", "so"), recipients=["ada@example.org"])
    assert health(timezone.now()).lost_mails == 0


def _record(job: int, days: int, *, fields: str, stored: bool = True) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "insert into rollbook.import_changes (job_id, feed_id, fields, is_stored, made_at)"
            " values (%s, 7, %s::text[], %s, %s)",
            [job, fields, stored, NOW - timedelta(days=days)],
        )


def _changed(job: int, student: int, before: str | None, after: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "insert into rollbook.student_changes"
            " (job_id, row_number, student_id, is_new, had_data, before, after)"
            " values (%s, %s, %s, %s, true, %s::text[], %s::text[])",
            [job, student, student, before is None, before, after],
        )


def _missing(job: int, student: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "insert into rollbook.presence_changes (job_id, student_id) values (%s, %s)",
            [job, student],
        )


def _presence_recorded() -> list[int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select job_id from rollbook.presence_changes")
        return [job for (job,) in cursor.fetchall()]


def _recorded() -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select job_id, student_id, before, after from rollbook.student_changes"
            " order by job_id, student_id"
        )
        return list(cursor.fetchall())


def test_an_old_change_record_keeps_the_last_import_of_each_value_and_no_value_before(
    imported: Any,
) -> None:
    first, second, third, new = (imported(days) for days in (900, 800, 700, 10))
    for job, days in ((first, 900), (second, 800), (third, 700), (new, 10)):
        # The fields of the second are in another order.
        _record(job, days, fields="{b,a}" if job == second else "{a,b}")
    _changed(first, 1, None, "{1,2}")
    _changed(first, 2, None, "{1,2}")
    _changed(second, 1, "{NULL,1}", "{NULL,3}")
    _changed(third, 1, "{3,2}", "{4,NULL}")
    _changed(new, 2, "{1,NULL}", "{9,NULL}")
    assert cleaned()["changes"] == 3
    assert _recorded() == [
        (first, 1, None, [None, None]),  # who created the student stays known
        (first, 2, None, ["1", "2"]),
        (third, 1, None, ["4", None]),
        (new, 2, ["1", None], ["9", None]),
    ]
    assert jobs_left() == [first, third, new], "an import that is referred to stays"
    assert cleaned(NOW + timedelta(days=1))["changes"] == 0


def test_what_a_check_would_have_changed_goes_with_its_problems(imported: Any) -> None:
    old, young = imported(100), imported(10)
    for job, days in ((old, 100), (young, 10)):
        _record(job, days, fields="{a}", stored=False)
        _changed(job, 1, "{1}", "{2}")
        _missing(job, 2)
    cleaned()
    assert [job for job, *_ in _recorded()] == [young]
    assert _presence_recorded() == [young]


def test_what_a_switch_of_the_year_set_aside_is_kept_while_files_are_compared_with_it(
    imported: Any,
) -> None:
    """However short a time the record of changes is kept, and whoever deleted its job."""
    from django.db import connection

    from rollbook.records.models import YearSwitch
    from rollbook.records.operations.district import change_settings

    change_settings({"retention.changes_days": "1"}, actor="a test")
    imported(5)
    with connection.cursor() as cursor:
        for job, days in ((1, 100), (2, 400)):
            YearSwitch.objects.create(
                job_id=job,
                first_day=(NOW - timedelta(days=days)).date(),
                started_by="a test",
                students=1,
                values={},
            )
            cursor.execute(
                "insert into rollbook.import_changes (job_id, feed_id, fields, is_stored, made_at)"
                " values (%s, 0, '{}', true, %s)",
                [job, NOW - timedelta(days=90)],
            )
        assert cleaned() is not None
        cursor.execute("select job_id, is_compact from rollbook.import_changes order by job_id")
        assert cursor.fetchall() == [(1, False), (2, True)]
