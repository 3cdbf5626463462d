"""What Prometheus reads, with Prometheus's own parser."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from tests.integration.cli.commands import CommandLine, student, write_csv
from tests.integration.pages.test_number_of_queries import add_rows
from tests.integration.worker.conftest import far_from_now

DAY = 86_400.0
TOKEN = "a-token-of-some-length"
Read = Callable[[], dict[str, Any]]


@pytest.fixture
def with_token(pages: None) -> Iterator[None]:
    from django.test import override_settings

    with override_settings(METRICS_TOKEN=TOKEN):
        yield


@pytest.fixture
def scraped(with_token: None) -> Read:
    """Reads every sample: values by name and labels."""

    def read() -> dict[str, Any]:
        families = text_string_to_metric_families(ask(f"Bearer {TOKEN}").content.decode())
        return {
            " ".join([sample.name, *sample.labels.values()]): sample.value
            for family in families
            for sample in family.samples
        }

    return read


def ask(authorization: str | None = None) -> Any:
    from django.test import Client

    headers = {} if authorization is None else {"authorization": authorization}
    return Client().get("/metrics", headers=headers)


def test_without_the_setting_there_is_no_such_address(pages: None) -> None:
    assert ask().status_code == ask("Bearer ").status_code == ask(f"Bearer {TOKEN}").status_code
    assert ask("Bearer ").status_code == 404


@pytest.mark.usefixtures("with_token")
@pytest.mark.parametrize(
    "given", [None, "", "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer ü"]
)
def test_without_the_token_nothing_is_reported(given: str | None) -> None:
    answer = ask(given)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert "rollbook_" not in answer.content.decode()


@pytest.mark.usefixtures("with_token")
def test_over_plain_http_behind_tls_nothing_is_reported_to_anyone() -> None:
    from django.test import override_settings

    with override_settings(SECURE_SSL_REDIRECT=True):
        answer = ask(f"Bearer {TOKEN}")
    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/metrics")


def test_an_import_shows_in_rows_seconds_and_time_and_shows_no_value(
    rollbook: CommandLine, scraped: Read, tmp_path: Path
) -> None:
    rows = [student(1, name="Marker"), student(2), student(3), "marker,,,,,,,,"]
    file = write_csv(tmp_path / "marker.csv", *rows)
    rollbook("feeds", "set", "files", "--rejected-limit", "90")
    began = time.time()
    assert rollbook("import", file).code == 0
    found = scraped()
    assert found["rollbook_feed_last_run_rows files inserted"] == 3
    assert found["rollbook_feed_last_run_rows files rejected"] == 1
    assert "rollbook_feed_last_run_rows files total" not in found
    assert found["rollbook_feed_last_run_missing_students files"] == 0
    assert found["rollbook_feed_last_run_seconds files importing"] > 0
    assert "rollbook_feed_last_run_seconds files total" not in found
    imported = found["rollbook_feed_last_import_timestamp_seconds files"]
    assert began - 1 <= imported <= time.time() + 1
    # A night without a new file: looked at later, imported and counted as before.
    assert rollbook("import", file).code == 6
    again = scraped()
    assert again["rollbook_feed_last_import_timestamp_seconds files"] == imported
    assert again["rollbook_feed_last_success_timestamp_seconds files"] > imported
    assert again["rollbook_feed_last_run_rows files inserted"] == 3
    assert again["rollbook_jobs completed file_unchanged"] == 1
    assert again["rollbook_jobs completed "] == 1
    assert "marker" not in ask(f"Bearer {TOKEN}").content.decode().lower()


def test_a_check_and_a_failure_are_no_success(
    rollbook: CommandLine, scraped: Read, tmp_path: Path
) -> None:
    assert rollbook("import", write_csv(tmp_path / "s.csv", student(1)), "--dry-run").code == 0
    assert rollbook("import", write_csv(tmp_path / "t.csv", "?", header="?")).code == 3
    found = scraped()
    assert not [name for name in found if re.search("feed_last_(import|success)", name)]
    assert sum(value for name, value in found.items() if "jobs failed" in name) == 1


def test_what_runs_waits_and_works_is_counted(records: str, scraped: Read) -> None:
    with psycopg.connect(records, autocommit=True) as connection:
        connection.execute(
            "insert into public.jobs (job_type, status, input_data, created_at, attempts)"
            " select 'student_data_import', s::public.job_status,"
            ' \'{"feed": "sis", "feed_id": 1}\', now(), 0'
            " from unnest(array['pending', 'pending', 'running']) s"
        )
        connection.execute(
            "insert into rollbook.procrastinate_workers (last_heartbeat)"
            " values (now()), (now()), (now() - interval '1 hour')"
        )
    found = scraped()
    assert found["rollbook_queue_length"] == 2
    assert found["rollbook_jobs_running"] == 1
    assert found["rollbook_workers_alive"] == 2
    assert "rollbook_last_planning_timestamp_seconds" not in found, "nobody has planned yet"
    assert found["rollbook_jobs pending "] == 2


@pytest.fixture
def sis(records: str) -> Any:
    """A feed that is imported each night, and never was."""
    from rollbook.records.models import Feed

    set_at = timezone.now() - timedelta(days=10)
    return Feed.objects.create(
        name="sis",
        host="sftp.example.org",
        username="x",
        pattern="*.csv",
        schedule={"is_on": True, "times": [far_from_now()]},
        planned_at=set_at,
        schedule_set_at=set_at,
    )


def job_of(feed: Any, *, days_ago: float, status: str = "completed", **report: Any) -> Any:
    from rollbook.records.models import Job

    at = timezone.now() - timedelta(days=days_ago)
    output = {"report": {"status": status, "stored": status == "completed"} | report}
    return Job.objects.create(
        job_type="student_data_import",
        status="pending" if status == "held" else status,
        created_at=at,
        completed_at=None if status == "pending" else at,
        attempts=1,
        input_data={"feed": feed.name, "feed_id": feed.pk, "dry_run": False},
        output_data=None if status == "pending" else output,
    )


def test_a_feed_is_told_as_health_judges_it(scraped: Read, sis: Any) -> None:
    def told(metric: str) -> float | None:
        found = scraped().get(f"rollbook_feed_{metric}")
        return None if found is None else float(found)

    now = time.time()
    assert told("status sis missed") == told("scheduled sis") == 1
    assert (told("missed_runs sis") or 0) >= 9
    assert now - 11 * DAY < (told("due_timestamp_seconds sis") or 0) < now - 8 * DAY
    assert told("recipients sis") == 0
    job_of(sis, days_ago=4)
    job_of(sis, days_ago=3, status="failed", reason="bad_credentials")
    job_of(sis, days_ago=2, status="failed", reason="bad_credentials")
    assert (told("status sis failed"), told("status sis missed")) == (1, 0)
    assert told("failed_imports sis") == 2
    assert abs((told("last_success_timestamp_seconds sis") or 0) - (now - 4 * DAY)) < 60
    job_of(sis, days_ago=1.5, status="held", reason="held")
    job_of(sis, days_ago=1, status="held", reason="held")
    assert (told("status sis held"), told("held_imports sis")) == (1, 2)
    assert abs((told("oldest_held_timestamp_seconds sis") or 0) - (now - 1.5 * DAY)) < 60
    job_of(sis, days_ago=0.01)
    assert told("status sis fresh") == 1
    assert told("failed_imports sis") == told("held_imports sis") == told("missed_runs sis") == 0
    assert told("oldest_held_timestamp_seconds sis") is None
    assert (told("due_timestamp_seconds sis") or 0) > now
    job_of(sis, days_ago=0.005, status="pending")
    assert told("waiting_imports sis") == 1
    assert abs((told("oldest_waiting_timestamp_seconds sis") or 0) - (now - 0.005 * DAY)) < 60


def test_imports_are_counted_for_a_week(scraped: Read, sis: Any) -> None:
    job_of(sis, days_ago=8)
    job_of(sis, days_ago=6)
    job_of(sis, days_ago=8, status="pending")
    assert scraped()["rollbook_jobs completed "] == 1
    assert scraped()["rollbook_jobs pending "] == 1


def test_what_others_write_into_rows_makes_no_label_and_no_end_of_labels(
    scraped: Read, sis: Any
) -> None:
    for name in (
        "Ada Lovelace",
        "x" * 80,
        "0000016",
        *(f"made_up_{chr(97 + n)}" for n in range(9)),
    ):
        job_of(sis, days_ago=1, status="failed", reason=name)
    job_of(
        sis,
        days_ago=1,
        counts={"inserted": 3, "Ada": 1, "updated": "Lovelace", "unchanged": 10**400},
        seconds=["Ada"],
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("rollbook.records.queries.metrics.MOST_REASONS", 5)
        found = scraped()
    assert not [name for name in found if re.search("Ada|Lovelace|xxx|0000016", name)]
    assert len([name for name in found if name.startswith("rollbook_jobs failed")]) <= 5
    assert sum(found[name] for name in found if name.startswith("rollbook_jobs failed")) == 12
    assert found["rollbook_feed_last_run_rows sis inserted"] == 3


def test_mails_clean_ups_and_backups_are_told(scraped: Read, sis: Any) -> None:
    from rollbook.records.models import Job, Mail
    from rollbook.records.operations import audit

    found = scraped()
    assert found["rollbook_last_backup_timestamp_seconds"] == 0
    assert found["rollbook_mail_server"] == 0
    assert "rollbook_last_clean_up_timestamp_seconds" not in found
    audit.record("admin", "backup.written", subject="x.backup")
    Mail.objects.create(kind="x", recipients=["a@example.org"], created_at=timezone.now())
    for status in ("completed", "failed", "failed"):
        at = timezone.now()
        Job.objects.create(
            job_type="rollbook_clean_up", status=status, created_at=at, completed_at=at
        )
    found = scraped()
    assert abs(found["rollbook_last_backup_timestamp_seconds"] - time.time()) < 60
    assert abs(found["rollbook_last_clean_up_timestamp_seconds"] - time.time()) < 60
    assert (found["rollbook_mails_given_up"], found["rollbook_clean_up_failures"]) == (1, 2)


def test_the_version_is_that_of_the_installation(rollbook: CommandLine, scraped: Read) -> None:
    version = rollbook("--version").out.split()[1]
    assert scraped()[f"rollbook_info {version}"] == 1


def test_a_scrape_asks_as_often_with_many_jobs_and_feeds_as_with_none(scraped: Read) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from rollbook.records.models import Feed

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            scraped()
        return len(queries)

    add_rows(1)
    few = asked()
    add_rows(60)
    for number in range(20):
        Feed.objects.create(name=f"feed{number}", required=[])
    assert asked() == few < 16


def test_a_database_that_is_away_is_reported_without_a_page(
    with_token: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import connection

    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    answer = ask(f"Bearer {TOKEN}")
    assert (answer.status_code, answer.content) == (503, b"The database doesn't answer.\n")


def test_a_label_with_quotes_and_line_breaks_is_read_back_as_it_was() -> None:
    from rollbook.records.measurements import Measurements
    from rollbook.web.metrics_text import exposition

    odd = 'a "b" \\ c\nd'
    measured = Measurements(jobs=[("failed", odd, 1)])
    text = exposition(measured, version="1", has_mail=False)
    labels = [s.labels for f in text_string_to_metric_families(text) for s in f.samples]
    assert {"status": "failed", "reason": odd} in labels


def test_a_token_that_can_be_guessed_refuses_to_start(rollbook: CommandLine) -> None:
    environ = {**rollbook.environ, "ROLLBOOK_METRICS_TOKEN": "short"}
    done = replace(rollbook, environ=environ)("serve", "--port", "1")
    assert done.code == 2
    assert "ROLLBOOK_METRICS_TOKEN" in done.err
    assert "short" not in done.err
