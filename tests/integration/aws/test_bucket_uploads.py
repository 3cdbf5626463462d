"""Files that are too large for a request: past the pages into a bucket, and out of it again."""

import base64
import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from html import unescape
from typing import Any

import boto3
import pytest
import requests

from rollbook.core import upload_bucket
from rollbook.core.events import ignore
from tests.doubles.aws_server import aws_on_loopback
from tests.integration.cli.commands import HEADER, student
from tests.integration.pages.conftest import pages, person

__all__ = ["pages", "person"]  # fixtures

Person = Callable[..., Any]
BUCKET = "rollbook-uploads"
FILE = "\n".join([HEADER, *(student(number) for number in range(1, 31))]).encode()


@pytest.fixture
def bucket(pages: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with aws_on_loopback() as aws:
        for name, value in aws.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("ROLLBOOK_UPLOADS_BUCKET", BUCKET)
        upload_bucket._client.cache_clear()
        made = boto3.resource("s3").create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": aws["AWS_REGION"]}
        )
        yield made
        upload_bucket._client.cache_clear()


def keys(bucket: Any) -> list[str]:
    return [each.key for each in bucket.objects.all()]


def address(client: Any) -> dict[str, Any]:
    answer = client.post("/import/upload-address/")
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def send(client: Any, content: bytes = FILE) -> str:
    """Upload as a browser does; return what the form then says."""
    given = address(client)
    said = requests.post(
        given["url"], data=given["fields"], files={"file": ("file", content)}, timeout=60
    )
    assert said.status_code == 204, said.text
    return str(given["uploaded"])


def begin(client: Any, uploaded: str, name: str = "Jane Doe.csv") -> Any:
    return client.post("/import/", {"feed": "files", "uploaded": uploaded, "uploaded_name": name})


def carry_out(job: int) -> Any:
    from rollbook.automation.imports import run_requested

    result = run_requested(job, listener=ignore, environ=os.environ)
    assert result is not None
    return result.report


def job_of(answer: Any) -> int:
    assert answer.status_code == 302, answer.content.decode()
    return int(answer.url.rstrip("/").rpartition("/")[2])


def test_a_file_in_the_bucket_is_imported_and_deleted_there(person: Person, bucket: Any) -> None:
    client = person()
    uploaded = send(client)
    [key] = keys(bucket)
    assert upload_bucket.KEY.fullmatch(key)
    job = job_of(begin(client, uploaded))
    report = carry_out(job)
    assert report.status == "completed", report.message_text
    assert report.counts.total == 30
    assert keys(bucket) == []
    shown = client.get(f"/imports/{job}/").content.decode()
    assert "Jane Doe.csv" in shown
    again = begin(client, uploaded)
    assert "isn't in the bucket for uploads" in unescape(again.content.decode())


def test_the_address_takes_one_file_of_the_right_size_for_a_quarter_of_an_hour(
    person: Person, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROLLBOOK_LARGEST_FILE_MB", "7")
    client = person()
    first, second = address(client), address(client)
    assert first["fields"]["key"] != second["fields"]["key"]
    policy = json.loads(base64.b64decode(first["fields"]["policy"]))
    assert ["content-length-range", 1, 7 << 20] in policy["conditions"]
    assert {"key": first["fields"]["key"]} in policy["conditions"]
    assert {"bucket": BUCKET} in policy["conditions"]
    ends = datetime.fromisoformat(policy["expiration"])
    assert 0 < (ends - datetime.now(UTC)).total_seconds() <= 900


def test_what_another_person_or_nobody_has_uploaded_is_not_imported(
    person: Person, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.records.models import Job

    ada = person()
    uploaded = send(ada)
    for client, said in (
        (person(email="other@example.org"), uploaded),
        (ada, uploaded + "x"),
        (ada, address(ada)["uploaded"]),
        (ada, "x"),
    ):
        assert "isn't in the bucket for uploads" in unescape(begin(client, said).content.decode())
    monkeypatch.setattr("rollbook.transfers.direct_uploads.GOOD_FOR", -1)  # long ago
    assert "isn't in the bucket for uploads" in unescape(begin(ada, uploaded).content.decode())
    assert not Job.imports.exists()


def test_an_import_that_does_not_begin_leaves_nothing_in_the_bucket(
    person: Person, bucket: Any
) -> None:
    client = person()
    first, second = send(client), send(client)
    job = job_of(begin(client, first))
    assert "already" in begin(client, second).content.decode()
    assert len(keys(bucket)) == 1
    assert carry_out(job).status == "completed"
    assert keys(bucket) == []


def test_what_was_taken_before_an_attempt_broke_off_is_imported_by_the_next(
    person: Person, bucket: Any
) -> None:
    from rollbook.home import home, scratch_file
    from rollbook.records.database import connect
    from rollbook.records.operations.bucket_files import take_from_bucket
    from rollbook.records.operations.bucket_files import upload_bucket as found
    from rollbook.records.operations.installation_key import secret_key

    client = person()
    job = job_of(begin(client, send(client)))
    with connect(autocommit=True) as connection:
        take_from_bucket(
            connection,
            job,
            bucket=found(os.environ),
            name=keys(bucket)[0],
            scratch=lambda: scratch_file(home(os.environ)),
            key=lambda: secret_key(os.environ),
            largest=1 << 20,
            listener=ignore,
        )
    assert keys(bucket) == []
    assert carry_out(job).status == "completed"


@pytest.mark.parametrize("what", ["gone", "too large"])
def test_what_cannot_be_taken_is_how_the_import_ends(
    person: Person, bucket: Any, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    client = person()
    job = job_of(begin(client, send(client, b"x" * (2 << 20))))
    if what == "gone":
        bucket.objects.delete()
    monkeypatch.setenv("ROLLBOOK_LARGEST_FILE_MB", "1")
    report = carry_out(job)
    assert report.status == "failed"
    assert report.reason == ("upload_not_there" if what == "gone" else "file_too_large")


def test_the_page_may_connect_to_the_bucket_alone_and_no_other_page_may(
    person: Person, bucket: Any
) -> None:
    client = person()
    host = os.environ["AWS_ENDPOINT_URL"]
    page = client.get("/import/")
    assert f"connect-src 'self' {host};" in page["Content-Security-Policy"]
    assert "data-upload-address" in page.content.decode()
    assert "without JavaScript, 4.2" in page.content.decode().replace("\xa0", " ")
    assert host not in client.get("/feeds/")["Content-Security-Policy"]


def test_without_a_bucket_a_function_says_its_limit_before_a_file_is_chosen(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = person()
    assert "At most" not in client.get("/import/").content.decode()
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "pages")
    page = client.get("/import/").content.decode().replace("\xa0", " ")
    assert "At most 4.2 MB. Put larger files on the feed&#x27;s server." in page
    assert client.post("/import/upload-address/").status_code == 404


def test_a_bucket_that_cannot_be_used_is_told_and_stops_no_page(
    person: Person, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    upload_bucket._client.cache_clear()
    client = person()
    assert client.get("/import/").status_code == 200
    answer = client.post("/import/upload-address/")
    assert answer.status_code == 503
    assert "Nothing was imported." in answer.json()["problem"]
