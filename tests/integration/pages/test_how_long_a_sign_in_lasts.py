"""A sign-in ends when nothing has been done for a while, and at the latest after its time."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import rollbook.web
from tests.integration.pages.conftest import PASSWORD
from tests.integration.pages.test_who_may_see_what import job_and_feed

Person = Callable[..., Any]
TEMPLATES = Path(rollbook.web.__file__).parent / "templates"
__all__ = ["job_and_feed"]  # a fixture
pytestmark = pytest.mark.usefixtures("pages")


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[timedelta], None]]:
    """Stop the clock of sign-ins, and set it to another time when that is asked for."""
    now = time.time()

    def move(by: timedelta) -> None:
        monkeypatch.setattr("rollbook.access.sessions.time.time", lambda: now + by.total_seconds())

    move(timedelta())
    yield move


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def test_who_does_nothing_for_half_an_hour_is_signed_out(person: Person, later: Any) -> None:
    client = person()
    for moment, status in ((1, 200), (30, 200), (59, 200), (90, 302)):
        later(minutes(moment))
        assert client.get("/").status_code == status, moment


def test_a_sign_in_ends_after_its_time_however_busy_it_was(person: Person, later: Any) -> None:
    client = person()
    for moment in range(20, 720, 20):
        later(minutes(moment))
        assert client.get("/").status_code == 200, moment
        client.post("/stay/")
    later(minutes(721))
    assert client.get("/").status_code == 302


@pytest.mark.usefixtures("job_and_feed")
@pytest.mark.parametrize("address", ["/imports/1/progress/", "/connection-tests/any/"])
def test_a_page_that_asks_on_its_own_keeps_no_one_signed_in(
    person: Person, later: Any, address: str
) -> None:
    client = person()
    for moment in range(1, 29, 3):
        later(minutes(moment))
        assert client.get(address).status_code in (200, 286)
    later(minutes(31))
    assert client.get(address).status_code == 302


def test_whatever_a_page_asks_for_again_and_again_is_marked() -> None:
    from rollbook.project.urls import urlpatterns

    marked = {
        getattr(each, "name", None)
        for each in urlpatterns
        if getattr(getattr(each, "callback", None), "is_in_background", False)
    }
    texts = [path.read_text() for path in TEMPLATES.rglob("*.html")]
    tags = [tag for text in texts for tag in re.findall(r"<\w+[^>]*\bevery [^>]*>", text)]
    asked = {name for tag in tags for name in re.findall(r"hx-get=\"{% url '(\w+)'", tag)}
    assert len(tags) >= 2
    assert asked <= marked
    assert asked


def test_who_stays_may_do_nothing_for_as_long_again(person: Person, later: Any) -> None:
    client = person()
    later(minutes(29))
    assert client.post("/stay/", headers={"HX-Request": "true"}).status_code == 204
    later(minutes(58))
    assert client.get("/").status_code == 200


def told(client: Any) -> list[int]:
    """What the page knows: seconds until it ends if nothing is done, that time, the very end."""
    page = client.get("/").content.decode()
    found = re.search(r'data-seconds="(\d+)"\s+data-lasts="(\d+)"\s+data-end="(\d+)"', page)
    assert found
    return [int(number) for number in found.groups()]


def test_the_page_knows_both_ends(person: Person, later: Any) -> None:
    client = person()
    idle, lasts, end = told(client)
    assert 1740 < idle <= lasts == 1800
    assert 43_140 < end <= 43_200
    for moment in range(25, 701, 25):
        later(minutes(moment))
        client.get("/")
    later(minutes(710))
    idle, _, end = told(client)
    assert 600 <= idle == end < 660


def test_a_shorter_time_reaches_those_who_are_signed_in_already(person: Person, later: Any) -> None:
    from django.test import override_settings

    client = person()
    assert client.get("/").status_code == 200
    later(minutes(20))
    with override_settings(IDLE_SECONDS=900):
        assert client.get("/").status_code == 302


def test_a_sign_in_of_an_earlier_version_goes_on(person: Person) -> None:
    client = person()
    session = client.session
    del session["seen_at"]
    session.save()
    assert client.get("/").status_code == 200
    assert client.session["seen_at"]


def test_activity_is_not_saved_with_every_request(person: Person, later: Any) -> None:
    client = person()
    first = client.session["seen_at"]
    later(timedelta(seconds=10))
    client.get("/")
    assert client.session["seen_at"] == first
    later(timedelta(seconds=40))
    client.get("/")
    assert client.session["seen_at"] > first


def test_a_session_is_signed_text_and_its_cookie_reaches_no_script(person: Person) -> None:
    from django.conf import settings
    from django.contrib.sessions.models import Session
    from django.test import Client

    person()
    client = Client()
    client.post("/account/sign-in/", {"login": "ada@example.org", "password": PASSWORD})
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["expires"], "it ends with the browser"
    assert settings.SESSION_SERIALIZER == "django.contrib.sessions.serializers.JSONSerializer"
    row = Session.objects.get(session_key=cookie.value)
    Session.objects.filter(pk=row.pk).update(session_data=row.session_data[:-1] + "x")
    assert client.get("/").status_code == 302, "a row in the table signs no one in"
