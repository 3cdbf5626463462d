"""A broken promise is on the dashboard, in data quality, health and metrics until it is made up."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.doubles.feeds import add_feed
from tests.integration.worker.test_promises import imported


@pytest.fixture
def late(pages: None) -> Any:
    """A feed that promised an hour ago what its last import, two days ago, did not bring."""
    from rollbook.records.district import district_zone
    from rollbook.records.models import Feed, JudgedPromise
    from rollbook.records.operations.calendar import set_calendar

    set_calendar("daily", "", actor="test")
    now = datetime.now(UTC)
    promised = (now - timedelta(hours=1)).astimezone(district_zone())
    feed = add_feed(now=now - timedelta(days=5))
    schedule = {"is_on": False, "current_by": f"{promised:%H:%M}"}
    Feed.objects.filter(pk=feed.pk).update(schedule=schedule)
    imported(feed, now - timedelta(days=2))
    for days, is_kept in ((1, True), (2, False)):
        at = now - timedelta(days=days)
        JudgedPromise.objects.create(feed_id=feed.pk, promised_at=at, is_kept=is_kept, judged_at=at)
    return feed


def test_a_broken_promise_is_told_on_every_page_until_an_import_succeeds(
    late: Any, person: Callable[..., Any]
) -> None:
    from rollbook.records.queries.health import health
    from rollbook.records.queries.metrics import measurements
    from rollbook.web.metrics_text import exposition

    client = person()
    dashboard = client.get("/").content.decode()
    assert "sis: not up to date by" in dashboard
    assert "Up to date on time" in dashboard
    quality = " ".join(client.get("/quality/").content.decode().split())
    assert "on 1 of 2 school days" in quality
    assert "Late" in quality
    assert client.get("/healthz/data").status_code == 503
    [feed] = health(datetime.now(UTC)).as_object()["feeds"]
    assert (feed["status"], feed["is_fresh"], feed["late_since"] is None) == ("late", False, False)
    assert 'rollbook_feed_late{feed="sis"} 1.0' in exposition(
        measurements(datetime.now(UTC)), version="1", has_mail=True
    )
    imported(late, datetime.now(UTC))
    assert "not up to date by" not in client.get("/").content.decode()
    assert client.get("/healthz/data").status_code == 200
