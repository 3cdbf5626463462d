"""Several files of one export on the pages: how a feed takes them, and where a row is."""

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from rollbook.core.file_set import ALL, NEWEST
from tests.doubles.feeds import add_feed
from tests.integration.cli.commands import HEADER, CommandLine, student, write_csv
from tests.integration.pages.test_feed_credentials import FORM, HOST

Person = Callable[..., Any]


@pytest.fixture
def job(rollbook: CommandLine, pages: None, tmp_path: Path) -> int:
    """An import of two files, of which the second has a row that is not imported."""
    parts = [
        write_csv(tmp_path / "export_g1.csv", student(1), student(2)),
        write_csv(tmp_path / "export_g2.csv", student(3), student(4, absences="many")),
    ]
    number: int = rollbook.json("import", *parts)["job"]
    return number


def test_a_feed_takes_the_newest_file_unless_all_are_chosen(person: Person) -> None:
    from rollbook.records.models import Feed

    add_feed(host=HOST, username="rollbook")
    client = person()
    client.post("/feeds/sis/settings/", FORM)
    assert Feed.objects.get(name="sis").files == NEWEST
    client.post("/feeds/sis/settings/", FORM | {"files": ALL})
    client.post("/feeds/sis/settings/", FORM)
    assert Feed.objects.get(name="sis").files == ALL, "a form that does not ask changes nothing"
    page = client.get("/feeds/sis/settings/").content.decode()
    assert '<option value="all" selected' in page


def test_administrators_see_the_files_and_in_which_one_a_row_is(person: Person, job: int) -> None:
    client = person()
    page = client.get(f"/imports/{job}/").content.decode()
    assert "<li>export_g2.csv</li>" in page
    assert "3 of export_g2.csv" in page
    assert "3 of export_g2.csv" in client.get(f"/imports/{job}/rows/").content.decode()
    assert "3 of export_g2.csv" in client.get(f"/imports/{job}/rows/?q=3").content.decode()
    changes = client.get(f"/imports/{job}/changes/").content.decode()
    assert "2 of export_g2.csv" in changes
    problems = client.get(f"/imports/{job}/problems.csv")
    lines = b"".join(problems.streaming_content).decode().splitlines()
    assert lines[0].endswith(",file")
    assert lines[1].startswith("3,0000004,")
    assert lines[1].endswith(",export_g2.csv")


def uploads(count: int) -> list[BytesIO]:
    """Files of two students each."""
    files = []
    for at in range(count):
        lines = [HEADER, student(2 * at), student(2 * at + 1), ""]
        files.append(BytesIO("\n".join(lines).encode()))
        files[-1].name = f"g{at}.csv"
    return files


def test_several_uploaded_files_are_one_import_all_or_none(pages: None, person: Person) -> None:
    from rollbook.automation.imports import run_requested
    from rollbook.core.events import ignore
    from rollbook.records.models import Job

    client = person()
    assert " multiple" in client.get("/import/").content.decode()
    client.post("/import/", {"feed": "files", "file": uploads(3), "import": "1"})
    [number] = Job.objects.values_list("pk", flat=True)
    result = run_requested(number, listener=ignore, environ=os.environ)
    assert result is not None
    report = result.report
    assert (report.status, report.counts.inserted) == ("completed", 6)
    assert report.file["files"] == [{"name": f"g{at}.csv"} for at in range(3)]
    assert report.file["name"] == "g0.csv and 2 more"
    client.post("/import/", {"feed": "files", "file": uploads(1), "import": "1"})
    assert Job.objects.get(pk=number + 1).asked.upload == "g0.csv"


def test_too_many_files_are_refused_in_the_form(
    records: str, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.records.models import Job
    from rollbook.web.pages.imports import form

    monkeypatch.setattr(form, "MOST_FILES", 2)
    answer = person().post("/import/", {"feed": "files", "file": uploads(3)})
    assert "You can import at most 2 files at once." in answer.content.decode()
    assert not Job.objects.exists()


def test_viewers_do_not_see_the_names_of_files(person: Person, job: int) -> None:
    answer = person("viewer").get(f"/imports/{job}/")
    page = answer.content.decode()
    assert (answer.status_code, f"Import {job}" in page) == (200, True)
    assert "export_g" not in page


def test_programs_are_told_the_file_of_a_row(rollbook: CommandLine, job: int) -> None:
    changes = rollbook.json("jobs", "changes", str(job))["changes"]
    assert [(each["file"], each["row"]) for each in changes if each["student_id"] == "0000003"][
        :1
    ] == [("export_g2.csv", 2)]
    shown = rollbook.json("jobs", "show", str(job))["issue_list"]
    assert [(each["file"], each["row"]) for each in shown] == [("export_g2.csv", 3)]
