"""A dead-man service is called over the web alone; what goes wrong is a sentence, no address."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from rollbook.notify.uptime_ping import ALL, HeartbeatFailed, call_heartbeat, heartbeats
from tests.doubles.dripping import dripping
from tests.doubles.ports import free_port
from tests.integration.notify.tls import serving

SECRET = "0f3c-secret"


@contextmanager
def service(
    status: int = 200, *, location: str | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[tuple[str, list[str]]]:
    """A service that answers so; its address, and the paths that were asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200 if self.path == "/end" else status)
            if location is not None:
                self.send_header("Location", location.format(count=len(asked)))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(HTTPServer):
        def handle_error(self, *_: object) -> None:
            """A handshake that the caller breaks off is what some tests are about."""

    with Quiet(("127.0.0.1", 0), Handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        scheme = "http" if tls is None else "https"
        try:
            yield f"{scheme}://127.0.0.1:{server.server_port}/{SECRET}", asked
        finally:
            server.shutdown()
            thread.join()


def failure(url: str, *, timeout: float = 10.0) -> str:
    with pytest.raises(HeartbeatFailed) as caught:
        call_heartbeat(url, timeout=timeout)
    assert SECRET not in str(caught.value)
    assert "The import itself isn't affected." in str(caught.value)
    return str(caught.value)


def test_a_dead_man_service_is_called() -> None:
    with service() as (url, asked):
        call_heartbeat(url)
    assert asked == [f"/{SECRET}"]


def test_a_service_that_moved_is_followed() -> None:
    with service(302, location="/end") as (url, asked):
        call_heartbeat(url)
    assert asked == [f"/{SECRET}", "/end"]


def test_a_service_that_sends_on_and_on_is_left() -> None:
    with service(302, location="/{count}") as (url, asked):
        assert "it answered 302" in failure(url)
    assert len(asked) == 4


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://x/"])
def test_no_service_sends_to_anything_but_the_web(location: str) -> None:
    with service(302, location=location) as (url, _):
        assert "it answered 302" in failure(url)


def test_what_began_under_tls_does_not_go_on_without(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with service() as (plain, asked):
        with service(302, location=plain, tls=serving(certificate)) as (url, reached):
            assert "it answered 302" in failure(url)
        with service(tls=serving(certificate)) as (url, _):
            call_heartbeat(url)
    assert reached and not asked


def test_a_certificate_that_no_one_vouches_for_is_refused(certificate: Path) -> None:
    with service(tls=serving(certificate)) as (url, asked):
        assert "its certificate isn't valid" in failure(url)
    assert not asked


@pytest.mark.parametrize("status", [404, 500])
def test_a_service_that_fails_is_reported(status: int) -> None:
    with service(status) as (url, _):
        assert f"it answered {status}" in failure(url)


def test_a_service_that_is_away_or_silent_is_reported() -> None:
    assert "nothing is running there" in failure(f"http://127.0.0.1:{free_port()}/{SECRET}")
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/{SECRET}"
        assert "didn't answer in time" in failure(url, timeout=0.3)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_service_that_drips_is_left_at_the_deadline(scheme: str) -> None:
    begin = b"HTTP/1.1 200 OK\r\nX: " if scheme == "http" else b"\x16\x03\x03\x40\x00"
    with dripping(begin, b"x") as port:
        began = time.monotonic()
        assert "didn't answer in time" in failure(f"{scheme}://127.0.0.1:{port}/", timeout=0.3)
        assert time.monotonic() - began < 20


@pytest.mark.parametrize("url", [f"file:///{SECRET}", f"ftp://127.0.0.1/{SECRET}", SECRET, ""])
def test_what_is_not_the_web_is_never_opened(url: str) -> None:
    assert "an http:// or https:// address" in failure(url)


@pytest.mark.parametrize(
    "url",
    [
        f"http://[::1/{SECRET}",
        f"http://a..b/{SECRET}",
        f"http://127.0.0.1:port/{SECRET}",
        f"http://127.0.0.1:1/{SECRET}ä",
        f"http://127.0.0.1:1/{SECRET} x",
    ],
)
def test_an_address_that_cannot_be_is_a_sentence(url: str) -> None:
    assert "its address can't be used" in failure(url)


def test_an_address_with_a_user_name_is_refused_and_not_repeated() -> None:
    said = failure(f"http://user:{SECRET}@127.0.0.1:1/")
    assert "its address can't have a user name in it" in said


def test_each_feed_may_have_an_address_of_its_own_beside_that_of_all() -> None:
    setting = "https://all.example/a=b?c sis=https://one.example/x=y  other=https://two.example\n"
    assert heartbeats(setting) == [
        (ALL, "https://all.example/a=b?c"),
        ("sis", "https://one.example/x=y"),
        ("other", "https://two.example"),
    ]
    assert heartbeats(" ") == []


@pytest.mark.usefixtures("records")
def test_only_the_addresses_of_what_is_well_are_called_and_one_fault_hides_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    from rollbook.automation.after_run import call_uptime_service

    with service() as (url, asked), service(500) as (broken, tried):
        setting = {"ROLLBOOK_HEARTBEAT_URL": f"{url}/all sis={broken}/sis other={url}/other"}
        call_uptime_service({"sis", "other"}, setting)
        assert (asked, tried) == ([f"/{SECRET}/other"], [f"/{SECRET}/sis"])
        call_uptime_service({ALL}, setting)
        assert asked[1:] == [f"/{SECRET}/all"]
    assert "it answered 500" in caplog.text
    assert SECRET not in caplog.text
