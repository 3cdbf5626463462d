"""One call of the identity provider: https alone, within its time, size, number and networks.

As with webhooks, the name is looked up once and the connection goes to the address that was
checked; no redirect is followed.
"""

import os
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from ipaddress import ip_address
from threading import BoundedSemaphore, Timer, local
from typing import Any, Final

from rollbook.access.identity_provider.errors import ProviderMisconfigured, ProviderUnreachable
from rollbook.core.errors import UsageError
from rollbook.core.limited_json import NoJson, read_json
from rollbook.core.webhook_address import WebhookAddress, may_be_called, read_webhook_address
from rollbook.environ import read
from rollbook.notify.webhook_call import GuardedConnection, WebhookFailed, looked_up
from rollbook.notify.webhook_outbox import networks_in

NETWORKS: Final = "ROLLBOOK_SIGN_IN_NETWORKS"
PATIENCE: Final = 5.0
"""Seconds for looking up the name, and for the whole call after it."""
LARGEST: Final = 1 << 18
"""Bytes of an answer. Keys and documents of providers have some thousands."""
AT_ONCE: Final = 4
"""Requests that may wait for the provider at the same time. Anybody can send such requests: where
it is silent, the other threads go on with pages."""

_places: Final = BoundedSemaphore(AT_ONCE)
_mine: Final = local()


@contextmanager
def place() -> Iterator[None]:
    """Take one of the places of requests that wait for the provider; within it, calls take no more.

    Raises ProviderUnreachable at once where all are taken.
    """
    if getattr(_mine, "is_taken", False):
        yield
        return
    if not _places.acquire(blocking=False):
        raise ProviderUnreachable(why="too many people are waiting for it")
    _mine.is_taken = True
    try:
        yield
    finally:
        _mine.is_taken = False
        _places.release()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider answered."""

    status: int
    body: bytes

    def document(self) -> dict[str, Any]:
        """Return the JSON object that it is. Raises ProviderMisconfigured."""
        try:
            found = read_json(self.body)
        except NoJson:
            found = None
        if not isinstance(found, dict):
            raise ProviderMisconfigured(why="its answer isn't a JSON object")
        return found


def call(
    url: str, *, body: bytes | None = None, headers: Mapping[str, str], patience: float = PATIENCE
) -> Answer:
    """GET `url`, or POST `body` to it. Raises ProviderUnreachable, ProviderMisconfigured.

    No error repeats the address or the answer.
    """
    with place():
        return _called(url, body=body, headers=headers, patience=patience)


def _called(url: str, *, body: bytes | None, headers: Mapping[str, str], patience: float) -> Answer:
    try:
        address = read_webhook_address(url)
    except UsageError:
        raise ProviderMisconfigured(
            why="one of its addresses doesn't start with https://"
        ) from None
    connection = GuardedConnection(address, _checked(address, patience), patience)
    deadline = Timer(patience, connection.break_off)
    deadline.daemon = True
    deadline.start()
    try:
        told = {"accept": "application/json", "user-agent": "Rollbook", **headers}
        connection.request("GET" if body is None else "POST", address.target, body, told)
        response = connection.getresponse()
        found = response.read(LARGEST + 1)
        if connection.is_broken_off:  # what has come until then looks like the whole answer
            raise TimeoutError
    except ssl.SSLCertVerificationError as error:
        why = f"its certificate isn't valid ({error.verify_message})"
        raise ProviderUnreachable(why=why) from None
    except (OSError, HTTPException, ValueError) as error:
        is_late = connection.is_broken_off or isinstance(error, TimeoutError)
        why = "it didn't answer in time" if is_late else "the connection broke off"
        raise ProviderUnreachable(why=why) from None
    finally:
        deadline.cancel()
        connection.close()
    if len(found) > LARGEST:
        raise ProviderMisconfigured(why="its answer is too large")
    return Answer(response.status, found)


def _checked(address: WebhookAddress, patience: float) -> list[str]:
    """Return the server's addresses. Raises ProviderMisconfigured where any may not be called."""
    try:
        found = looked_up(address, patience)
    except WebhookFailed as error:
        raise ProviderUnreachable(why=str(error.details["why"])) from None
    allowed = networks_in(read(os.environ, "ROLLBOOK_SIGN_IN_NETWORKS"), NETWORKS)
    if not all(may_be_called(ip_address(each), allowed) for each in found):
        raise ProviderMisconfigured(
            why=f"its name points into a private network, which {NETWORKS} doesn't allow"
        )
    return found
