"""Fresh or stale is judged against the schedule."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from tests.integration.cli.commands import CommandLine
from tests.integration.records.test_scheduling import NIGHT, due_at, end, sis

__all__ = ["sis"]


def missed_at(days: float) -> int:
    from rollbook.records.queries.standings import standings

    (only,) = standings(NIGHT + timedelta(days=days))
    return only.missed


def test_a_feed_is_stale_from_the_first_night_that_was_missed(sis: Any) -> None:
    assert missed_at(0) == 0
    due_at(NIGHT)
    end(1)
    assert missed_at(1.05) == 0
    assert missed_at(1.1) == 1
    assert missed_at(2.1) == 2


def test_a_feed_that_is_behind_is_logged_with_what_an_alarm_looks_for(
    sis: Any, caplog: pytest.LogCaptureFixture
) -> None:
    from rollbook.automation.worker_log import log_overdue

    due_at(NIGHT)
    end(1)
    log_overdue(NIGHT + timedelta(days=1.05))
    assert caplog.records == []
    log_overdue(NIGHT + timedelta(days=1.1))
    (record,) = caplog.records
    assert (vars(record)["outcome"], vars(record)["feed"]) == ("overdue", "sis")


def test_a_night_that_found_no_new_file_is_a_good_one(sis: Any) -> None:
    from rollbook.records.models import Job

    due_at(NIGHT)
    end(1)
    Job.objects.update(output_data={"report": {"status": "completed", "reason": "file_unchanged"}})
    assert missed_at(0.5) == 0


def test_a_night_that_failed_or_was_only_a_check_is_none(sis: Any) -> None:
    from rollbook.records.models import Job

    due_at(NIGHT)
    end(1, "bad_credentials")
    assert missed_at(0.5) == 1
    end(1)
    Job.objects.update(input_data={"feed_id": sis.pk, "dry_run": True})
    assert missed_at(0.5) == 1


def test_the_command_says_what_is_wrong_and_ends_with_1(rollbook: CommandLine, sis: Any) -> None:
    from rollbook.records.models import Feed

    done = rollbook("health")
    assert done.code == 1
    assert "No worker is running" in done.out
    Feed.objects.filter(pk=sis.pk).update(schedule_set_at=NIGHT - timedelta(days=30))
    stale = rollbook("health", "--json")
    assert stale.code == 1
    assert stale.object["data"] == "stale"
    assert stale.object["feeds"][0]["missed"] > 1
    Feed.objects.filter(pk=sis.pk).update(schedule={"is_on": False})
    off = rollbook("health")
    assert (off.code, "its schedule is off" in off.out) == (0, True)


def test_the_command_says_when_nobody_would_be_told(rollbook: CommandLine, sis: Any) -> None:
    told = rollbook("health").out
    assert "No one gets an email when an import of sis fails. Add recipients" in told
    assert "No email server, so no one gets an email when an import fails" in told
    assert rollbook("feeds", "set", "sis", "--recipients", "ada@example.org").code == 0
    mailing = replace(
        rollbook, environ={**rollbook.environ, "ROLLBOOK_EMAIL_URL": "smtp://mail.example.org"}
    )
    found = mailing("health", "--json").object
    assert (found["untold"], found["mail_server"]) == ([], True)
    assert "No one gets" not in mailing("health").out


def test_an_import_that_was_just_queued_again_has_not_waited_for_long(sis: Any) -> None:
    from django.db import connection
    from django.utils import timezone

    from rollbook.records.models import Job, JobAttempt
    from rollbook.records.queries.health import waiting_too_long

    due_at(NIGHT)
    Job.objects.update(created_at=timezone.now() - timedelta(hours=1))
    with connection.cursor() as cursor:
        cursor.execute("select rollbook.index_all_imports()")
        assert waiting_too_long(cursor) == [1]
        JobAttempt.objects.create(job_id=1, number=1, retried_at=timezone.now())
        assert waiting_too_long(cursor) == []


@pytest.mark.parametrize(("age", "alive"), [(5, 1), (45, 0)])
def test_health_and_metrics_agree_on_which_workers_are_alive(
    records: str, sis: Any, age: int, alive: int
) -> None:
    from rollbook.records.queries.health import health
    from rollbook.records.queries.metrics import measurements

    with psycopg.connect(records) as connection:
        connection.execute(
            "insert into rollbook.procrastinate_workers (last_heartbeat)"
            " values (now() - make_interval(secs => %s))",
            [age],
        )
    assert (health(NIGHT).workers, measurements(NIGHT).workers) == (alive, alive)


def test_settings_are_listed_and_set_on_the_command_line(rollbook: CommandLine) -> None:
    assert rollbook("settings", "set", "retention.issues_days", "30").code == 0
    listed = rollbook("settings", "list").out
    assert "30" in listed and "district.time_zone" in listed
    refused = rollbook("settings", "set", "district.time_zone", "Mars/Base")
    assert (refused.code, "Mars/Base" in refused.err) == (2, True)
    no_server = rollbook("settings", "test-mail", "ada@example.org")
    assert (no_server.code, "ROLLBOOK_EMAIL_URL" in no_server.err) == (2, True)


def test_a_held_import_waits_until_a_newer_file_of_the_server_was_stored(
    sis: Any, open_connection: Any
) -> None:
    """A fix-it file, or an older file that a person has applied, does not take its place."""
    from rollbook.core.report import Report
    from rollbook.records.models import Job, JobInput
    from rollbook.records.operations import jobs
    from rollbook.records.operations.import_index import index_import
    from rollbook.records.queries.open_imports import undecided

    connection = open_connection()

    def ended(report: Report) -> int:
        asked = JobInput.for_feed(sis, started_by="a test")
        job = jobs.start_job(connection, sis, asked)
        cursor = connection.cursor()
        jobs.end_job(cursor, job, report=report, settings="s", started_by="a test")
        return job

    first, second = (ended(Report(status="held", reason="held")) for _ in range(2))
    assert [each.number for each in undecided()] == [first, second], "the oldest ends first"
    stored = Report(status="completed", stored=True)
    outdated = Job.objects.get(pk=ended(stored))
    outdated.output_data = (outdated.output_data or {}) | {"is_outdated": True}
    outdated.save()
    index_import(connection.cursor(), outdated.pk)
    assert [each.number for each in undecided()] == [first, second]
    ended(stored)
    assert undecided() == []
