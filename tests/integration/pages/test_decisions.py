"""What an administrator sees and does of an import that is held."""

import re
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def held(pages: None) -> int:
    from rollbook.core.report import Counts, Report
    from rollbook.records.models import JOB_TYPE, Feed, Job, StoredFile
    from rollbook.records.operations.jobs import now

    report = Report(file={"name": "a.csv", "size": 9, "sha256": "0" * 64})
    report.counts = Counts(total=9, inserted=3, updated=1, rejected=5)
    report.hold("5 of 9 rows were rejected.", advice="Decide.")
    feed = Feed.objects.get(name="files")
    row = Job.objects.create(
        job_type=JOB_TYPE,
        status="pending",
        created_at=now(),
        started_at=now(),
        completed_at=now(),
        input_data={"feed": "files", "feed_id": feed.pk, "started_by": "x", "dry_run": False},
        output_data={
            "report": report.as_object(1),
            "header": ["Student ID"],
            "rules": {"names_limit": 5},
            "measures": {
                "rejected": {"part": 5, "whole": 9},
                "names": {"part": 3996, "whole": 4000},
                "grade": {"part": 2, "whole": 4000},
                "roles": {"part": 1, "whole": 0},
            },
            "changes": {"roster": {"schools": {"North": 3}, "grades": {"4": 3}}},
        },
    )
    StoredFile.objects.create(
        id="00000000-0000-4000-8000-000000000001",
        job_id=row.pk,
        size=9,
        expires_at="2099-01-01T00:00Z",
    )
    return row.pk


def test_the_page_of_a_held_import_offers_both_decisions(
    held: int, person: Callable[..., Any]
) -> None:
    page = person().get(f"/imports/{held}/").content.decode()
    assert f"/imports/{held}/decide/apply/" in page
    assert f"/imports/{held}/decide/discard/" in page
    assert (
        "decide/"
        not in person("viewer", email="vi@example.org").get(f"/imports/{held}/").content.decode()
    )


def test_students_before_and_after_are_reported_by_school_and_grade(
    held: int, person: Callable[..., Any]
) -> None:
    page = person().get(f"/imports/{held}/").content.decode()
    row = page.partition('<th scope="row">North</th>')[2].partition("</tr>")[0]
    assert re.findall(r">([^<]+)</td>", row) == ["0", "3", "+3"]
    assert '<th scope="row">4</th>' in page


def test_of_a_feed_that_keeps_no_roster_nothing_is_said_of_students_before(
    held: int, person: Callable[..., Any]
) -> None:
    from rollbook.records.models import Feed

    Feed.objects.update(is_roster=False)
    assert "Students before and after" not in person().get(f"/imports/{held}/").content.decode()


@pytest.mark.parametrize("page", ["", "decide/apply/", "decide/discard/"])
def test_what_was_counted_stands_beside_what_the_feed_allows(
    held: int, person: Callable[..., Any], page: str
) -> None:
    shown = " ".join(person().get(f"/imports/{held}/{page}").content.decode().split())
    assert "5 of 9 rows were rejected." in shown
    rows = {
        row.partition("<")[0].strip(): re.findall(r'class="num"[^>]*>([^<]*)<', row)
        for row in shown.split('<th scope="row">')[1:]
    }
    name = "Students with another name"
    assert [text.strip() for text in rows[name]] == ["3,996 of 4,000", "99.9%", "5%"]
    assert shown.index(name) < shown.index("Students in another grade")
    assert shown.count("Too many") == 3  # rows, names, roles


def test_the_effect_is_named_in_numbers_before(held: int, person: Callable[..., Any]) -> None:
    page = " ".join(person().get(f"/imports/{held}/decide/apply/").content.decode().split())
    assert "this adds 3 and updates 1 student. 5 rows can't be imported." in page
    assert "autofocus>Cancel" in page


def test_the_reason_is_given_on_the_page_itself_and_enter_decides_nothing(
    held: int, person: Callable[..., Any]
) -> None:
    page = " ".join(person().get(f"/imports/{held}/").content.decode().split())
    form = page.partition('<form id="decide"')[2].partition("</form>")[0]
    assert 'name="reason"' in form and form.count("formaction=") == 2
    assert form.index("<button disabled hidden>") < form.index("formaction=")
    assert page.index("5 of 9 rows were rejected.") < page.index('<form id="decide"')


def test_without_a_reason_nothing_is_decided(held: int, person: Callable[..., Any]) -> None:
    from rollbook.records.models import Job

    answer = person().post(f"/imports/{held}/decide/apply/", {"reason": " "})
    assert "Say why" in answer.content.decode()
    assert Job.objects.get(pk=held).output_data is not None


def test_an_approved_import_waits_for_a_worker(held: int, person: Callable[..., Any]) -> None:
    from rollbook.records.models import Job

    answer = person().post(f"/imports/{held}/decide/apply/", {"reason": "Visitors"})
    assert (answer.status_code, answer["Location"]) == (302, f"/imports/{held}/")
    row: Any = Job.objects.get(pk=held)
    assert (row.status, row.output_data) == ("pending", None)
    assert row.input_data["approved_by"] == "ada@example.org"


def test_a_discarded_import_is_shown_as_discarded(held: int, person: Callable[..., Any]) -> None:
    client = person()
    client.post(f"/imports/{held}/decide/discard/", {"reason": "The export had failed"})
    page = client.get(f"/imports/{held}/").content.decode()
    assert "an administrator discarded it" in page
    assert "Discarded</span>" in page and "Stopped" not in page
    assert "decide/" not in page
    said = " ".join(page.split())
    assert "Held, then discarded by <strong>ada@example.org</strong>" in said
    assert "“The export had failed”" in said
    assert "Why it was held:</b> 5 of 9 rows were rejected." in said
    seen = person("viewer", email="vi@example.org").get(f"/imports/{held}/").content.decode()
    assert ("then discarded" in seen, "export had failed" in seen) == (False, False)


def test_who_applied_a_held_import_and_why_is_on_its_page(
    held: int, person: Callable[..., Any]
) -> None:
    from rollbook.core.report import Report
    from rollbook.records.models import Job
    from rollbook.records.operations.jobs import now

    client = person()
    client.post(f"/imports/{held}/decide/apply/", {"reason": "Visitors"})
    waiting = " ".join(client.get(f"/imports/{held}/").content.decode().split())
    assert "5 of 9 rows were rejected." in waiting and "“Visitors”" in waiting
    report = Report(status="completed", stored=True).as_object(held)
    Job.objects.filter(pk=held).update(
        status="completed", completed_at=now(), output_data={"report": report}
    )
    said = " ".join(client.get(f"/imports/{held}/").content.decode().split())
    assert "Held, then applied by <strong>ada@example.org</strong>" in said
    assert "“Visitors”" in said and "5 of 9 rows were rejected." in said


def test_limits_are_tried_on_the_nights_on_record_and_nothing_is_saved(
    held: int, person: Callable[..., Any]
) -> None:
    ada = person()
    page = ada.get("/feeds/files/limits/").content.decode()
    assert "1 import on record" in " ".join(page.split())
    assert f'href="/imports/{held}/"' in page and "5 of 9" in page
    again = "".join(
        f"&{name}={value}"
        for name, value in re.findall(r'name="(\w+_limit)"[^>]*value="(\d+)"', page)
    )
    unchanged = ada.get(f"/feeds/files/limits/?{again[1:]}").content.decode()
    assert re.findall("<tr>.*?</tr>", unchanged, re.S) == re.findall("<tr>.*?</tr>", page, re.S)
    tried = ada.get("/feeds/files/limits/?rejected_limit=60&names_limit=x").content.decode()
    assert "5 of 9" not in tried and 'value="60"' in tried
    assert "Enter a whole number." in tried and "3,996 of 4,000" in tried
    assert person("viewer", email="vi@example.org").get("/feeds/files/limits/").status_code == 403
    assert 'href="/feeds/files/limits/"' in ada.get("/feeds/files/settings/").content.decode()


@pytest.fixture
def a_little_much(held: int) -> int:
    """What holds it could be allowed from now on."""
    from rollbook.records.models import Job

    row: Any = Job.objects.get(pk=held)
    row.output_data["measures"] = {
        "rejected": {"part": 5, "whole": 12}, "grade": {"part": 30, "whole": 100},
    }  # fmt: skip
    row.save()
    return held


def limits() -> tuple[int, int, int]:
    from rollbook.records.models import Feed

    feed = Feed.objects.get(name="files")
    return feed.rejected_limit, feed.grade_limit, feed.version


def test_what_may_be_expected_from_now_on_is_offered_and_chosen(
    a_little_much: int, person: Callable[..., Any]
) -> None:
    from rollbook.records.models import Job

    held, client = a_little_much, person()
    assert f"/imports/{held}/decide/expect/" in client.get(f"/imports/{held}/").content.decode()
    page = " ".join(client.get(f"/imports/{held}/decide/expect/").content.decode().split())
    label = "Rows rejected"
    row = page.partition(f"<span>{label}</span>")[2].partition("</tr>")[0]
    assert re.findall(r">([^<]+)</td>", row) == ["10", "42"]
    assert "Your limits stay the same" not in page
    chosen = re.findall(r'name="expected" value="([^"]+)"', page)
    assert sorted(chosen) == ["grade_limit=30", "rejected_limit=42"]
    sent = {"reason": "Visitors", "expected": ["rejected_limit=42"]}
    answer = client.post(f"/imports/{held}/decide/expect/", sent)
    assert (answer.status_code, answer["Location"]) == (302, f"/imports/{held}/")
    assert limits() == (42, 25, 2)
    row_of_job: Any = Job.objects.get(pk=held)
    assert row_of_job.input_data["approved"]["rejected"] == 5


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        ([], "No setting was chosen."),
        (["rejected_limit=41"], "since you opened this page"),
        (["host=example.org"], "since you opened this page"),
    ],
)
def test_only_what_the_page_showed_becomes_a_limit(
    a_little_much: int, person: Callable[..., Any], expected: list[str], told: str
) -> None:
    sent = {"reason": "Visitors", "expected": expected}
    refused = person().post(f"/imports/{a_little_much}/decide/expect/", sent).content.decode()
    assert told in refused
    assert limits() == (10, 25, 1)


def test_where_no_limit_could_allow_it_nothing_is_to_be_expected(
    held: int, person: Callable[..., Any]
) -> None:
    from rollbook.records.models import Job

    row: Any = Job.objects.get(pk=held)
    row.output_data["measures"] = {"roles": {"part": 1, "whole": 0}}
    row.save()
    client = person()
    assert "decide/expect/" not in client.get(f"/imports/{held}/").content.decode()
    assert client.get(f"/imports/{held}/decide/expect/").status_code == 404


def test_schools_are_shown_before_and_after_with_what_holds_the_import(
    held: int, person: Callable[..., Any]
) -> None:
    from rollbook.core.limits.of_schools import key_of_school
    from rollbook.records.models import Job

    row: Any = Job.objects.get(pk=held)
    row.output_data["changes"]["roster"]["numbers"] = {
        "Oak": [40, 41, 0, 1, 0, 0],
        "North High": [300, 12, 288, 0, 3, 5],
        "": [0, 2, 0, 2, 0, 0],
    }
    row.output_data["measures"][key_of_school("schools_missing", "northhigh")] = {
        "part": 288,
        "whole": 300,
    }
    row.save()
    page = " ".join(person().get(f"/imports/{held}/").content.decode().split())
    first, *others = page.split("Other school or grade</th>")[1].split('<th scope="row">')[1:]
    assert first.strip().startswith('North High <span class="badge warn">Most are missing</span>')
    cells = [each.strip() for each in re.findall(r">([^<]+)</td>", first)]
    assert cells == ["300", "12", "288", "0", "3", "5"]
    assert [each.partition("<")[0].strip() for each in others[:2]] == ["Unknown", "Oak"]
    viewer = person("viewer", email="vi@example.org").get(f"/imports/{held}/").content.decode()
    assert "North High" not in viewer


def test_the_dashboard_leads_to_rows_that_were_not_imported(
    pages: None, person: Callable[..., Any]
) -> None:
    from rollbook.core.report import Counts, Report
    from rollbook.records.models import JOB_TYPE, Feed, Job, RejectedRow
    from rollbook.records.operations.jobs import now

    report = Report(status="completed", stored=True, errors=1)
    report.counts = Counts(total=9, inserted=8, rejected=1)
    row = Job.objects.create(
        job_type=JOB_TYPE,
        status="completed",
        created_at=now(),
        started_at=now(),
        completed_at=now(),
        input_data={"feed": "files", "feed_id": Feed.objects.get(name="files").pk},
        output_data={"report": report.as_object(1)},
    )
    RejectedRow.objects.create(job_id=row.pk, row_number=4, cells=["x"])
    link = f"/imports/{row.pk}/rows/?severity=error"
    page = person().get("/").content.decode()
    assert "files: 1 row wasn&#x27;t imported." in page and link in page
    seen = person("viewer", email="vi@example.org").get("/").content.decode()
    assert "files: 1 row wasn&#x27;t imported." in seen and link not in seen
