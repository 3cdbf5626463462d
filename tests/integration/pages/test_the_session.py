"""The session of a person who is signed in: its cookie, its beginning, its end."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.pages.conftest import PASSWORD

Person = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("pages")


def signed_in(person: Person) -> Any:
    from django.test import Client

    person()
    client = Client()
    client.get("/account/sign-in/")
    form = {"login": "ada@example.org", "password": PASSWORD}
    assert client.post("/account/sign-in/", form).status_code == 302
    return client


def test_its_cookie_is_for_this_site_and_out_of_reach_of_scripts(person: Person) -> None:
    client = signed_in(person)
    cookie = client.cookies[_name()]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert not cookie["domain"]
    assert cookie.value not in client.get("/").content.decode()


def test_signing_in_makes_a_new_one(person: Person) -> None:
    from django.contrib.sessions.backends.db import SessionStore
    from django.test import Client

    planted = SessionStore()
    planted["note"] = "from someone else"
    planted.create()
    person()
    client = Client()
    client.cookies[_name()] = str(planted.session_key)
    client.post("/account/sign-in/", {"login": "ada@example.org", "password": PASSWORD})
    made = client.cookies[_name()].value
    assert client.get("/").status_code == 200
    assert made != str(planted.session_key)
    assert len(made) == 32
    assert not SessionStore().exists(str(planted.session_key))


def test_signing_out_ends_it_for_good(person: Person) -> None:
    from django.test import Client

    client = signed_in(person)
    kept = client.cookies[_name()].value
    client.post("/account/sign-out/")
    thief = Client()
    thief.cookies[_name()] = kept
    assert thief.get("/").status_code == 302


def _name() -> str:
    from django.conf import settings

    return str(settings.SESSION_COOKIE_NAME)
