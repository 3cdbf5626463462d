"""On a feed's page of fields administrators see whose each field is, and hand fields over."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests.integration.cli.commands import CommandLine, write_csv
from tests.unit.core.layouts.headers import PUBLISHED

Person = Callable[..., Any]
SERVER = {"host": "sftp.example.org", "username": "u", "pattern": "*.csv"}


@pytest.fixture
def feeds(person: Person) -> None:
    from rollbook.records.models import FieldOwner
    from rollbook.records.operations.feeds import create_feed

    sis = create_feed("sis", SERVER, actor="test", note={})
    create_feed("iready", SERVER, actor="test", note={})
    for name in ("absences_ytd", "tardies_ytd"):
        FieldOwner.objects.create(field=name, feed=sis, since=timezone.now())


def owners() -> dict[str, str]:
    from rollbook.records.queries.field_owners import field_owners

    return {name: row.feed.name for name, row in field_owners().items()}


def test_fields_are_handed_over_with_who_did_it(person: Person, feeds: None) -> None:
    from rollbook.records.models import AuditEvent

    client = person()
    page = client.get("/feeds/iready/fields/").content.decode()
    assert "Absences YTD" in page
    assert "Let iready own these" in page
    page = client.post("/feeds/iready/fields/", {"fields": ["absences_ytd"]}, follow=True)
    assert "Saved." in page.content.decode()
    assert owners() == {"absences_ytd": "iready", "tardies_ytd": "sis"}
    assert AuditEvent.objects.get(action="feed.fields_handed_over").actor == "ada@example.org"


def test_what_is_no_field_or_nothing_is_refused_in_a_sentence(person: Person, feeds: None) -> None:
    client = person()
    for given, told in ([], "No field was named"), (["nonsense"], "There is no field nonsense"):
        page = client.post("/feeds/iready/fields/", {"fields": given}, follow=True)
        assert told in page.content.decode()
    assert owners() == {"absences_ytd": "sis", "tardies_ytd": "sis"}


def test_a_column_that_is_set_aside_is_offered_first(person: Person, feeds: None) -> None:
    from rollbook.records.models import Feed

    Feed.objects.filter(name="iready").update(headers={"Days Missed": "tardies_ytd"})
    page = person().get("/feeds/iready/fields/").content.decode()
    assert page.index(">Skipped<") < page.index("Tardies YTD") < page.index("Owned by other feeds")


def test_the_roster_is_handed_over_with_one_button_from_either_feed(
    person: Person, feeds: None
) -> None:
    from rollbook.records.queries.field_owners import roster_feeds

    client = person()
    page = client.get("/feeds/sis/fields/").content.decode()
    assert "This is a roster feed." in page
    assert "Make iready the roster feed" in page
    client.post("/feeds/sis/fields/", {"roster_from": "sis", "roster_to": "iready"})
    assert roster_feeds() == ["iready"]
    page = client.get("/feeds/sis/fields/").content.decode()
    assert "iready is the roster feed: its file lists your students. sis adds no students." in page
    assert "Make sis the roster feed instead of iready" in page
    stale = {"roster_from": "sis", "roster_to": "iready"}
    page = client.post("/feeds/sis/fields/", stale, follow=True).content.decode()
    assert "t another roster feed" in page
    client.post("/feeds/sis/fields/", {"roster_from": "iready", "roster_to": "sis"})
    assert roster_feeds() == ["sis"]


def test_the_roster_feed_is_named_where_feeds_are_listed_added_and_saved(
    person: Person, feeds: None
) -> None:
    client = person()
    page = client.get("/feeds/").content.decode()
    assert (page.count("Roster feed"), page.count("Adds no students")) == (1, 1)
    assert "Roster feed now: sis." in client.get("/feeds/new/").content.decode()
    assert "Roster feed now" not in client.get("/feeds/sis/settings/").content.decode()
    sent = {"name": "dibels", "host": "x.example.org", "port": "22", "username": "u"}
    sent |= {"pattern": "*.csv", "required": "student_id", "percent_scale": "auto"}
    sent |= {"half_days": "refuse", "blanks": "keep", "new_students": "create", "password": "x"}
    sent |= {"sign_in": "password", "rejected_limit": "10", "missing_limit": "20"}
    page = client.post("/feeds/new/", sent, follow=True).content.decode()
    assert "sis is the roster feed: its file lists your students. dibels adds no" in page


def test_an_import_of_tests_by_the_roster_feed_leads_to_where_the_roster_is_handed_over(
    person: Person, feeds: None, rollbook: CommandLine, tmp_path: Path
) -> None:
    header = PUBLISHED["iready_reading"]
    known = {
        "Academic Year": "2025-2026", "Norming Window": "Fall", "Completion Date": "9/15/2025",
        "Overall Scale Score": "512",
    }  # fmt: skip
    rows = [
        ",".join((known | {"Student ID": f"{n:07d}"}).get(name, "") for name in header)
        for n in range(1, 7)
    ]
    file = write_csv(tmp_path / "tests.csv", *rows, header=",".join(header))
    job = rollbook.json("import", file, "--feed", "sis", code=7)["job"]
    client = person()
    page = client.get(f"/imports/{job}/").content.decode()
    assert re.search(r'href="/feeds/sis/fields/">\s*Hand the roster over', page)
    assert 'href="/feeds/sis/fields/">See which feed is the roster' in page
    assert "its file has tests, so it adds no students" in client.get("/feeds/").content.decode()
    client.post("/feeds/sis/fields/", {"roster_from": "sis", "roster_to": "iready"})
    assert "its file has tests" not in client.get("/feeds/").content.decode()
