"""A mapping from a file or another feed: tried first, then taken."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.integration.pages.test_ignoring_other_columns import feed_with_a_header, job_and_feed

__all__ = ["feed_with_a_header", "job_and_feed"]  # fixtures
Person = Callable[..., Any]


def sent(**parts: Any) -> dict[str, Any]:
    data = json.dumps({"rollbook_mapping": 1, **parts}).encode()
    return {"file": SimpleUploadedFile("mapping.json", data)}


def test_a_mapping_is_tried_and_then_taken(person: Person, feed_with_a_header: str) -> None:
    from rollbook.records.models import AuditEvent, Feed

    client, address = person(), f"{feed_with_a_header}bring/"
    page = client.post(address, sent(headers={"Bus Route": "school"})).content.decode()
    assert "Bus Route" in page
    assert "not known" in page
    assert Feed.objects.get(name="sis").headers == {}, "a trial changes nothing"
    seen = AuditEvent.objects.filter(action="students.viewed", subject="sis")
    assert seen.count() == 1, "columns of a file were shown"
    found = re.search(r'name="document" value="([^"]*)"', page)
    assert found is not None
    client.post(address, {"document": unescape(found[1])})
    assert Feed.objects.get(name="sis").headers == {"Bus Route": "school"}
    file = json.loads(client.get(f"{feed_with_a_header}file/").content)
    assert file["headers"] == {"Bus Route": "school"}


def test_a_mapping_is_copied_from_another_feed(person: Person, feed_with_a_header: str) -> None:
    from rollbook.records.models import Feed

    Feed.objects.filter(name="files").update(blank_markers=["XX"])
    client, address = person(), f"{feed_with_a_header}bring/"
    page = client.post(address, {"source": "files"}).content.decode()
    assert "XX" in page
    assert "every column" in page
    assert 'id="id_source_error"' in client.post(address, {"source": "gone"}).content.decode()


def test_what_is_no_mapping_is_refused_beside_the_file(
    person: Person, feed_with_a_header: str
) -> None:
    client, address = person(), f"{feed_with_a_header}bring/"
    assert 'id="id_file_error"' in client.post(address, {}).content.decode()
    page = client.post(address, sent(headers={"House": "house"})).content.decode()
    assert "There is no field house." in page
    assert "“secret” isn" in client.post(address, sent(secret="x")).content.decode()
    assert "t JSON: see line" in client.post(address, {"document": "{"}).content.decode()


def test_a_mapping_that_brings_another_feeds_field_is_refused(
    person: Person, feed_with_a_header: str
) -> None:
    from rollbook.records.models import Feed, FieldOwner

    other = Feed.objects.create(name="other", host="sftp.example.org", is_roster=False)
    FieldOwner.objects.create(field="absences_ytd", feed=other, since=other.created_at)
    client, address = person(), f"{feed_with_a_header}bring/"
    page = client.post(address, sent(headers={"Bus Route": "absences_ytd"})).content.decode()
    assert "belongs to the feed other" in page
    assert Feed.objects.get(name="sis").headers == {}
