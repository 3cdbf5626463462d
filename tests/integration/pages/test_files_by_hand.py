"""Files uploaded by hand have a place under Feeds: how they are read, what columns mean."""

import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import HEADER, CommandLine, student, write_csv

Person = Callable[..., Any]

AS_IT_IS = {
    "required": "student_id,ssid", "encoding": "auto", "percent_scale": "auto",
    "half_days": "refuse", "blanks": "keep", "new_students": "create", "leading_zeros": "on",
    "rejected_limit": "10", "missing_limit": "100",
}  # fmt: skip
"""The form of a new installation, but for its layout."""


def seen_in(page: str) -> str:
    """The version that the page shows."""
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found is not None
    return found[1]


@pytest.fixture
def client(rollbook: CommandLine, tmp_path: Path, person: Person) -> Any:
    """An administrator who has imported a file with a column that is not known."""
    rows = [f"{student(number)},blue" for number in range(1, 8)]
    rollbook.json("import", write_csv(tmp_path / "odd.csv", *rows, header=f"{HEADER},Bus Color"))
    return person()


def test_they_are_listed_with_their_columns(client: Any) -> None:
    page = client.get("/feeds/").content.decode()
    assert "Files uploaded by hand" in page
    assert 'href="/feeds/files/"' in page
    assert 'href="/feeds/files/columns/"' in page


def test_no_limit_is_offered_that_files_by_hand_are_not_compared_with(client: Any) -> None:
    page = client.get("/feeds/files/settings/").content.decode()
    assert 'name="new_limit"' in page
    assert 'name="blanked_limit"' not in page
    assert 'name="shifted_limit"' not in page


def test_an_unknown_column_leads_to_the_page_where_it_is_mapped(client: Any) -> None:
    from rollbook.records.models import Feed

    assert 'href="/feeds/files/columns/"' in client.get("/imports/1/").content.decode()
    page = client.get("/feeds/files/columns/")
    assert page.status_code == 200
    assert "Bus Color" in page.content.decode()
    sent = {"change": "all", "header": ["Bus Color"], "field": ["-"]}
    client.post("/feeds/files/columns/", sent | {"seen": seen_in(page.content.decode())})
    assert Feed.objects.get(name="files").headers == {"Bus Color": ""}


def test_a_refused_file_leads_to_the_place_where_its_columns_are_mapped(
    client: Any, rollbook: CommandLine, tmp_path: Path
) -> None:
    from rollbook.records.models import Feed

    odd = write_csv(tmp_path / "other.csv", "0000001,5", header="Pupil No.,Days Out")
    rollbook.json("import", odd, code=3)
    assert 'href="/feeds/files/columns/"' in client.get("/imports/2/").content.decode()
    page = client.get("/feeds/files/columns/").content.decode()
    assert "Add a column that isn" in page
    typed = {"change": "all", "typed_header": "Pupil No.", "typed_field": "student_id"}
    client.post("/feeds/files/columns/", typed)
    assert Feed.objects.get(name="files").headers == {"Pupil No.": "student_id"}
    again = client.post("/feeds/files/columns/", typed | {"typed_header": "Other No."})
    assert "matched to student_id already" in html.unescape(again.content.decode())
    assert 'value="Other No."' in again.content.decode()


def test_how_they_are_read_is_set_on_their_own_page(client: Any) -> None:
    from rollbook.records.models import AuditEvent, Feed

    page = client.get("/feeds/files/settings/")
    text = page.content.decode()
    assert page.status_code == 200
    assert 'name="layout"' in text
    assert 'name="host"' not in text
    sent = AS_IT_IS | {"layout": "none", "seen": seen_in(text)}
    saved = client.post("/feeds/files/settings/", sent)
    assert saved.status_code == 302, saved.content.decode()
    assert Feed.objects.get(name="files").layout == "none"
    [event] = AuditEvent.objects.filter(action="feed.changed", subject="files")
    assert event.after == {"layout": "none"}


def test_their_mapping_travels_as_that_of_other_feeds(client: Any) -> None:
    document = json.loads(client.get("/feeds/files/columns/file/").content)
    assert client.get("/feeds/files/columns/bring/").status_code == 200
    assert "headers" in json.dumps(document)


def test_what_needs_a_server_is_not_there(client: Any) -> None:
    for page in ("schedule", "fields", "remove"):
        assert client.get(f"/feeds/files/{page}/").status_code == 404
