"""The page of a feed's versions: who changed what and why, and the way back."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from tests.doubles.feeds import add_feed
from tests.integration.pages.test_stale_pages import feed_form, seen_in

Person = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("records")


@pytest.fixture
def client(person: Person) -> Any:
    """An administrator's, who has changed a limit."""
    add_feed()
    made = person()
    changed = feed_form(missing_limit="5", reason="fewer <leave>")
    assert made.post("/feeds/sis/settings/", changed)["Location"] == "/feeds/sis/saved/"
    assert limit() == 5
    return made


def limit() -> int:
    from rollbook.records.queries.feeds import feed_by_name

    return feed_by_name("sis").missing_limit


def test_a_person_sees_what_was_changed_and_returns_with_a_reason(client: Any) -> None:
    page = client.get("/feeds/sis/versions/").content.decode()
    assert (
        "fewer &lt;leave&gt;" in page and "ada@example.org" in page and "Version 2, in use" in page
    )
    assert 'href="/feeds/sis/versions/1/"' in page and 'href="/feeds/sis/versions/2/"' not in page
    page = client.get("/feeds/sis/versions/1/").content.decode()
    assert "Students missing" in page
    refused = client.post("/feeds/sis/versions/1/", {"reason": " "}).content.decode()
    assert "A decision needs a reason" in refused and limit() == 5
    done = client.post("/feeds/sis/versions/1/", {"reason": "by mistake"}, follow=True)
    assert "Version 1 is restored" in done.content.decode()
    assert limit() == 20
    assert "nothing to restore" in client.get("/feeds/sis/versions/1/").content.decode()


def test_what_another_person_changes_meanwhile_is_not_overwritten(client: Any) -> None:
    seen = seen_in(client.get("/feeds/sis/versions/1/"))
    assert (
        client.post("/feeds/sis/settings/", feed_form(missing_limit="7"))["Location"]
        == "/feeds/sis/saved/"
    )
    sent = {"reason": "by mistake", "seen": seen}
    refused = client.post("/feeds/sis/versions/1/", sent)
    assert "since you opened this page" in refused.content.decode() and limit() == 7
    again = sent | {"seen": seen_in(refused)}
    assert client.post("/feeds/sis/versions/1/", again).status_code == 302
    assert limit() == 20


def test_files_by_hand_have_versions_too(client: Any) -> None:
    from rollbook.records.operations.mappings import map_header

    assert 'href="/feeds/files/versions/"' in client.get("/feeds/files/").content.decode()
    map_header("files", "Days Out", "absences_ytd", actor="bo")
    assert "Column “Days Out”" in client.get("/feeds/files/versions/").content.decode()
    done = client.post("/feeds/files/versions/1/", {"reason": "not ours"}, follow=True)
    assert "Version 1 is restored" in done.content.decode()


def test_of_a_thousand_columns_that_one_press_ignores_the_list_shows_the_first(
    client: Any,
) -> None:
    from rollbook.records.operations.mappings import MappingChange, change_mapping

    headers = {f"Locker {number:04}": "" for number in range(1_200)}
    change_mapping("sis", MappingChange(headers=headers), actor="bo")
    page = client.get("/feeds/sis/versions/").content.decode()
    assert "Locker 0049" in page and "Locker 0050" not in page and len(page) < 100_000
    assert '<a href="?version=3">Show all 1,200 changes</a>' in page
    whole = client.get("/feeds/sis/versions/?version=3").content.decode()
    assert whole.count("Column “Locker") == 1_200 and "fewer" not in whole
    assert client.get("/feeds/sis/versions/?version=99").status_code == 200


@pytest.mark.parametrize("number", [0, 3, 2**70])
def test_a_version_that_never_was_is_no_page(client: Any, number: int) -> None:
    assert client.get(f"/feeds/sis/versions/{number}/").status_code == 404


def test_a_version_that_cannot_be_used_any_more_says_why(client: Any) -> None:
    from rollbook.records.models import FeedVersion

    row = FeedVersion.objects.get()
    row.before = row.before | {"layout": "own-gone"}
    row.save()
    page = client.get("/feeds/sis/versions/1/").content.decode()
    assert (
        "can't be used anymore" in unescape(page) and "<form method" not in page.split("<main")[1]
    )


def test_a_reason_of_two_lines_is_refused_at_its_field(client: Any) -> None:
    page = client.post(
        "/feeds/sis/settings/", feed_form(missing_limit="7", reason="a\x01b")
    ).content.decode()
    assert "in one line" in page and limit() == 5


@pytest.mark.parametrize(
    ("setting", "before", "after", "line"),
    [
        ("blanks", "keep", "clear",
         ("Blank cells", "Keep the saved value", "Clear the saved value")),
        ("headers.Days. Out", None, "absences_ytd", ("Column “Days. Out”", "", "Absences YTD")),
        ("headers.Out", "absences_ytd", "", ("Column “Out”", "Absences YTD", "ignored")),
        ("values.grade.Gr.3", None, "3", ("“Gr.3” in Grade", "", "3")),
        ("recipients", [], ["a@b.org", "c@d.org"], ("Recipients", "none", "a@b.org, c@d.org")),
        ("required", ["student_id"], ["student_id", "ssid"],
         ("Each row must have", "Student ID only",
          "Student ID and SSID (SIS exports)")),
        ("is_roster", True, False, ("This is the roster feed", "yes", "no")),
        ("schedule.is_on", True, False, ("Schedule", "on", "off")),
        ("schedule.times", ["02:00"], ["02:00", "14:30"],
         ("Times of the schedule", "2:00 AM", "2:00 AM, 2:30 PM")),
        ("schedule.pauses", [], [{"first": "2026-12-20", "last": "2027-01-03", "reason": "winter"}],
         ("Pauses", "none", "12/20/2026 to 1/3/2027 winter")),
        ("schedule.pauses", [{"last": "?"}], [], ("Pauses", "?", "none")),
        ("schedule.current_by", "", "06:30", ("Current by", "none", "6:30 AM")),
        ("other_columns", "warn", "note",
         ("Unknown columns", "warn about each", "one note")),
        ("of_old", 1, {"a": 2}, ("of_old", "1", "2")),
    ],
)  # fmt: skip
def test_a_change_is_told_in_the_words_of_the_pages(
    pages: None, setting: str, before: Any, after: Any, line: tuple[str, str, str]
) -> None:
    from rollbook.records.queries.feed_changes import SettingChange
    from rollbook.web.pages.feeds.version_words import change_lines

    assert change_lines([SettingChange(setting, before, after)]) == [line]


def test_a_schedule_is_told_as_people_write_it(client: Any) -> None:
    sent = {
        "is_on": "on",
        "times": "2:00 AM, 1:30 PM",
        "days": ["0", "1", "2", "3", "4"],
        "pauses": "12/21/26 - 1/3/27 Winter break\nNov 26, 2026 Thanksgiving",
        "current_by": "6:30 AM",
    }
    assert client.post("/feeds/sis/schedule/", sent).status_code == 302
    page = client.get("/feeds/sis/versions/").content.decode()
    for words in (
        "11/26/2026 Thanksgiving; 12/21/2026 to 1/3/2027 Winter break",
        "2:00 AM, 1:30 PM",
        "6:30 AM",
        "Monday to Friday",
        ">Pauses<",
    ):
        assert words in page, words
    assert "2026-12-21" not in page and "02:00" not in page
    form = client.get("/feeds/sis/schedule/").content.decode()
    assert "12/21/2026 to 1/3/2027 Winter break\n11/26/2026 Thanksgiving" in form


def test_the_first_version_has_the_author_who_added_the_feed(client: Any) -> None:
    from rollbook.records.models import AuditEvent

    first = client.get("/feeds/sis/versions/").content.decode().partition('id="v1"')[2]
    assert AuditEvent.objects.get(action="feed.added").actor in first
