"""Tokens for programs on their page: shown once, named, revoked, gone with their administrator."""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tests.integration.pages.test_who_may_let_others_in import confirm

Person = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("pages")

ASKED = {"name": "nightly", "days": "30", "scopes": ["import"]}


def token_in(answer: Any) -> str:
    """Of the page that an answer leads to, loaded twice."""
    first, second = (answer.client.get(answer["Location"]).content.decode() for _ in range(2))
    found = re.search(r"rollbook_[A-Za-z0-9_-]{43}", first)
    assert found and found[0] in second
    return found[0]


def test_a_token_is_made_after_a_confirmation_and_shown_briefly(person: Person) -> None:
    from rollbook.access.models import ApiToken
    from rollbook.records.models import AuditEvent

    client = person()
    assert client.post("/settings/tokens/", ASKED).url.startswith("/account/confirm/")
    assert not ApiToken.objects.exists()
    confirm(client)
    made = client.post("/settings/tokens/", ASKED)
    token = token_in(made)
    shown = unescape(client.get(made["Location"]).content.decode())
    example = f"curl -H 'Authorization: Bearer {token}' 'http://testserver/api/admin/import/jobs"
    assert example in shown
    answer = Client().get(
        "/api/admin/import/jobs?limit=1",
        headers={"Authorization": f"Bearer {token}"},
        REMOTE_ADDR="10.0.0.4",
    )
    assert answer.status_code == 200
    kept = ApiToken.objects.get()
    assert kept.digest == hashlib.sha256(token.encode()).hexdigest()
    assert (kept.name, kept.scopes, kept.owner.email) == ("nightly", ["import"], "ada@example.org")
    assert kept.expires_at - kept.created_at == timedelta(days=30)
    page = client.get("/settings/tokens/").content.decode()
    assert "nightly" in page
    assert "1 program has access." in page
    assert "Start imports" in page
    assert "from 10.0.0.4" in page
    assert "rollbook_" not in page
    event = AuditEvent.objects.get(action="token.made")
    assert (event.actor, event.subject) == ("ada@example.org", "nightly")
    assert token not in str(event.after)


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "x" * 51},
        {"name": "two\nlines"},
        {"days": "0"},
        {"days": "366"},
        {"days": ""},
        {"scopes": []},
        {"scopes": ["everything"]},
    ],
)
def test_a_token_that_says_too_little_or_asks_too_much_is_not_made(
    person: Person, change: dict[str, Any]
) -> None:
    from rollbook.access.models import ApiToken

    client = person()
    confirm(client)
    answer = client.post("/settings/tokens/", ASKED | change)
    assert answer.status_code == 200
    assert "Error: " in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_a_name_is_taken_until_its_token_is_revoked_or_over(person: Person) -> None:
    from django.utils import timezone

    from rollbook.access.models import ApiToken

    client = person()
    confirm(client)
    client.post("/settings/tokens/", ASKED)
    assert "already" in client.post("/settings/tokens/", ASKED).content.decode()
    number = ApiToken.objects.get().pk
    assert (
        "stop working right away"
        in client.get(f"/settings/tokens/{number}/revoke/").content.decode()
    )
    assert client.post(f"/settings/tokens/{number}/revoke/").url == "/settings/tokens/"
    assert client.post(f"/settings/tokens/{number}/revoke/").status_code == 404
    assert token_in(client.post("/settings/tokens/", ASKED))
    ApiToken.objects.filter(revoked_at=None).update(expires_at=timezone.now())
    assert "Expired" in client.get("/settings/tokens/").content.decode()
    assert token_in(client.post("/settings/tokens/", ASKED))
    assert ApiToken.objects.filter(name="nightly").count() == 3


def test_a_token_is_refused_when_its_owner_is_no_administrator_any_more(person: Person) -> None:
    from django.utils import timezone

    from rollbook.access.models import ApiToken, Role
    from rollbook.access.operations import change_role, deactivate

    client = person()
    other = person(email="bea@example.org")
    confirm(client)
    client.post("/settings/tokens/", ASKED)
    assert ApiToken.objects.get().fault(timezone.now()) == ""
    change_role("ada@example.org", Role.VIEWER, actor="test")
    assert ApiToken.objects.get().fault(timezone.now()) == "owner"
    assert "Off: not an administrator" in other.get("/settings/tokens/").content.decode()
    change_role("ada@example.org", Role.ADMINISTRATOR, actor="test")
    assert ApiToken.objects.get().fault(timezone.now()) == ""
    deactivate("ada@example.org", actor="test")
    assert ApiToken.objects.get().fault(timezone.now()) == "owner"
    ApiToken.objects.update(revoked_at=timezone.now())
    assert ApiToken.objects.get().fault(timezone.now()) == "revoked"


def test_the_reference_of_the_api_is_a_page(person: Person) -> None:
    page = person().get("/settings/api/").content.decode()
    assert "/api/admin/import/trigger" in page
    assert "too_many_requests" in page
