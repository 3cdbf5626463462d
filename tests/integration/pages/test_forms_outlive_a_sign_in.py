"""However a sign-in has ended, the form that is sent after it is filled in again for its person."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import CommandLine, write_csv
from tests.integration.pages.conftest import PASSWORD
from tests.integration.pages.test_a_session_that_ends_in_a_form import BROWSER, signed_in_again
from tests.integration.pages.test_feed_inbox import GRADE, HOMEROOM, INBOX, grade, imported, values

Person = Callable[..., Any]
SETTINGS = "/settings/"
FILLED_IN = "We filled in what you typed"
__all__ = ["imported"]  # a fixture
pytestmark = pytest.mark.usefixtures("pages")


def user(email: str = "ada@example.org") -> Any:
    from rollbook.access.models import User

    return User.objects.get(email=email)


def hidden(page: Any) -> dict[str, str]:
    """Return what every form of a page carries."""
    text = page.content.decode()
    found = re.findall(r'name="(csrfmiddlewaretoken|shown_to)" value="([^"]+)"', text)
    assert {name for name, _ in found} == {"csrfmiddlewaretoken", "shown_to"}
    return dict(found)


def ended_by_an_administrator(client: Any) -> None:
    from rollbook.access.operations.ending import end_sessions

    end_sessions(user())


def password_changed_elsewhere(client: Any) -> None:
    person = user()
    person.set_password(PASSWORD)
    person.save()


def the_browser_has_forgotten_its_cookies(client: Any) -> None:
    client.cookies.clear()


@pytest.mark.parametrize(
    "end",
    [
        ended_by_an_administrator,
        password_changed_elsewhere,
        the_browser_has_forgotten_its_cookies,
    ],
)
def test_a_form_outlives_every_end_of_its_sign_in(
    person: Person, end: Callable[[Any], None]
) -> None:
    client = person()
    carried = hidden(client.get(SETTINGS))
    client.handler.enforce_csrf_checks = True
    end(client)
    answer = client.post(SETTINGS, carried | {"district.name": "Harbor"}, headers=BROWSER)
    assert answer.status_code == 302
    client.handler.enforce_csrf_checks = False
    page = signed_in_again(client, answer).content.decode()
    assert FILLED_IN in page and 'value="Harbor"' in page
    assert "Harbor" not in client.get(SETTINGS).content.decode()


@pytest.mark.parametrize(("email", "status"), [("ada@example.org", 302), ("bea@example.org", 403)])
def test_a_form_of_before_a_sign_in_in_another_tab_is_filled_in_for_its_person_alone(
    person: Person, email: str, status: int
) -> None:
    person(email="bea@example.org")
    client = person()
    carried = hidden(client.get(SETTINGS))
    client.post("/account/sign-out/")
    client.post("/account/sign-in/", {"login": email, "password": PASSWORD})
    client.handler.enforce_csrf_checks = True
    given = carried | {"district.name": "Harbor"}
    answer = client.post(SETTINGS, given, headers=BROWSER)
    assert answer.status_code == status
    shown = client.get(SETTINGS, headers=BROWSER).content.decode()
    assert ('value="Harbor"' in shown) is (FILLED_IN in shown) is (status == 302)
    part = client.post(SETTINGS, given, headers={"HX-Request": "true"})
    assert part.status_code == (401 if status == 302 else 403)
    from_elsewhere = client.post(SETTINGS, given, headers={"Origin": "https://evil.example"})
    assert from_elsewhere.status_code == 403


def test_the_person_of_a_form_cannot_be_made_up(person: Person) -> None:
    from django.contrib.sessions.models import Session
    from django.core import signing
    from django.test import Client

    person()
    other = signing.dumps(user().pk, salt="another use")
    for forged in ("", "1", "1:abc:def", "x" * 5000, other, str(user().pk)):
        given = {"district.name": "Harbor", "shown_to": forged}
        Client().post(SETTINGS, given, headers=BROWSER)
        assert Session.objects.count() == 1, "the person's own"


def test_a_form_that_was_open_for_more_than_a_week_is_anybodys(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = person()
    carried = hidden(client.get(SETTINGS))
    monkeypatch.setattr("rollbook.access.unfinished.SHOWN_FOR", -1)
    ended_by_an_administrator(client)
    answer = client.post(SETTINGS, carried | {"district.name": "Harbor"}, headers=BROWSER)
    assert "Harbor" not in signed_in_again(client, answer).content.decode()


def test_the_second_of_two_tabs_at_the_sign_in_page_goes_on_to_its_page(person: Person) -> None:
    client = person()
    client.post("/account/sign-out/")
    client.handler.enforce_csrf_checks = True
    page = client.get("/account/sign-in/?next=/settings/").content.decode()
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[0]
    given = {"login": "ada@example.org", "password": PASSWORD, "csrfmiddlewaretoken": token}
    client.post("/account/sign-in/?next=/settings/", given)
    second = client.post("/account/sign-in/?next=/settings/", given, headers=BROWSER, follow=True)
    assert (second.status_code, second.request["PATH_INFO"]) == (200, "/settings/")


@pytest.mark.usefixtures("imported")
def test_what_was_chosen_in_the_inbox_is_chosen_again_and_not_saved(person: Person) -> None:
    client = person()
    carried = hidden(client.get(INBOX))
    keys = [GRADE["key"], grade("of another file")["key"], HOMEROOM["key"]]
    chosen = {"field": ["grade", "grade", ""], "key": keys, "meaning": ["K", "1", "-"]}
    ended_by_an_administrator(client)
    answer = client.post(INBOX, carried | chosen, headers=BROWSER)
    page = signed_in_again(client, answer).content.decode()
    assert FILLED_IN in page and "Enter passwords" not in page
    assert '<option value="K" selected' in page and '<option value="-" selected' in page
    assert values() == {}


def test_what_was_chosen_for_codes_and_blanks_is_chosen_again(
    person: Person, rollbook: CommandLine, tmp_path: Path
) -> None:
    header, columns = "Student ID,SSID,Grade,Homeroom", "/feeds/files/columns/"
    rows = [f"{n:07},9{n:09},{'Kinder 1' if n < 4 else 3},Room {n}" for n in range(1, 60)]
    rollbook("import", write_csv(tmp_path / "students.csv", *rows, header=header))
    client = person()
    carried = hidden(client.get(columns)) | {"change": "all", "typed_blank": "away"}
    ended_by_an_administrator(client)
    chosen = {"code_field": "grade", "code_digest": GRADE["key"], "code_meaning": "K"}
    given = carried | chosen | {"header": ["Homeroom"], "field": ["-"]}
    page = signed_in_again(client, client.post(columns, given, headers=BROWSER)).content.decode()
    assert FILLED_IN in page and "Enter passwords" not in page
    for sent in (r'<option value="K"\s+selected', 'value="away"', '<option value="-" selected'):
        assert re.search(sent, page), sent
    assert values() == {}
