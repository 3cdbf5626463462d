"""The list of feeds: paged and searched; each with its state, its nights, who is told."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest


@pytest.fixture
def many(pages: None) -> list[Any]:
    from rollbook.records.models import Feed

    now = datetime.now(UTC)
    return Feed.objects.bulk_create(
        Feed(
            name=f"feed-{number:03}", host="sftp.example.org", username="u", pattern="*.csv",
            schedule={"is_on": True}, planned_at=now, schedule_set_at=now,
        )
        for number in range(120)
    )  # fmt: skip


@pytest.mark.usefixtures("many")
def test_every_feed_is_on_one_page_and_found_by_a_part_of_its_name(
    person: Callable[..., Any],
) -> None:
    client = person()
    pages = [client.get(f"/feeds/?page={number}").content.decode() for number in (1, 2, 3)]
    found = [f">feed-{number:03}</a>" for number in range(120)]
    assert [sum(each in page for page in pages) for each in found] == [1] * 120
    assert all("at 2:00" in page for page in pages)
    assert "1–50 of" in pages[0]
    last = client.get("/feeds/?page=99999").content.decode()
    assert ">feed-119</a>" in last
    some = client.get("/feeds/?q=D-11").content.decode()
    assert [each in some for each in found] == [110 <= number < 120 for number in range(120)]
    none = client.get("/feeds/?q=%25").content.decode()
    assert "No feeds match “%”." in none


def test_few_feeds_have_neither_pages_nor_a_search(
    person: Callable[..., Any], many: list[Any]
) -> None:
    from rollbook.records.models import Feed

    Feed.objects.filter(pk__gt=many[2].pk).update(removed_at=datetime.now(UTC))
    page = person().get("/feeds/").content.decode()
    assert page.count(">feed-") == 3
    assert 'type="search"' not in page
    assert 'class="pager"' not in page


def ended(feed: Any, days: int, *, reason: str | None = None, total: int = 0) -> int:
    """An import of so many days ago: of that reason it failed, without one it stored students."""
    from rollbook.core.errors import Message
    from rollbook.core.report import Counts, Report
    from rollbook.records.models import JOB_TYPE, Job
    from rollbook.records.models.job_output import message_parts
    from rollbook.records.operations.jobs import now

    status = "failed" if reason else "completed"
    message = Message("The server refused.", "", "Ask its operator.") if reason else None
    report = Report(
        status=status,
        reason=reason,
        message=message,
        counts=Counts(total=total),
        stored=not reason,
    )
    at = now() - timedelta(days=days)
    job = Job.objects.create(
        job_type=JOB_TYPE,
        status=status,
        created_at=at,
        started_at=at,
        completed_at=at,
        input_data={"feed": feed.name, "feed_id": feed.pk, "started_by": "schedule"},
        output_data={"report": report.as_object(None), "message": message_parts(report)},
    )
    return int(job.pk)


def line(page: str, name: str) -> str:
    found = next(
        each for each in page.split('<li class="card glance')[1:] if f">{name}</a>" in each
    )
    return " ".join(found.split())


def test_a_line_has_state_nights_students_and_who_is_told(
    person: Callable[..., Any], many: list[Any]
) -> None:
    from rollbook.records.models import Feed

    Feed.objects.filter(pk=many[1].pk).update(recipients=["ana@example.org", "bo@example.org"])
    old, good = ended(many[0], 3), ended(many[0], 1, total=1234)
    ended(many[1], 0, reason="host_key_changed")
    bad = ended(many[1], 0, reason="host_key_changed")
    page = person().get("/feeds/").content.decode()
    first, second, third = (line(page, f"feed-00{number}") for number in range(3))
    assert ("Up to date" in first, "Failed</span>" in second) == (True, True)
    assert "1,234 students" in first
    for said in (first, second, third):
        assert said.count('<use href="#night-') == 30
    assert re.findall(r'class="night (\w+)" href="/imports/(\d+)/"', first) == [
        ("succeeded", str(old)), ("succeeded", str(good)),
    ]  # fmt: skip
    assert "Last 30 nights: 2 succeeded and 28 no run." in first
    assert f'class="night failed" href="/imports/{bad}/"' in second
    assert "Failed, 2 imports" in second
    assert "28 no run. Last failed" not in first
    assert "ana@example.org and bo@example.org" in second
    assert ("No one" in first, "No one" in second) == (True, False)
    assert 'class="night' in third
    assert "Never" in third


@pytest.mark.parametrize(
    ("reason", "title", "place"),
    [
        ("host_key_changed", "identity changed", "#h-test"),
        ("host_key_unknown", "not confirmed", "#h-test"),
        ("bad_credentials", "rejected the sign-in", "#id_username"),
        ("folder_not_found", "folder is missing", "#id_folder"),
    ],
)
def test_what_the_server_does_not_allow_is_a_red_panel_with_the_way_to_mend_it(
    person: Callable[..., Any], many: list[Any], reason: str, title: str, place: str
) -> None:
    number, client = ended(many[0], 0, reason=reason), person()
    link = f'href="/feeds/feed-000/settings/{place}"'
    said = line(client.get("/feeds/").content.decode(), "feed-000")
    own = client.get("/feeds/feed-000/").content.decode()
    for page in (said, own):
        assert ("note bad" in page, title in page, link in page) == (True, True, True)
        assert f'href="/imports/{number}/"' in page
        assert "The server refused." in page
    settings = client.get("/feeds/feed-000/settings/").content.decode()
    assert f'id="{place[1:]}"' in settings, "the link leads to a place"
    assert link in client.get(f"/imports/{number}/").content.decode()
    other = line(client.get("/feeds/").content.decode(), "feed-001")
    assert "note bad" not in other
