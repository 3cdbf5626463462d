"""Every refusal is a problem with a reason, and none tells a value or what is inside."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.integration.api.conftest import JOBS, Program, problem

Make = Callable[..., Program]
pytestmark = pytest.mark.usefixtures("job_and_feed")


@pytest.mark.parametrize(
    "address",
    ["/api/", "/api/nothing", "/api/admin/import/", "/api/admin/import/jobs/", "/api/students/",
     "/api/admin/import/jobs/x", "/api/admin/import/jobs/-1", "/api/openapi.json/"],
)  # fmt: skip
def test_an_unknown_address_is_a_problem(program: Make, address: str) -> None:
    for calls in (program("read"), Program("")):
        problem(calls.get(address), 404, "not_found")
        problem(calls.post(address, {}), 404, "not_found")


@pytest.mark.parametrize("number", [0, 999, 2**31, 2**63, 10**40])
def test_an_import_that_is_not_there_is_named(program: Make, number: int) -> None:
    admin = program("admin")
    for part in ("", "/issues", "/log", "/changes", "/fixit"):
        problem(admin.get(f"{JOBS}/{number}{part}"), 404, "no_such_job")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_another_method_is_refused_with_those_that_there_are(program: Make, method: str) -> None:
    answer = program("admin").request(method, JOBS)
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"
    problem(answer, 405, "method_not_allowed")


def test_a_question_that_an_address_does_not_know_is_refused(program: Make) -> None:
    calls = program("students", "admin")
    for address in (f"{JOBS}?statuss=held", f"{JOBS}/1/log?limt=1", "/api/students?q=1"):
        found = problem(calls.get(address), 422, "invalid")
        assert [each["detail"] for each in found["errors"]] == ["This address doesn't know it."]
    found = problem(calls.get(f"{JOBS}?status=held&status=failed"), 422, "invalid")
    assert [each["detail"] for each in found["errors"]] == ["This is there more than once."]
    found = problem(calls.upload({"force": "true"}), 422, "invalid")
    assert {each["field"] for each in found["errors"]} <= {"force", "file"}


@pytest.mark.parametrize(
    ("body", "field", "detail"),
    [
        ({}, "feed", "This is missing."),
        ({"feed": "sis", "x": 1}, "x", "This address doesn't know it."),
        ({"feed": 5}, "feed", "Write a text."),
        ({"feed": "sis", "dry_run": "maybe"}, "dry_run", "Write true or false."),
        ({"feed": "files"}, "feed", "The feed files has no server. "),
        (None, "body", "This is missing."),
        ([], "body", "Write a JSON object."),
    ],
)
def test_what_is_wrong_with_a_field_is_said_in_words(
    program: Make, body: Any, field: str, detail: str
) -> None:
    answer = program("import").post("/api/admin/import/trigger", body)
    (fault,) = json.loads(answer.content)["errors"]
    assert answer.status_code == 422
    assert fault["field"] == field
    assert fault["detail"].startswith(detail)


def test_media_types_are_told_apart(program: Make) -> None:
    calls = program("admin")
    problem(calls.get(JOBS, Accept="text/html"), 406, "not_acceptable")
    problem(calls.get(f"{JOBS}/1/fixit", Accept="application/json"), 406, "not_acceptable")
    assert calls.get(JOBS, Accept="text/html, */*;q=0.1").status_code == 200
    client = calls._client
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; x=y", ""):
        answer = client.post("/api/admin/import/trigger", b'{"feed": "sis"}', content_type=kind)
        problem(answer, 415, "unsupported_media_type")
    answer = client.post("/api/admin/import/upload", b"{}", content_type="application/json")
    problem(answer, 415, "unsupported_media_type")


@pytest.mark.parametrize("charset", ["hex", "rot13", "utf-7", "utf-16", "latin-1", "no-such", ""])
def test_a_body_in_anything_but_utf_8_is_refused(program: Make, charset: str) -> None:
    send = partial(program("admin")._client.generic, "POST")
    for address, body, kind in (
        ("/api/admin/import/trigger", b'{"feed": "no"}', "application/json"),
        ("/api/admin/import/upload", b"--x--\r\n", "multipart/form-data; boundary=x"),
    ):
        for name in ("utf-8", "UTF8"):
            answer = send(address, body, content_type=f"{kind}; charset={name}")
            assert answer.status_code in (404, 422), answer.content
        answer = send(address, body, content_type=f"{kind}; charset={charset}")
        problem(answer, 415, "unsupported_media_type")


def test_what_is_unforeseen_is_told_without_detail(
    program: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ValueError("marker-value of a student")

    calls = program("read")
    monkeypatch.setattr("rollbook.api.jobs.jobs_before", fail)
    answer = calls.get(JOBS)
    problem(answer, 500, "unforeseen")
    assert "marker" not in answer.content.decode()


def test_a_database_that_is_busy_says_when_to_come_again(
    program: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.records.database import DatabaseBusy

    def fail(*_: Any, **__: Any) -> None:
        raise DatabaseBusy(sqlstate="", private="marker-value")

    calls = program("read")
    monkeypatch.setattr("rollbook.api.jobs.jobs_before", fail)
    answer = calls.get(JOBS)
    problem(answer, 503, "database_busy")
    assert answer["Retry-After"] == "5"
    assert "marker" not in answer.content.decode()


@pytest.mark.parametrize(
    "sent", [b"", b"{", b"\xff", b"nul\0", b"[" * 10_000, b'"\\ud800"', b"1e999",
     '{"feed": "sis", "reason": "x"}'.encode("utf-16")],
)  # fmt: skip
def test_bytes_that_are_no_json_begin_nothing(program: Make, sent: bytes) -> None:
    calls = program("admin")
    for address in ("/api/admin/import/trigger", f"{JOBS}/1/approve"):
        answer = calls._client.post(address, sent, content_type="application/json")
        assert answer.status_code in (400, 422), answer.content
        problem(answer, answer.status_code, json.loads(answer.content)["reason"])


@pytest.mark.parametrize(
    "sent",
    [
        b'{"feed": "sis", "dry_run": true, "dry_run": false}',
        b'{"feed": "sis", "feed": "sis"}',
        b'{"feed": "sis", "dry_run": true, "dry\\u005frun": false}',
        b'{"feed": "a\\u0000b"}',
        b'{"feed": "\\ud800"}',
        b'{"a\\u0000b": "sis"}',
    ],
)
def test_a_body_of_which_a_part_would_be_passed_over_begins_nothing(
    program: Make, sent: bytes
) -> None:
    calls = program("admin")
    for address in ("trigger", "schools/map", "uploaded", "feeds-file/import"):
        place = f"/api/admin/import/{address}"
        problem(calls._client.post(place, sent, content_type="application/json"), 422, "invalid")


@pytest.mark.parametrize("name", ["", "../x.csv", "a\\b.csv", "two\nlines.csv", "x" * 256])
def test_a_file_is_called_by_a_name_without_folders_and_line_ends(program: Make, name: str) -> None:
    body = {"feed": "sis", "uploaded": "x", "file_name": name}
    found = problem(program("import").post("/api/admin/import/uploaded", body), 422, "invalid")
    assert [each["field"] for each in found["errors"]] == ["file_name"]


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "x\u202ey", "'; drop table students; --"])
def test_hostile_texts_are_refused_and_not_repeated(program: Make, text: str) -> None:
    calls = program("admin")
    for address, body in (
        ("/api/admin/import/trigger", {"feed": text}),
        (f"{JOBS}/1/discard", {"reason": text}),
    ):
        assert calls.post(address, body).status_code in (400, 404, 409, 422)


def test_a_foreign_host_and_hostile_queries_are_problems_too(program: Make) -> None:
    calls = program("read")
    problem(calls.get(JOBS, Host="evil.example"), 400, "bad_request")
    problem(calls.get(f"{JOBS}?feed=%00"), 400, "bad_request")


def test_no_answer_is_kept_by_a_cache(program: Make) -> None:
    calls = program("read")
    for address in (JOBS, f"{JOBS}/1", "/api/openapi.json"):
        answer = calls.get(address)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")


def test_the_document_is_read_without_a_token() -> None:
    from rollbook.api.routes import openapi

    answer = Program("").get("/api/openapi.json")
    assert answer.status_code == 200
    assert json.loads(answer.content) == json.loads(json.dumps(openapi()))
