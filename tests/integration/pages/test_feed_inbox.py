"""New codes and columns wait in one inbox; one press maps them, the file may follow at once."""

import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import CommandLine, write_csv

INBOX = "/feeds/files/inbox/"
HEADER = "Student ID,SSID,Grade,Homeroom"
HOSTILE = "<b>'\"; K"


def grade(text: str) -> dict[str, str]:
    """What the form of a code sends: no text, because a browser changes the ends of its lines."""
    return {"field": "grade", "key": sha256(text.encode()).hexdigest()}


GRADE = grade("Kinder 1")
HOMEROOM = {"key": sha256(b"Homeroom").hexdigest()}


def write(folder: Path, grades: list[str], header: str = HEADER) -> Path:
    rows = [f"{n:07},9{n:09},{grade},Room {n}" for n, grade in enumerate(grades, start=1)]
    quoted = [row.replace(HOSTILE, '"' + HOSTILE.replace('"', '""') + '"') for row in rows]
    return write_csv(folder / "students.csv", *quoted, header=header)


@pytest.fixture
def imported(pages: None, rollbook: CommandLine, tmp_path: Path) -> None:
    grades = [*["Kinder 1"] * 3, HOSTILE, *["3"] * 60]
    rollbook("import", write(tmp_path, grades))


def waiting() -> Any:
    from rollbook.records.models import Feed
    from rollbook.records.queries.inbox import inbox_of

    return inbox_of(Feed.objects.get(name="files"))


def counts() -> Any:
    from rollbook.records.models import Feed
    from rollbook.records.queries.feeds import read_catalogue
    from rollbook.records.queries.inbox import inbox_counts

    return inbox_counts(Feed.objects.all(), read_catalogue())


def rehearsed() -> None:
    """Let what was checked by hand be the rehearsal of a night."""
    from rollbook.records.models import ImportIndex

    ImportIndex.objects.filter(is_check=True).update(started_by="schedule")


def values() -> Any:
    from rollbook.records.models import Feed

    return Feed.objects.get(name="files").values


@pytest.mark.usefixtures("imported")
def test_the_inbox_has_each_code_once_and_each_column_with_examples(
    person: Callable[..., Any],
) -> None:
    client = person()
    page = client.get(INBOX).content.decode()
    assert [(each.text, each.rows) for each in waiting().codes] == [("Kinder 1", 3), (HOSTILE, 1)]
    assert "&lt;b&gt;&#x27;&quot;; K" in page and "<b>'" not in page
    assert "Homeroom" in page and "Room 1, Room 2, Room 3" in page and "Room 4" not in page
    assert "2 new codes, 1 column" in client.get("/imports/1/").content.decode()
    assert client.get("/feeds/files/").content.decode().count("Inbox (3)") == 1


@pytest.mark.usefixtures("imported")
def test_a_code_is_mapped_or_ignored_and_leaves_the_inbox(person: Callable[..., Any]) -> None:
    client = person()
    client.post(INBOX, GRADE | {"meaning": "K"})
    client.post(INBOX, grade(HOSTILE) | {"meaning": "-"})
    client.post(INBOX, HOMEROOM | {"meaning": "-"})
    assert (waiting().count, values()) == (0, {"grade": {"Kinder 1": "K"}})
    from rollbook.records.models import AuditEvent

    ignored = AuditEvent.objects.get(action="feed.code_ignored")
    assert ignored.after == {"field": "grade"}
    assert "all caught up" in client.get(INBOX).content.decode()


@pytest.mark.usefixtures("imported")
def test_what_the_field_does_not_take_and_what_is_not_in_the_inbox_is_refused(
    person: Callable[..., Any],
) -> None:
    client = person()
    for given in ({"meaning": "Kinder 2"}, grade("3") | {"meaning": "K"}, {"meaning": ""}):
        page = client.post(INBOX, GRADE | given, follow=True).content.decode()
        assert "Nothing was" in page or "accept" in page
    assert values() == {}


@pytest.mark.usefixtures("imported")
def test_a_whole_page_is_saved_at_once_or_not_at_all(person: Callable[..., Any]) -> None:
    from rollbook.records.models import Feed

    client = person()
    keys = [each["key"] for each in (GRADE, grade(HOSTILE), HOMEROOM)]
    page = {"field": ["grade", "grade", ""], "key": keys}
    wrong = client.post(INBOX, page | {"meaning": ["K", "Kinder 9", "-"]}).content.decode()
    assert "accept" in wrong and values() == {}
    assert '<option value="K" selected' in wrong, "what was chosen is kept"
    client.post(INBOX, page | {"meaning": ["K", "", "-"]})
    assert [each.text for each in waiting().codes] == [HOSTILE]
    feed = Feed.objects.get(name="files")
    assert (values(), feed.headers, feed.version) == (
        {"grade": {"Kinder 1": "K"}},
        {"Homeroom": ""},
        2,
    )


@pytest.mark.usefixtures("imported")
def test_of_two_administrators_at_once_one_decides() -> None:
    from django.db import connection

    def decide(meant: str) -> str:
        from rollbook.records.operations.inbox import NotInInbox, map_code

        try:
            map_code("files", "grade", "Kinder 1", meant, actor=meant)
        except NotInInbox:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decide, ("K", "TK"))) == ["done", "refused"]
    assert values()["grade"]["Kinder 1"] in ("K", "TK")


def test_a_code_is_applied_at_once_to_the_stored_file(
    person: Callable[..., Any],
    rollbook: CommandLine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ROLLBOOK_HOME", rollbook.environment()["ROLLBOOK_HOME"])
    monkeypatch.delenv("ROLLBOOK_SECRET_KEY")  # that of the commands counts
    client = person()
    rollbook("import", write(tmp_path, ["Kinder 1"] + ["3"] * 20), "--dry-run")
    assert (waiting().count, counts()) == (0, {}), "a person may check any file"
    assert "No file of this feed was imported yet" in client.get(INBOX).content.decode()
    rehearsed()
    assert counts() == {"files": 2}
    page = " ".join(client.get(INBOX).content.decode().split())
    assert "Save and import students.csv of import 1 <" in page
    sent = client.post(INBOX, GRADE | {"meaning": "K", "now": "1"})
    assert sent.headers["Location"] == "/imports/2/"
    from django.db import connection

    from rollbook.automation.imports import run_requested
    from rollbook.core.events import ignore

    run_requested(2, listener=ignore, environ=os.environ)

    with connection.cursor() as cursor:
        cursor.execute("select grade::text from public.students where student_id = '0000001'")
        assert cursor.fetchall() == [("K",)]
    assert [each.column.header for each in waiting().columns] == ["Homeroom"]


@pytest.mark.usefixtures("imported")
def test_where_the_bytes_are_gone_it_is_said_and_the_mapping_is_saved(
    person: Callable[..., Any],
) -> None:
    client = person()
    assert "no longer have this file" in client.get(INBOX).content.decode()
    page = client.post(INBOX, GRADE | {"meaning": "=", "now": "1"}, follow=True).content.decode()
    assert "No import was started" in page and values() == {"grade": {"Kinder 1": ""}}


def test_a_column_of_many_texts_is_one_item(
    pages: None, rollbook: CommandLine, tmp_path: Path
) -> None:
    rollbook("import", write(tmp_path, [f"Lovelace {n}" for n in range(50)] + ["3"] * 600))
    found = waiting()
    assert ([each.rows for each in found.full], found.codes) == ([50], [])
    told = rollbook.json("feeds", "inbox", "files")
    assert (told["codes"], "Lovelace" in str(told)) == ([], False)


@pytest.mark.usefixtures("imported")
def test_the_dashboard_counts_what_waits_for_administrators_alone(
    person: Callable[..., Any],
) -> None:
    assert counts() == {"files": waiting().count} == {"files": 3}
    client = person()
    assert "files (3)" in client.get("/").content.decode()
    viewer = person("viewer", "view@example.org")
    assert "files (3)" not in viewer.get("/").content.decode()
    for given in (GRADE, grade(HOSTILE), HOMEROOM):
        client.post(INBOX, given | {"meaning": "-"})
    assert counts() == {}
    assert "need a match" not in client.get("/").content.decode()


@pytest.mark.usefixtures("imported")
def test_what_no_file_had_before_is_told_once_by_mail_and_in_numbers_alone(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    from rollbook.automation.after_run import finish_run
    from rollbook.records.models import Feed, Mail
    from rollbook.records.operations.scheduling import ended_jobs

    def mails() -> list[Any]:
        for each in ended_jobs():
            finish_run(each, os.environ)
        return list(Mail.objects.order_by("pk"))

    Feed.objects.update(recipients=["ada@example.org"])
    assert mails() == [], "everything in a first file is new"
    grades = [*["Kinder 1"] * 3, "Gr. Three", *["3"] * 60]
    rollbook("import", write(tmp_path, grades, header="Student ID,SSID,Grade,Advisor"))
    (mail,) = mails()
    assert mail.kind == "new_in_file"
    assert "1 new code and 1 new column" in mail.subject
    assert not any(text in mail.text + mail.html for text in ("Gr. Three", "Advisor", "Kinder"))
    rollbook("import", write(tmp_path, [*grades, "3"], header="Student ID,SSID,Grade,Advisor"))
    assert len(mails()) == 1


@pytest.mark.usefixtures("imported")
def test_what_a_colleague_only_checks_does_not_hide_what_waits(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    rollbook("import", write(tmp_path, ["TK9", *["4"] * 60]), "--dry-run")
    assert [each.text for each in waiting().codes] == ["Kinder 1", HOSTILE]
    assert counts() == {"files": 3}


def test_a_code_and_a_column_of_two_lines_are_decided_on_as_a_browser_sends_them(
    person: Callable[..., Any], rollbook: CommandLine, tmp_path: Path
) -> None:
    header = 'Student ID,SSID,Grade,"Home\nroom"'
    rollbook("import", write(tmp_path, ['"Kin\nder"', *["3"] * 60], header))
    client = person()
    page = client.get(INBOX).content.decode()
    hidden = re.findall(r'form="inbox" type="hidden" name="(\w+)" value="([^"\n]*)"', page)
    given = {name: [value for each, value in hidden if each == name] for name in ("field", "key")}
    client.post(INBOX, given | {"meaning": ["-", "-"]})
    assert (waiting().count, page.count('name="key"')) == (0, 2)


@pytest.mark.usefixtures("imported")
def test_up_to_twenty_texts_are_codes_and_an_older_import_has_no_inbox(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from rollbook.records.models import Feed
    from rollbook.records.queries.inbox import inbox_of

    feed = Feed.objects.get(name="files")
    assert inbox_of(feed, of_import=1).job is not None
    assert (inbox_of(feed, of_import=2).job, inbox_of(feed, of_import=2).count) == (None, 0)
    for most, codes, full in ((2, 2, 0), (1, 0, 1)):
        monkeypatch.setattr("rollbook.records.queries.inbox.MOST_TEXTS", most)
        assert (len(waiting().codes), len(waiting().full)) == (codes, full)


def test_a_held_import_is_decided_on_and_a_held_rehearsal_is_imported(
    imported: None, rollbook: CommandLine, tmp_path: Path
) -> None:
    from rollbook.records.models import Feed
    from rollbook.records.operations.inbox import AtOnce, DecisionWaits, at_once, import_at_once

    few = write(tmp_path, ["Kinder 1", *["3"] * 20])
    few.write_text(few.read_text() + ",,3,Room\n" * 9)  # too many rows without an identifier
    assert rollbook("import", few, "--dry-run").code == 7
    rehearsed()
    feed = Feed.objects.get(name="files")
    assert at_once(feed, waiting()) is AtOnce.STORED
    assert rollbook("import", few).code == 7
    assert at_once(feed, waiting()) is AtOnce.DECIDE
    with pytest.raises(DecisionWaits):
        import_at_once("files", actor="ada", environ=os.environ)


def test_of_many_columns_fifty_are_shown_and_the_others_counted(
    person: Callable[..., Any], rollbook: CommandLine, tmp_path: Path
) -> None:
    header = ",".join(["Student ID,SSID,Grade", *(f"New {at}" for at in range(60))])
    rows = [f"{n:07},9{n:09},3" + ",x" * 60 for n in range(1, 9)]
    rollbook("import", write_csv(tmp_path / "students.csv", *rows, header=header))
    page = person().get(INBOX).content
    assert page.count(b'name="key"') == 50
    assert b"10 more columns follow" in page and len(page) < 600_000
