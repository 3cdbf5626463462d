"""What others write into the shared tables is not ours, whatever type it gives itself."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import psycopg
import pytest

from tests.integration.cli.commands import CommandLine, student, write_csv

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ASKED: tuple[Any, ...] = (
    None, [], "text", 5, {}, {"feed_id": "1"}, {"feed_id": None, "feed": "x"}, {"feed_id": 1},
    {"feed": "x", "feed_id": 1.5}, {"feed": "x", "feed_id": 99999999999},
    {"feed": "x", "feed_id": 0}, {"feed": "x", "feed_id": -1}, {"feed": 5, "feed_id": 1},
    [{"feed": "x", "feed_id": 1}], {"file": "s3://x", "userId": 3},
)  # fmt: skip
CAME_TO: tuple[Any, ...] = (None, [], "done", {}, {"report": []}, {"report": {"reason": "held"}})
STATUSES = ("pending", "running", "completed", "failed")


@pytest.fixture
def foreign(records: str) -> list[int]:
    """The numbers of rows of our type, in every state, that we did not write."""
    long_ago = NOW.replace(tzinfo=None) - timedelta(days=4000)
    with psycopg.connect(records) as connection:
        found = [
            connection.execute(
                "insert into public.jobs (job_type, status, input_data, output_data, created_at,"
                " started_at, completed_at) values ('student_data_import', %s, %s, %s, %s, %s, %s)"
                " returning id",
                [status, _json(asked), _json(came_to), long_ago, long_ago, ended],
            ).fetchone()
            for status, asked, came_to, ended in product(STATUSES, ASKED, CAME_TO, (None, long_ago))
        ]
    return [number for (number,) in found if number]  # type: ignore[misc]


def test_no_worker_begins_ends_or_deletes_them(foreign: list[int], records: str) -> None:
    from rollbook.automation.tick import Steps, plan
    from rollbook.core.report import Report
    from rollbook.records.models import JOB_TYPE, Job
    from rollbook.records.operations.queueing import requeue_lost
    from rollbook.records.operations.retention import clean_up
    from rollbook.records.operations.scheduling import ended_jobs

    before = rows(records)
    assert (requeue_lost(), ended_jobs()) == ([], [])
    steps = Steps()
    plan(steps, {})
    assert steps.is_whole
    assert clean_up(NOW) is None  # where nothing is ours, there is nothing to clean up
    own = NOW - timedelta(days=100)
    Job.objects.create(
        job_type=JOB_TYPE,
        status="completed",
        created_at=own,
        completed_at=own,
        input_data={"feed": "files", "feed_id": 1},
        output_data={"report": Report(status="completed").as_object(None)},
    )
    assert clean_up(NOW) is not None
    kept = {number: row for number, row in rows(records).items() if number in foreign}
    assert kept == before


CHANGED: tuple[tuple[str, Any, Any], ...] = (
    ("failed", {}, {"rows": 3}),
    ("failed", {}, []),
    ("failed", {}, {"report": "s3://x"}),
    ("failed", {}, {"report": {"status": "failed", "counts": "many"}}),
    ("completed", {"planned_at": "soon"}, {"rows": 3}),
    ("running", {"dry_run": "perhaps"}, None),
    ("failed", {}, None),
    ("completed", {"approved": 5}, None),
)
"""What another program may do to rows of ours: status, and what it writes of input and output."""


@pytest.mark.parametrize(("status", "asked", "came_to"), CHANGED)
def test_a_row_of_ours_that_another_program_has_changed_ends_as_failed_and_is_told(
    records: str, person: Callable[..., Any], status: str, asked: Any, came_to: Any
) -> None:
    from rollbook.automation.tick import Steps, plan
    from rollbook.records.models import JobAttempt
    from rollbook.records.outcome import Outcome
    from rollbook.records.queries.jobs import job_by_number

    whole = {"feed": "files", "feed_id": 1, "started_by": "ada", "dry_run": False, "force": False}
    ended = NOW.replace(tzinfo=None)
    with psycopg.connect(records) as connection:
        ((number,),) = connection.execute(
            "insert into public.jobs (job_type, status, input_data, output_data, created_at,"
            " started_at, completed_at, attempts) values"
            " ('student_data_import', %s, %s, %s, %s, %s, %s, 1) returning id",
            [status, _json(whole | asked), _json(came_to), ended, ended, ended],
        )
    steps = Steps()
    plan(steps, {})
    assert steps.is_whole
    assert job_by_number(number).outcome is Outcome.FAILED
    assert JobAttempt.objects.get(job_id=number).reason in ("row_changed", "interrupted")
    for page in ("/", "/imports/", f"/imports/{number}/"):
        assert person(email=f"{page.count('/')}@example.org").get(page).status_code == 200


def test_neither_lists_nor_counts_know_them(foreign: list[int]) -> None:
    from rollbook.records.queries.health import health
    from rollbook.records.queries.jobs import newest_jobs
    from rollbook.records.queries.metrics import measurements

    assert foreign
    assert newest_jobs(feed=None, limit=1000) == []
    assert measurements(NOW).jobs == []
    assert health(NOW).held == []


def test_an_import_and_the_commands_pass_them_by(
    foreign: list[int], rollbook: CommandLine, tmp_path: Any
) -> None:
    assert rollbook("jobs", "list").code == 0
    assert rollbook("jobs", "show", str(foreign[0])).code == 2
    report = rollbook.json("import", write_csv(tmp_path / "a.csv", student(1), student(2)))
    assert report["counts"]["inserted"] == 2
    listed: Any = rollbook.json("jobs", "list")
    assert [job["job"] for job in listed] == [report["job"]]


@pytest.mark.parametrize("page", ["/", "/imports/", "/history/", "/feeds/", "/settings/"])
def test_no_page_ends_at_them(foreign: list[int], person: Callable[..., Any], page: str) -> None:
    client = person()
    assert client.get(page, follow=True).status_code in (200, 404)
    assert client.get(f"/imports/{foreign[0]}/").status_code == 404


@pytest.mark.parametrize(
    "text",
    [
        "ada@example.org;bo@example.org",
        "ada@example.org\nbo@example.org",
        "ada@example.org bo@example.org ;",
    ],
)
def test_recipients_mean_what_they_say_however_they_are_separated(records: str, text: str) -> None:
    from rollbook.records.district import Level, recipients, unusable

    write_setting("import.notification_emails", text)
    assert recipients(Level.PROBLEMS) == ["ada@example.org", "bo@example.org"]
    assert unusable() == []


def test_a_setting_that_cannot_be_used_is_told_and_can_be_set_again(
    records: str, person: Callable[..., Any], rollbook: CommandLine
) -> None:
    from rollbook.automation.installation_notices import mail_unusable_settings
    from rollbook.records.models import Mail
    from rollbook.records.queries.health import health

    write_setting("import.notification_emails", "Ada <ada@example.org>, bo@example.org")
    write_setting("import.unchanged_days", "three")
    assert set(health(NOW).unusable_settings) == {
        "import.notification_emails", "import.unchanged_days",
    }  # fmt: skip
    assert "import.unchanged_days" in rollbook("health").out
    for _ in range(2):
        mail_unusable_settings({})
    told = Mail.objects.filter(kind="setting_unusable").order_by("subject")
    assert [mail.recipients for mail in told] == [["bo@example.org"]] * 2
    assert "three" not in str([(mail.subject, mail.text, mail.html) for mail in told])
    page = person().get("/settings/").content.decode()
    assert "Another program saved settings" in page
    assert rollbook("settings", "set", "import.unchanged_days", "3").code == 0
    assert rollbook("settings", "set", "import.notification_emails", "bo@example.org").code == 0
    assert health(NOW).unusable_settings == []
    for _ in range(2):
        mail_unusable_settings({})
    assert Mail.objects.filter(kind="recovered").count() == 2


def write_setting(key: str, text: str) -> None:
    """As another program does."""
    from rollbook.records.models import Setting

    moment = NOW
    Setting.objects.update_or_create(
        key=key, defaults={"value": text, "created_at": moment, "updated_at": moment}
    )


def rows(url: str) -> dict[int, tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        found = connection.execute("select id, j::text from public.jobs j").fetchall()
    return {number: (text,) for number, text in found}


def _json(value: object) -> str | None:
    return None if value is None else json.dumps(value)
