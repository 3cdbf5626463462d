"""Headers, forms without a token, foreign hosts, formulas in downloads, uploads that lie."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest

Person = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("pages")


@pytest.fixture
def settings_of_tls(pages: None) -> Iterator[None]:
    from django.test import override_settings

    with override_settings(SECURE_SSL_REDIRECT=True):
        yield


def test_every_answer_carries_the_policies(person: Person) -> None:
    client = person()
    for address in ("/", "/nothing/", "/account/sign-in/", "/healthz", "/imports/history.csv"):
        answer = client.get(address)
        assert "default-src 'none'" in answer["Content-Security-Policy"], address
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in answer["Cache-Control"] or "no-cache" in answer["Cache-Control"]


def test_a_form_without_its_token_changes_nothing(person: Person) -> None:
    from django.test import Client

    from rollbook.access.models import User

    person()
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(), "rollbook.access.backend.AddressBackend")
    answer = client.post("/import/", {"feed": "files"})
    assert answer.status_code == 403
    assert "This form has expired" in answer.content.decode()


def test_a_foreign_host_is_refused() -> None:
    from django.test import Client

    assert Client().get("/", headers={"host": "evil.example"}).status_code == 400


def test_a_foreign_host_is_refused_with_the_policies_over_tls_too(settings_of_tls: None) -> None:
    from django.test import Client

    answer = Client().get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_a_page_of_an_error_follows_the_chosen_theme(person: Person) -> None:
    client = person()
    client.cookies["theme"] = "dark"
    assert 'data-theme="dark"' in client.get("/nothing/").content.decode()
    client.cookies["theme"] = '"><script>'
    assert "data-theme" not in client.get("/nothing/").content.decode()


def test_a_reset_without_mail_says_that_nothing_was_sent(person: Person) -> None:
    from django.test import Client

    answer = Client().post("/account/password/reset/", {"email": "ada@example.org"}, follow=True)
    assert "so nothing was sent" in answer.content.decode()


def test_a_log_line_never_holds_the_token_of_a_link() -> None:
    import logging

    from rollbook.logs import PlaceOnly

    for address in ("/welcome/secret-token/", "/account/password/reset/secret-token/"):
        line = logging.makeLogRecord({"msg": "Internal Server Error: %s", "args": (address,)})
        assert "secret-token" not in PlaceOnly().format(line)


def test_no_page_holds_inline_script_or_style(person: Person) -> None:
    client = person()
    for address in ("/", "/import/", "/imports/", "/feeds/", "/feeds/new/", "/audit/"):
        page = client.get(address).content.decode()
        assert " style=" not in page, address
        assert "<style" not in page, address
        assert " onclick" not in page, address
        assert "<script>" not in page, address


def test_a_formula_in_a_download_is_no_formula(person: Person) -> None:
    from rollbook.records.operations import audit

    audit.record("=cmd|'/c calc'!A1", "x.y", subject="+1")
    lines = b"".join(person().get("/audit/audit.csv").streaming_content).decode()
    assert "'=cmd" in lines
    assert ",'+1," in lines


@pytest.mark.parametrize("name", ["students.csv", "../../etc/passwd", "a" * 300 + ".csv"])
def test_an_uploaded_file_waits_encrypted_whatever_its_name(person: Person, name: str) -> None:
    from rollbook.records.models import Job, StoredFileChunk

    content = b"Student ID,SSID\n0000001,marker-of-a-student\n"
    upload = BytesIO(content)
    upload.name = name
    answer = person().post("/import/", {"feed": "files", "file": upload})
    if len(name) > 255:
        assert answer.status_code in (200, 302)
        return
    job: Any = Job.objects.get()
    assert answer.url == f"/imports/{job.pk}/"
    assert "/" not in job.input_data["upload"]
    assert b"marker" not in b"".join(bytes(c.data) for c in StoredFileChunk.objects.all())


def test_an_upload_over_the_limit_is_broken_off(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.records.models import Job
    from rollbook.transfers import uploads

    monkeypatch.setattr(uploads, "LARGEST_UPLOAD", 1000)
    upload = BytesIO(b"x" * 100_000)
    upload.name = "students.csv"
    answer = person().post("/import/", {"feed": "files", "file": upload})
    assert answer.status_code in (200, 400)
    assert not Job.objects.exists()


def test_the_settings_of_a_site_behind_tls_pass_djangos_own_check(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import os
    import subprocess
    import sys

    environ = os.environ | {
        "DJANGO_SETTINGS_MODULE": "rollbook.project.web_settings",
        "DATABASE_URL": "postgresql://x@127.0.0.1:1/x",
        "ROLLBOOK_TLS": "proxy",
        "ROLLBOOK_ALLOWED_HOSTS": "rollbook.example.org",
    }
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "django",
            "check",
            "--deploy",
            "--fail-level",
            "WARNING",
        ],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ROLLBOOK_ALLOWED_HOSTS", "*"),
        ("ROLLBOOK_TLS", "yes"),
        ("ROLLBOOK_EMAIL_URL", "mail.example.org"),
    ],
)
def test_an_unsafe_setting_refuses_to_start(rollbook: Any, name: str, value: str) -> None:
    from dataclasses import replace

    done = replace(rollbook, environ={**rollbook.environ, name: value})("serve", "--port", "1")
    assert done.code == 2
    assert name in done.err


def test_an_error_no_one_foresaw_shows_and_logs_no_value(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io
    import logging

    from django.conf import settings

    from rollbook.logs import PlaceOnly
    from rollbook.web.pages import dashboard

    assert settings.LOGGING["formatters"]["place"]["()"] == "rollbook.logs.PlaceOnly"

    def fail(*_: object) -> None:
        raise ValueError("marker-of-a-student")

    client = person()
    client.raise_request_exception = False
    monkeypatch.setattr(dashboard, "active_students", fail)
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(PlaceOnly())
    logging.getLogger("django.request").addHandler(handler)
    try:
        answer = client.get("/")
    finally:
        logging.getLogger("django.request").removeHandler(handler)
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.content.decode()
    assert "marker" not in answer.content.decode() + written.getvalue()
    assert "ValueError at" in written.getvalue()


def test_the_downloads_of_an_import_hold_its_rows_and_no_formula(person: Person) -> None:
    from rollbook.core.report import Report
    from rollbook.records.models import JOB_TYPE, IssueRow, Job, RejectedRow
    from rollbook.records.operations.jobs import now

    Job.objects.create(
        id=1,
        job_type=JOB_TYPE,
        status="completed",
        created_at=now(),
        input_data={"feed": "files", "feed_id": 1, "started_by": "test"},
        output_data={
            "report": Report(status="completed").as_object(1),
            "header": ["Student ID", "Grade"],
        },
    )
    IssueRow.objects.create(
        job_id=1,
        row_number=7,
        student_id="0007",
        column_header="Grade",
        code="BAD_GRADE",
        severity="error",
        value="=1+1",
        message="No grade.",
    )
    IssueRow.objects.create(job_id=1, code="UNKNOWN_COLUMN", severity="warning", message="What?")
    RejectedRow.objects.create(job_id=1, row_number=7, cells=["0007", "@SUM(A1)"])
    client = person()

    def lines(name: str) -> list[str]:
        text = b"".join(client.get(f"/imports/1/{name}").streaming_content).decode("utf-8-sig")
        return text.splitlines()

    assert lines("problems.csv") == [
        "row,student_id,column,field,code,severity,value,message",
        ",,,,UNKNOWN_COLUMN,warning,,What?",
        "7,0007,Grade,,BAD_GRADE,error,'=1+1,No grade.",
    ]
    assert lines("fix-it.csv") == [
        "Rollbook: row,Rollbook: what to fix,Student ID,Grade",
        "7,Grade: No grade.,0007,'@SUM(A1)",
    ]
    assert "BAD_GRADE" not in client.get("/imports/1/log.txt").content.decode()
