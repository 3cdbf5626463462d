"""Choosing a folder and a file on the exports, in the feed's form: nothing is saved, nothing shown
twice, and no credential sent to a server that no one has confirmed."""

import os
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.feeds import add_feed
from tests.integration.pages.test_connection_tests import (
    Person,
    all_ended,
    confirmed,
    form_for,
    hurried,
    number_in,
    wait_until,
)
from tests.integration.servers import PASSWORD, Faults, RunningServer, asyncssh_server

__all__ = ["hurried"]

DAY = 86_400
FIRST = 1_795_000_000


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def exports(tmp_path: Path, faults: Faults) -> Iterator[RunningServer]:
    served = tmp_path / "served"
    folder = served / "exports"
    folder.mkdir(parents=True)
    for day in range(3):
        file = folder / f"student_data_2026112{day + 5}.csv"
        file.write_text("Student ID,SSID,Last Name\n0000001,9000000001,Zyx\n")
        os.utime(file, (FIRST + day * DAY, FIRST + day * DAY))
    (folder / "schools.csv.part").write_text("x")
    with asyncssh_server(served, faults=faults) as running, all_ended():
        yield running


def press(client: Any, exports: RunningServer, *, is_part: bool = True, **pressed: str) -> str:
    """Press a button of the chooser; return what it shows in the end."""
    typed = {**form_for(exports), **confirmed(client, exports), **pressed}
    typed = {name: text for name, text in typed.items() if name != "test" and text is not None}
    headers = {"HX-Target": "chooser"} if is_part else {}
    answer = client.post("/feeds/new/", typed, headers=headers)
    assert answer.status_code == 200
    return ended(client, answer.content.decode())


def ended(client: Any, page: str) -> str:
    shown = [page]

    def is_over() -> bool:
        if "Reading the folder…" in shown[0]:
            answer = client.get(f"/connection-tests/{number_in(shown[0])}/")
            shown[0] = answer.content.decode()
        return "Reading the folder…" not in shown[0]

    wait_until(is_over)
    return unescape(shown[0])


def browsed(page: str) -> str:
    (number,) = re.findall(r'name="browsed" value="([\w-]+)"', page)
    return str(number)


def button_of(page: str, name: str) -> str:
    """The value of the button that uses the name of this file."""
    found = re.search(rf'name="choose"\s+value="(\d+)"[^<]*<span class="vh">: {name}<', page)
    assert found, page
    return found[1]


def input_of(page: str, name: str) -> str:
    (tag,) = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
    found = re.search(r'value="([^"]*)"', tag)
    return unescape(found[1]) if found else ""


def test_folder_and_file_are_chosen_on_the_server(
    person: Person, exports: RunningServer, faults: Faults
) -> None:
    from rollbook.records.models import AuditEvent, Feed

    client = person()
    top = press(client, exports, browse="1", name="", pattern="*.csv")
    assert 'name="open" value="exports"' in " ".join(top.split())
    inside = press(client, exports, open="exports", browsed=browsed(top))
    assert "0 folders and 4 files." in inside
    assert inside.index("20261127") < inside.index("20261126") < inside.index("20261125")
    assert "Still being uploaded" in inside
    number = button_of(inside, "student_data_20261126.csv")
    chosen = press(client, exports, choose=number, browsed=browsed(inside))
    assert input_of(chosen, "folder") == "exports"
    assert input_of(chosen, "pattern") == "student_data_*.csv"
    assert "Matches 3 files; the newest is student_data_20261127.csv." in chosen
    folder = press(client, exports, choose="folder", browsed=browsed(inside), folder="typed")
    assert input_of(folder, "folder") == "exports"
    assert not Feed.objects.filter(host="127.0.0.1").exists()
    again = press(client, exports, open="", browsed=browsed(inside))
    assert browsed(again) == browsed(top)
    assert faults.seen == ["password"] * 2, "what was looked at is shown again without a connection"
    events = AuditEvent.objects.filter(action="feed.browsed")
    assert [each.after for each in events] == [{"host": "127.0.0.1", "port": exports.port}] * 2
    assert "exports" not in str(list(events.values()))
    assert not AuditEvent.objects.filter(action="students.viewed").exists(), "names are no values"


def test_without_a_script_the_whole_page_comes_back_with_what_was_typed(
    person: Person, exports: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.web.pages.feeds import views

    monkeypatch.setattr(views, "PAGE_WAITS", 60.0)
    client = person()
    typed = {"name": "", "folder": "exports", "recipients": "ada@example.org"}
    page = press(client, exports, is_part=False, browse="1", **typed)
    assert "<h1>Add a feed</h1>" in page
    assert "student_data_20261127.csv" in page
    assert "fix these first" not in page, "a name is only needed to save"
    assert input_of(page, "recipients") == "ada@example.org"
    assert PASSWORD not in page
    assert 'name="accept_key" value="on"' in page, "the key stays confirmed"
    number = button_of(page, "student_data_20261127.csv")
    chosen = press(
        client, exports, is_part=False, choose=number, browsed=browsed(page), password="", **typed
    )
    assert input_of(chosen, "pattern") == "student_data_*.csv"
    assert "fix these first" not in chosen
    assert "Matches 3 files" in chosen
    lacking = press(client, exports, is_part=False, open="", browsed=browsed(page), password="")
    assert "Enter the password for this server." in lacking
    assert "student_data_20261127.csv" in lacking, "the list stays"
    shut = press(client, exports, is_part=False, shut="1", browsed=browsed(page), **typed)
    assert "student_data_20261127.csv" not in shut


def test_no_credential_is_sent_before_the_key_is_confirmed_or_once_it_has_changed(
    person: Person, exports: RunningServer, faults: Faults
) -> None:
    from rollbook.web.pages.feeds.form import offered_key

    client = person()
    page = press(client, exports, browse="1", offered_key="", accept_key="")
    assert "You haven't confirmed this server yet, so we didn't connect." in page
    assert faults.connections == []
    other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBA6lG1VZ8mZo7yqJ1fH0p1Q2mJp0xv0yJm8WmC3rI0p"
    key = offered_key("127.0.0.1", exports.port, other)
    page = press(client, exports, browse="1", offered_key=key)
    assert "The identity of 127.0.0.1 changed, so we didn't connect." in page
    assert "Go to the test" in page
    assert faults.seen == []


def test_saved_credentials_are_used_and_go_to_no_other_server(
    person: Person, exports: RunningServer, faults: Faults
) -> None:
    add_feed(server=exports)
    client = person()
    typed = {**form_for(exports), "password": "", "browse": "1"}
    del typed["test"]
    headers = {"HX-Target": "chooser"}
    page = client.post("/feeds/sis/settings/", typed, headers=headers).content.decode()
    assert "exports" in ended(client, page)
    assert faults.seen == ["password"]
    typed |= {"host": "localhost"}
    page = client.post("/feeds/sis/settings/", typed, headers=headers).content.decode()
    assert "We don't send a saved password to another server" in unescape(page)
    assert faults.seen == ["password"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"open": "nowhere"}, "The server has no folder nowhere."),
        ({"browse": "1", "password": "wrong"}, "127.0.0.1"),
        ({"browse": "1", "sign_in": "own"}, "Your key is created when you save the feed"),
        ({"choose": "0", "browsed": "unknown"}, "This list has expired. Browse again."),
        ({"open": "x" * 1001}, "A feed can't use this folder"),
        ({"open": "a\u202eb"}, "A feed can't use this folder"),
        ({"look": "unknown"}, "This list has expired. Browse again."),
    ],
)
def test_what_goes_wrong_is_said_in_the_chooser(
    person: Person, exports: RunningServer, wrong: dict[str, Any], said: str
) -> None:
    assert said in press(person(), exports, **wrong)


def test_no_pattern_is_proposed_that_takes_another_feeds_file(
    person: Person, exports: RunningServer
) -> None:
    add_feed(server=exports, folder="exports", pattern="*_20261125.csv")
    client = person()
    page = press(client, exports, browse="1", folder="exports")
    number = button_of(page, "student_data_20261127.csv")
    chosen = press(client, exports, choose=number, browsed=browsed(page))
    assert input_of(chosen, "pattern") == "student_data_20261127.csv"
    assert "A pattern for other nights would take other files too." in chosen


def test_a_list_of_another_person_is_not_shown(person: Person, exports: RunningServer) -> None:
    mine = browsed(press(person(), exports, browse="1"))
    other = person(email="bob@example.org")
    assert "has expired" in press(other, exports, choose="folder", browsed=mine)


def test_a_file_that_cannot_be_chosen_is_not(person: Person, exports: RunningServer) -> None:
    client = person()
    page = press(client, exports, browse="1", folder="exports")
    at = next(n for n in range(4) if f'value="{n}"' not in page.split("chooser-list")[1])
    for number in (str(at), "99", "-1", "²", "9" * 5000):
        said = press(client, exports, choose=number, browsed=browsed(page))
        assert "This file can't be chosen." in said


def test_names_are_text_and_show_what_cannot_be_seen(
    person: Person, exports: RunningServer, faults: Faults
) -> None:
    client, long = person(), b"x" * 200 + b".csv"
    faults.extra_names = (
        b"<b onclick=alert(1)>.csv",
        b"a\xe2\x80\xaevsc.exe",
        b"\xff.csv",
        long,
    )
    page = press(client, exports, browse="1")
    number = browsed(page)
    assert b"&lt;b onclick=alert(1)&gt;.csv" in client.get(f"/connection-tests/{number}/").content
    assert "a[U+202E]vsc.exe" in page
    assert "\u202e" not in page
    assert f'title="{long.decode()}"' in page
    assert f">{long.decode()}<" not in page
