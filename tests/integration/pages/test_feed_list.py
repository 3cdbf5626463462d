"""The list of feeds is paged and searched; each line has its last import and its next run."""

from collections.abc import Callable
from datetime import UTC, datetime
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
    assert "No feed&#x27;s name has “%” in it" in none or "No feed's name has “%” in it" in none


def test_few_feeds_have_neither_pages_nor_a_search(
    person: Callable[..., Any], many: list[Any]
) -> None:
    from rollbook.records.models import Feed

    Feed.objects.filter(pk__gt=many[2].pk).update(removed_at=datetime.now(UTC))
    page = person().get("/feeds/").content.decode()
    assert page.count(">feed-") == 3
    assert 'type="search"' not in page
    assert 'class="pager"' not in page
