"""Connection tests beside the server's threads: a silent server stops no page."""

import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.pages.test_one_door_to_a_connection import FORM
from tests.integration.servers import PASSWORD, USER, Faults, RunningServer, asyncssh_server

Person = Callable[..., Any]
PATIENCE = 60.0


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[RunningServer]:
    with asyncssh_server(tmp_path, faults=Faults(silent_at="listing")) as server:
        yield server


@pytest.fixture
def sound(tmp_path: Path) -> Iterator[RunningServer]:
    folder = tmp_path / "sound"
    folder.mkdir()
    file = folder / "a.csv"
    file.write_text("Student ID,SSID,Last Name\n0000001,9000000001,Zyx\n")
    os.utime(file, (1_700_000_000, 1_700_000_000))
    with asyncssh_server(folder) as server:
        yield server


@pytest.fixture(autouse=True)
def hurried(pages: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pages wait only shortly; afterwards no process of a test is left."""
    from django.core.cache import cache

    from rollbook.web.views import feeds

    monkeypatch.setattr(feeds, "PAGE_WAITS", 0.2)
    monkeypatch.setattr(feeds, "SCRIPT_WAITS", 0.2)
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
        if f"PPid:\t{os.getpid()}\n" in status and b"trial_child" in words:
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
    from rollbook.web.feed_form import offered_key

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


def test_eight_tests_of_a_silent_server_stop_no_page(person: Person, silent: RunningServer) -> None:
    client = person()
    key = confirmed(client, silent)
    begun = time.monotonic()
    pages = [begin(client, silent, **key) for _ in range(8)]
    assert sum("Testing…" in page for page in pages) == 4
    assert sum("4 connection tests are running already" in page for page in pages) == 4
    assert client.get("/feeds/").status_code == 200
    assert time.monotonic() - begun < 30
    wait_until(lambda: len(children()) == 4)


def test_a_place_is_free_again_when_a_test_is_over(
    person: Person, silent: RunningServer, sound: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.web import connection_tests

    client = person()
    numbers = [number_in(begin(client, silent, **confirmed(client, silent))) for _ in range(4)]
    monkeypatch.setattr(connection_tests, "UNWATCHED", 0.0)  # every browser has gone
    for number in numbers:
        client.get(f"/connection-tests/{number}/")
    wait_until(lambda: not children())
    for number in numbers:
        assert "nobody looked at it any more" in page_of(client, number)
    monkeypatch.setattr(connection_tests, "UNWATCHED", PATIENCE)
    assert "Is this the right server?" in page_of(client, number_in(begin(client, sound)))


def test_a_test_that_takes_too_long_is_ended(
    person: Person, silent: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.web import connection_tests

    monkeypatch.setattr(connection_tests, "WHOLE", 2.0)
    client = person()
    shown = page_of(client, number_in(begin(client, silent, **confirmed(client, silent))))
    assert "The test was ended after 2 seconds" in shown
    assert "Test again" not in shown or "ended" in shown
    wait_until(lambda: not children())


def test_an_unknown_test_says_so(person: Person) -> None:
    answer = person().get("/connection-tests/nothing/")
    assert "over and forgotten" in answer.content.decode()


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
