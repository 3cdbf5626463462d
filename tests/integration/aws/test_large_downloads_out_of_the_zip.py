"""Downloads above what a function can answer with, out of the zip: for people and programs."""

import csv
import io
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import boto3
import psycopg
import pytest
import requests

from tests.doubles.aws_server import aws_on_loopback
from tests.doubles.gateway import HOST, Answer, Browser
from tests.doubles.lambda_runtime import Built, Function, function
from tests.integration.cli.commands import student, write_csv
from tests.integration.data_api.test_imports import imported
from tests.integration.pages.conftest import PASSWORD

BUCKET = "rollbook-uploads"
REJECTED, LONG = 30, 100_000


@pytest.fixture
def pages(built: Built, records: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Function]:
    with ExitStack() as opened:
        aws = opened.enter_context(aws_on_loopback())
        for name, value in aws.items():
            monkeypatch.setenv(name, value)
        boto3.resource("s3").create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": aws["AWS_REGION"]}
        )
        environ = aws | {
            "DATABASE_URL": records,
            "ROLLBOOK_SECRET_KEY": os.environ["ROLLBOOK_SECRET_KEY"],
            "ROLLBOOK_ALLOWED_HOSTS": HOST,
            "ROLLBOOK_UPLOADS_BUCKET": BUCKET,
        }
        yield opened.enter_context(function(built, environ, "rollbook.aws.pages.handler"))


@pytest.fixture
def job(records: str, tmp_path: Path) -> int:
    """An import whose rejected rows take 6 MB."""
    nobody = [f",{student(number).partition(',')[2]}" for number in range(REJECTED)]
    good = [student(number) for number in range(100, 400)]
    done = imported(write_csv(tmp_path / "students.csv", *good, *nobody))
    with psycopg.connect(records) as connection:
        connection.execute(
            "update rollbook.rejected_rows set cells = cells || to_jsonb(repeat('é', %s))", [LONG]
        )
    return int(done.job)


def test_people_and_programs_are_sent_to_the_whole_file_and_seeing_it_is_on_record(
    pages: Function, job: int
) -> None:
    from rollbook.access.models import Role
    from rollbook.access.operations import add_person, make_token
    from rollbook.access.scopes import Scope
    from rollbook.records.models import AuditEvent

    ada = add_person("ada@example.org", PASSWORD, role=Role("administrator"), actor="test")
    token = make_token("program", [Scope("read"), Scope("admin")], owner=ada, actor="test")
    browser = signed_in(pages)
    program = Browser(pages, lies={"authorization": f"Bearer {token}"})
    of_person = browser.get(f"/imports/{job}/fix-it.csv")
    of_program = program.get(f"/api/admin/import/jobs/{job}/fixit")
    files = [fetched(of_person), fetched(of_program)]
    assert files[0] == files[1]
    rows = list(csv.reader(io.StringIO(files[0])))
    assert len(rows) == REJECTED + 1
    assert {len(row[-1]) for row in rows[1:]} == {LONG}
    seen: Any = AuditEvent.objects.filter(action="students.downloaded").order_by("id")
    assert len(seen) == 2
    assert Browser(pages).get(f"/api/admin/import/jobs/{job}/fixit").status == 401
    assert Browser(pages).get(f"/imports/{job}/fix-it.csv").status == 302


def signed_in(pages: Function) -> Browser:
    browser = Browser(pages)
    form = browser.get("/account/sign-in/")
    [token] = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.text)[:1]
    fields = {"login": "ada@example.org", "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert browser.post("/account/sign-in/", **fields).status == 302
    return browser


def fetched(answer: Answer) -> str:
    """Follow the answer as a client does that has nothing but the address."""
    assert answer.status == 303, answer
    assert answer.headers["cache-control"] == "no-store"
    got = requests.get(answer.headers["location"], timeout=60)
    assert got.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert 'fix-it.csv"' in got.headers["Content-Disposition"]
    return got.content.decode("utf-8-sig")
