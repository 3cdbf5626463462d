"""What the newest import of a feed changed unusually is on the dashboard."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import CommandLine, student, write_csv

Person = Callable[..., Any]
SAID = "Unusual changes in the last imports."


@pytest.fixture
def night(rollbook: CommandLine, pages: None, tmp_path: Path) -> int:
    """Of twelve students five imports changed one each; return one that changes them all."""
    from rollbook.records.models import Job
    from rollbook.records.operations.jobs import now

    rollbook.json("import", write_csv(tmp_path / "first.csv", *map(student, range(1, 13))))
    first = Job.objects.get(pk=1)
    output = dict(first.output_data or {})
    output["changes"] = {"fields": {"absences_ytd": 1}, "updated": {"North": 1}}
    for _ in range(5):
        Job.objects.create(
            job_type=first.job_type,
            status="completed",
            created_at=now(),
            completed_at=now(),
            input_data={"feed": "files", "feed_id": first.asked.feed_id},
            output_data=output,
        )
    rows = [student(number, absences=7) for number in range(1, 13)]
    number: int = rollbook.json("import", write_csv(tmp_path / "second.csv", *rows))["job"]
    return number


def dashboard(client: Any) -> str:
    return " ".join(client.get("/").content.decode().split())


def test_it_names_fields_and_schools_and_leads_to_the_students(night: int, person: Person) -> None:
    said = dashboard(person())
    assert SAID in said
    for name, query in (("Absences YTD", "field=absences_ytd"), ("North", "school=North")):
        link = f'<a href="/imports/{night}/changes/?{query}">{name}</a>'
        assert f"{link}: 12 students (at most 1 before)" in said, name
    page = person(email="bo@example.org").get(f"/imports/{night}/").content.decode()
    assert "Unusual changes for files" in page


def test_viewers_read_no_school_and_follow_no_link_to_students(night: int, person: Person) -> None:
    said = dashboard(person("viewer", email="vi@example.org"))
    assert "Absences YTD: 12 students (at most 1 before)" in said
    assert ("North" in said, "/changes/" in said) == (False, False)


def test_the_next_import_and_an_undo_end_it(
    night: int, person: Person, rollbook: CommandLine, tmp_path: Path
) -> None:
    client = person()
    assert SAID in dashboard(client)
    assert rollbook("jobs", "undo", str(night), "--reason", "x", "--yes").code == 0
    assert SAID not in dashboard(client)


def test_after_a_week_it_is_not_told_any_more(night: int, person: Person) -> None:
    from datetime import timedelta

    from rollbook.records.models import ImportIndex
    from rollbook.records.queries.standings import feed_standings
    from rollbook.web.pages.unusual_nights import unusual_nights

    ended_at = ImportIndex.objects.get(pk=night).ended_at
    assert ended_at is not None
    for days, told in ((6, 1), (8, 0)):
        now = ended_at + timedelta(days=days)
        assert len(unusual_nights(feed_standings(now), now, schools=True)) == told


@pytest.mark.parametrize(
    "written", ["x", [1], {"fields": 7}, {"fields": [["a"]]}, {"schools": [["a", "b", {}, None]]}]
)
def test_what_another_program_writes_there_breaks_no_page(
    night: int, person: Person, written: Any
) -> None:
    from rollbook.records.models import Job

    row = Job.objects.get(pk=night)
    Job.objects.filter(pk=night).update(output_data=dict(row.output_data or {}, unusual=written))
    client = person()
    assert SAID not in dashboard(client)
    for address in (f"/imports/{night}/", "/imports/"):
        assert client.get(address).status_code == 200


def test_the_mail_counts_schools_and_names_none(night: int) -> None:
    from rollbook.automation.notices import _unusual
    from rollbook.records.models import Feed
    from rollbook.records.queries.jobs import job_by_number

    job = job_by_number(night)
    [(notice, _)] = _unusual(Feed.objects.get(pk=job.feed_id), job, None)
    assert "Absences YTD: 12 (before: 0 to 1). In 1 school too. The page lists them." in notice.what
