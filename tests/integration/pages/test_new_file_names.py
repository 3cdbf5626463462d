"""A file that came under another name is proposed, adopted or ignored; nothing happens alone."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from rollbook.core.sources.renamed_files import NewName
from tests.doubles.feeds import add_feed
from tests.integration.cli.commands import CommandLine, student, write_csv
from tests.integration.cli.test_who_saw_values import settled
from tests.integration.servers import openssh_server

NAME = "student_data-2026.csv"
HOSTILE = "student_data\x1b[31m<b>'2026.csv"
FEED = "/feeds/sis/"


@pytest.fixture
def served(
    pages: None, rollbook: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """The folder of a feed whose last file is gone while one with another name came."""
    monkeypatch.setenv("ROLLBOOK_HOME", rollbook.environment()["ROLLBOOK_HOME"])
    monkeypatch.delenv("ROLLBOOK_SECRET_KEY")  # that of the commands counts
    folder = tmp_path / "served"
    folder.mkdir()
    with openssh_server(folder) as server:
        environ = rollbook.environment()
        add_feed(
            server=server, environ=environ, pattern="student_data_*.csv", folder=str(folder),
            unchanged_for=0,
        )  # fmt: skip
        settled(put(folder, "student_data_2025.csv", students=9))
        assert rollbook("run", "sis").code == 0
        (folder / "student_data_2025.csv").unlink()
        write_csv(folder / "attendance_2026.csv", "1,2", header="a,b")
        put(folder, NAME)
        yield folder


def put(folder: Path, name: str, *, students: int = 8) -> Path:
    return write_csv(folder / name, *map(student, range(students)))


def names() -> list[Any]:
    from rollbook.records.models import Feed
    from rollbook.records.queries.file_names import new_file_names

    return new_file_names(Feed.objects.get(name="sis"))


def pattern() -> str:
    from rollbook.records.models import Feed

    return str(Feed.objects.get(name="sis").pattern)


@pytest.mark.usefixtures("served")
def test_the_name_is_adopted_with_one_click_and_the_next_run_imports_it(
    person: Callable[..., Any], rollbook: CommandLine
) -> None:
    client = person()
    failed = rollbook.json("run", "sis", code=4)
    assert (failed["reason"], pattern()) == ("file_not_found", "student_data_*.csv")
    assert NAME not in failed["message"]
    assert "sis (1)" in client.get("/").content.decode()
    pages = (FEED, f"/imports/{failed['job']}/", f"{FEED}inbox/")
    for address in pages:
        page = client.get(address).content.decode()
        assert "Was the file renamed?" in page and NAME in page
        assert "student_data*.csv" in page and "attendance_2026.csv</span>" not in page
    page = client.post(
        f"{FEED}file-names/{names()[0].pk}/", {"decision": "adopt"}, follow=True
    ).content.decode()
    assert "Saved" in page and "Was the file renamed?" not in page
    for address in pages[:2]:
        assert "The new name was adopted." in client.get(address).content.decode()
    assert rollbook.json("run", "sis")["file"]["name"] == NAME
    for address in pages[:2]:
        assert "The new name was adopted." not in client.get(address).content.decode()
    client.post(f"{FEED}versions/1/", {"reason": "Was a slip"})
    assert pattern() == "student_data_*.csv"


def test_an_ignored_name_stays_out_the_next_day_too(
    served: Path, person: Callable[..., Any], rollbook: CommandLine
) -> None:
    rollbook("run", "sis")
    client, number = person(), names()[0].pk
    client.post(f"{FEED}file-names/{number}/", {"decision": "ignore"})
    (served / NAME).rename(served / "student_data-2027.csv")
    rollbook("run", "sis")
    assert (names(), pattern()) == ([], "student_data_*.csv")
    page = client.post(
        f"{FEED}file-names/{number}/", {"decision": "adopt"}, follow=True
    ).content.decode()
    assert "no longer waits for a decision" in page and pattern() == "student_data_*.csv"
    from rollbook.records.models import AuditEvent

    event = AuditEvent.objects.get(action="feed.file_name_ignored")
    assert NAME not in str(event.after)


def test_a_hostile_name_is_shown_safely_to_administrators_alone(
    served: Path, person: Callable[..., Any], rollbook: CommandLine
) -> None:
    (served / NAME).rename(served / HOSTILE)
    failed = rollbook.json("run", "sis", code=4)
    assert "31m" not in failed["message"]
    address = f"/imports/{failed['job']}/"
    page = person().get(address).content.decode()
    assert "[31m&lt;b&gt;&#x27;2026.csv" in page and "\x1b" not in page and "<b>'2026" not in page
    viewer = person("viewer", "eve@example.org").get(address).content.decode()
    assert "31m" not in viewer and "Was the file renamed" not in viewer
    told = rollbook.json("feeds", "names", "sis")["names"]
    assert [each["would_be"] for each in told] == ["student_data*.csv"]


@pytest.mark.usefixtures("served")
def test_of_two_administrators_at_once_one_adopts_the_name(
    person: Callable[..., Any], rollbook: CommandLine
) -> None:
    rollbook("run", "sis")
    number = names()[0].pk
    from django.db import connection

    def adopt(name: str) -> str:
        from rollbook.records.operations.file_names import NoSuchName, adopt_name

        try:
            adopt_name("sis", number, actor=name)
        except NoSuchName as refused:
            return refused.reason
        finally:
            connection.close()
        return "adopted"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(adopt, "ab")) == ["adopted", "no_such_file_name"]
    assert rollbook("feeds", "names", "sis", "--ignore", str(number)).code == 2


def test_when_the_usual_file_comes_after_all_nothing_is_proposed_any_more(
    served: Path, rollbook: CommandLine
) -> None:
    rollbook("run", "sis")
    assert len(names()) == 1
    from rollbook.records.queries.file_names import feeds_with_new_names

    assert len(feeds_with_new_names()) == 1
    put(served, "student_data_2026.csv")
    assert rollbook("run", "sis").code in (0, 6) and names() == []
    assert feeds_with_new_names() == set()


@pytest.mark.usefixtures("pages")
def test_a_name_is_known_since_it_was_first_seen() -> None:
    from django.db import connection

    from rollbook.records.clock import beginning_at
    from rollbook.records.models import Feed, NewFileName
    from rollbook.records.operations.file_names import note_new_names

    feed = Feed.objects.create(name="sis", host="sftp.example.org")
    begun, names = datetime(2026, 11, 2, tzinfo=UTC), [NewName("a.csv", "a.csv", "a*.csv")]

    def seen(day: int) -> int:
        with beginning_at(begun + timedelta(days=day)), connection.cursor() as cursor:
            note_new_names(cursor, 1, feed, names)
        return (NewFileName.objects.get().first_seen_at - begun).days

    assert (seen(0), seen(1)) == (0, 0)
    NewFileName.objects.update(decision="adopted")
    assert seen(2) == 2


@pytest.mark.parametrize(
    ("host", "port", "folder", "is_there"),
    [
        ("SFTP.example.org", 22, "out", True),
        ("sftp.example.org", 2222, "/home/out", False),
        ("other.example.org", 22, "/home/out", False),
        ("sftp.example.org", 22, "/home/in", False),
    ],
)
def test_a_feed_is_beside_another_in_the_same_folder_of_the_same_server(
    host: str, port: int, folder: str, is_there: bool
) -> None:
    from rollbook.records.models import Feed
    from rollbook.records.queries.file_names import is_beside

    feed = Feed(pk=1, host="sftp.example.org", port=22, folder="/home/out")
    assert is_beside(feed, Feed(pk=2, host=host, port=port, folder=folder)) is is_there


def test_where_none_is_alike_the_newest_files_are_told_with_why_and_one_may_be_used(
    served: Path, person: Callable[..., Any], rollbook: CommandLine
) -> None:
    client = person()
    (served / NAME).unlink()
    put(served, "nightly_20261128.csv")
    os.utime(put(served, "student_data-old.csv"), (1_700_000_000, 1_700_000_000))
    failed = rollbook.json("run", "sis", code=4)
    address = f"/imports/{failed['job']}/"
    page = " ".join(client.get(address).content.decode().split())
    assert "Was the file renamed?" not in page and "The newest files there" in page
    rows = {row.partition('"value">')[2].partition("<")[0]: row for row in page.split("<tr>")}
    assert "Its name isn't like this feed's files." in unescape(rows["nightly_20261128.csv"])
    assert "no newer than the last imported file" in rows["student_data-old.csv"]
    assert "Use this name" in rows["nightly_20261128.csv"]
    assert (names(), rollbook.json("feeds", "names", "sis")["names"]) == ([], [])
    viewer = person("viewer", "eve@example.org").get(address).content.decode()
    assert "nightly" not in viewer and "The newest files there" not in viewer
    number = rows["nightly_20261128.csv"].partition("/file-names/")[2].partition("/")[0]
    client.post(f"{FEED}file-names/{number}/", {"decision": "adopt"})
    assert pattern() == "nightly_*.csv"
    assert rollbook.json("run", "sis")["file"]["name"] == "nightly_20261128.csv"


@pytest.mark.usefixtures("served")
def test_the_dashboard_says_that_a_file_has_another_name(
    person: Callable[..., Any], rollbook: CommandLine
) -> None:
    rollbook("run", "sis")
    for client in (person(), person("viewer", "eve@example.org")):
        assert "A file with another name was found." in client.get("/").content.decode()


@pytest.mark.usefixtures("pages")
def test_one_query_tells_all_feeds_with_new_names() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from rollbook.records.models import Feed, NewFileName
    from rollbook.records.queries.file_names import feeds_with_new_names

    feeds = [Feed.objects.create(name=f"sis{n}", pattern="a*.csv") for n in range(5)]
    for feed, changed in zip(
        feeds,
        ({}, {}, {"decision": "ignored"}, {"why_not": "older"}, {"pattern": "b"}),
        strict=True,
    ):
        NewFileName.objects.create(
            **{"feed_id": feed.pk, "shape": "x", "name": "x", "pattern": "a*.csv", "wider": "*"}
            | {"job_id": 1, "first_seen_at": datetime(2026, 11, 2, tzinfo=UTC)}
            | changed
        )
    feeds[1].removed_at = datetime(2026, 11, 2, tzinfo=UTC)
    feeds[1].save()
    with CaptureQueriesContext(connection) as queries:
        assert feeds_with_new_names() == {feeds[0].pk}
    assert len(queries) == 1


def test_a_newer_file_under_another_name_is_proposed_while_the_old_one_is_there(
    served: Path, person: Callable[..., Any], rollbook: CommandLine
) -> None:
    from rollbook.automation.after_run import finish_run
    from rollbook.records.models import Feed, Job, Mail

    settled(put(served, "student_data_2025.csv", students=9))
    client = person()
    quiet = rollbook.json("run", "sis", code=6)
    assert quiet["reason"] == "file_unchanged" and "similar name" in quiet["message"]
    assert NAME not in quiet["message"] and quiet["file"]["same_as"] == 1
    assert [each.name for each in names()] == [NAME]
    assert "sis: a newer file came under another name." in client.get("/").content.decode()
    health = rollbook.json("health", code=1)
    assert [each["feed"] for each in health["doubts"]] == ["sis"]
    again = rollbook.json("run", "sis", "--force")
    assert again["file"]["same_as"] == again["issues"]["by_code"]["NEWER_FILE_RENAMED"] == 1
    assert "the same file as import 1" in rollbook("jobs", "show", str(again["job"])).out
    page = " ".join(client.get(f"/imports/{again['job']}/").content.decode().split())
    assert 'This is the same file as <a href="/imports/1/">import 1</a>' in page
    assert "Was the file renamed?" in page and NAME in page
    viewer = person("viewer", "eve@example.org").get(f"/imports/{again['job']}/").content.decode()
    assert "This is the same file as" in viewer and NAME not in viewer
    Feed.objects.update(recipients=["ada@example.org"])
    for job in Job.imports.after(quiet["job"]).order_by("pk"):
        finish_run(job.pk, os.environ)
    assert list(Mail.objects.values_list("kind", flat=True)) == ["file_renamed"]
    client.post(f"{FEED}file-names/{names()[0].pk}/", {"decision": "adopt"})
    assert (
        "doubts" not in rollbook("health").out
        and "another name" not in client.get("/").content.decode()
    )
    assert rollbook.json("run", "sis")["file"]["name"] == NAME


def test_what_is_ignored_or_of_another_feed_is_not_proposed_beside_the_old_file(
    served: Path, rollbook: CommandLine
) -> None:
    from rollbook.records.models import Feed

    settled(put(served, "student_data_2025.csv", students=9))
    other = Feed.objects.get(name="sis")
    other.pk, other.name, other.pattern = None, "other", "student_data-*.csv"
    other.save()
    assert "similar" not in rollbook.json("run", "sis", code=6)["message"] and names() == []
    other.delete()
    assert "similar" in rollbook.json("run", "sis", code=6)["message"]
    assert rollbook("feeds", "names", "sis", "--ignore", str(names()[0].pk)).code == 0
    assert "similar" not in rollbook.json("run", "sis", code=6)["message"] and names() == []
