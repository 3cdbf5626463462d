"""A header that was renamed in the export is mapped by one click, and taken back as easily."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import CommandLine, write_csv
from tests.integration.pages.test_stale_pages import seen_in

COLUMNS = "/feeds/files/columns/"
SENT = {
    "change": "renamed", "before": "Days Away", "header": "Days Away 2026",
    "field": "absences_ytd",
}  # fmt: skip


@pytest.fixture
def renamed(rollbook: CommandLine, tmp_path: Path) -> Path:
    """The second file, whose column of absences has another header."""
    rows = [f"{n:07},9{n:09},{n}" for n in range(1, 9)]
    first = write_csv(tmp_path / "first.csv", *rows, header="Student ID,SSID,Days Away")
    rollbook("feeds", "map", "files", "--header", "Days Away=absences_ytd")
    rollbook.json("import", first)
    second = write_csv(tmp_path / "second.csv", *rows, header="Student ID,SSID,Days Away 2026")
    assert rollbook.json("import", second)["issues"]["by_code"] == {"UNKNOWN_COLUMN": 1}
    return second


def headers() -> Any:
    from rollbook.records.models import Feed

    return Feed.objects.get(name="files").headers


def test_one_click_maps_the_renamed_column_and_the_version_before_returns(
    person: Callable[..., Any], rollbook: CommandLine, renamed: Path
) -> None:
    client = person()
    page = client.get(COLUMNS).content.decode()
    assert "Renamed in the export?" in page and "Same column" in page
    inbox = client.get("/feeds/files/inbox/").content.decode()
    assert inbox.index("Same column") < inbox.index("New columns</h2>")
    refused = client.post(COLUMNS, SENT | {"from": "inbox", "seen": "old"})
    assert (refused.status_code, headers()) == (200, {"Days Away": "absences_ytd"})
    done = client.post(COLUMNS, SENT | {"from": "inbox"}, follow=True)
    page = done.content.decode()
    assert done.request["PATH_INFO"] == "/feeds/files/inbox/"
    assert "Saved." in page and "Renamed in the export?" not in page
    assert headers() == {"Days Away 2026": "absences_ytd"}
    assert rollbook.json("check", renamed)["issues"]["warnings"] == 0
    assert "Renamed in the export" in client.get("/feeds/files/versions/").content.decode()
    client.post("/feeds/files/versions/2/", {"reason": "Another column"})
    assert headers() == {"Days Away": "absences_ytd"}
    assert "Renamed in the export?" in client.get(COLUMNS).content.decode()


@pytest.mark.usefixtures("renamed")
def test_a_click_on_a_page_that_is_older_than_anothers_change_is_refused(
    person: Callable[..., Any],
) -> None:
    client = person()
    seen = seen_in(client.get(COLUMNS))
    client.post(COLUMNS, {"change": "all", "header": "Days Away 2026", "field": "-"})
    refused = client.post(COLUMNS, SENT | {"seen": seen}).content.decode()
    assert "since you opened this page" in refused
    assert headers() == {"Days Away": "absences_ytd", "Days Away 2026": ""}


def test_the_command_says_what_it_was_before(rollbook: CommandLine, renamed: Path) -> None:
    told = rollbook("feeds", "map", "files", "--from", str(renamed)).out
    assert "maybe “Days Away” renamed: absences_ytd" in " ".join(told.split())
