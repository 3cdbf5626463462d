"""Downloads that are larger than the answer of a function: whole, out of the bucket, on record."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
import requests

from rollbook.core import upload_bucket
from tests.integration.aws.test_bucket_uploads import (
    begin,
    bucket,
    carry_out,
    job_of,
    keys,
    send,
)
from tests.integration.cli.commands import HEADER, student
from tests.integration.pages.conftest import pages, person

__all__ = ["bucket", "pages", "person"]  # fixtures

Person = Callable[..., Any]
REJECTED = 30
HEADERS = {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": "attachment"}


@pytest.fixture
def ada(person: Person) -> Any:
    return person()


@pytest.fixture
def rejected(ada: Any, bucket: Any) -> int:
    """An import whose rows have no Student ID."""
    rows = [f",{student(number).partition(',')[2]}" for number in range(REJECTED)]
    good = [student(number) for number in range(100, 400)]
    uploaded = send(ada, "\n".join([HEADER, *good, *rows]).encode())
    job = job_of(begin(ada, uploaded))
    carry_out(job)
    return job


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function whose answers are small."""
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "pages")
    monkeypatch.setattr("rollbook.transfers.large_downloads.LARGEST_ANSWER", 100)


def fetched(answer: Any) -> requests.Response:
    assert answer.status_code == 303, answer
    got = requests.get(answer.url, timeout=60)
    assert got.status_code == 200, got.text
    return got


def disclosed() -> list[str]:
    from rollbook.records.models import AuditEvent

    found: Any = AuditEvent.objects.filter(action="students.downloaded").order_by("id")
    return [event.after["what"] for event in found]


@pytest.mark.parametrize("file", ["problems", "fix-it"])
def test_a_large_file_comes_whole_out_of_the_bucket_and_is_on_record(
    ada: Any, rejected: int, monkeypatch: pytest.MonkeyPatch, small: None, file: str
) -> None:
    answer = ada.get(f"/imports/{rejected}/{file}.csv")
    got = fetched(answer)
    assert got.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert f'filename="import-{rejected}-{file}.csv"' in got.headers["Content-Disposition"]
    assert len(disclosed()) == 1
    monkeypatch.delenv("AWS_LAMBDA_FUNCTION_NAME")
    whole = b"".join(ada.get(f"/imports/{rejected}/{file}.csv").streaming_content)
    assert got.content == whole
    assert len(list(csv.reader(io.StringIO(whole.decode("utf-8-sig"))))) > REJECTED


@pytest.mark.parametrize("page", ["/imports/history.csv", "/audit/audit.csv"])
def test_lists_come_whole_too(ada: Any, rejected: int, small: None, page: str) -> None:
    assert len(fetched(ada.get(page)).text.splitlines()) > 1


def test_the_address_is_good_for_a_minute_and_names_nothing(
    ada: Any, rejected: int, bucket: Any, small: None
) -> None:
    answer = ada.get(f"/imports/{rejected}/fix-it.csv")
    [key] = keys(bucket)
    assert upload_bucket.KEY.fullmatch(key)
    assert "X-Amz-Expires=60&" in f"{answer.url}&"
    assert answer["Cache-Control"] == "no-store"


def test_who_may_not_see_a_file_is_given_no_address(
    person: Person, rejected: int, bucket: Any, small: None
) -> None:
    viewer = person(email="viewer@example.org", role="viewer")
    assert viewer.get(f"/imports/{rejected}/fix-it.csv").status_code == 403
    assert keys(bucket) == []
    assert disclosed() == []


def test_a_small_file_needs_no_bucket(
    ada: Any, rejected: int, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "pages")
    answer = ada.get(f"/imports/{rejected}/fix-it.csv")
    assert answer.status_code == 200
    assert len(b"".join(answer.streaming_content).splitlines()) == REJECTED + 1
    assert keys(bucket) == []


@pytest.mark.parametrize("what", ["no bucket", "no AWS credentials", "too large"])
def test_a_file_that_cannot_be_handed_out_is_told(
    ada: Any, rejected: int, monkeypatch: pytest.MonkeyPatch, small: None, what: str
) -> None:
    said = "is larger than"
    if what == "no bucket":
        monkeypatch.delenv("ROLLBOOK_UPLOADS_BUCKET")
    elif what == "too large":
        monkeypatch.setattr("rollbook.transfers.large_downloads.LARGEST", 200)
    else:
        said = "Rollbook has no AWS credentials."
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.delenv(name)
        upload_bucket._client.cache_clear()
    ada.raise_request_exception = False
    answer = ada.get(f"/imports/{rejected}/fix-it.csv")
    assert answer.status_code == 503
    assert said in answer.content.decode()
    assert disclosed() == []


def test_a_file_above_the_limit_of_lambda_arrives_byte_for_byte(
    bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.transfers.large_downloads import FileElsewhere, handed_out

    lines = [f'"{number:08}","é"\n' for number in range(500_000)]
    answer = handed_out(iter(lines), HEADERS)
    assert isinstance(answer, FileElsewhere)
    assert requests.get(answer.url, timeout=60).content == "".join(lines).encode()
