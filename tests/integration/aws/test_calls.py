"""With ROLLBOOK_RUNNER=lambda what people ask for calls the function, once it is committed."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from rollbook.core.function_call import FunctionNotCalled
from rollbook.environ import UnsafeSetting, importing_function
from tests.doubles.aws_server import Calls
from tests.integration.api.conftest import Program, problem, program
from tests.integration.pages.conftest import pages, person

__all__ = ["pages", "person", "program"]  # fixtures


@pytest.fixture
def feed(pages: None) -> Any:
    from rollbook.records.models import Feed

    return Feed.objects.create(
        name="sis", host="sftp.example.org", username="x", pattern="*.csv", schedule={}
    )


def test_the_button_calls_for_its_job_once_that_is_committed(
    records: str, calls: Calls, feed: Any, person: Callable[..., Any]
) -> None:
    seen: list[Any] = []

    def look() -> None:
        with psycopg.connect(records) as other:
            seen.extend(other.execute("select id, status from public.jobs").fetchall())

    calls.on_call = look
    person().post("/import/", {"feed": "sis"})
    [(job, status)] = seen
    assert status == "pending"
    assert calls.taken == [("importer", "Event", {"do": "run", "job": job})]


def test_a_trigger_calls_for_its_job(
    calls: Calls, feed: Any, program: Callable[..., Program]
) -> None:
    answer = program("import").post("/api/admin/import/trigger", {"feed": "sis"})
    assert answer.status_code == 202
    assert calls.taken == [("importer", "Event", {"do": "run", "job": answer.json()["job"]})]


def test_a_call_that_is_refused_is_an_error_and_its_job_waits_no_longer(
    calls: Calls, feed: Any, person: Callable[..., Any], program: Callable[..., Program]
) -> None:
    from rollbook.records.models import Job

    calls.refusal = "AccessDeniedException"
    page = person().post("/import/", {"feed": "sis"})
    assert page.status_code == 200
    assert "lambda:InvokeFunction" in page.content.decode()
    caller = program("import")
    for key in ("a", None):
        headers = {"Idempotency_Key": key} if key else {}
        answer = caller.post("/api/admin/import/trigger", {"feed": "sis"}, **headers)
        problem(answer, 503, "function_not_called")
    ended = Job.imports.values_list("status", "output_data__report__reason")
    assert set(ended) == {("failed", "function_not_called")}
    calls.refusal = ""
    assert caller.post("/api/admin/import/trigger", {"feed": "sis"}).status_code == 202


def test_what_was_decided_waits_for_the_schedule_where_the_call_is_refused(
    calls: Calls, feed: Any
) -> None:
    from django.db import transaction

    from rollbook.records.models import Job
    from rollbook.records.operations.queueing import request_import
    from rollbook.records.operations.runner import call_for_job

    job = request_import(feed, started_by="test")
    calls.refusal = "ResourceNotFoundException"
    with pytest.raises(FunctionNotCalled, match="ROLLBOOK_LAMBDA_FUNCTION"), transaction.atomic():
        call_for_job(job, keeps_waiting=True)
    assert Job.imports.get(pk=job).status == "pending"


def test_a_mail_calls_for_what_is_due_and_a_refused_call_costs_nothing(
    calls: Calls, feed: Any, caplog: pytest.LogCaptureFixture
) -> None:
    from rollbook.records.models import Mail
    from rollbook.records.operations.mails import queue_mail

    for refusal in ("", "TooManyRequestsException"):
        calls.refusal = refusal
        queue_mail("test", ("subject", "text", "html"), recipients=["ada@example.org"])
    assert calls.taken == [("importer", "Event", {"do": "due"})]
    assert Mail.objects.count() == 2
    assert "an email waits for the schedule" in caplog.text


def test_nothing_is_called_where_workers_look(records: str) -> None:
    assert importing_function({}) is None
    assert importing_function({"ROLLBOOK_RUNNER": "worker"}) is None


@pytest.mark.parametrize("environ", [{"ROLLBOOK_RUNNER": "fargate"}, {"ROLLBOOK_RUNNER": "lambda"}])
def test_a_runner_that_cannot_be_called_is_refused(environ: dict[str, str]) -> None:
    with pytest.raises(UnsafeSetting):
        importing_function(environ)
