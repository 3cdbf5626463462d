"""The page Columns ignores all columns that are not known with one button."""

from collections.abc import Callable
from typing import Any

import pytest

Person = Callable[..., Any]


@pytest.fixture
def feed_with_a_header() -> str:
    from rollbook.records.models import Feed, Job

    feed = Feed.objects.get(name="files")
    Job.objects.create(
        status="completed",
        input={"feed": "files", "feed_id": feed.pk},
        output={"header": ["Student ID", "SSID", "Bus Route", "Locker"]},
    )
    return "/feeds/files/columns/"


def test_one_button_ignores_all_columns_that_are_not_known(
    person: Person, feed_with_a_header: str
) -> None:
    from rollbook.records.models import AuditEvent, Feed

    client = person()
    assert "Ignore all other columns (2)" in client.get(feed_with_a_header).content.decode()
    page = client.post(feed_with_a_header, {"change": "ignore-others"}, follow=True)
    assert "Ignore all other columns" not in page.content.decode()
    assert Feed.objects.get(name="files").headers == {"Bus Route": "", "Locker": ""}
    assert AuditEvent.objects.filter(action="feed.mapping_changed", subject="files").count() == 1
