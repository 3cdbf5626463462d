"""A feed's webhook is told how imports end: signed, bounded, tried again, no student's value."""

import base64
import hmac
import json
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from rollbook.core.webhook_address import Network
from rollbook.notify.webhook_call import (
    WebhookCall,
    WebhookFailed,
    WebhookRefused,
    call_webhook,
    signing_headers,
)
from tests.doubles.ports import free_port
from tests.integration.cli.commands import CommandLine
from tests.integration.notify.test_notices import Ends, ends, sis
from tests.integration.notify.tls import serving

__all__ = ["ends", "sis"]  # fixtures

SECRET = bytes(range(32))
CALL = WebhookCall("msg_1_x", '{"type":"import.held"}')
LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"),)


@dataclass
class Receiver:
    """What another program got, and what it answers."""

    url: str = ""
    status: int = 204
    waits: float = 0.0
    got: list[tuple[dict[str, str], str]] = field(default_factory=list)


@pytest.fixture
def receiver(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with receiving(serving(certificate)) as found:
        yield found


@contextmanager
def receiving(tls: ssl.SSLContext) -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            found.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
            time.sleep(found.waits)
            self.send_response(found.status)
            self.send_header("Location", "https://127.0.0.1:1/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A caller that breaks off is what some tests are about."""

    with Quiet(("127.0.0.1", 0), Handler) as server:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        found.url = f"https://127.0.0.1:{server.server_port}/hook?for=us"
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()


def call(url: str, *, allowed: tuple[Network, ...] = LOOPBACK, patience: float = 10.0) -> None:
    call_webhook(url, CALL, secret=SECRET, at=1767225600, allowed=allowed, patience=patience)


def test_the_signature_is_the_one_of_the_specifications_own_library() -> None:
    assert signing_headers(CALL, SECRET, at=1767225600) == {
        "webhook-id": "msg_1_x",
        "webhook-timestamp": "1767225600",
        "webhook-signature": "v1,0uh0r2uNJp21+TIeErbF33vGt/tBabkDTYyiIHamyIg=",
    }


def test_a_receiver_gets_the_text_with_its_signature(receiver: Receiver) -> None:
    call(receiver.url)
    [(headers, body)] = receiver.got
    assert body == CALL.body
    assert headers["content-type"] == "application/json"
    assert signing_headers(CALL, SECRET, at=1767225600).items() <= headers.items()


@pytest.mark.parametrize(
    ("status", "kind", "why"),
    [
        (301, WebhookFailed, "it answered 301"),
        (404, WebhookFailed, "it answered 404"),
        (500, WebhookFailed, "it answered 500"),
        (410, WebhookRefused, "asked for no more calls"),
    ],
)
def test_any_answer_but_a_good_one_is_a_failure_and_no_redirect_is_followed(
    receiver: Receiver, status: int, kind: type[WebhookFailed], why: str
) -> None:
    receiver.status = status
    with pytest.raises(kind, match=why) as caught:
        call(receiver.url)
    assert type(caught.value) is kind
    assert "127.0.0.1" not in str(caught.value)


def test_a_private_network_is_not_called_unless_it_is_allowed(receiver: Receiver) -> None:
    for url in (receiver.url, receiver.url.replace("127.0.0.1", "localhost")):
        with pytest.raises(WebhookRefused, match="private network"):
            call(url, allowed=())
    assert receiver.got == []


def test_a_receiver_that_does_not_answer_ends_at_the_deadline(receiver: Receiver) -> None:
    receiver.waits = 3.0
    with pytest.raises(WebhookFailed, match="in time"):
        call(receiver.url, patience=0.5)


@pytest.mark.parametrize("is_shaking_hands", [False, True])
def test_a_receiver_that_drips_ends_at_the_deadline(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, is_shaking_hands: bool
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    is_over = threading.Event()

    def drip(listener: socket.socket) -> None:
        caller, _ = listener.accept()
        if is_shaking_hands:  # the head of a long record
            begun = b"\x16\x03\x03\x40\x00"
        else:
            begun = b"HTTP/1.1 200 OK\r\nX: "
            caller = serving(certificate).wrap_socket(caller, server_side=True)
        with caller:
            caller.sendall(begun)
            while not is_over.wait(0.1):
                try:
                    caller.sendall(b"x")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip, args=(listener,))
        thread.start()
        try:
            with pytest.raises(WebhookFailed, match="in time"):
                call(f"https://127.0.0.1:{listener.getsockname()[1]}/", patience=1.0)
        finally:
            is_over.set()
            thread.join()


def test_addresses_that_nothing_answers_from_share_the_time_of_one_call(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name may have as many addresses as its owner likes."""
    port = int(receiver.url.rpartition(":")[2].partition("/")[0])
    places = [("127.0.0.2", port)] * 20
    connect = socket.create_connection
    patience: list[float] = []

    def reach(place: tuple[str, int], timeout: float) -> socket.socket:
        if place == ("127.0.0.1", port):
            return connect(place, timeout)
        patience.append(timeout)
        raise TimeoutError

    def look_up(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", place) for place in places]

    monkeypatch.setattr("socket.getaddrinfo", look_up)
    monkeypatch.setattr("socket.create_connection", reach)
    with pytest.raises(WebhookFailed, match="in time"):
        call(receiver.url)
    assert patience[0] <= 10.0 / 20
    places.append(("127.0.0.1", port))
    call(receiver.url)
    assert len(receiver.got) == 1


def test_what_cannot_be_reached_or_trusted_is_a_sentence(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(WebhookFailed, match="its certificate isn't valid"):
        call(receiver.url)
    with pytest.raises(WebhookFailed, match="nothing is running there"):
        call(f"https://127.0.0.1:{free_port()}/")
    with pytest.raises(WebhookFailed, match="its name wasn't found"):
        call("https://nobody.invalid/")


@pytest.fixture
def told(sis: Any, rollbook: CommandLine, receiver: Receiver) -> Callable[[], int]:
    """Gives the feed the receiver's address; returns what sends what is due."""
    from rollbook.notify.webhook_outbox import send_due_messages
    from rollbook.records.operations.feeds import change_feed

    environ = {
        "ROLLBOOK_HOME": str(rollbook.home),
        "ROLLBOOK_WEBHOOK_NETWORKS": "127.0.0.0/8",
    }
    change_feed("sis", settings={"webhook": receiver.url}, secret=None, environ=environ, actor="x")
    return lambda: send_due_messages(environ)


def secret_of_sis(home: Path) -> bytes:
    from rollbook.records.models import Feed
    from rollbook.records.operations.webhooks import signing_secret

    return signing_secret(Feed.objects.get(name="sis"), {"ROLLBOOK_HOME": str(home)})


def test_each_end_is_told_once_with_counts_and_without_names_of_files(
    ends: Ends, told: Callable[[], int], receiver: Receiver, rollbook: CommandLine
) -> None:
    ends(file={"name": "Ada Lovelace.csv", "notes": ["Ada"]}, columns_set_aside=["Ada"])
    ends("bad_credentials")
    ends("held", status="held")
    ends("cancelled", status="failed")
    assert (told(), told()) == (4, 0)
    assert "Ada" not in str(receiver.got)
    bodies = [json.loads(body) for _, body in receiver.got]
    assert [body["type"] for body in bodies] == [
        "import.completed", "import.failed", "import.held", "import.stopped",
    ]  # fmt: skip
    assert set(bodies[1]["data"]) == {
        "feed", "job", "status", "reason", "message", "dry_run", "stored", "counts", "issues",
        "attempts", "started_at", "ended_at", "page",
    }  # fmt: skip
    assert bodies[1]["data"]["page"].startswith("https://rollbook.example.org/imports/")
    headers, body = receiver.got[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
    expected = base64.b64encode(hmac.digest(secret_of_sis(rollbook.home), signed, "sha256"))
    assert headers["webhook-signature"] == f"v1,{expected.decode()}"


def test_an_attempt_that_is_tried_again_is_not_told(
    ends: Ends, told: Callable[[], int], receiver: Receiver
) -> None:
    ends("connection_lost", is_transient=True)
    assert (told(), receiver.got) == (0, [])


def test_a_check_is_not_told(ends: Ends, told: Callable[[], int], receiver: Receiver) -> None:
    ends("held", status="held", dry_run=True)
    assert (told(), receiver.got) == (0, [])


def test_a_fault_of_this_installation_costs_no_message(
    ends: Ends, told: Callable[[], int], receiver: Receiver, rollbook: CommandLine
) -> None:
    from rollbook.environ import UnsafeSetting
    from rollbook.notify.webhook_outbox import send_due_messages
    from rollbook.records.models import WebhookMessage

    ends()
    environ = {"ROLLBOOK_HOME": str(rollbook.home), "ROLLBOOK_WEBHOOK_NETWORKS": "10.20.0.5/16"}
    with pytest.raises(UnsafeSetting):
        send_due_messages(environ)
    assert WebhookMessage.objects.get().tries == 0
    environ |= {"ROLLBOOK_WEBHOOK_NETWORKS": "127.0.0.0/8", "ROLLBOOK_SECRET_KEY": "short"}
    assert send_due_messages(environ) == 0
    assert WebhookMessage.objects.get().next_try_at is not None
    WebhookMessage.objects.update(next_try_at=WebhookMessage.objects.get().created_at)
    assert (told(), len(receiver.got)) == (1, 1)


def test_what_another_worker_has_sent_meanwhile_is_not_sent_again(
    ends: Ends, told: Callable[[], int]
) -> None:
    from django.utils import timezone

    from rollbook.records.models import WebhookMessage
    from rollbook.records.operations.webhooks import note_message_sent, note_message_unsent

    ends()
    number = WebhookMessage.objects.get().pk
    note_message_sent(number)
    note_message_unsent(number, "late", is_transient=True, now=timezone.now())
    assert (told(), WebhookMessage.objects.get().error) == (0, None)


def test_a_message_is_tried_again_under_the_same_identifier_until_it_is_given_up(
    ends: Ends, told: Callable[[], int], receiver: Receiver
) -> None:
    from rollbook.records.models import WebhookMessage
    from rollbook.records.operations.outgoing import PAUSES
    from rollbook.records.queries.health import health

    receiver.status = 503
    ends()
    for _ in range(len(PAUSES) + 1):
        assert told() == 0
        WebhookMessage.objects.exclude(next_try_at=None).update(
            next_try_at=WebhookMessage.objects.get().created_at - timedelta(hours=1)
        )
    last = WebhookMessage.objects.get()
    assert (last.next_try_at, last.sent_at, last.tries) == (None, None, len(PAUSES) + 1)
    assert (told(), len(receiver.got)) == (0, len(PAUSES) + 1)
    assert (health(last.created_at).lost_messages, health(last.created_at).is_good) == (1, False)
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1


def test_what_was_to_be_told_to_a_former_address_is_not_told_to_the_new_one(
    ends: Ends, told: Callable[[], int], receiver: Receiver, rollbook: CommandLine
) -> None:
    from rollbook.records.operations.feeds import change_feed

    before = secret_of_sis(rollbook.home)
    ends()
    change_feed(
        "sis",
        settings={"webhook": receiver.url + "&now=other"},
        secret=None,
        environ=dict(os.environ),
        actor="x",
    )
    assert (told(), receiver.got) == (0, [])
    assert secret_of_sis(rollbook.home) != before


def test_what_was_to_be_told_of_a_removed_feed_is_given_up_and_troubles_no_one(
    ends: Ends, told: Callable[[], int], receiver: Receiver, rollbook: CommandLine
) -> None:
    from django.utils import timezone

    from rollbook.records.models import WebhookMessage
    from rollbook.records.operations.feeds import remove_feed
    from rollbook.records.queries.health import health

    ends()
    remove_feed("sis", environ={"ROLLBOOK_HOME": str(rollbook.home)}, actor="test")
    assert (told(), receiver.got) == (0, [])
    message = WebhookMessage.objects.get()
    assert (message.next_try_at, message.error) == (
        None,
        "The feed has another address now, or none.",
    )
    assert health(timezone.now()).lost_messages == 0
