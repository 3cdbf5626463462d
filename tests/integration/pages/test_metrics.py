"""What Prometheus reads, with Prometheus's own parser."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.integration.cli.commands import CommandLine, student, write_csv
from tests.integration.pages.test_number_of_queries import add_rows

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
    assert not [name for name in found if "timestamp" in name]
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


def test_the_version_is_that_of_the_installation(rollbook: CommandLine, scraped: Read) -> None:
    version = rollbook("--version").out.split()[1]
    assert scraped()[f"rollbook_info {version}"] == 1


def test_a_scrape_asks_three_times_however_many_jobs_and_feeds(scraped: Read) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from rollbook.records.models import Feed

    add_rows(60)
    for number in range(20):
        Feed.objects.create(name=f"feed{number}", required=[])
    with CaptureQueriesContext(connection) as queries:
        scraped()
    assert len(queries) == 3


def test_a_database_that_is_away_is_reported_without_a_page(
    with_token: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import connection

    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    answer = ask(f"Bearer {TOKEN}")
    assert (answer.status_code, answer.content) == (503, b"The database does not answer.\n")


def test_a_label_with_quotes_and_line_breaks_is_read_back_as_it_was() -> None:
    from rollbook.records.queries.metrics import Measurements
    from rollbook.web.metrics_text import exposition

    odd = 'a "b" \\ c\nd'
    text = exposition(Measurements([("failed", odd, 1)], [], 0, None), version="1")
    labels = [s.labels for f in text_string_to_metric_families(text) for s in f.samples]
    assert {"status": "failed", "reason": odd} in labels


def test_a_token_that_can_be_guessed_refuses_to_start(rollbook: CommandLine) -> None:
    environ = {**rollbook.environ, "ROLLBOOK_METRICS_TOKEN": "short"}
    done = replace(rollbook, environ=environ)("serve", "--port", "1")
    assert done.code == 2
    assert "ROLLBOOK_METRICS_TOKEN" in done.err
    assert "short" not in done.err


def test_the_alerts_name_metrics_that_there_are() -> None:
    from rollbook.records.queries.metrics import FeedMeasurements, Measurements
    from rollbook.web.metrics_text import exposition

    everything = exposition(
        Measurements(
            [("held", "held", 1)], [FeedMeasurements("sis", 1, 1, {"importing": 1}, {})], 1, 1.0
        ),
        version="1",
    )
    rules = (Path(__file__).parents[3] / "deploy/prometheus/rollbook.rules.yml").read_text()
    named = set(re.findall(r"\brollbook_[a-z_]+", rules))
    assert len(named) >= 5
    assert named <= set(re.findall(r"# TYPE (\S+) gauge", everything))
