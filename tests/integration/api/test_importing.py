"""Imports that programs begin, once each, and what they decide."""

import io
import os
import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.api.conftest import JOBS, Program, problem

Make = Callable[..., Program]
pytestmark = pytest.mark.usefixtures("job_and_feed")

TRIGGER = "/api/admin/import/trigger"


def requested() -> int:
    from rollbook.records.models import AuditEvent

    return AuditEvent.objects.filter(action="import.requested").count()


def end(job: int) -> None:
    from rollbook.records.models import Job

    Job.objects.filter(pk=job).update(status="failed", output_data={"report": {"status": "failed"}})


def test_a_feed_is_imported_in_the_name_of_token_and_administrator(program: Make) -> None:
    from rollbook.records.models import AuditEvent, Job

    answer = program("import").post(TRIGGER, {"feed": "sis", "dry_run": True})
    assert answer.status_code == 202
    job = answer.json()["job"]
    assert answer.json() == {"job": job, "status": "pending"}
    assert answer["Location"] == f"{JOBS}/{job}"
    asked = Job.objects.get(pk=job).asked
    assert (asked.feed, asked.dry_run, asked.force) == ("sis", True, False)
    assert asked.started_by == "ada@example.org (token import)"
    event = AuditEvent.objects.get(action="import.requested")
    assert (event.actor, event.origin) == ("ada@example.org (token import)", "127.0.0.1")


def test_what_cannot_be_imported_says_why(program: Make) -> None:
    calls = program("import")
    job = calls.post(TRIGGER, {"feed": "sis"}).json()["job"]
    assert problem(calls.post(TRIGGER, {"feed": "sis"}), 409, "import_running")["job"] == job
    problem(calls.post(TRIGGER, {"feed": "nothing"}), 404, "no_such_feed")
    found = problem(calls.post(TRIGGER, {"feed": "files"}), 422, "usage")
    assert "no server" in found["detail"]
    assert requested() == 1


@pytest.mark.parametrize(
    "body",
    [{}, [], None, "sis", {"feed": 1}, {"feed": ""}, {"feed": "sis", "dry_run": "no"},
     {"feed": "sis", "dryrun": True}, {"feed": "x" * 101}],
)  # fmt: skip
def test_a_body_of_another_form_begins_nothing(program: Make, body: Any) -> None:
    answer = program("import").post(TRIGGER, body)
    assert answer.status_code in (400, 422)
    problem(answer, answer.status_code, "bad_request" if answer.status_code == 400 else "invalid")
    assert requested() == 0


def test_a_request_that_is_repeated_with_its_key_begins_one_import(program: Make) -> None:
    calls = program("import")
    first = calls.post(TRIGGER, {"feed": "sis"}, Idempotency_Key="night-1")
    again = calls.post(TRIGGER, {"dry_run": False, "feed": "sis"}, Idempotency_Key="night-1")
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert first["Location"] == again["Location"]
    end(first.json()["job"])
    assert calls.post(TRIGGER, {"feed": "sis"}, Idempotency_Key="night-1").content == first.content
    other = calls.post(TRIGGER, {"feed": "sis", "force": True}, Idempotency_Key="night-1")
    problem(other, 422, "idempotency_key_reused")
    assert requested() == 1
    second = calls.post(TRIGGER, {"feed": "sis"}, Idempotency_Key="night-2").json()["job"]
    assert second != first.json()["job"]
    problem(program("admin").post(TRIGGER, {"feed": "sis"}, Idempotency_Key="night-1"),
            409, "import_running")  # fmt: skip


def test_a_key_counts_for_a_day_and_not_where_nothing_was_begun(
    program: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from rollbook.access.models import IdempotentRequest

    calls = program("import")
    problem(calls.post(TRIGGER, {"feed": "x"}, Idempotency_Key="k"), 404, "no_such_feed")
    first = calls.post(TRIGGER, {"feed": "sis"}, Idempotency_Key="k").json()["job"]
    end(first)
    kept = IdempotentRequest.objects.get()
    IdempotentRequest.objects.update(made_at=kept.made_at - timedelta(hours=25))
    assert calls.post(TRIGGER, {"feed": "sis"}, Idempotency_Key="k").json()["job"] != first


@pytest.mark.parametrize("key", ["", "two words", "x" * 256, "\u00e9"])
def test_a_key_that_is_none_is_refused(program: Make, key: str) -> None:
    answer = program("import").post(TRIGGER, {"feed": "sis"}, Idempotency_Key=key)
    problem(answer, 422, "invalid")
    assert requested() == 0


def test_the_same_request_many_times_at_once_begins_one_import(program: Make) -> None:
    from django.db import connections

    calls = program("import")
    answers: list[Any] = []

    def ask() -> None:
        own = Program(calls.token)
        answers.append(own.post(TRIGGER, {"feed": "sis"}, Idempotency_Key="at-once"))
        connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert {(answer.status_code, answer.content) for answer in answers} == {
        (202, answers[0].content)
    }
    assert requested() == 1


def csv_file(name: str = "students.csv") -> io.BytesIO:
    file = io.BytesIO(b"Student ID,SSID\n0000001,1234567890\n")
    file.name = name
    return file


def test_a_file_is_uploaded_and_imported_once(program: Make) -> None:
    from rollbook.records.models import Job, StoredFile

    calls = program("import")
    answer = calls.upload({"file": csv_file(), "dry_run": "true"}, Idempotency_Key="u1")
    assert answer.status_code == 202, answer.content
    job = answer.json()["job"]
    asked = Job.objects.get(pk=job).asked
    assert (asked.feed, asked.dry_run, asked.upload) == ("files", True, "students.csv")
    assert StoredFile.objects.get().size == csv_file().getbuffer().nbytes
    again = calls.upload({"file": csv_file(), "dry_run": "true"}, Idempotency_Key="u1")
    assert again.content == answer.content
    problem(calls.upload({"file": csv_file()}, Idempotency_Key="u1"), 422, "idempotency_key_reused")
    other = calls.upload({"file": csv_file("x.csv"), "dry_run": "true"}, Idempotency_Key="u1")
    problem(other, 422, "idempotency_key_reused")
    problem(calls.upload({"feed": "nothing", "file": csv_file()}), 404, "no_such_feed")
    twice = problem(calls.upload({"file": [csv_file(), csv_file("x.csv")]}), 422, "invalid")
    assert [each["field"] for each in twice["errors"]] == ["file"]
    feed_as_file = {"file": csv_file(), "feed": csv_file("sis")}
    faults = problem(calls.upload(feed_as_file), 422, "invalid")["errors"]
    assert [each["field"] for each in faults] == ["feed"]
    problem(calls.upload({"feed": "files"}), 422, "invalid")
    assert StoredFile.objects.count() == 1


def test_what_is_too_large_is_refused_before_it_is_kept(
    program: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.records.models import StoredFile

    calls = program("import", "read")
    monkeypatch.setattr("rollbook.transfers.uploads.largest_file", lambda _: 20)
    problem(calls.upload({"file": csv_file()}), 413, "file_too_large")
    problem(calls.post(TRIGGER, {"feed": "x" * 70_000}), 413, "too_large")
    monkeypatch.setattr("rollbook.api.gate.AROUND_A_FILE", 100)
    problem(calls.upload({"file": csv_file()}), 413, "too_large")
    assert not StoredFile.objects.exists()


def test_a_token_without_the_scope_stores_no_byte(
    program: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.transfers import uploads

    kept: list[int] = []
    written = uploads.AnonymousFileHandler.file_complete

    def complete(self: Any, size: int) -> Any:
        kept.append(self._limit)
        return written(self, size)

    monkeypatch.setattr(uploads.AnonymousFileHandler, "file_complete", complete)
    problem(program("read").upload({"file": csv_file()}), 403, "scope_missing")
    assert kept in ([], [0])


def test_a_waiting_import_is_stopped(program: Make) -> None:
    calls = program("import")
    job = calls.post(TRIGGER, {"feed": "sis"}).json()["job"]
    stopped = calls.post(f"{JOBS}/{job}/cancel")
    assert (stopped.status_code, stopped.json()["outcome"]) == (200, "stopped")
    problem(calls.post(f"{JOBS}/{job}/cancel"), 409, "job_over")
    problem(calls.post(f"{JOBS}/999/cancel"), 404, "no_such_job")


def test_a_decision_needs_a_held_import_and_a_reason(program: Make) -> None:
    admin = program("admin")
    for way in ("approve", "discard"):
        problem(admin.post(f"{JOBS}/1/{way}", {"reason": "I looked."}), 409, "not_held")
        problem(admin.post(f"{JOBS}/1/{way}", {}), 422, "invalid")
        problem(admin.post(f"{JOBS}/1/{way}", {"reason": " "}), 422, "usage")
        problem(admin.post(f"{JOBS}/999/{way}", {"reason": "I looked."}), 404, "no_such_job")


def test_a_held_import_is_discarded_in_the_name_of_the_token(program: Make) -> None:
    from rollbook.core.report import Report
    from rollbook.records.models import AuditEvent, Job

    report = Report()
    report.hold("Too many are missing.", advice="Look at the file.")
    Job.objects.filter(pk=1).update(
        status="pending", output_data={"report": report.as_object(1), "header": []}
    )
    answer = program("admin").post(f"{JOBS}/1/discard", {"reason": "A wrong file."})
    assert (answer.status_code, answer.json()["outcome"]) == (200, "stopped")
    event = AuditEvent.objects.get(action="import.discarded")
    assert event.actor == "ada@example.org (token admin)"
    assert event.after == {"reason": "A wrong file."}


def test_the_file_of_a_dry_run_is_imported_once_whatever_is_sent_twice(program: Make) -> None:
    calls = program("import")
    check = checked_by(calls)
    address, key = f"{JOBS}/{check}/import", {"Idempotency_Key": "once"}
    begun = calls.post(address, **key)
    assert begun.status_code == 202
    job = begun.json()["job"]
    assert begun["Location"] == f"{JOBS}/{job}"
    assert calls.post(address, **key).json() == begun.json()
    assert problem(calls.post(address), 409, "import_running")["job"] == job
    end(job)
    problem(calls.post(address), 409, "checked_file_gone")
    problem(calls.post(f"{JOBS}/1/import"), 409, "not_checked")
    problem(calls.post(f"{JOBS}/999/import"), 404, "no_such_job")


def checked_by(calls: Program) -> int:
    """A dry run of a file that was sent, which has completed."""
    from rollbook.automation.imports import run_requested
    from rollbook.core.events import ignore

    job: int = calls.upload({"file": csv_file(), "dry_run": "true"}).json()["job"]
    result = run_requested(job, listener=ignore, environ=os.environ)
    assert result is not None
    assert result.report.status == "completed", result.report.message
    return job
