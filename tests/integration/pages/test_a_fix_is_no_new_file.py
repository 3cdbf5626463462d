"""Corrected rows are no newer file of their feed: nothing that it asks, counts or measures ends."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from rollbook.core.catalogue.students import is_fix_it_file
from tests.integration.cli.commands import HEADER, CommandLine, student, write_csv
from tests.integration.pages.test_row_fixes import ROW, SEEN, SSID, run, text_of

Person = Callable[..., Any]


@pytest.fixture
def first(
    rollbook: CommandLine, pages: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> int:
    """An import with a code and a column that are not known, and a rejected row."""
    monkeypatch.setenv("ROLLBOOK_HOME", str(rollbook.home))
    monkeypatch.delenv("ROLLBOOK_SECRET_KEY", raising=False)  # pages and commands have one key
    wrong = student(21).replace("9000000021", "n!ne", 1)
    rows = [student(1, grade="Kinder 1"), *map(student, range(2, 21)), wrong]
    header, rows = f"{HEADER},Homeroom", [f"{each},Room 1" for each in rows]
    return int(rollbook.json("import", write_csv(tmp_path / "a.csv", *rows, header=header))["job"])


def state(number: int) -> Any:
    """What the feed's newest file decides: inbox, its counts, header, codes, rates, dashboard."""
    from rollbook.records.district import district_zone
    from rollbook.records.models import Feed
    from rollbook.records.queries import jobs, trends
    from rollbook.records.queries.comparison import import_before
    from rollbook.records.queries.feed_codes import codes_of
    from rollbook.records.queries.feeds import read_catalogue
    from rollbook.records.queries.inbox import inbox_counts, inbox_of

    feed, catalogue = Feed.objects.get(name="files"), read_catalogue()
    inbox, codes = inbox_of(feed), codes_of(feed, catalogue)
    newest, days = jobs.newest_stored(), trends.trend(timezone.now(), district_zone())
    before = import_before(replace(jobs.job_by_number(1), number=number))
    return (
        [each.text for each in inbox.codes],
        [each.column.header for each in inbox.columns],
        inbox_counts([feed], catalogue),
        jobs.last_header(feed)[0],
        (codes.job.number if codes.job else None, [each.text for each in codes.codes]),
        newest and newest.number,
        trends.success_rate(days),
        trends.error_rate(days),
        before and before.number,
    )


def test_neither_a_fix_nor_a_fix_it_file_nor_its_check_is_a_newer_file(
    first: int, rollbook: CommandLine, person: Person, tmp_path: Path
) -> None:
    ada, later = person(), first + 9
    wanted = state(later)
    assert wanted[:3] == (["Kinder 1"], ["Homeroom"], {"files": 2})

    fix_it = rollbook("jobs", "fixit", str(first)).out
    [ours, *rows] = csv.reader(io.StringIO(fix_it.lstrip("\ufeff")))
    at = ours.index("SSID")
    lines = [[*row[:at], "9000000021", *row[at + 1 :]] for row in rows]
    file = tmp_path / "fixit.csv"
    with file.open("w", encoding="utf-8", newline="") as into:
        csv.writer(into).writerows([ours, *lines])
    rollbook.json("import", file, "--dry-run")
    assert state(later) == wanted
    again = tmp_path / "again.csv"
    again.write_text(fix_it, encoding="utf-8")
    rollbook.json("import", again, code=None)  # nothing of it is fixed
    assert state(later) == wanted
    rollbook.json("import", file)
    assert state(later) == wanted

    address = f"/imports/{first}/rows/{ROW}/"
    ada.post(address, SEEN | {f"cell-{SSID}": "9000000001", "import": ""})  # is another student's
    run(first + 4)
    assert state(later) == wanted
    rollbook("jobs", "undo", str(first + 3), "--reason", "A wrong one", "--yes")
    assert state(later) == wanted
    page = text_of(ada.get("/feeds/files/columns/"))
    assert "Rollbook: row" not in page and "Homeroom" in page
    assert f'href="/imports/{first}/"' in text_of(ada.get("/feeds/files/inbox/"))


def test_an_undo_of_fixed_rows_leaves_the_schedule_and_that_of_a_file_waits_for_a_person(
    first: int, rollbook: CommandLine, person: Person
) -> None:
    from rollbook.records.models import Feed

    client, address = person(), f"/imports/{first}/rows/{ROW}/"
    client.post(address, SEEN | {f"cell-{SSID}": "9000000021", "import": ""})
    run(first + 1)
    Feed.objects.update(host="sftp.example.org", schedule={"is_on": True})
    asked = text_of(client.get(f"/imports/{first + 1}/undo/"))
    assert "The schedule of files stays as it is." in asked and "also turns off" not in asked
    client.post(f"/imports/{first + 1}/undo/", {"reason": "A wrong one"})
    assert Feed.objects.get().schedule["is_on"]
    assert "also turns off the schedule" in text_of(client.get(f"/imports/{first}/undo/"))
    client.post(f"/imports/{first}/undo/", {"reason": "A wrong one"})
    assert not Feed.objects.get().schedule["is_on"]
    dashboard = text_of(client.get("/"))
    assert "The feed's schedule stays off until you turn it on." in dashboard
    assert "1 feed, 2 new columns or codes" in dashboard
    text = client.get("/imports/history.csv").getvalue().decode("utf-8-sig")
    runs = [(each["kind"], each["new"]) for each in csv.DictReader(text.splitlines())]
    assert runs == [("fix", ""), ("import", "")]


@pytest.mark.parametrize(
    "header",
    [
        ["Rollbook: row", "Rollbook: what to fix", "Student ID"],
        ["Student ID", "\ufeffROLLBOOK_row "],
        ["Student ID", "rollbook - what to fix:"],
        ["Student ID", "Row", "Rollbook"],
        ["Student ID", "My Rollbook: row"],
        [],
        "Rollbook: row",
        [1, {"Rollbook: row": 2}],
    ],
)
def test_the_index_knows_a_fix_it_file_by_its_columns(records: str, header: Any) -> None:
    from rollbook.records.models import JOB_TYPE, ImportIndex, Job

    Job.objects.create(
        job_type=JOB_TYPE,
        status="completed",
        created_at=timezone.now(),
        input_data={"feed": "sis", "feed_id": 1},
        output_data={"report": {"status": "completed"}, "header": header},
    )
    is_header = isinstance(header, list) and all(isinstance(each, str) for each in header)
    known = bool(header) and is_header and is_fix_it_file(header)
    assert [each.is_fix_it for each in ImportIndex.objects.all()] == [known]
