"""The uptime service is looked at without being told that all is well."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from rollbook.core.errors import RollbookError
from rollbook.doctor.examination import examine
from rollbook.doctor.finding import State
from rollbook.doctor.uptime_service import NAME, uptime_service
from tests.doubles.ports import free_port

SECRET = "8f14e45f"


@contextmanager
def service(*, ahead: timedelta | None, code: int = 404) -> Iterator[tuple[str, list[str]]]:
    """Give the address of a service whose clock is so far ahead, and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            asked.append(f"{self.command} {self.path}")
            self.send_response_only(code)
            if ahead is not None:
                self.send_header("Date", format_datetime(datetime.now(UTC) + ahead, usegmt=True))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/ping/{SECRET}?x={SECRET}", asked
        server.shutdown()


@pytest.mark.parametrize(
    ("ahead", "state", "words"),
    [
        (timedelta(), State.OK, "its clock agrees"),
        (timedelta(minutes=12), State.WARNING, "12 minutes ahead of this machine's"),
        (-timedelta(hours=3, minutes=1), State.WARNING, "3 hours behind this machine's"),
        (None, State.OK, "doesn't send its time"),
    ],
)
@pytest.mark.parametrize("code", [200, 302, 404])
def test_its_clock_is_compared_whatever_its_first_page_answers(
    ahead: timedelta | None, state: State, words: str, code: int
) -> None:
    with service(ahead=ahead, code=code) as (url, asked):
        found = uptime_service(url)
    assert (found.state, asked) == (state, ["HEAD /"])
    assert words in found.message


def test_of_several_addresses_each_server_is_asked_once() -> None:
    with (
        service(ahead=timedelta(0)) as (one, asked),
        service(ahead=timedelta(hours=3)) as (other, asked_too),
    ):
        environ = {"ROLLBOOK_HEARTBEAT_URL": f"{one}/all sis={one}/sis tests={other}/tests"}
        found = examine(
            environ, fault=RollbookError(what="x"), read_settings=lambda: None, actor="test"
        )
        states = [each.state for each in found if each.name == NAME]
    assert sorted(states) == [State.OK, State.WARNING]
    assert (asked, asked_too) == (["HEAD /"], ["HEAD /"])


@pytest.mark.parametrize(
    "url",
    [
        f"http://127.0.0.1:PORT/ping/{SECRET}",
        f"http://u:{SECRET}@127.0.0.1/ping",
        f"file:///etc/{SECRET}",
        f"http://[{SECRET}/",
        f"http://127.0.0.1:{SECRET}/",
    ],
)
def test_one_that_cannot_be_reached_is_told_without_its_address(url: str) -> None:
    found = uptime_service(url.replace("PORT", str(free_port())))
    assert found.state is State.WARNING
    assert "can't be told that a night went well" in found.message
    assert SECRET not in found.message + found.advice
