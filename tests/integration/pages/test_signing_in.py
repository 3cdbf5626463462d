"""Signing in: links that work once, wrong passwords, sessions, and where one lands."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from tests.integration.pages.conftest import PASSWORD

Person = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("pages")


def sign_in(client: Any, password: str = PASSWORD, **more: str) -> Any:
    return client.post(
        "/account/sign-in/", {"login": "ada@example.org", "password": password} | more
    )


def audited(action: str) -> list[str]:
    from rollbook.records.models import AuditEvent

    return [event.subject for event in AuditEvent.objects.filter(action=action)]


def test_a_link_makes_one_account_and_signs_in(pages: None) -> None:
    from django.test import Client

    from rollbook.access.models import Role
    from rollbook.access.operations import make_link

    address = f"/welcome/{make_link(role=Role.ADMINISTRATOR, actor='test')}/"
    client = Client()
    weak = client.post(address, {"email": "ada@example.org", "password": "short"})
    assert "at least 12 characters" in weak.content.decode()
    assert (
        client.post(address, {"email": "ada@example.org", "password": PASSWORD})["Location"] == "/"
    )
    assert client.get("/").status_code == 200
    assert Client().get(address).status_code == 410
    assert audited("person.added") == ["ada@example.org"]


def test_a_link_is_over_after_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.test import Client

    from rollbook.access import operations
    from rollbook.access.models import Role

    monkeypatch.setattr(operations.links, "LINK_VALID_FOR", timedelta(seconds=-1))
    address = f"/welcome/{operations.make_link(role=Role.ADMINISTRATOR, actor='test')}/"
    answer = Client().post(address, {"email": "ada@example.org", "password": PASSWORD})
    assert answer.status_code == 410
    assert not operations.has_administrator()


def test_a_person_who_signs_in_lands_where_they_were_going(person: Person) -> None:
    from django.test import Client

    person()
    assert sign_in(Client(), next="/audit/").url == "/audit/"
    assert audited("sign_in.succeeded") == ["ada@example.org"]


AWAY = (
    "https://evil.example/", "//evil.example/", "///evil.example/", "javascript:x", "//localhost/",
    "http://localhost/", "http://testserver/", "https:evil.example", "http:///evil.example",
    "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "\t//evil.example",
    "/\n/evil.example", " //evil.example", "//evil.example\\@testserver/",
    "//testserver@evil.example", "evil.example", "?x", "/\u2028/evil.example", "//\u00a0localhost/",
)  # fmt: skip


@pytest.mark.parametrize("away", AWAY)
def test_no_one_is_sent_to_another_site(person: Person, away: str) -> None:
    from django.test import Client

    client = person()
    assert sign_in(Client(), next=away)["Location"] == "/"
    answer = client.post("/account/confirm/", {"password": PASSWORD, "next": away})
    assert answer["Location"] == "/"
    out = client.post("/account/sign-out/", {"next": away})
    assert out.url in ("/", "/account/sign-in/")


def test_a_destination_that_is_no_text_is_refused(person: Person) -> None:
    from django.test import Client

    person()
    assert sign_in(Client(), next="/\x00/evil.example").status_code == 400


@pytest.mark.parametrize("inside", ["/audit/", "/imports/?q=a%2Fb&page=2", "/%2F%2Fevil.example/"])
def test_a_page_of_ours_is_where_one_lands(person: Person, inside: str) -> None:
    from django.test import Client

    person()
    assert sign_in(Client(), next=inside).url == inside


@pytest.mark.parametrize("here", ["http://[", "//evil.example/", "\x7f", "http://x//evil.example/"])
def test_a_hostile_address_of_the_page_that_asked_leads_nowhere_else(here: str) -> None:
    from django.test import Client

    headers = {"HX-Request": "true", "HX-Current-URL": here}
    answer = Client().get("/imports/1/progress/", headers=headers)
    assert answer.status_code == 401
    assert answer["HX-Redirect"].startswith("/account/sign-in/")


def test_a_wrong_password_is_refused_on_record_and_soon_slowed_down(person: Person) -> None:
    from django.test import Client

    person()
    client = Client()
    answers = [sign_in(client, password="wrong one") for _ in range(7)]
    assert answers[0].status_code == 200
    assert "isn't right" in unescape(answers[0].content.decode())
    assert "Too many" in answers[-1].content.decode() or answers[-1].status_code == 429
    assert sign_in(client).status_code in (200, 429)
    assert set(audited("sign_in.failed")) == {"ada@example.org"}


def test_a_new_password_ends_the_other_sessions(person: Person) -> None:
    from django.test import Client

    here, there = person(), Client()
    sign_in(there)
    assert there.get("/").status_code == 200
    answer = sign_in(here)
    answer = here.post(
        "/account/password/",
        {
            "oldpassword": PASSWORD,
            "password1": "another long sentence",
            "password2": "another long sentence",
        },
    )
    assert answer.status_code == 302, answer.content
    assert there.get("/").status_code == 302


def test_a_reset_ends_every_session(person: Person) -> None:
    from rollbook.access.operations import reset_sign_in

    client = person()
    reset_sign_in("ada@example.org", "another long sentence", actor="test")
    assert client.get("/").status_code == 302


def test_no_one_signs_up() -> None:
    from django.test import Client

    for address in ("/account/sign-up/", "/account/email/", "/account/signup/"):
        assert Client().get(address).status_code == 404, address


def test_without_mail_the_reset_page_says_who_can_help() -> None:
    from django.test import Client

    page = Client().get("/account/password/reset/").content.decode()
    assert "Ask the person who runs Rollbook at your district to set a new password" in " ".join(
        page.split()
    )
    assert "<form" not in page.split("<main", 1)[1]


def test_every_page_of_the_account_has_our_look(person: Person) -> None:
    client = person()
    sign_in(client)
    for address in (
        "password/",
        "second-factor/",
        "second-factor/totp/activate/",
        "sign-out/",
        "confirm/",
        "second-factor/recovery-codes/generate/",
    ):
        page = client.get(f"/account/{address}", follow=True)
        assert page.status_code == 200, address
        assert "rollbook/tokens.css" in page.content.decode(), address


def test_what_is_wrong_with_a_sign_in_is_reported_in_plain_words(person: Person) -> None:
    from allauth.mfa.adapter import get_adapter
    from django.test import Client

    client = person()
    told = unescape(sign_in(Client(), password="not this one").content.decode())
    assert "The email address or password isn't right." in told
    again = client.get("/account/confirm/").content.decode()
    assert "Enter your password again." in again
    assert "reauthenticate" not in again
    code = str(get_adapter().error_messages["incorrect_code"])
    assert code.startswith("That code is wrong or was already used. Nothing was changed.")


def test_the_pages_of_ones_own_sign_in_speak_as_the_others_do(person: Person) -> None:
    client = person()
    client.post("/account/confirm/", {"password": PASSWORD})
    page = client.get("/account/second-factor/").content.decode()
    assert "<h1>Sign-in security</h1>" in page
    assert "Two-Factor" not in page
    app = client.get("/account/second-factor/totp/activate/").content.decode()
    assert "Scan this with your authenticator app, then enter the six digits it shows." in app


def test_before_the_first_account_the_page_says_where_the_link_is(person: Any) -> None:
    from django.test import Client

    hint = "Your link is in the terminal where you started Rollbook."
    assert hint in Client().get("/account/sign-in/").content.decode()
    person()
    assert hint not in Client().get("/account/sign-in/").content.decode()
