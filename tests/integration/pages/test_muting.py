"""The page of a feed's schedule mutes its mails for some days, and ends that."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.records.test_scheduling import sis

__all__ = ["sis"]


def test_an_administrator_mutes_a_feed_and_ends_it_and_both_are_on_record(
    sis: Any, person: Callable[..., Any]
) -> None:
    from rollbook.records.models import AuditEvent

    client = person()
    done = client.post("/feeds/sis/mute/", {"days": "7"}, follow=True).content.decode()
    assert "Muted until" in done
    assert "Alerts muted until" in client.get("/feeds/").content.decode()
    sis.refresh_from_db()
    assert sis.muted_until is not None
    done = client.post("/feeds/sis/mute/", {"days": "0"}, follow=True).content.decode()
    assert "Muted until" not in done
    assert "muted until" not in client.get("/feeds/").content.decode()
    assert AuditEvent.objects.filter(action="feed.muted", subject="sis").count() == 2


@pytest.mark.parametrize("days", ["31", "-1", "", "soon", "١", "9" * 400])
def test_more_days_than_there_are_or_none_are_refused(
    sis: Any, person: Callable[..., Any], days: str
) -> None:
    page = person().post("/feeds/sis/mute/", {"days": days}, follow=True).content.decode()
    assert "1 to 30 days" in page
    sis.refresh_from_db()
    assert sis.muted_until is None
