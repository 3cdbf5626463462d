"""Two people change one thing: the page that is older is refused, and what was typed stays."""

import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.doubles.feeds import add_feed
from tests.integration.pages.conftest import PASSWORD
from tests.integration.pages.test_layouts_page import FROM, document, filled

Person = Callable[..., Any]
Sent = dict[str, Any]
OWN = "own-iready-diagnostic-results"
TOLD = "since you opened this page"

pytestmark = pytest.mark.usefixtures("records")


@pytest.fixture
def client(person: Person) -> Any:
    add_feed()
    return person()


def seen_in(page: Any) -> str:
    found = re.search(r'name="seen"\s+value="(\w+)"', page.content.decode())
    assert found is not None
    return found[1]


def refused_then_replaced(
    client: Any, address: str, one: Sent, other: Sent, *, stored: Callable[[], Any]
) -> str:
    """Send `one`, then `other` of a page that is older, which is refused; then once more, knowing
    it. Return the page that refuses."""
    seen = seen_in(client.get(address))
    before = stored()
    assert client.post(address, one | {"seen": seen}).status_code in (200, 302)
    after_one = stored()
    assert after_one != before
    refused = client.post(address, other | {"seen": seen})
    page: str = refused.content.decode()
    assert TOLD in page, page
    assert stored() == after_one
    assert client.post(address, other | {"seen": seen_in(refused)}).status_code in (200, 302)
    assert stored() != after_one
    return page


def feed() -> Any:
    from rollbook.records.queries.feeds import feed_by_name

    return feed_by_name("sis")


def feed_form(**changed: str) -> Sent:
    from rollbook.web.pages.feeds.form import FeedForm, initial_of

    form = FeedForm(None, initial=initial_of(feed(), means="password"), feed=feed())
    sent = {bound.html_name: bound.value() for bound in form}
    return {name: value for name, value in sent.items() if value not in (None, False)} | changed


def test_a_feeds_settings(client: Any) -> None:
    one, other = feed_form(pattern="one_*.csv"), feed_form(folder="/other")
    page = refused_then_replaced(
        client, "/feeds/sis/settings/", one, other, stored=lambda: (feed().pattern, feed().folder)
    )
    assert 'value="/other"' in page
    assert (feed().pattern, feed().folder) == ("*.csv", "/other")


def test_what_another_page_changes_of_a_feed_does_not_make_its_form_old(client: Any) -> None:
    sent = feed_form(folder="/other") | {"seen": seen_in(client.get("/feeds/sis/settings/"))}
    client.post("/feeds/sis/columns/", {"change": "all", "typed_blank": "Not enrolled"})
    client.post("/feeds/sis/settings/", sent)
    assert (feed().folder, feed().blank_markers) == ("/other", ["Not enrolled"])


def test_a_page_that_was_refused_for_something_else_stays_as_old_as_it_is(client: Any) -> None:
    seen = seen_in(client.get("/feeds/sis/settings/"))
    client.post("/feeds/sis/settings/", feed_form(pattern="one_*.csv") | {"seen": seen})
    wrong = client.post("/feeds/sis/settings/", feed_form(host="a b") | {"seen": seen})
    assert seen_in(wrong) == seen
    page = client.post("/feeds/sis/settings/", feed_form(folder="/x") | {"seen": seen_in(wrong)})
    assert TOLD in page.content.decode()


def test_a_feeds_schedule(client: Any) -> None:
    form = {"is_on": "on", "days": ["0", "1"], "pauses": ""}
    page = refused_then_replaced(
        client,
        "/feeds/sis/schedule/",
        form | {"times": "3:00 AM"},
        form | {"times": "4:00 AM"},
        stored=lambda: feed().schedule.get("times"),
    )
    assert 'value="4:00 AM"' in page


def test_the_columns_of_a_feed(client: Any) -> None:
    from rollbook.records.operations.mappings import map_header

    for header in ("Days Out", "Times Late"):
        map_header("sis", header, "", actor="test")
    form = {"change": "all", "header": ["Days Out", "Times Late"]}
    page = refused_then_replaced(
        client,
        "/feeds/sis/columns/",
        form | {"field": ["absences_ytd", "-"]},
        form | {"field": ["-", "tardies_ytd"]},
        stored=lambda: feed().headers,
    )
    assert re.search(r'value="tardies_ytd"\s+selected', page)
    assert feed().headers == {"Days Out": "", "Times Late": "tardies_ytd"}


def test_a_mapping_that_was_looked_at_before_another_change(client: Any) -> None:
    from rollbook.records.operations.mapping_files import mapping_document

    found = mapping_document(feed()) | {"headers": {"Days Out": "absences_ytd"}}
    address, text = "/feeds/sis/columns/bring/", json.dumps(found)
    file = SimpleUploadedFile("mapping.json", text.encode())
    seen = seen_in(client.post(address, {"file": file}))
    client.post("/feeds/sis/columns/", {"change": "all", "typed_blank": "Not enrolled"})
    refused = client.post(address, {"document": text, "seen": seen})
    page = refused.content.decode()
    assert TOLD in page
    assert "Not enrolled" in page, "the trial is of what is there now"
    assert (feed().headers, feed().blank_markers) == ({}, ["Not enrolled"])
    client.post(address, {"document": text, "seen": seen_in(refused)})
    assert (feed().headers, feed().blank_markers) == ({"Days Out": "absences_ytd"}, [])


def test_the_settings_of_the_district(client: Any) -> None:
    from rollbook.records.district import FILES_DAYS, NAME, values

    now = dict(values())
    page = refused_then_replaced(
        client,
        "/settings/",
        now | {NAME.key: "One"},
        now | {FILES_DAYS.key: "7"},
        stored=lambda: dict(values()),
    )
    assert 'value="7"' in page


def test_a_layout_of_ones_own(client: Any) -> None:
    client.post(FROM, filled(client, FROM))
    form = filled(client, f"/layouts/{OWN}/")
    page = refused_then_replaced(
        client,
        f"/layouts/{OWN}/",
        form | {"window_words": "Eins = fall"},
        form | {"title": "Another title"},
        stored=lambda: document(OWN),
    )
    assert 'value="Another title"' in page
    assert document(OWN)["window_words"] == {}


def test_the_schools_of_a_person_of_staff(client: Any) -> None:
    from django.db import connection

    from rollbook.access.models import Role, User

    with connection.cursor() as cursor:
        cursor.execute(
            "insert into public.students (id, student_id, created_at, updated_at)"
            " select n, n, now(), now() from generate_series(1, 2) n;"
            "insert into public.student_data_snapshots (student_id, school)"
            " values (1, 'North'), (2, 'South')"
        )
    client.post("/account/confirm/", {"password": PASSWORD})
    sam = User.objects.create(email="sam@example.org", role=Role.STAFF, schools=[])
    page = refused_then_replaced(
        client,
        f"/people/{sam.pk}/schools/",
        {"schools": ["North"]},
        {"schools": ["South"]},
        stored=lambda: User.objects.get(pk=sam.pk).schools,
    )
    assert re.search(r'value="South"\s+checked', page)
    assert not re.search(r'value="North"\s+checked', page)


def test_a_layout_from_a_file_shows_first_what_would_be_read_otherwise(client: Any) -> None:
    from rollbook.records.models import Feed

    def send(changed: Sent) -> Any:
        text = json.dumps(json.loads(file) | changed)
        return client.post("/layouts/", {"file": SimpleUploadedFile("own.json", text.encode())})

    file = client.get("/layouts/iready-diagnostic-results/file/").content
    assert send({}).status_code == 302
    Feed.objects.filter(name="sis").update(layout=OWN)
    trial = send({"window_words": {"eins": "fall"}})
    page = trial.content.decode()
    for said in ("Replace layout", "files of sis would be", "word for the window", "eins"):
        assert said in page
    assert document(OWN)["window_words"] == {}
    found = re.search(r'name="document" value="([^"]+)"', page)
    assert found is not None
    sent = {"document": html.unescape(found[1]), "seen": seen_in(trial)}
    form = filled(client, f"/layouts/{OWN}/") | {"title": "Changed meanwhile"}
    client.post(f"/layouts/{OWN}/", form)
    refused = client.post("/layouts/", sent)
    assert TOLD in refused.content.decode()
    assert document(OWN)["title"] == "Changed meanwhile"
    client.post("/layouts/", sent | {"seen": seen_in(refused)})
    assert document(OWN)["window_words"] == {"eins": "fall"}
