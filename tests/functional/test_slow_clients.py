"""Hundreds of clients that do not get on with it; the pages of everybody else answer meanwhile."""

import contextlib
import resource
import socket
import ssl
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from rollbook.web.serving.clients import Limits
from rollbook.web.serving.server import PageServer, listen
from rollbook.web.serving.tls import Certificate
from tests.doubles.certificates import self_signed
from tests.functional.test_server_log import served
from tests.integration.cli.commands import CommandLine

PATIENCE = 12.0
"""Seconds in which a page must be there, on a machine that is busy."""
MANY = 300
LARGE = b"x" * 1024 * 30_000

PATIENT = Limits(head_seconds=300)
"""A busy machine takes its time to read what a client has sent long ago."""
QUICK = Limits(head_seconds=1, idle_seconds=1, slowest=1_000_000, connections=50, bodies=1 << 20)


def answer_time(url: str, trusted: ssl.SSLContext | None = None) -> float:
    began = time.monotonic()
    with urllib.request.urlopen(url, timeout=30, context=trusted) as answer:
        assert answer.status == 200
        answer.read()
    return time.monotonic() - began


def crowd(stack: ExitStack, port: int, beginning: bytes, *, count: int = MANY) -> None:
    for _ in range(count):
        client = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
        client.sendall(beginning)


BEGINNINGS = {
    "nothing at all": b"",
    "half a line": b"GET /account/sign-in/ HT",
    "half a head": b"GET /account/sign-in/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    "half a body": b"POST /account/sign-in/ HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\nlogin=",
    "half a chunk": b"POST /account/sign-in/ HTTP/1.1\r\nHost: localhost\r\n"
    b"Transfer-Encoding: chunked\r\n\r\nffff\r\nlogin=",
}


def test_hundreds_of_requests_that_never_end_keep_no_one_waiting(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    with served(rollbook, tmp_path, "--no-worker") as (url, log), ExitStack() as stack:
        page, port = f"{url}/account/sign-in/", int(url.rsplit(":", 1)[1])
        answer_time(page)
        for beginning in BEGINNINGS.values():
            crowd(stack, port, beginning, count=MANY // len(BEGINNINGS))
        assert max(answer_time(page) for _ in range(5)) < PATIENCE
    assert "Traceback" not in log.read_text()


def test_handshakes_that_never_end_keep_no_one_waiting(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    pair = self_signed(tmp_path)
    trusted = ssl.create_default_context(cafile=str(pair.chain))
    client_hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
    with served(rollbook, tmp_path, "--no-worker", *pair.options) as (url, log):
        port = int(url.rsplit(":", 1)[1])
        page = f"https://localhost:{port}/account/sign-in/"
        answer_time(page, trusted)
        with ExitStack() as stack:
            for beginning in (b"", client_hello, b"GET / HTTP/1.1\r\n\r\n"):
                crowd(stack, port, beginning, count=MANY // 3)
            assert max(answer_time(page, trusted) for _ in range(5)) < PATIENCE
    assert "Traceback" not in log.read_text()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    body = LARGE if environ["PATH_INFO"] == "/large" else environ["wsgi.input"].read() or b"short"
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [body[at : at + 8192] for at in range(0, len(body), 8192)]


@contextmanager
def small_server(certificate: Certificate | None = None, **options: Any) -> Iterator[int]:
    listener = listen("127.0.0.1", 0)
    port = int(listener.getsockname()[1])
    server = PageServer(application, listener, certificate=certificate, **options)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield port
    finally:
        server.stop()
        thread.join(20)
    assert not thread.is_alive()


@pytest.fixture(params=["plain", "tls"])
def certificate(request: pytest.FixtureRequest, tmp_path: Path) -> Certificate | None:
    if request.param == "plain":
        return None
    pair = self_signed(tmp_path)
    return Certificate(pair.chain, pair.key)


def connected(port: int, certificate: Certificate | None) -> socket.socket:
    plain = socket.create_connection(("127.0.0.1", port), timeout=20)
    if certificate is None:
        return plain
    trusted = ssl.create_default_context(cafile=str(certificate.chain))
    return trusted.wrap_socket(plain, server_hostname="localhost")


def asked(client: socket.socket, path: str = "/") -> bytes:
    """The whole of an answer after which the server closes."""
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    return everything(client)


def everything(client: socket.socket) -> bytes:
    parts = []
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        while part := client.recv(1 << 16):
            parts.append(part)
    return b"".join(parts)


def test_slow_readers_of_large_downloads_hold_no_thread(certificate: Certificate | None) -> None:
    with small_server(certificate, threads=2, limits=PATIENT) as port, ExitStack() as stack:
        readers = [stack.enter_context(connected(port, certificate)) for _ in range(10)]
        for reader in readers:
            reader.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            assert reader.recv(1)
        began = time.monotonic()
        with connected(port, certificate) as other:
            assert asked(other).endswith(b"\r\n\r\nshort")
        assert time.monotonic() - began < PATIENCE
        # And who reads on gets it whole.
        assert everything(readers[0]).count(b"x" * 8192) == len(LARGE) // 8192


@pytest.mark.parametrize("beginning", BEGINNINGS.values(), ids=BEGINNINGS)
def test_a_client_that_stops_is_cut_off(certificate: Certificate | None, beginning: bytes) -> None:
    with small_server(certificate, limits=QUICK) as port, connected(port, certificate) as client:
        client.sendall(beginning)
        assert everything(client) == b""


def test_one_that_sends_a_byte_now_and_then_is_cut_off_too() -> None:
    with small_server(limits=QUICK) as port, connected(port, None) as client:
        client.sendall(BEGINNINGS["half a body"])
        began = time.monotonic()
        with pytest.raises(ConnectionError):
            while time.monotonic() - began < 30:
                client.sendall(b"x")
                time.sleep(0.1)


@pytest.mark.timeout(600)
def test_a_reader_that_takes_nothing_is_cut_off() -> None:
    with small_server(limits=QUICK) as port:
        for seconds in (5, 30, 90):  # a busy machine may not get to it sooner
            with connected(port, None) as client:
                client.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
                time.sleep(seconds)
                if len(everything(client)) < len(LARGE):
                    return
    pytest.fail("The reader got everything.")


def test_beyond_the_limit_the_one_that_has_waited_longest_goes(
    certificate: Certificate | None,
) -> None:
    limits = Limits(connections=20, head_seconds=300)
    with small_server(certificate, limits=limits) as port, ExitStack() as stack:
        waiting = [stack.enter_context(connected(port, certificate)) for _ in range(20)]
        with connected(port, certificate) as other:
            assert asked(other).endswith(b"\r\n\r\nshort")
        assert everything(waiting[0]) == b""
        assert asked(waiting[-1]).startswith(b"HTTP/1.1 200 OK")


@contextmanager
def at_most(descriptors: int) -> Iterator[None]:
    """No number of an open file reaches `descriptors`, here and in processes that are started."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(descriptors, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_where_no_more_files_may_be_opened_the_one_that_has_waited_longest_goes() -> None:
    with small_server(limits=PATIENT) as port, ExitStack() as stack:
        clients = [stack.enter_context(socket.socket()) for _ in range(20)]
        # None below the highest is free any more.
        fillers = [stack.enter_context(Path("/dev/null").open("rb")) for _ in range(100)]
        with at_most(fillers[-1].fileno() + 10):
            for client in clients:
                client.settimeout(20)
                client.connect(("127.0.0.1", port))
            assert asked(clients[-1]).endswith(b"\r\n\r\nshort")
            assert everything(clients[0]) == b""


def test_a_server_opens_as_many_files_as_the_machine_lets_it(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    upload = BEGINNINGS["half a body"] + b"x" * 70_000  # lies in a file
    with ExitStack() as stack:
        with at_most(200):
            started = served(rollbook, tmp_path, "--no-worker")
            url, log = stack.enter_context(started)
        page, port = f"{url}/account/sign-in/", int(url.rsplit(":", 1)[1])
        crowd(stack, port, upload, count=200)
        assert answer_time(page) < PATIENCE
        assert "Too many open files" not in log.read_text()
        assert "Traceback" not in log.read_text()


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets the machine's date, so far as this process sees it."""
    now = time.time
    return lambda seconds: monkeypatch.setattr(time, "time", lambda: now() + seconds)


@pytest.mark.parametrize("seconds", [-3600.0, 3600.0])
def test_a_clock_that_is_set_keeps_the_limits(
    set_clock: Callable[[float], None], seconds: float
) -> None:
    with small_server(limits=QUICK) as port, connected(port, None) as client:
        with connected(port, None) as first:
            asked(first)
        set_clock(seconds)
        client.sendall(BEGINNINGS["half a head"])
        assert everything(client) == b""


def test_a_clock_that_is_set_forward_cuts_no_one_off(set_clock: Callable[[float], None]) -> None:
    with small_server(limits=PATIENT) as port, connected(port, None) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n")
        with connected(port, None) as later:
            asked(later)  # by then the server has read what was sent before
        set_clock(3600)
        time.sleep(2.5)  # the server looks for slow clients once a second
        client.sendall(b"Content-Length: 4\r\n\r\n")
        time.sleep(0.1)
        client.sendall(b"body")
        assert everything(client).endswith(b"\r\n\r\nbody")


def test_unfinished_uploads_do_not_fill_the_disk() -> None:
    limits = Limits(bodies=1 << 20)
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n"
    with small_server(limits=limits) as port, connected(port, None) as client:
        client.sendall(head)
        with pytest.raises(ConnectionError):
            for _ in range(200):
                client.sendall(b"x" * 100_000)
                time.sleep(0.05)


def test_what_is_no_request_is_refused_with_a_status(certificate: Certificate | None) -> None:
    refused = {
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 100_000 + b"\r\n\r\n": b"431",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n": b"400",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999\r\n\r\n": b"413",
        b"\x00\x01\x02 / HTTP/1.1\r\n\r\n": b"400",
    }
    with small_server(certificate) as port:
        for sent, status in refused.items():
            with connected(port, certificate) as client:
                client.sendall(sent)
                assert everything(client).split(b" ")[1] == status


def test_a_client_that_is_refused_while_it_still_sends_reads_why(
    certificate: Certificate | None,
) -> None:
    too_large = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999\r\n\r\n"
    with small_server(certificate) as port, connected(port, certificate) as client:
        client.sendall(too_large)
        for _ in range(20):
            client.sendall(b"x" * 1_000_000)
            time.sleep(0.01)  # a closed socket would have answered with a reset by now
        answer = everything(client)
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert b"Nothing was saved or imported." in answer


def test_a_client_that_never_stops_sending_what_was_refused_is_cut_off() -> None:
    too_large = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999\r\n\r\n"
    with small_server(limits=QUICK) as port, connected(port, None) as client:
        client.sendall(too_large)
        began = time.monotonic()
        with pytest.raises(ConnectionError):
            while time.monotonic() - began < 30:
                client.sendall(b"x")
                time.sleep(0.1)


def test_requests_sent_at_once_are_answered_in_their_order(
    certificate: Certificate | None,
) -> None:
    one = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n%d"
    with small_server(certificate) as port, connected(port, certificate) as client:
        client.sendall(b"".join(one % number for number in range(5)))
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        told = everything(client).split(b"HTTP/1.1 200 OK")[1:]
        assert [each.split(b"\r\n\r\n")[1] for each in told] == [
            b"0",
            b"1",
            b"2",
            b"3",
            b"4",
            b"short",
        ]


def test_an_answer_on_its_way_is_finished_when_the_server_is_stopped() -> None:
    with small_server() as port:
        client = connected(port, None)
        client.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        got = client.recv(1)
        reader: list[bytes] = []
        thread = threading.Thread(target=lambda: reader.append(everything(client)))
        thread.start()
    thread.join(20)
    client.close()
    assert (got + reader[0]).endswith(b"0\r\n\r\n")


def test_a_renewed_certificate_counts_from_the_next_connection_on(tmp_path: Path) -> None:
    pair = self_signed(tmp_path)
    first = Certificate(pair.chain, pair.key)
    with small_server(first) as port:
        with connected(port, first) as client:
            before = client.getpeercert(binary_form=True)  # type: ignore[attr-defined]
        self_signed(tmp_path)
        with connected(port, first) as client:
            after = client.getpeercert(binary_form=True)  # type: ignore[attr-defined]
    assert before != after
