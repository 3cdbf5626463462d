"""The pages of layouts: one's own is made from another without code, sent as a file, removed."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

Person = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("records")
FROM = "/layouts/iready-diagnostic-results/"


def filled(client: Any, address: str) -> dict[str, Any]:
    """What the form of a page would send as it is."""
    from rollbook.records.queries.layouts import document_to_export
    from rollbook.web.pages.layouts.form import LayoutForm

    page = client.get(address).content.decode()
    form = LayoutForm(None, document_to_export(address.split("/")[2]), is_new=True)
    assert all(f'name="{bound.html_name}"' in page for bound in form)
    return {bound.html_name: bound.value() or "" for bound in form}


def document(name: str) -> dict[str, Any]:
    from rollbook.records.models import OwnLayout

    found: dict[str, Any] = OwnLayout.objects.get(name=name).document
    return found


@pytest.mark.parametrize(
    "name",
    [
        "iready-diagnostic-results",
        "iready-diagnostic-and-instruction",
        "mclass-dibels8-benchmark",
        "powerschool-students",
    ],
)
def test_a_copy_that_is_saved_as_it_is_reads_as_the_built_in_layout(
    person: Person, name: str
) -> None:
    from rollbook.core.layouts.builtin import BY_NAME
    from rollbook.core.layouts.document import document_of

    client = person()
    client.post(f"/layouts/{name}/", filled(client, f"/layouts/{name}/"))
    kept, built_in = document(f"own-{name}"), document_of(BY_NAME[name])
    for each in (kept, built_in):
        each["columns"].sort(key=lambda column: column["holds"])
        each["rows"].sort(key=lambda row: row["column"])
        each["name"] = ""
    assert kept.pop("title") == f"{built_in.pop('title')}, our own"
    assert kept == built_in
    page = client.post(
        f"/layouts/own-{name}/", filled(client, f"/layouts/own-{name}/"), follow=True
    )
    assert "is unchanged" in page.content.decode()


def test_an_administrator_makes_and_changes_a_layout_without_code(person: Person) -> None:
    from rollbook.records.models import AuditEvent, Feed

    client = person()
    sent = filled(client, FROM) | {
        "name": "own-iready",
        "title": "i-Ready of our district",
        "holds_testing_window": "Runde, Norming Window",
        "window_words": "Eins = fall\nZwei = winter",
    }
    page = client.post(FROM, sent, follow=True).content.decode()
    assert "The layout own-iready was added." in page
    kept = document("own-iready")
    assert kept["window_words"] == {"eins": "fall", "zwei": "winter"}
    assert {"holds": "testing window", "headers": ["runde", "norming window"]} in kept["columns"]

    Feed.objects.filter(name="files").update(layout="own-iready")
    sent = filled(client, "/layouts/own-iready/") | {"title": "Changed"}
    page = client.post("/layouts/own-iready/", sent, follow=True).content.decode()
    assert "From the next import, files of files are read by it." in page
    assert "Changed" in client.get("/feeds/new/").content.decode(), "a feed's form offers it"
    page = client.post("/layouts/own-iready/remove/", follow=True).content.decode()
    assert "is in use by files" in page
    Feed.objects.filter(name="files").update(layout="auto")
    client.post("/layouts/own-iready/remove/")
    assert client.get("/layouts/own-iready/").status_code == 404
    for answer in (client.get(f"{FROM}remove/"), client.post(f"{FROM}remove/")):
        assert answer.status_code == 404, "a built-in layout is not removed"
    actions = AuditEvent.objects.filter(subject="own-iready").order_by("id")
    assert [each.action.partition(".")[2] for each in actions] == ["added", "changed", "removed"]


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(person: Person) -> None:
    from rollbook.records.models import OwnLayout

    client = person()
    sent = filled(client, FROM) | {"name": "iready", "window_words": "Eins", "signs": "x"}
    page = client.post(FROM, sent).content.decode()
    assert 'id="id_name_error"' in page
    assert "begins with own-" in page
    sent |= {"name": "own-iready", "window_words": "Eins = autumn", "seasons": "fall = soon"}
    page = client.post(FROM, sent).content.decode()
    assert 'id="id_seasons_error"' in page
    assert "the month and day" in page
    sent |= {"seasons": "", "holds_student_id": "", "holds_ssid": ""}
    page = client.post(FROM, sent).content.decode()
    assert "can mean fall, winter or spring" in page
    assert "No column has the Student ID or the SSID" in page
    assert not OwnLayout.objects.exists()


def test_a_layout_is_downloaded_and_added_from_its_file(person: Person) -> None:
    client = person()
    file = client.get("/layouts/aeries-query/file/")
    assert json.loads(file.content)["name"] == "own-aeries-query"
    assert file["Content-Disposition"] == 'attachment; filename="own-aeries-query.json"'
    for data, said in (
        (file.content, "The layout own-aeries-query was added."),
        (file.content, "is unchanged"),
        (b"[" * 9999, "nested"),
        (b"a" * 300_000, "larger than"),
        (b"", "t JSON: see line"),
    ):
        sent = {"file": SimpleUploadedFile("layout.json", data)}
        page = client.post("/layouts/", sent, follow=True).content.decode()
        assert said in page
    assert "No file was chosen" in client.post("/layouts/", follow=True).content.decode()
