"""One call of a webhook: signed as the Standard Webhooks specification (1.0.0) says, and bounded.

The name is looked up once, every address that it has is checked, and the connection goes to the
address that was checked: a name server that answers differently the next time changes nothing.
No redirect is followed, and of the answer nothing is read but its status.
"""

import base64
import hmac
import socket
import ssl
import time
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPSConnection
from ipaddress import ip_address
from threading import Thread, Timer
from typing import Final

from rollbook.core.errors import RollbookError
from rollbook.core.webhook_address import (
    Network,
    WebhookAddress,
    may_be_called,
    read_webhook_address,
)

PATIENCE: Final = 10.0
"""Seconds for looking up the name, and for the whole call after it."""

GONE: Final = 410
"""The answer of a receiver that wishes no more calls."""


class WebhookFailed(RollbookError):
    """The webhook couldn't be called: {why}.

    The import itself isn't affected.

    Check the address, and the receiver's log."""

    reason = "webhook_failed"
    is_transient = True


class WebhookRefused(WebhookFailed):
    """The webhook isn't called: {why}.

    The import itself isn't affected.

    Check the address."""

    reason = "webhook_refused"
    is_transient = False


@dataclass(frozen=True, slots=True)
class WebhookCall:
    """What is sent: a JSON text, under an identifier that a repetition keeps."""

    id: str
    body: str


def signing_headers(call: WebhookCall, secret: bytes, *, at: int) -> dict[str, str]:
    """Return the three headers of the specification. `at`: seconds since 1970."""
    signed = hmac.digest(secret, f"{call.id}.{at}.{call.body}".encode(), "sha256")
    return {
        "webhook-id": call.id,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }


def call_webhook(
    url: str,
    call: WebhookCall,
    *,
    secret: bytes,
    at: int,
    allowed: Sequence[Network] = (),
    patience: float = PATIENCE,
) -> None:
    """Call `url`. Raises WebhookFailed, WebhookRefused, WebhookAddressRefused.

    No error repeats the address or the answer.
    """
    address = read_webhook_address(url)
    connection = GuardedConnection(address, _checked(address, allowed, patience), patience)
    deadline = Timer(patience, connection.break_off)
    deadline.daemon = True
    deadline.start()
    try:
        headers = {"content-type": "application/json", "user-agent": "Rollbook"}
        headers |= signing_headers(call, secret, at=at)
        connection.request("POST", address.target, call.body.encode(), headers)
        status = connection.getresponse().status
        if connection.is_broken_off:  # what has come until then looks like the whole answer
            raise TimeoutError
    except ssl.SSLCertVerificationError as error:
        raise WebhookFailed(why=f"its certificate isn't valid ({error.verify_message})") from None
    except TimeoutError:
        raise WebhookFailed(why="it didn't answer in time") from None
    except ConnectionRefusedError:
        raise WebhookFailed(why="nothing is running there") from None
    except (OSError, HTTPException, ValueError) as error:
        is_late = connection.is_broken_off
        why = "it didn't answer in time" if is_late else "the connection was lost"
        raise WebhookFailed(why=f"{why} ({type(error).__name__})") from None
    finally:
        deadline.cancel()
        connection.close()
    if status == GONE:
        raise WebhookRefused(why="its receiver asked for no more calls (410)")
    if not 200 <= status < 300:
        raise WebhookFailed(why=f"it answered {status}")


class GuardedConnection(HTTPSConnection):
    """Connects to one of the addresses, and demands the certificate of the name."""

    def __init__(self, address: WebhookAddress, numbers: Sequence[str], patience: float) -> None:
        self._trust = ssl.create_default_context()
        super().__init__(address.host, address.port, timeout=patience, context=self._trust)
        self._numbers = numbers
        self._ends_at = time.monotonic() + patience
        self.is_broken_off = False

    def connect(self) -> None:
        # Without the handshake, so that it can be broken off too.
        self.sock = self._trust.wrap_socket(
            self._reached(), server_hostname=self.host, do_handshake_on_connect=False
        )
        if self.is_broken_off:  # while there was nothing yet to break off
            raise TimeoutError
        self.sock.do_handshake()

    def _reached(self) -> socket.socket:
        """Return a connection to the first address that answers; all share the time of the call."""
        for place, number in enumerate(self._numbers[:-1]):
            with suppress(OSError):
                return self._connected(number, others=len(self._numbers) - place - 1)
        return self._connected(self._numbers[-1], others=0)

    def _connected(self, number: str, *, others: int) -> socket.socket:
        """Connect within what is left for this address where `others` are to be tried after it."""
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        found = socket.create_connection((number, self.port), left / (others + 1))
        found.settimeout(self.timeout)
        return found

    def break_off(self) -> None:
        """End the call from another thread, whatever it waits for."""
        self.is_broken_off = True
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:  # it has just ended
                return


def _checked(address: WebhookAddress, allowed: Sequence[Network], patience: float) -> list[str]:
    """Return the server's addresses. Raises WebhookRefused where any may not be called."""
    found = looked_up(address, patience)
    if not all(may_be_called(ip_address(each), allowed) for each in found):
        raise WebhookRefused(
            why="its name points into a private network, which ROLLBOOK_WEBHOOK_NETWORKS doesn't "
            "allow"
        )
    return found


def looked_up(address: WebhookAddress, patience: float) -> list[str]:
    """Return the addresses of a name. The name server has no deadline, so a thread waits for it."""
    answer: Future[list[str]] = Future()

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
            answer.set_result([str(place[0]).partition("%")[0] for *_, place in found])
        except (OSError, UnicodeError) as error:
            answer.set_exception(error)

    Thread(target=look_up, daemon=True).start()
    try:
        return answer.result(patience)
    except TimeoutError:
        raise WebhookFailed(why="its name server didn't answer in time") from None
    except (OSError, UnicodeError):
        raise WebhookFailed(why="its name wasn't found") from None
