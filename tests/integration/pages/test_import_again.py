"""Import again asks on a page of its own: which file, what it would do, and over what."""

import re
from collections.abc import Callable
from typing import Any

import pytest

Person = Callable[..., Any]
SHA = "a" * 64


def job_of(report: dict[str, Any], *, dry_run: bool = False, feed: str = "sis") -> int:
    from rollbook.records.models import JOB_TYPE, Feed, Job
    from rollbook.records.operations.jobs import now

    asked = {"feed": feed, "feed_id": Feed.objects.get(name=feed).pk, "dry_run": dry_run}
    row = Job.objects.create(
        job_type=JOB_TYPE,
        status="completed" if report["status"] == "completed" else "failed",
        created_at=now(),
        started_at=now(),
        completed_at=now(),
        input_data=asked | {"started_by": "schedule"},
        output_data={"report": report | {"dry_run": dry_run}},
    )
    return int(row.pk)


def report_of(**other: Any) -> dict[str, Any]:
    counts = {"total": 9, "inserted": 3, "updated": 4, "unchanged": 2}
    file = {"name": "student_data.csv", "size": 900, "sha256": SHA}
    return {"status": "completed", "stored": True, "counts": counts, "file": file} | other


@pytest.fixture
def sis(pages: None) -> None:
    from rollbook.records.models import Feed

    Feed.objects.create(name="sis", host="sftp.example.org", pattern="student_*.csv")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was requested of the queue, instead of a worker."""
    from rollbook.records.operations import queueing

    found: list[dict[str, Any]] = []

    def request(feed: Any, **wanted: Any) -> int:
        found.append(wanted)
        return 1

    monkeypatch.setattr(queueing, "request_import", request)
    return found


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.mark.usefixtures("sis")
def test_the_page_says_which_file_and_what_it_would_do_and_starts_nothing(
    person: Person, asked: list[dict[str, Any]]
) -> None:
    client, number = person(), job_of(report_of())
    page = text_of(client.get(f"/imports/{number}/again/"))
    assert "Import again from sis?" in page
    assert "student_data.csv, 900 bytes" in page
    assert f"Import {number} wrote 7 students." in page
    assert "student_*.csv" in page and "autofocus>Cancel" in page
    assert "write over newer data" not in page
    assert asked == []
    client.post(f"/imports/{number}/again/", {"import": ""})
    assert asked == [{"started_by": "ada@example.org", "dry_run": False, "force": True}]


@pytest.mark.usefixtures("sis")
def test_over_newer_data_it_must_be_confirmed(person: Person, asked: list[dict[str, Any]]) -> None:
    client, older = person(), job_of(report_of())
    newer = job_of(report_of(file={"name": "newer.csv", "size": 950, "sha256": "b" * 64}))
    page = text_of(client.get(f"/imports/{older}/again/"))
    assert "This could write over newer data." in page
    assert f'href="/imports/{newer}/"' in page and "newer.csv" in page
    refused = text_of(client.post(f"/imports/{older}/again/", {"import": ""}))
    assert "Nothing was imported." in refused and asked == []
    client.post(f"/imports/{older}/again/", {"check": ""})
    client.post(f"/imports/{older}/again/", {"import": "", "over": "yes"})
    assert [each["dry_run"] for each in asked] == [True, False]
    assert "newer data" not in text_of(client.get(f"/imports/{newer}/again/"))


@pytest.mark.usefixtures("sis")
@pytest.mark.parametrize(
    ("report", "dry_run"),
    [
        (report_of(), False),
        (report_of(stored=False, reason="file_unchanged", counts={}), True),
        (report_of(stored=False, status="failed", reason="discarded", message="So."), False),
    ],
)
def test_elsewhere_it_is_a_second_button_that_leads_there(
    person: Person, report: dict[str, Any], dry_run: bool
) -> None:
    number = job_of(report, dry_run=dry_run)
    page = text_of(person().get(f"/imports/{number}/"))
    assert re.search(rf'<a class="btn" href="/imports/{number}/again/">', page)
    assert f'action="/imports/{number}/again/"' not in page


@pytest.mark.usefixtures("sis")
def test_a_failed_import_shows_cause_meaning_and_one_button(person: Person) -> None:
    stored = job_of(report_of())
    number = job_of(report_of(stored=False, status="failed", reason="refused", message="So."))
    client = person()
    page = text_of(client.get(f"/imports/{number}/"))
    assert "Nothing was saved. You still have data from" in page
    job_of(report_of())
    later = text_of(client.get(f"/imports/{number}/"))
    assert "Nothing was saved. A later import has saved newer data." in later
    assert "You still have" not in later
    assert page.count("btn primary") == page.count('class="btn primary" href="/imports/') == 1
    assert 'class="results"' not in page
    assert f"/imports/{stored}/again/" not in page


@pytest.mark.usefixtures("sis")
def test_the_numbers_lead_to_their_rows(person: Person) -> None:
    issues = {"errors": 8, "warnings": 6, "by_code": {"BAD_GRADE": 8, "ID_REPAIRED": 6}}
    number = job_of(report_of(issues=issues))
    page = text_of(person().get(f"/imports/{number}/"))
    tiles = dict(re.findall(r'class="label">([^<]+)</span> <span class="number">([^<]+)<', page))
    assert tiles == {
        "New": "3", "Updated": "4", "Unchanged": "2", "To fix": "8", "Warnings": "6",
        "Not in file": "0",
    }  # fmt: skip
    assert f'href="/imports/{number}/rows/?severity=error"' in page
    assert f'href="/imports/{number}/rows/?severity=warning"' in page
    assert "8 to fix" in page
    viewer = text_of(person("viewer", "vi@example.org").get(f"/imports/{number}/"))
    assert f"/imports/{number}/rows/" not in viewer
    assert viewer.count('<span class="number">') == 6


def test_of_a_feed_without_a_server_there_is_nothing_to_ask_again(person: Person) -> None:
    number = job_of(report_of(), feed="files")
    client = person()
    assert client.get(f"/imports/{number}/again/").status_code == 404
    assert "/again/" not in client.get(f"/imports/{number}/").content.decode()


def test_the_filter_of_rows_is_in_the_address_and_what_is_sought_is_not(person: Person) -> None:
    number = job_of(report_of(), feed="files")
    asked = f"/imports/{number}/rows/?q=0000155&code=BAD_GRADE&severity=error"
    part = person().get(asked, headers={"HX-Target": "results"})
    assert part["HX-Push-Url"] == f"/imports/{number}/rows/?code=BAD_GRADE&severity=error"
