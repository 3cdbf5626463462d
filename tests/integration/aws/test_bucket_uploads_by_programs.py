"""Programs send large files past the API into the bucket, and have them imported."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.integration.api.conftest import Program, problem, program
from tests.integration.aws.test_bucket_uploads import (
    FILE,
    bucket,
    carry_out,
    keys,
    pages,
    person,
)

__all__ = ["bucket", "pages", "person", "program"]  # fixtures

Make = Callable[..., Program]
API = "/api/admin/import"


def send(client: Program) -> str:
    """Upload a file; return how it is named then."""
    answer = client.post(f"{API}/upload-address")
    assert answer.status_code == 200, answer.content
    given = answer.json()
    sent = requests.post(
        given["url"], data=given["fields"], files={"file": ("file", FILE)}, timeout=60
    )
    assert sent.status_code == 204, sent.text
    return str(given["uploaded"])


def begin(client: Program, uploaded: str, **headers: str) -> Any:
    body = {"feed": "files", "uploaded": uploaded, "file_name": "Jane Doe.csv"}
    return client.post(f"{API}/uploaded", body, **headers)


@pytest.mark.usefixtures("bucket")
def test_a_program_s_file_is_imported_once_and_deleted_in_the_bucket(
    program: Make, bucket: Any
) -> None:
    client = program("import")
    uploaded = send(client)
    begun = begin(client, uploaded, Idempotency_Key="tonight")
    assert begun.status_code == 202, begun.content
    again = begin(client, uploaded, Idempotency_Key="tonight")
    job = begun.json()["job"]
    assert again.json()["job"] == job
    report = carry_out(job)
    assert (report.status, report.counts.total) == ("completed", 30)
    assert keys(bucket) == []
    problem(begin(client, uploaded), 422, "upload_not_there")


@pytest.mark.usefixtures("bucket")
def test_a_busy_feed_leaves_the_file_for_another_try(program: Make, bucket: Any) -> None:
    client = program("import")
    first, second = send(client), send(client)
    job = begin(client, first).json()["job"]
    problem(begin(client, second), 409, "import_running")
    assert carry_out(job).status == "completed"
    assert begin(client, second).status_code == 202


@pytest.mark.usefixtures("bucket")
def test_what_another_program_has_sent_or_nobody_is_not_imported(program: Make) -> None:
    mine, other, reader = program("import"), program("import", "read"), program("read")
    uploaded = send(mine)
    for client, said in ((other, uploaded), (mine, uploaded + "x"), (mine, "x")):
        problem(begin(client, said), 422, "upload_not_there")
    problem(reader.post(f"{API}/upload-address"), 403, "scope_missing")
    problem(begin(reader, uploaded), 403, "scope_missing")


def test_without_a_bucket_a_file_is_sent_with_its_request(program: Make) -> None:
    client = program("import")
    problem(client.post(f"{API}/upload-address"), 404, "no_upload_bucket")
    problem(begin(client, "x"), 404, "no_upload_bucket")
