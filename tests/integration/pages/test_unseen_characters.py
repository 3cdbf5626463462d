"""A sign that turns the direction of writing is written out on each page; files keep it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.pages.test_who_may_see_what import job_and_feed
from tests.integration.pages.test_who_saw_values import body, named_addresses

__all__ = ["job_and_feed"]  # a fixture
TURNED = "\u202e"
COLUMN, CELL, FILE = f"Bus{TURNED}", f"Marker{TURNED}cell", f"a{TURNED}vsc.csv"


@pytest.fixture
def planted(job_and_feed: None) -> None:
    from rollbook.records.models import Feed, IssueRow, Job, RejectedRow

    feed = Feed.objects.get(name="sis")
    job: Any = Job.objects.get(id=1)
    given = {"feed": "sis", "feed_id": feed.pk, "started_by": "test", "dry_run": False}
    report = job.output_data["report"]
    report["file"] = {"name": FILE, "size": 9, "kind": "xlsx", "worksheet": f"S{TURNED}"}
    output = job.output_data | {"header": [COLUMN], "report": report}
    Job.objects.filter(id=1).update(input_data=given, output_data=output)
    IssueRow.objects.create(
        job_id=1,
        row_number=7,
        student_id="1",
        column_header=COLUMN,
        code="BAD_GRADE",
        severity="error",
        value=CELL,
        message="No grade.",
    )
    RejectedRow.objects.create(job_id=1, row_number=7, cells=[CELL])


@pytest.mark.usefixtures("planted")
def test_every_page_writes_it_out_and_files_and_forms_keep_it(person: Callable[..., Any]) -> None:
    client = person()
    pages: dict[str, str] = {}
    files: dict[str, str] = {}
    for name, address in named_addresses():
        answer = client.get(address)
        is_page = answer.get("Content-Type", "").startswith("text/html")
        (pages if is_page else files)[name] = body(answer)
        if is_page:
            assert answer["Content-Length"] == str(len(answer.content)), name
    for shown in ("Bus[U+202E]", "Marker[U+202E]cell"):
        assert shown in pages["job"], shown
        assert shown in pages["job_rows"], shown
    for shown in ("a[U+202E]vsc.csv", "S[U+202E]"):
        assert shown in pages["job"], shown
    assert "Bus[U+202E]" in pages["mapping"]
    assert f'name="header" value="{COLUMN}"' in pages["mapping"]
    assert 'aria-label="Meaning of Bus[U+202E]"' in pages["mapping"]
    for name, page in pages.items():
        texts = page.replace(f'value="{COLUMN}"', "")
        assert TURNED not in texts, name
    assert CELL in files["job_problems_csv"]
    assert CELL in files["job_fix_it"]
