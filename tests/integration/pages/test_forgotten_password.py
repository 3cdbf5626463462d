"""A forgotten password: a link by mail that leads to us, and no word about who has an account."""

import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.integration.notify.smtp import mail_box
from tests.integration.pages.conftest import PASSWORD

Person = Callable[..., Any]
NEW = "another long sentence"
PUBLIC = "https://rollbook.example.org"
pytestmark = pytest.mark.usefixtures("sends_links")


@pytest.fixture
def sends_links(pages: None) -> Iterator[None]:
    from django.test import override_settings

    with override_settings(HAS_MAIL=True, PUBLIC_URL=PUBLIC):
        yield


def ask(address: str = "ada@example.org", **options: Any) -> Any:
    from django.test import Client

    return Client(**options).post("/account/password/reset/", {"email": address})


def sent() -> list[str]:
    """The texts of the mails that leave now."""
    from rollbook.notify.outbox import send_due

    with mail_box() as box:
        send_due(os.environ | {"ROLLBOOK_EMAIL_URL": f"smtp://127.0.0.1:{box.port}"})
        return [box.words(number) for number in range(len(box.mails))]


def test_a_password_is_reset_by_mail_and_strangers_get_none(person: Person) -> None:
    from django.test import Client

    from rollbook.records.models import AuditEvent, Mail

    person()
    for address in ("Ada@example.org", "nobody@example.org"):
        assert ask(address).url == "/account/password/reset/sent/"
    assert [mail.recipients for mail in Mail.objects.all()] == [["ada@example.org"]]
    asked = AuditEvent.objects.filter(action="sign_in.reset_requested").order_by("id")
    assert [event.subject for event in asked] == ["ada@example.org", "nobody@example.org"]
    [text] = sent()
    [path] = re.findall(rf"{PUBLIC}(/\S+)", text)
    client = Client()
    page = client.get(path, follow=True)
    assert "rollbook/tokens.css" in page.content.decode()
    form = {"password1": NEW, "password2": NEW}
    assert client.post(page.redirect_chain[-1][0], form).status_code == 302
    given = {"login": "ada@example.org", "password": NEW}
    assert Client().post("/account/sign-in/", given).status_code == 302
    assert 'name="password1"' not in Client().get(path, follow=True).content.decode()


def test_the_link_leads_to_us_whatever_name_was_asked_for(person: Person) -> None:
    person()
    ask(headers={"Host": "localhost:6666"})
    ask(headers={"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"})
    texts = sent()
    assert len(texts) == 2
    for text in texts:
        assert re.findall(r"https?://[^/\s]+", text) == [PUBLIC]


def test_a_known_and_an_unknown_address_cost_the_same(person: Person) -> None:
    """The same statements in the same order, and no mail server is asked by either."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    person()

    def asked(address: str) -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            ask(address)
        told = [str(query["sql"]) for query in queries]
        words = [" ".join(one.split()[:4]) for one in told if "web_cache" not in one]
        return [re.sub(r'"?s\d+_x\d+"?', "x", one) for one in words]

    asked("another@example.org")
    known, unknown = asked("ada@example.org"), asked("nobody@example.org")
    assert [one for one in known if "SAVEPOINT" not in one] == [
        one for one in unknown if "SAVEPOINT" not in one
    ]
    assert any(one.startswith('INSERT INTO "mails"') for one in unknown)


def test_a_deactivated_person_gets_no_link(person: Person) -> None:
    from rollbook.access.operations import deactivate
    from rollbook.records.models import Mail

    person()
    person(email="bo@example.org")
    deactivate("bo@example.org", actor="test")
    Mail.objects.all().delete()
    ask("bo@example.org")
    assert not Mail.objects.exists()


def test_the_link_is_readable_neither_before_it_is_sent_nor_afterwards(person: Person) -> None:
    from rollbook.records.models import Mail

    person()
    ask()
    waiting = Mail.objects.get()
    assert PUBLIC not in waiting.text + waiting.html
    assert "password/reset" in "".join(sent())
    gone = Mail.objects.get()
    assert (gone.text, gone.html) == ("", "")
    assert gone.sent_at is not None


def test_a_link_that_could_not_be_sent_is_forgotten(person: Person) -> None:
    from rollbook.records.models import Mail
    from rollbook.records.operations.mails import note_unsent

    person()
    ask()
    number = Mail.objects.get().pk
    note_unsent(number, "No.", is_transient=False, now=datetime.now(UTC))
    assert Mail.objects.get().text == ""


def test_a_mail_that_another_key_has_sealed_is_not_sent_and_says_why(person: Person) -> None:
    from rollbook.notify.outbox import send_due
    from rollbook.records.models import Mail

    person()
    ask()
    other = {"ROLLBOOK_SECRET_KEY": "B" * 43 + "=", "ROLLBOOK_EMAIL_URL": "smtp://127.0.0.1:1"}
    assert send_due(os.environ | other) == 0
    assert "key" in (Mail.objects.get().error or "")


@pytest.mark.parametrize("missing", [{"HAS_MAIL": False}, {"PUBLIC_URL": ""}])
def test_without_a_server_or_an_address_of_ours_no_link_is_made(
    person: Person, missing: dict[str, Any]
) -> None:
    from django.test import Client, override_settings

    from rollbook.records.models import Mail

    person()
    with override_settings(**missing):
        page = Client().get("/account/password/reset/").content.decode()
        assert "to set a new password" in page
        ask()
    assert not Mail.objects.exists()


def test_a_link_lasts_for_an_hour(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from django.contrib.auth.tokens import PasswordResetTokenGenerator, default_token_generator

    from rollbook.access.models import User

    person()
    token = default_token_generator.make_token(User.objects.get())
    later = datetime.now() + timedelta(minutes=61)  # noqa: DTZ005 - as Django asks
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: later)
    assert not default_token_generator.check_token(User.objects.get(), token)


def test_an_invitation_leads_to_us_whatever_name_was_asked_for(person: Person) -> None:
    client = person()
    client.post("/account/confirm/", {"password": PASSWORD})
    headers = {"Host": "localhost:6666"}
    page = client.post("/people/invite/", {"role": "viewer"}, headers=headers, follow=True)
    assert f"{PUBLIC}/welcome/" in page.content.decode()
    assert "localhost:6666" not in page.content.decode()


@pytest.mark.parametrize(
    "url",
    ["rollbook.example.org", "ftp://x.org", "https://", "https://a:b@x.org", "https://x.org/path",
     "https://x.org?q", "https://x.org#f", "https://x.org:99999", "https://x y",
     "https://x.org\\@y", "javascript:alert(1)", "https://[::1",
     "https://x.org\n"],
)  # fmt: skip
def test_an_address_of_the_pages_that_is_more_than_that_is_refused(url: str) -> None:
    from rollbook.environ import UnsafeSetting, public_url

    with pytest.raises(UnsafeSetting):
        public_url({"ROLLBOOK_URL": url})


def test_the_address_of_the_pages_is_the_one_that_was_set() -> None:
    from rollbook.environ import public_url

    assert (
        public_url({"ROLLBOOK_URL": "https://r.example.org:8443/"}) == "https://r.example.org:8443"
    )
    assert public_url({"ROLLBOOK_ALLOWED_HOSTS": "a.org,b.org"}) == "http://a.org"
    hosts = {"ROLLBOOK_ALLOWED_HOSTS": "a.org", "ROLLBOOK_TLS": "proxy"}
    assert public_url(hosts) == "https://a.org"
    assert public_url({}) == ""
