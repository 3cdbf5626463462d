"""Unknown levels become the feed's own by one press on the page of the import that found them."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import CommandLine, write_csv

READING = "fall_2025_iready_reading_level"
MATH = "fall_2025_iready_math_level"
HEADER = (
    "Student ID,SSID,Fall 2025 i-Ready Reading Overall Performance Level,"
    "Fall 2025 i-Ready Math Overall Performance Level,School"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = [
        f"{n:07},9{n:09},Tier {'AB'[n % 2]},{'Way Up' if n % 3 else 'On Level'},North"
        for n in range(9)
    ]
    return write_csv(tmp_path / "levels.csv", *rows, header=HEADER)


@pytest.fixture
def job(rollbook: CommandLine, file: Path) -> int:
    report = rollbook.json("import", file)
    assert report["issues"]["by_code"] == {"UNKNOWN_LEVEL": 15}
    return int(report["job"])


def values() -> Any:
    from rollbook.records.models import Feed

    return Feed.objects.get(name="files").values


def seen(page: str) -> str:
    return page.split('name="seen" value="')[1].split('"')[0]


def test_one_press_makes_all_words_shown_the_feeds_own_and_ends_the_warnings(
    person: Callable[..., Any], rollbook: CommandLine, job: int, file: Path
) -> None:
    from rollbook.records.models import AuditEvent

    client = person()
    page = client.get(f"/imports/{job}/").content.decode()
    for word in ("Tier A", "Tier B", "Way Up"):
        assert f"“{word}”" in page
    assert page.count("All of these are our levels") == 1
    sent = {"seen": seen(page), "column": "all"}
    after = client.post(f"/imports/{job}/levels/", sent, follow=True).content.decode()
    assert "3 words of 2 columns are your own levels" in after
    assert "Are these your own levels?" not in after
    assert values() == {
        READING: {"Tier A": "Tier A", "Tier B": "Tier B"}, MATH: {"Way Up": "Way Up"},
    }  # fmt: skip
    event = AuditEvent.objects.get(action="feed.mapping_changed")
    assert (event.actor, event.subject) == ("ada@example.org", "files")
    report = rollbook.json("import", file)
    assert (report["status"], report["issues"]["warnings"]) == ("completed", 0)


def test_one_column_alone_can_be_pressed(person: Callable[..., Any], job: int) -> None:
    client = person()
    page = client.get(f"/imports/{job}/").content.decode()
    client.post(f"/imports/{job}/levels/", {"seen": seen(page), "column": MATH})
    assert values() == {MATH: {"Way Up": "Way Up"}}
    left = client.get(f"/imports/{job}/").content.decode()
    card = left.split("Are these your own levels?")[1].split("</section>")[0]
    assert "“Tier A”" in card
    assert "“Way Up”" not in card
    assert "These are our levels" in card.rsplit("<button", 1)[1]


def test_words_that_were_not_seen_so_are_not_taken(person: Callable[..., Any], job: int) -> None:
    client = person()
    first = seen(client.get(f"/imports/{job}/").content.decode())
    client.post(f"/imports/{job}/levels/", {"seen": first, "column": MATH})
    for sent in (
        {"seen": first, "column": "all"},
        {"column": "all"},
        {"seen": seen(client.get(f"/imports/{job}/").content.decode()), "column": MATH},
    ):
        page = client.post(f"/imports/{job}/levels/", sent, follow=True).content.decode()
        assert "Look again" in page
    assert values() == {MATH: {"Way Up": "Way Up"}}


def test_the_command_shows_the_words_and_makes_them_the_feeds_own(
    rollbook: CommandLine, records: str, job: int, file: Path
) -> None:
    shown = rollbook("jobs", "levels", str(job)).out
    assert f"{READING}  Tier A, Tier B" in shown
    found = rollbook.json("jobs", "levels", str(job))
    assert found["levels"] == {READING: ["Tier A", "Tier B"], MATH: ["Way Up"]}
    unknown = rollbook("jobs", "levels", str(job), "--field", "grade")
    assert unknown.code == 2
    assert "no such unknown levels" in unknown.err
    assert values() == {}
    taken = rollbook("jobs", "levels", str(job), "--field", MATH).out
    assert "Added 1 level of your own. They apply from the next import of files." in taken
    assert "Tier A, Tier B" in taken
    assert values() == {MATH: {"Way Up": "Way Up"}}
    assert "Added 2 levels" in rollbook("jobs", "levels", str(job), "--all").out
    assert "has no unknown level names" in rollbook("jobs", "levels", str(job)).out
    assert rollbook.json("import", file)["issues"]["warnings"] == 0


def test_a_viewer_neither_sees_the_words_nor_presses(person: Callable[..., Any], job: int) -> None:
    viewer = person("viewer", "viewer@example.org")
    page = viewer.get(f"/imports/{job}/").content.decode()
    assert "Tier A" not in page
    assert "levels/" not in page
    assert viewer.post(f"/imports/{job}/levels/", {"column": "all"}).status_code == 403
    assert values() == {}


def test_a_column_of_something_else_is_not_offered(
    person: Callable[..., Any], rollbook: CommandLine, tmp_path: Path
) -> None:
    rows = [f"{n:07},9{n:09},Word {n},On Level,North" for n in range(30)]
    file = write_csv(tmp_path / "names.csv", *rows, header=HEADER)
    job = rollbook.json("import", file)["job"]
    page = person().get(f"/imports/{job}/").content.decode()
    assert "UNKNOWN_LEVEL" in page
    assert "Are these your own levels?" not in page


def test_the_first_night_of_many_writes_a_mail_that_names_the_cure_and_the_second_none(
    rollbook: CommandLine, records: str, job: int, file: Path
) -> None:
    from rollbook.automation.after_run import finish_run
    from rollbook.records.models import Feed, Mail
    from rollbook.records.operations.scheduling import ended_jobs

    Feed.objects.update(recipients=["ada@example.org"])
    for each in ended_jobs():
        finish_run(each, os.environ)
    (mail,) = Mail.objects.all()
    assert (mail.kind, mail.job_id) == ("unknown_levels", job)
    assert "15 cells" in mail.text
    assert "All of these are our levels" in mail.text
    assert "Tier" not in mail.subject + mail.text + mail.html
    rollbook.json("import", file, "--force")
    for each in ended_jobs():
        finish_run(each, os.environ)
    assert Mail.objects.count() == 1
