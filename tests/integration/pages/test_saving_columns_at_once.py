"""The page Columns saves what all columns mean at once, and refuses what would fail the import."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.integration.cli.commands import HEADER as STUDENT
from tests.integration.cli.commands import student, write_csv
from tests.integration.pages.test_who_may_see_what import job_and_feed

__all__ = ["job_and_feed"]  # a fixture
Person = Callable[..., Any]
COLUMNS = "/feeds/sis/columns/"
FORM = "application/x-www-form-urlencoded"
HEADER = ["Student ID", "SSID", "Local No", "Days Missed", "Winter 2031 i-Ready Math Overall Score"]


@pytest.fixture
def client(job_and_feed: None, person: Person) -> Any:
    from rollbook.records.models import Feed, Job

    feed = Feed.objects.get(name="sis")
    job: Any = Job.objects.get(id=1)
    given = {"feed": "sis", "feed_id": feed.pk, "started_by": "test", "dry_run": False}
    Job.objects.filter(id=1).update(
        input_data=given, output_data=job.output_data | {"header": HEADER}
    )
    return person()


def save(client: Any, *fields: str) -> str:
    sent = {"change": "all", "header": HEADER, "field": fields}
    return str(client.post(COLUMNS, sent, follow=True).content.decode())


def stored() -> Any:
    from rollbook.records.models import Feed

    return Feed.objects.get(name="sis").headers


def test_one_save_maps_ignores_and_takes_back(client: Any) -> None:
    from rollbook.records.models import AuditEvent

    assert "Saved." in save(client, "=", "=", "-", "absences_ytd", "=")
    assert stored() == {"Local No": "", "Days Missed": "absences_ytd"}
    assert "Saved." in save(client, "=", "=", "=", "absences_ytd", "=")
    assert stored() == {"Days Missed": "absences_ytd"}
    assert AuditEvent.objects.filter(action="feed.mapping_changed").count() == 2
    save(client, "=", "=", "=", "absences_ytd", "=")
    assert AuditEvent.objects.filter(action="feed.mapping_changed").count() == 2


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (["=", "=", "student_id", "-", "="], "2 columns mean Student ID"),
        (["-", "=", "=", "-", "="], "The file has no column for Student ID"),
    ],
)
def test_what_would_fail_the_next_import_is_refused_whole_and_stays_chosen(
    client: Any, fields: list[str], told: str
) -> None:
    page = save(client, *fields)
    assert "With these columns the next import would fail." in page
    assert told in page
    assert 'id="id_field"' in page
    assert '<option value="-" selected' in page
    assert stored() == {}


def test_an_identifier_moves_to_another_column_in_one_save(client: Any) -> None:
    assert "Saved." in save(client, "-", "=", "student_id", "=", "=")
    assert stored() == {"Student ID": "", "Local No": "student_id"}


def test_a_term_that_is_not_set_up_is_added_with_one_click(client: Any) -> None:
    page = client.get(COLUMNS).content.decode()
    assert "Add Winter 2031</button>" in page
    added = client.post("/settings/terms/", {"season": "Winter", "year": "2031"}, follow=True)
    assert "Winter 2031 is set up" in added.content.decode()
    page = client.get(COLUMNS).content.decode()
    assert "Add Winter 2031" not in page
    assert "Winter 2031 i-Ready Math Overall Score" in page


def test_the_page_of_an_import_adds_its_term_with_one_click_for_administrators_alone(
    rollbook: Any, records: str, person: Person, tmp_path: Path
) -> None:
    header = f"{STUDENT},Winter 2031 i-Ready Math Overall Score"
    job = rollbook.json("import", write_csv(tmp_path / "a.csv", f"{student(1)},400", header=header))
    page = f"/imports/{job['job']}/"
    assert "Add Winter 2031</button>" in person().get(page).content.decode()
    viewer = person("viewer", "viewer@example.org")
    assert "Add Winter 2031" not in viewer.get(page).content.decode()
    assert rollbook("terms", "add", "Winter 2031").code == 0
    administrator = person(email="other@example.org")
    assert "Add Winter 2031" not in administrator.get(page).content.decode()


def test_a_column_that_is_not_known_is_shown_with_its_values_to_administrators_alone(
    rollbook: Any, records: str, person: Person, tmp_path: Path
) -> None:
    others = "".join(f",Locker {number}" for number in range(110))
    header = f"{STUDENT},Absenses YTD,Tardys YTD{others}"
    blank = "," * 110
    rows = [f"{student(1)},3,late{blank}", f"{student(2)},planted-value,late{blank}"]
    server = ("--host", "localhost", "--user", "x", "--pattern", "*")
    assert rollbook("feeds", "add", "sis", *server, stdin="pw\n").code == 0
    file = write_csv(tmp_path / "a.csv", *rows, header=header)
    rollbook.json("import", file, "--feed", "sis")
    page = person().get(COLUMNS).content.decode()
    assert "such as 3, planted-value" in page
    assert "Maybe" not in page, "the headers are near, and the values are of neither field"
    assert rollbook("feeds", "map", "sis", "--header", "Tardys YTD=tardies_ytd").code == 0
    other = person(email="other@example.org")
    page = other.get(COLUMNS).content.decode()
    assert page.count("Values don't fit") == 1
    page = other.get("/imports/1/").content.decode()
    assert "6 more causes not listed here" in page and page.count("Locker") < 500
    viewer = person("viewer", "viewer@example.org")
    assert "planted-value" not in viewer.get("/imports/1/").content.decode()


def test_a_file_of_two_thousand_columns_is_saved_at_once(client: Any) -> None:
    from rollbook.records.models import Job

    header = ["Student ID", *(f"Locker {number}" for number in range(1_999))]
    job: Any = Job.objects.get(id=1)
    Job.objects.filter(id=1).update(output_data=job.output_data | {"header": header})
    sent = {"change": "all", "header": header, "field": ["student_id", *["-"] * 1_999]}
    page = client.get(f"{COLUMNS}?q=locker+19&page=2", follow=True).content.decode()
    assert 'value="Locker 1950"' in page and 'value="Locker 2"' not in page
    whole = client.get(COLUMNS).content
    assert len(whole) < 1_500_000 and b"Previous" not in whole and b"page=2" in whole
    answer = client.post(f"{COLUMNS}?page=2", sent)
    assert (answer.status_code, answer["Location"]) == (302, f"{COLUMNS}?page=2")
    assert len(stored()) >= 1_999


@pytest.mark.parametrize("given", [{"header": [""] * 10_001}, {"header": "x" * (2 << 20)}])
def test_what_is_too_much_for_a_form_is_told_in_a_sentence(client: Any, given: Any) -> None:
    for address in (COLUMNS, "/settings/"):
        answer = client.post(address, urlencode(given, doseq=True), content_type=FORM)
        assert answer.status_code == 413
        assert "Nothing was saved. A form can have at most 10,000 fields" in answer.content.decode()
