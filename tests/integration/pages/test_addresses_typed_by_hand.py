"""Filters of a URL that no form sends: they are answered, not stumbled over."""

from collections.abc import Callable
from typing import Any

import pytest

Person = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("pages")


@pytest.fixture
def job(pages: None) -> None:
    from rollbook.core.report import Report
    from rollbook.records.models import JOB_TYPE, Job
    from rollbook.records.operations.jobs import now

    Job.objects.create(
        id=1,
        job_type=JOB_TYPE,
        status="completed",
        created_at=now(),
        input_data={"feed": "files", "feed_id": 1, "started_by": "test"},
        output_data={"report": Report(status="completed").as_object(1)},
    )


@pytest.mark.usefixtures("job")
@pytest.mark.parametrize(
    "address",
    [
        "/audit/?q=%00",
        "/audit/?since=9999-12-31",
        "/imports/?by=%00",
        "/imports/?file=a%00b",
        "/imports/?until=9999-12-31",
        "/imports/?since=0001-01-01",
        "/imports/1/rows/?q=%00",
        "/imports/1/rows/?code=%00",
        "/imports/1/rows/?column=%00",
    ],
)
def test_a_filter_that_means_nothing_is_answered(person: Person, address: str) -> None:
    client = person()
    client.raise_request_exception = False
    # No browser sends NUL; a date or a number that means nothing is only not asked.
    assert client.get(address).status_code == (400 if "%00" in address else 200)


@pytest.mark.usefixtures("job")
def test_what_is_no_text_is_refused_in_forms_addresses_and_cookies(person: Person) -> None:
    client = person()
    client.raise_request_exception = False
    for address, fields in (
        ("/settings/terms/", {"name": "a\0b"}),
        ("/feeds/new/", {"name": "a\0b"}),
        ("/people/invite/", {"role": "a\0b"}),
        ("/account/sign-in/", {"login": "a\0b", "password": "x"}),
        ("/imports/1/decide/apply/", {"reason": "a\0b"}),
    ):
        answer = client.post(address, fields)
        assert answer.status_code == 400, address
        assert "understand that request" in answer.content.decode(), address
    assert client.get("/feeds/a%00b/").status_code == 400
    client.cookies["theme"] = "a\0b"
    assert client.get("/").status_code == 400
