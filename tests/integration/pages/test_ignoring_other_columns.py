"""The page Columns ignores all columns that are not known with one button."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.pages.test_who_may_see_what import job_and_feed

__all__ = ["job_and_feed"]  # a fixture
Person = Callable[..., Any]


@pytest.fixture
def feed_with_a_header(job_and_feed: None) -> str:
    from rollbook.records.models import Feed, Job

    feed = Feed.objects.get(name="sis")
    job: Any = Job.objects.get(id=1)
    given = {"feed": "sis", "feed_id": feed.pk, "started_by": "test", "dry_run": False}
    output = job.output_data | {
        "header": ["Student ID", "SSID", "Bus Route", "Locker", "User Role", "Window"]
    }
    Job.objects.filter(id=1).update(input_data=given, output_data=output)
    return "/feeds/sis/columns/"


def test_one_button_ignores_all_columns_that_are_not_known(
    person: Person, feed_with_a_header: str
) -> None:
    from rollbook.records.models import AuditEvent, Feed

    client = person()
    assert "Ignore all other columns (2)" in client.get(feed_with_a_header).content.decode()
    page = client.post(feed_with_a_header, {"change": "ignore-others"}, follow=True)
    assert "Ignore all other columns" not in page.content.decode()
    stored = Feed.objects.get(name="sis").headers
    assert stored == {"Bus Route": "", "Locker": ""}, "whose rows they are is decided by name"
    assert Feed.objects.get(name="sis").other_columns == "note"
    assert AuditEvent.objects.filter(action="feed.mapping_changed", subject="sis").count() == 1


def test_new_columns_are_warned_of_again_where_that_is_wanted(
    person: Person, feed_with_a_header: str
) -> None:
    from rollbook.records.models import Feed

    client = person()
    client.post(feed_with_a_header, {"change": "ignore-others"})
    assert "Warn about new columns" in client.get(feed_with_a_header).content.decode()
    client.post(feed_with_a_header, {"change": "warn-of-others"})
    assert Feed.objects.get(name="sis").other_columns == "warn"


def test_columns_of_a_vendors_layout_are_said_and_are_none_to_decide_on(
    person: Person, feed_with_a_header: str
) -> None:
    from rollbook.records.models import Job
    from tests.unit.core.layouts.headers import PUBLISHED

    job: Any = Job.objects.get(id=1)
    header = [*PUBLISHED["iready_reading"], "House"]
    Job.objects.filter(id=1).update(output_data=job.output_data | {"header": header})
    client = person()
    page = client.get(feed_with_a_header).content.decode()
    assert "i-Ready Reading Overall Score" in page
    assert page.count("Skipped by the layout") == 55
    assert page.count("Unknown") == 1
    assert "Ignore all other columns (1)" in page
    page = client.post(
        feed_with_a_header, {"change": "ignore-others"}, follow=True
    ).content.decode()
    assert "Unknown" not in page
    assert "i-Ready Reading Overall Score" in page


def test_a_column_with_a_suggested_match_is_never_ignored_and_is_still_asked_about(
    person: Person, feed_with_a_header: str
) -> None:
    from rollbook.records.models import Feed, Job

    job: Any = Job.objects.get(id=1)
    header = ["Student ID", "SSID", "Bus Route", "Absences Year"]
    Job.objects.filter(id=1).update(output_data=job.output_data | {"header": header})
    client = person()
    page = client.get(feed_with_a_header).content.decode()
    assert page.index("Absences Year") < page.index("Ignore all other columns (1)")
    assert page.index("<summary") < page.index('value="ignore-others"'), "not without a question"
    client.post(feed_with_a_header, {"change": "ignore-others"})
    feed = Feed.objects.get(name="sis")
    assert (feed.headers, feed.other_columns) == ({"Bus Route": ""}, "warn")
    page = client.get(feed_with_a_header).content.decode()
    assert "Maybe" in page and "Ignore all other columns" not in page
