"""The page of a feed's webhook shows the signing secret only when asked, and that is on record."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.feeds import add_feed
from tests.integration.notify.conftest import certificate
from tests.integration.notify.test_webhooks import receiving
from tests.integration.notify.tls import serving
from tests.integration.pages.test_feed_credentials import FORM

__all__ = ["certificate"]  # a fixture

PAGE = "/feeds/sis/webhook/"


@pytest.fixture
def client(person: Callable[..., Any]) -> Any:
    add_feed(webhook="https://example.org/hook")
    return person()


def test_the_secret_is_shown_on_request_renewed_on_request_and_both_are_audited(
    client: Any,
) -> None:
    from rollbook.records.models import AuditEvent

    assert "whsec_" not in client.get("/feeds/sis/webhook/").text
    shown = secret_in(client.post("/feeds/sis/webhook/", {"do": "show"}).text)
    assert secret_in(client.post("/feeds/sis/webhook/", {"do": "show"}).text) == shown
    assert secret_in(client.post("/feeds/sis/webhook/", {"do": "renew"}).text) != shown
    newest = AuditEvent.objects.order_by("-id").values_list("action", flat=True)
    assert list(newest[:2]) == ["feed.webhook_secret_renewed", "feed.webhook_secret_shown"]


def test_an_address_that_cannot_be_used_is_refused_at_its_field(client: Any) -> None:
    page = client.post(
        "/feeds/sis/settings/", FORM | {"webhook": "http://example.org/"}
    ).content.decode()
    assert "must start with https://" in page


def test_a_test_message_is_sent_at_once_and_the_page_says_what_became_of_it(
    client: Any, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.records.models import AuditEvent, Feed

    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with receiving(serving(certificate)) as receiver:
        Feed.objects.update(webhook=receiver.url)
        assert "private network" in client.post(PAGE, {"do": "try"}, follow=True).text
        assert receiver.got == []
        monkeypatch.setenv("ROLLBOOK_WEBHOOK_NETWORKS", "127.0.0.0/8")
        assert "The test message arrived." in client.post(PAGE, {"do": "try"}, follow=True).text
        receiver.status = 500
        assert "it answered 500" in client.post(PAGE, {"do": "try"}, follow=True).text
    message = json.loads(receiver.got[0][1])
    assert (message["type"], message["data"]) == ("test", {"feed": "sis"})
    assert receiver.got[0][0]["webhook-signature"].startswith("v1,")
    assert AuditEvent.objects.filter(action="feed.webhook_tried").count() == 3


def secret_in(page: str) -> str:
    return page.split("whsec_")[1].split("<")[0]
