"""Administrators see whether all is ready for the night."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.doubles.feeds import add_feed
from tests.integration.notify.smtp import mail_box

Person = Callable[..., Any]


def test_an_administrator_has_everything_checked_and_a_test_mail_sent(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = person()
    assert "/settings/doctor/" in client.get("/settings/").content.decode()
    page = client.get("/settings/doctor/").content.decode()
    assert "Check now" in page and "No feed imports automatically" in page
    assert "Fixed something?" not in page
    with mail_box() as box:
        monkeypatch.setenv("ROLLBOOK_EMAIL_URL", f"smtp://127.0.0.1:{box.port}")
        page = client.post("/settings/doctor/", {"send_mail": "on"}).content.decode()
    assert box.recipients == [["ada@example.org"]]
    for told in (
        "No import is scheduled.",
        "things to look at.",
        "The server&#x27;s clock and the database&#x27;s clock agree",
        "No worker is running",
        "There is no backup yet",
        "A test email was sent to 1 person",
        'href="/settings/#id_import.notification_emails">Choose who gets email',
        'href="/feeds/new/">Add a feed',
    ):
        assert told in page, told
    main = page.partition("<main")[2].partition("</main>")[0]
    assert not any(told in main for told in ("`", "rollbook ", "ROLLBOOK_", "FILE"))


def test_the_next_imports_are_named_before_anything_is_checked(person: Person) -> None:
    client = person()
    add_feed("sis", host="127.0.0.1", schedule={"is_on": True})
    add_feed("off", host="127.0.0.1", schedule={"is_on": False})
    page = client.get("/settings/doctor/").content.decode()
    assert 'href="/feeds/sis/schedule/"' in page
    assert "/feeds/off/" not in page and "No feed imports automatically" not in page


def test_nobody_else_may(person: Person) -> None:
    client = person("viewer")
    assert client.get("/settings/doctor/").status_code == 403
    assert client.post("/settings/doctor/").status_code == 403
