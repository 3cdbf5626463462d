"""Connection tests beside the server's threads: a silent server stops no page."""

import logging
import os
import re
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.feeds import add_feed
from tests.integration.pages.test_one_door_to_a_connection import FORM
from tests.integration.servers import PASSWORD, USER, Faults, RunningServer, asyncssh_server

Person = Callable[..., Any]
PATIENCE = 60.0


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[RunningServer]:
    with asyncssh_server(tmp_path, faults=Faults(silent_at="listing")) as server, all_ended():
        yield server


@pytest.fixture
def sound(tmp_path: Path) -> Iterator[RunningServer]:
    folder = tmp_path / "sound"
    folder.mkdir()
    file = folder / "a.csv"
    file.write_text("Student ID,SSID,Last Name\n0000001,9000000001,Zyx\n")
    os.utime(file, (1_700_000_000, 1_700_000_000))
    with asyncssh_server(folder) as server, all_ended():
        yield server


@pytest.fixture(autouse=True)
def hurried(pages: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages wait only shortly."""
    from rollbook.web.pages.feeds import connection_test_results, overview, views

    monkeypatch.setattr(connection_test_results, "UNWATCHED", PATIENCE)
    for module in (views, overview):
        monkeypatch.setattr(module, "PAGE_WAITS", 0.0)  # no page knows the end already
        monkeypatch.setattr(module, "SCRIPT_WAITS", 0.2)


@contextmanager
def all_ended() -> Iterator[None]:
    """At the end no test is left, while its server is still there."""
    from django.core.cache import cache

    yield
    cache.clear()  # no test is watched
    wait_until(lambda: not children())


def children() -> list[str]:
    """The processes of connection tests that this process has begun."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            status, words = (path / "status").read_text(), (path / "cmdline").read_bytes()
        except OSError:
            continue
        if f"PPid:\t{os.getpid()}\n" in status and b"connection_test_child" in words:
            found.append(path.name)
    return found


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def form_for(server: RunningServer, **more: str) -> dict[str, str]:
    typed = {"port": str(server.port), "username": USER, "password": PASSWORD, "test": "1"}
    return FORM | typed | more


def begin(client: Any, server: RunningServer, **more: str) -> str:
    answer = client.post("/feeds/new/", form_for(server, **more))
    assert answer.status_code == 200
    return str(answer.content.decode())


def number_in(page: str) -> str:
    found = re.search(r"/connection-tests/([\w-]+)/", page)
    assert found, page
    return found[1]


def confirmed(client: Any, server: RunningServer) -> dict[str, str]:
    from rollbook.web.pages.feeds.form import offered_key

    key = offered_key("127.0.0.1", server.port, server.host_key)
    return {"offered_key": key, "accept_key": "on"}


def page_of(client: Any, number: str) -> str:
    """The part of the page once the test is over."""
    shown: list[str] = []

    def is_over() -> bool:
        answer = client.get(f"/connection-tests/{number}/")
        shown[:] = [answer.content.decode()]
        return answer.status_code == 200 and "Testing…" not in shown[0]

    wait_until(is_over)
    return shown[0]


def test_a_test_is_looked_at_until_it_is_over(person: Person, sound: RunningServer) -> None:
    client = person()
    asked = page_of(client, number_in(begin(client, sound)))
    assert "Is this the right server?" in asked
    number = number_in(begin(client, sound, **confirmed(client, sound)))
    shown = page_of(client, number)
    assert "Everything works." in shown
    assert "Last Name" in shown
    again = client.post("/feeds/new/", form_for(sound, test=number) | {"password": "typed"})
    assert "Everything works." in again.content.decode(), "as the button without a script asks"


def test_what_is_saved_is_tested_on_the_overview_and_confirms_no_key(
    person: Person, sound: RunningServer
) -> None:
    from rollbook.records.models import AuditEvent, Feed

    add_feed(server=sound)
    client = person()
    begun = client.post("/feeds/sis/test/", {"test": "1"})
    shown = page_of(client, number_in(begun.content.decode()))
    assert "Everything works." in shown
    assert "Save the feed" not in shown
    assert AuditEvent.objects.filter(action="feed.connection_tested", subject="sis").exists()
    part = client.post("/feeds/sis/test/", {"test": "1"}, headers={"HX-Target": "test-result"})
    assert b"<h1" not in part.content
    add_feed("other", server=sound, host_key="")
    begun = client.post("/feeds/other/test/", {"test": "1"})
    asked = page_of(client, number_in(begun.content.decode()))
    assert 'href="/feeds/other/settings/#h-test"' in asked
    assert 'name="accept_key"' not in asked
    assert Feed.objects.get(name="other").host_key == ""


def test_going_on_without_the_tick_is_answered_beside_it(
    person: Person, sound: RunningServer
) -> None:
    client, said = person(), "Check this box first, if the fingerprint is the same."
    asked = page_of(client, number_in(begin(client, sound)))
    assert said not in asked
    offered = {"offered_key": confirmed(client, sound)["offered_key"], "test": "go-on"}
    assert 'value="go-on"' in asked
    unticked = page_of(client, number_in(begin(client, sound, **offered)))
    assert f"{said} No password has been sent." in unticked
    ticked = page_of(client, number_in(begin(client, sound, **offered, accept_key="on")))
    assert "Everything works." in ticked
    assert said not in ticked


def test_the_time_of_the_newest_file_is_the_districts(
    person: Person, sound: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zoneinfo import ZoneInfo

    from rollbook.web.pages.feeds import views

    monkeypatch.setattr(views, "district_zone", lambda: ZoneInfo("America/Los_Angeles"))
    client = person()
    shown = page_of(client, number_in(begin(client, sound, **confirmed(client, sound))))
    assert "is from Tue, Nov 14, 2023, 2:13 PM." in shown


def test_eight_tests_of_a_silent_server_stop_no_page(person: Person, silent: RunningServer) -> None:
    client = person()
    key = confirmed(client, silent)
    pages = [begin(client, silent, **key) for _ in range(8)]
    assert sum("Testing…" in page for page in pages) == 4
    assert sum("4 connection tests are already running" in page for page in pages) == 4
    assert client.get("/feeds/").status_code == 200
    wait_until(lambda: len(children()) == 4)


def test_a_place_is_free_again_when_a_test_is_over(
    person: Person, silent: RunningServer, sound: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.web.pages.feeds import connection_test_results

    client = person()
    numbers = [number_in(begin(client, silent, **confirmed(client, silent))) for _ in range(4)]
    monkeypatch.setattr(connection_test_results, "UNWATCHED", 0.0)  # every browser has gone
    for number in numbers:
        client.get(f"/connection-tests/{number}/")
    wait_until(lambda: not children())
    for number in numbers:
        assert "its page was closed" in page_of(client, number)
    monkeypatch.setattr(connection_test_results, "UNWATCHED", PATIENCE)
    assert "Is this the right server?" in page_of(client, number_in(begin(client, sound)))


def test_a_test_that_takes_too_long_is_ended(
    person: Person, silent: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.web.pages.feeds import connection_tests

    monkeypatch.setattr(connection_tests, "WHOLE", 2.0)
    client = person()
    shown = page_of(client, number_in(begin(client, silent, **confirmed(client, silent))))
    assert "The test took more than 2 seconds" in shown
    wait_until(lambda: not children())


@pytest.mark.parametrize(
    "broken", [("connection_tests", "home"), ("connection_test_results", "_watched")]
)
def test_tests_that_could_not_begin_take_no_place(
    person: Person, sound: RunningServer, monkeypatch: pytest.MonkeyPatch, broken: tuple[str, str]
) -> None:
    from rollbook.web.pages import feeds

    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    client = person()
    with monkeypatch.context() as now:
        now.setattr(getattr(feeds, broken[0]), broken[1], fail)
        for _ in range(4):
            with pytest.raises(OSError, match="the disk is full"):
                begin(client, sound)
    assert "Is this the right server?" in page_of(client, number_in(begin(client, sound)))


def test_a_test_whose_end_cannot_be_written_down_frees_its_place(
    person: Person,
    sound: RunningServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    from django.core.cache import cache
    from django.db import OperationalError

    from rollbook.web.pages.feeds import connection_tests

    keep = connection_tests._Test._keep

    def fail_at_the_end(test: Any) -> None:
        if test.found["is_over"]:
            raise OperationalError("the database has gone")
        keep(test)

    monkeypatch.setattr(connection_tests._Test, "_keep", fail_at_the_end)
    begin(person(), sound)
    wait_until(lambda: cache.get("connection-test-slot:0") is None)
    wait_until(lambda: "OperationalError at test_connection_tests.py" in caplog.text)
    assert "the database has gone" not in caplog.text


@pytest.mark.parametrize(
    ("request_line", "told"),
    [(b"{}\n", "KeyError at connection_test_child.py:"), (b"no JSON\n", "exit code 1")],
)
def test_a_process_that_breaks_off_is_logged_by_kind_and_place(
    person: Person,
    sound: RunningServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    request_line: bytes,
    told: str,
) -> None:
    from rollbook.web.pages.feeds import connection_tests

    monkeypatch.setattr(connection_tests, "request_of", lambda *_, **__: request_line)
    monkeypatch.setattr(connection_tests, "ENDING", PATIENCE)  # on a busy machine
    client = person()
    with caplog.at_level(logging.ERROR):
        assert "The test stopped unexpectedly." in page_of(client, number_in(begin(client, sound)))
    assert told in caplog.text


def test_only_a_few_threads_wait_for_tests(
    person: Person, silent: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.web.pages.feeds import connection_test_results, views

    client = person()
    monkeypatch.setattr(views, "PAGE_WAITS", 2 * PATIENCE)  # until the test is over
    with ExitStack() as others:
        for _ in range(2):
            others.enter_context(connection_test_results._WAITING)
        assert "Testing…" in begin(client, silent, **confirmed(client, silent))


@contextmanager
def many_files() -> Iterator[None]:
    """This process has so many files open that the next one's number is beyond 1,023."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with ExitStack() as stack:
        stack.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        for _ in range(1024):
            stack.enter_context(Path("/dev/null").open("rb"))
        yield


def test_a_server_with_a_thousand_connections_can_test_one_more(
    person: Person, sound: RunningServer
) -> None:
    client = person()
    with many_files():
        assert "Is this the right server?" in page_of(client, number_in(begin(client, sound)))


def test_the_audit_log_names_who_tested_which_server(person: Person, sound: RunningServer) -> None:
    from rollbook.records.models import AuditEvent

    client = person()
    number = number_in(begin(client, sound, **confirmed(client, sound)))
    page_of(client, number)
    event = AuditEvent.objects.get(action="feed.connection_tested")
    assert (event.subject, event.origin) == ("127.0.0.1", "127.0.0.1")
    assert event.actor
    assert event.after == {"host": "127.0.0.1", "port": sound.port}
    seen = AuditEvent.objects.filter(
        action="students.viewed", after={"what": "header of the newest file"}
    )
    assert "127.0.0.1" in seen.values_list("subject", flat=True)


def test_an_unknown_test_says_so(person: Person) -> None:
    answer = person().get("/connection-tests/nothing/")
    assert "has expired" in answer.content.decode()


def test_no_credential_is_among_the_words_of_the_process_or_in_the_cache(
    person: Person, silent: RunningServer, records: str
) -> None:
    import psycopg

    client = person()
    begin(client, silent, **confirmed(client, silent))
    wait_until(children)
    (child,) = children()
    for part in ("cmdline", "environ"):
        assert PASSWORD.encode() not in Path(f"/proc/{child}/{part}").read_bytes()
    with psycopg.connect(records) as connection:
        kept = connection.execute("select value::text from rollbook.web_cache").fetchall()
    assert PASSWORD not in str(kept)


def test_a_folder_that_is_there_is_taken_with_one_press(
    person: Person, sound: RunningServer, tmp_path: Path
) -> None:
    (tmp_path / "sound" / "outgoing").mkdir()
    client, trusted = person(), confirmed(person, sound) | {"folder": "outgoin"}
    page = page_of(client, number_in(begin(client, sound, **trusted)))
    assert 'value="folder=outgoing"' in page
    typed = form_for(sound, **trusted) | {"use": "folder=outgoing"}
    del typed["test"]
    part = client.post("/feeds/new/", typed, headers={"HX-Target": "test-result"})
    text = part.content.decode()
    (used,) = re.findall(r'<input[^>]*name="folder"[^>]*>', text)
    assert 'value="outgoing"' in used
    assert 'hx-swap-oob="true"' in used
    assert "No file in outgoing matches" in page_of(client, number_in(text))


def test_a_key_that_rollbook_will_only_make_is_not_tried(
    person: Person, sound: RunningServer
) -> None:
    client = person()
    own = confirmed(client, sound) | {"sign_in": "own", "password": ""}
    shown = page_of(client, number_in(begin(client, sound, **own)))
    assert "your key is created when you save the feed" in shown
    assert "Save the feed, send the public key" in shown
    assert "Everything works." not in shown
