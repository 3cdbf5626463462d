"""Acts that widen access: confirmed, told to those they affect, and undone with their author."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.pages.conftest import PASSWORD

Person = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("pages")


def confirm(client: Any) -> None:
    assert client.post("/account/confirm/", {"password": PASSWORD}).status_code == 302


def number_of(email: str) -> int:
    from rollbook.access.models import User

    return int(User.objects.get(email=email).pk)


def link_in(answer: Any) -> str:
    """Of the page that an answer leads to, loaded twice."""
    first, second = (answer.client.get(answer["Location"]).content.decode() for _ in range(2))
    found = re.search(r"http://testserver(/welcome/[^/<]+/)", first)
    assert found and found[1] in second
    return found[1]


def comes_in(link: str, email: str = "new@example.org") -> bool:
    from django.test import Client

    status = Client().post(link, {"email": email, "password": PASSWORD}).status_code
    assert status in (302, 410)
    return bool(status == 302)


@pytest.mark.parametrize("what", ["administrator", "viewer", "reset-factor", "activate"])
def test_what_widens_access_asks_who_does_it_and_then_does_it(person: Person, what: str) -> None:
    from rollbook.records.models import AuditEvent

    client = person()
    person("viewer", email="vi@example.org")
    before = AuditEvent.objects.count()
    address = f"/people/{number_of('vi@example.org')}/{what}/"
    asked = client.post(address)
    assert asked.url.startswith("/account/confirm/?next=")
    assert AuditEvent.objects.count() == before
    wrong = client.post(asked.url, {"password": "not this one at all"})
    assert wrong.status_code == 200
    assert client.post(asked.url, {"password": PASSWORD}).url == "/people/"
    assert AuditEvent.objects.filter(subject="vi@example.org", actor="ada@example.org").exists()


def test_letting_a_person_go_is_not_held_up(person: Person) -> None:
    client = person()
    person("viewer", email="vi@example.org")
    assert client.post(f"/people/{number_of('vi@example.org')}/deactivate/").url == "/people/"


def test_an_invitation_is_made_after_a_confirmation_that_lasts_five_minutes(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    from rollbook.access.queries import open_invitations

    client = person()
    asked = client.post("/people/invite/", {"role": "viewer"})
    assert asked.url.startswith("/account/confirm/")
    assert open_invitations() == []
    assert link_in(client.post(asked.url, {"password": PASSWORD}))
    assert link_in(client.post("/people/invite/", {"role": "viewer"}))
    later = time.time() + 301
    monkeypatch.setattr("allauth.account.internal.flows.reauthentication.time.time", lambda: later)
    asked = client.post("/people/invite/", {"role": "viewer"})
    assert asked["Location"].startswith("/account/confirm/")
    assert len(open_invitations()) == 2


def test_guesses_at_a_confirmation_are_slowed_down(person: Person) -> None:
    from django.test import Client

    person()
    client = Client()
    client.post("/account/sign-in/", {"login": "ada@example.org", "password": PASSWORD})
    for _ in range(6):
        client.post("/account/confirm/", {"password": "wrong one"})
    client.post("/account/confirm/?next=/", {"password": PASSWORD})
    answer = client.post("/people/invite/", {"role": "viewer"})
    assert answer["Location"].startswith("/account/confirm/")


def test_an_invitation_is_listed_with_who_and_when_and_can_be_withdrawn(person: Person) -> None:
    from rollbook.access.queries import open_invitations
    from rollbook.records.models import AuditEvent

    client = person()
    confirm(client)
    kept = link_in(client.post("/people/invite/", {"role": "viewer"}))
    gone = link_in(client.post("/people/invite/", {"role": "administrator"}))
    page = client.get("/people/").content.decode()
    assert "Open invitations" in page
    assert page.count("Withdraw the invitation by ada@example.org") == 2
    [link] = [each for each in open_invitations() if each.role == "administrator"]
    assert link.made_at is not None
    answer = client.post("/people/withdraw/", {"link": link.digest}, follow=True)
    assert "The invitation was withdrawn." in answer.content.decode()
    event = AuditEvent.objects.get(action="link.withdrawn")
    assert (event.actor, event.subject) == ("ada@example.org", "administrator")
    assert event.before == {"made_by": "ada@example.org"}
    assert not comes_in(gone)
    assert comes_in(kept)
    again = client.post("/people/withdraw/", {"link": link.digest}, follow=True)
    assert "was already used or withdrawn" in again.content.decode()


def test_an_invitation_by_a_person_who_may_no_longer_invite_lets_no_one_in(person: Person) -> None:
    from rollbook.access.models import Role, User
    from rollbook.access.operations import make_link

    person()
    for change in ({"role": "viewer"}, {"is_active": False}):
        email = f"bo{len(change)}{next(iter(change))}@example.org"
        person(email=email)
        link = f"/welcome/{make_link(role=Role.ADMINISTRATOR, actor=email)}/"
        # Past the operation that withdraws links: one may be made at the same moment.
        User.objects.filter(email=email).update(**change)
        assert not comes_in(link)


@pytest.mark.parametrize("what", ["viewer", "deactivate"])
def test_an_invitation_ends_with_its_makers_right_to_invite(person: Person, what: str) -> None:
    client, bo = person(), person(email="bo@example.org")
    confirm(bo)
    confirm(client)
    link = link_in(bo.post("/people/invite/", {"role": "administrator"}))
    client.post(f"/people/{number_of('bo@example.org')}/{what}/")
    assert not comes_in(link)
    client.post(f"/people/{number_of('bo@example.org')}/activate/")
    client.post(f"/people/{number_of('bo@example.org')}/administrator/")
    assert not comes_in(link), "what has ended stays so"


def test_a_deactivated_administrator_is_not_another_administrator(person: Person) -> None:
    from rollbook.access.operations import deactivate, has_administrator
    from rollbook.core.errors import UsageError

    client = person()
    person(email="bo@example.org")
    deactivate("bo@example.org", actor="test")
    for what in ("deactivate", "viewer"):
        confirm(client)
        page = client.post(f"/people/{number_of('ada@example.org')}/{what}/", follow=True)
        assert "is the last administrator, and someone has to be one" in page.content.decode()
    with pytest.raises(UsageError, match="last administrator"):
        deactivate("ada@example.org", actor="test")
    assert has_administrator()


def test_a_viewer_is_not_another_administrator_either(person: Person) -> None:
    from rollbook.access.models import Role
    from rollbook.access.operations import change_role, deactivate
    from rollbook.core.errors import UsageError

    person()
    person(email="bo@example.org")
    change_role("bo@example.org", Role.VIEWER, actor="test")
    with pytest.raises(UsageError, match="last administrator"):
        deactivate("ada@example.org", actor="test")


def test_a_deactivated_administrator_can_be_made_a_viewer(person: Person) -> None:
    from rollbook.access.models import Role
    from rollbook.access.operations import change_role, deactivate

    person()
    person(email="bo@example.org")
    deactivate("bo@example.org", actor="test")
    change_role("bo@example.org", Role.VIEWER, actor="test")


def test_a_link_is_shown_again_to_its_maker_alone_and_for_ten_minutes(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.access.queries import open_invitations

    client, other = person(), person(email="bo@example.org")
    confirm(client)
    page = client.post("/people/invite/", {"role": "viewer"})["Location"]
    assert "Send this link to one person" in client.get(page).content.decode()
    assert "It was shown for ten minutes" in other.get(page, follow=True).content.decode()
    assert client.post(page).status_code == 405
    assert len(open_invitations()) == 1
    monkeypatch.setattr("rollbook.web.shown_briefly.KEPT", 0.0)
    late = client.post("/people/invite/", {"role": "viewer"}, follow=True)
    assert "It was shown for ten minutes" in late.content.decode()


def test_what_is_shown_for_ten_minutes_is_kept_encrypted(person: Person) -> None:
    from django.db import connection

    client = person()
    confirm(client)
    link = link_in(client.post("/people/invite/", {"role": "viewer"}))
    with connection.cursor() as cursor:
        cursor.execute("select cache_key, value::text from rollbook.web_cache")
        kept = "".join(map(str, cursor.fetchall()))
    assert "shown_briefly:" in kept and "sealed:1:" in kept
    assert link.split("/")[2] not in kept
