"""A feed's schedule on its page: next runs in words, changed as people write it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.doubles.feeds import add_feed
from tests.integration.records.test_scheduling import NIGHT


@pytest.fixture
def sis(pages: None) -> Any:
    return add_feed(now=NIGHT - timedelta(hours=8))


def test_a_new_feed_runs_every_night_at_two(sis: Any, person: Callable[..., Any]) -> None:
    from rollbook.records.operations.district import change_settings

    # Where no clock change is near: on the night of one it runs at 3:00 AM.
    change_settings({"district.time_zone": "America/Phoenix"}, actor="test")
    client = person()
    page = client.get("/feeds/sis/schedule/").content.decode()
    assert 'value="2:00 AM"' in page
    assert len(re.findall(r"at 2:00 AM\s*</li>", page)) == 3
    assert "at 2:00 AM" in client.get("/feeds/").content.decode()


def test_days_times_and_pauses_are_saved_and_audited(sis: Any, person: Callable[..., Any]) -> None:
    from rollbook.records.models import AuditEvent, Feed

    given = {
        "is_on": "on",
        "times": "1:30 am, 13:00",
        "days": ["0", "4"],
        "pauses": "2026-12-21 to 2027-01-03 Winter break\n",
    }
    before = Feed.objects.get(name="sis")
    answer = person().post("/feeds/sis/schedule/", given)
    assert answer.status_code == 302
    feed = Feed.objects.get(name="sis")
    assert feed.schedule["times"] == ["01:30", "13:00"]
    assert feed.schedule["days"] == [0, 4]
    assert feed.schedule["pauses"][0]["last"] == "2027-01-03"
    assert before.planned_at and feed.planned_at and feed.planned_at != before.planned_at
    event = AuditEvent.objects.order_by("-id").first()
    assert event and event.after and event.after["schedule"]["times"] == ["01:30", "13:00"]


def test_what_makes_no_sense_is_reported_beside_its_field_and_kept(
    sis: Any, person: Callable[..., Any]
) -> None:
    given = {"is_on": "on", "times": "25:00", "days": [], "pauses": "summer"}
    page = person().post("/feeds/sis/schedule/", given).content.decode()
    assert "t a time. Write 2:00 AM" in page
    assert "t read “summer” as a pause" in page
    assert 'value="25:00"' in page
    assert page.startswith("<!DOCTYPE html>") and "<title>Error:" in page


def test_switched_off_it_says_so(sis: Any, person: Callable[..., Any]) -> None:
    client = person()
    client.post("/feeds/sis/schedule/", {"times": "2:00 AM", "days": ["0"], "pauses": ""})
    assert "Off: nothing is imported" in client.get("/feeds/sis/schedule/").content.decode()


def test_the_page_of_an_import_shows_its_attempts_and_when_the_next_one_is(
    sis: Any, person: Callable[..., Any]
) -> None:
    from tests.integration.records.test_scheduling import failed_once

    failed_once(sis)
    page = person().get("/imports/1/").content.decode()
    assert "Attempts" in page
    assert "next try" in page
    assert "Attempt 1 of 4 failed" in page


def test_the_next_attempt_is_called_off_after_a_question(
    sis: Any, person: Callable[..., Any]
) -> None:
    from rollbook.records.queries.schedules import next_attempt_at
    from tests.integration.records.test_scheduling import failed_once

    failed_once(sis)
    client = person()
    assert "Cancel the retry" in client.get("/imports/1/").content.decode()
    assert "will be tried again" in client.get("/imports/1/stop/").content.decode()
    page = client.post("/imports/1/stop/", follow=True).content.decode()
    assert next_attempt_at(1) is None
    assert "Cancel the retry" not in page
    assert "It was canceled." in page
    assert client.get("/imports/1/stop/").status_code == 302
