"""A form that is sent after the session has ended: nothing is done, nothing typed is lost."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from tests.integration.pages.conftest import PASSWORD
from tests.integration.pages.test_how_long_a_sign_in_lasts import later, minutes
from tests.integration.pages.test_who_may_see_what import (
    job_and_feed,
    make_first_layout,
    make_first_student,
    own_addresses,
)

Person = Callable[..., Any]
Later = Callable[[timedelta], None]
BROWSER = {"Accept": "text/html,application/xhtml+xml"}
MARKER = "Marker 4711"
NEW_FEED = {
    "name": "sis", "host": "sftp.example.org", "port": "22", "username": "u", "sign_in": "password",
    "password": "correct horse", "private_key": "PRIVATE KEY of mine", "folder": "/out",
}  # fmt: skip
__all__ = ["job_and_feed", "later"]  # fixtures
pytestmark = pytest.mark.usefixtures("pages")


def signed_in_again(client: Any, answer: Any, email: str = "ada@example.org") -> Any:
    """Sign in on the page that an answer has led to; return what a browser shows at last."""
    given = {"login": email, "password": PASSWORD}
    return client.post(answer["Location"], given, headers=BROWSER, follow=True)


def seen_on(page: str) -> str:
    """Return the version of what is shown."""
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found
    return found[1]


def test_what_was_typed_is_filled_in_after_the_sign_in_and_nothing_is_saved(
    person: Person, later: Later
) -> None:
    client = person()
    client.get("/settings/")
    later(minutes(31))
    answer = client.post("/settings/", {"district.name": "Harbor <Unified>"}, headers=BROWSER)
    page = signed_in_again(client, answer)
    assert page.request["PATH_INFO"] == "/settings/"
    assert "Your session had ended, so nothing was saved." in page.content.decode()
    assert 'value="Harbor &lt;Unified&gt;"' in page.content.decode()
    assert "Harbor" not in client.get("/settings/").content.decode(), "only once, and not saved"


def test_no_password_and_no_key_is_kept_and_the_rest_only_encrypted(
    person: Person, later: Later
) -> None:
    from django.db import connection

    client = person()
    client.get("/feeds/new/")
    later(minutes(31))
    answer = client.post("/feeds/new/", NEW_FEED, headers=BROWSER)
    with connection.cursor() as cursor:
        cursor.execute("select value::text from rollbook.web_cache")
        kept = "".join(text for (text,) in cursor.fetchall())
    assert "sealed:1:" in kept
    assert "example.org" not in kept + json.dumps(dict(client.session.items()))
    page = unescape(signed_in_again(client, answer).content.decode())
    assert 'value="sftp.example.org"' in page
    assert "Enter passwords and keys and choose files again." in page
    assert "correct horse" not in page
    assert "of mine" not in page


@pytest.mark.parametrize("email", ["ada@example.org", "bea@example.org"])
def test_what_is_sent_after_a_sign_out_in_another_tab_is_filled_in_again(
    person: Person, email: str
) -> None:
    person(email="bea@example.org")
    client = person()
    client.get("/settings/")
    client.post("/account/sign-out/")
    answer = client.post("/settings/", {"district.name": "Harbor"}, headers=BROWSER)
    page = signed_in_again(client, answer, email).content.decode()
    is_same = email == "ada@example.org"
    assert ("so nothing was saved. We filled in what you typed" in page) is is_same
    assert ('value="Harbor"' in page) is is_same
    assert "Harbor" not in client.get("/settings/").content.decode()


def test_another_person_gets_nothing_of_it(person: Person, later: Later) -> None:
    person(email="bea@example.org")
    client = person()
    client.get("/settings/")
    later(minutes(31))
    answer = client.post("/settings/", {"district.name": "Harbor"}, headers=BROWSER)
    page = signed_in_again(client, answer, "bea@example.org").content.decode()
    assert "Harbor" not in page
    assert "session had ended" not in page


def test_after_ten_minutes_it_is_forgotten(
    person: Person, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = person()
    client.get("/settings/")
    later(minutes(31))
    monkeypatch.setattr("rollbook.access.unfinished.KEPT", 0.0)
    answer = client.post("/settings/", {"district.name": "Harbor"}, headers=BROWSER)
    page = signed_in_again(client, answer).content.decode()
    assert "Harbor" not in page
    assert "Your session had ended. Nothing was done." in page


def test_who_never_signed_in_leaves_nothing_behind(pages: None) -> None:
    from django.contrib.sessions.models import Session
    from django.test import Client

    Client().post("/settings/", {"district.name": "Harbor"}, headers=BROWSER)
    assert not Session.objects.exists()


def test_a_change_of_another_in_between_is_not_written_over(person: Person, later: Later) -> None:
    from rollbook.records import district
    from rollbook.records.operations.district import change_settings

    client = person()
    shown = client.get("/settings/").content.decode()
    given = dict(district.values()) | {"seen": seen_on(shown), "district.name": "Harbor"}
    later(minutes(31))
    answer = client.post("/settings/", given, headers=BROWSER)
    change_settings({"district.name": "Lakeside"}, actor="bea")
    page = signed_in_again(client, answer).content.decode()
    refused = client.post("/settings/", given | {"seen": seen_on(page)})
    assert refused.status_code == 200, "told, not replaced"
    assert district.value_of(district.NAME) == "Lakeside"


@pytest.mark.usefixtures("job_and_feed")
def test_a_form_that_is_filled_in_again_does_nothing(person: Person, later: Later) -> None:
    from rollbook.records.models import AuditEvent, Feed

    Feed.objects.update(webhook="https://hooks.example.org/x")
    client = person()
    client.get("/feeds/sis/webhook/")
    later(minutes(31))
    answer = client.post("/feeds/sis/webhook/", {"do": "try"}, headers=BROWSER)
    signed_in_again(client, answer)
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert not {each for each in actions if "webhook" in each}


@pytest.mark.usefixtures("job_and_feed")
@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/imports/1/no-wait/", "/imports/1/"),
        ("/people/invite/", "/people/"),
        ("/settings/test-mail/", "/settings/"),
        ("/stay/", "/"),
    ],
)
def test_an_address_that_only_takes_forms_leads_to_the_page_above(
    person: Person, later: Later, address: str, page: str
) -> None:
    client = person()
    client.get("/settings/")
    later(minutes(31))
    answer = client.post(address, {"reason": "late"}, headers=BROWSER)
    shown = signed_in_again(client, answer)
    assert (shown.status_code, shown.request["PATH_INFO"]) == (200, page)
    text = shown.content.decode()
    assert "Your session had ended. Nothing was done." in text
    assert "We filled in" not in text


@pytest.mark.usefixtures("job_and_feed")
def test_a_note_is_filled_in_on_the_page_of_its_import(person: Person, later: Later) -> None:
    client = person()
    client.get("/imports/1/")
    later(minutes(31))
    answer = client.post("/imports/1/notes/", {"text": "Case 4711"}, headers=BROWSER)
    page = signed_in_again(client, answer)
    text = page.content.decode()
    assert page.request["PATH_INFO"] == "/imports/1/"
    assert "Case 4711</textarea>" in text
    assert "We filled in what you typed" in text and "Nothing was done" not in text
    assert "Case 4711" not in client.get("/imports/1/").content.decode()


def test_an_invitation_is_filled_in_on_the_page_of_people(person: Person, later: Later) -> None:
    client = person()
    client.get("/people/")
    later(minutes(31))
    given = {"role": "administrator", "email": "cy@example.org"}
    answer = client.post("/people/invite/", given, headers=BROWSER)
    page = signed_in_again(client, answer).content.decode()
    assert 'value="cy@example.org"' in page and "We filled in what you typed" in page
    assert re.search(r'value="administrator"\s+checked', page)


@pytest.mark.usefixtures("job_and_feed")
@pytest.mark.parametrize(
    ("address", "given"),
    [
        ("/feeds/sis/columns/", {"change": "ignore-others"}),
        ("/feeds/sis/columns/bring/", {"document": "{}"}),
        ("/feeds/sis/inbox/", {"field": "grade", "key": "x", "meaning": "K"}),
    ],
)
def test_what_a_page_does_not_show_again_it_does_not_speak_of(
    person: Person, later: Later, address: str, given: dict[str, str]
) -> None:
    client = person()
    client.get("/settings/")
    later(minutes(31))
    page = signed_in_again(client, client.post(address, given, headers=BROWSER))
    text = page.content.decode()
    assert (page.status_code, page.request["PATH_INFO"]) == (200, address)
    assert "We filled in" not in text
    assert "Your session had ended. Nothing was done." in text


def test_a_form_stays_though_something_else_is_sent_after_it(person: Person, later: Later) -> None:
    client = person()
    client.get("/settings/")
    later(minutes(31))
    answer = client.post("/settings/", {"district.name": "Harbor"}, headers=BROWSER)
    client.post("/stay/", headers={"HX-Request": "true"})
    other = client.post("/settings/terms/", {"season": "Fall", "year": "2091"}, headers=BROWSER)
    assert 'value="Harbor"' in signed_in_again(client, answer).content.decode()
    page = client.get(other["Location"], headers=BROWSER, follow=True).content.decode()
    assert 'value="2091"' in page and "We filled in" in page
    assert "session had ended" not in client.get("/settings/").content.decode()


def test_no_more_than_a_few_forms_and_none_that_is_large_is_kept(
    person: Person, later: Later
) -> None:
    from django.core.cache import cache

    from rollbook.access import unfinished

    client = person()
    client.get("/settings/")
    later(minutes(31))
    client.post("/settings/", {"district.name": "H" * unfinished.LARGEST}, headers=BROWSER)
    (kept,) = client.session["unfinished"]
    assert cache.get(f"unfinished:{kept['number']}") is None
    first = None
    for count in range(unfinished.MOST + 1):
        client.post(f"/feeds/f{count}/settings/", {"host": "sftp.example.org"}, headers=BROWSER)
        first = first or client.session["unfinished"][-1]["number"]
        assert len(client.session["unfinished"]) <= unfinished.MOST
    assert cache.get(f"unfinished:{first}") is None
    assert cache.get(f"unfinished:{client.session['unfinished'][-1]['number']}") is not None


@pytest.mark.parametrize("name", ["uploaded", "new_password", "api_key", "Secret", "csrf_token"])
def test_what_must_be_given_again_is_not_kept(name: str) -> None:
    from rollbook.access.unfinished import NOT_KEPT

    assert NOT_KEPT.search(name)


@pytest.mark.usefixtures("job_and_feed")
def test_neither_a_part_of_a_page_nor_the_way_to_it_takes_what_was_sent(
    person: Person, later: Later
) -> None:
    from django.test import override_settings

    client = person()
    client.get("/settings/")
    later(minutes(31))
    answer = client.post("/settings/", {"district.name": "Harbor"}, headers=BROWSER)
    client.post(answer["Location"], {"login": "ada@example.org", "password": PASSWORD})
    client.get("/imports/1/progress/")
    with override_settings(SECOND_FACTOR="everyone"):
        client.get("/settings/")
    page = client.get("/settings/").content.decode()
    assert 'value="Harbor"' in page and "Nothing was done" not in page


def test_such_an_address_typed_by_hand_says_that_nothing_was_done(person: Person) -> None:
    page = person().get("/people/invite/", headers=BROWSER, follow=True)
    assert page.request["PATH_INFO"] == "/people/"
    assert "Nothing was done." in page.content.decode()


@pytest.mark.usefixtures("job_and_feed")
def test_on_every_address_it_is_said_that_what_was_typed_is_filled_in_only_where_it_is(
    person: Person,
) -> None:
    """Text goes into each field of each form; where a page says so, it shows some of it."""
    from django.test import RequestFactory

    from rollbook.access import unfinished
    from rollbook.access.models import User

    client, said = person(), set()
    make_first_layout()
    make_first_student()
    user = User.objects.get()
    for address, view in own_addresses():
        allowed = client.options(address).headers.get("Allow", "")
        if getattr(view, "rule", "") == "everyone" or not {"GET", "POST"} <= {*allowed.split(", ")}:
            continue
        names = set(re.findall(r' name="([\w.-]+)"', client.get(address).content.decode()))
        fields = dict.fromkeys(names - {"csrfmiddlewaretoken", "viewport"}, MARKER)
        request = RequestFactory().post(address, fields)
        request.session = client.session
        unfinished.remember_ended(request, user.pk)
        unfinished.keep(request)
        request.session.save()
        page = client.get(address, headers=BROWSER, follow=True).content.decode()
        if "We filled in what you typed" in page:
            assert MARKER in page, address
            said.add(address)
    assert {"/settings/", "/settings/school-year/", "/feeds/sis/schedule/"} <= said
