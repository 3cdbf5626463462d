"""What an issuer says of itself (OpenID Connect Discovery 1.0), checked before it is used."""

import time
from collections.abc import Mapping
from threading import Lock
from typing import Any, Final

from rollbook.access.identity_provider.calling import call, place
from rollbook.access.identity_provider.errors import ProviderMisconfigured, ProviderUnreachable
from rollbook.access.identity_provider.tokens import ALGORITHMS
from rollbook.core.errors import UsageError
from rollbook.core.webhook_address import read_webhook_address

REMEMBERED: Final = 600.0
"""Seconds for which a document holds in this process. Keys are never remembered."""
FAILURE_REMEMBERED: Final = 15.0
"""Seconds in which a provider that does not answer is not asked again."""

ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")

_documents: dict[str, tuple[float, dict[str, Any]]] = {}
_failures: dict[str, tuple[float, Mapping[str, Any]]] = {}
"""When, and the details of the error: one error raised again and again would keep every caller."""
_asking: Final = Lock()


def metadata(issuer: str) -> dict[str, Any]:
    """Return the issuer's document. Raises ProviderUnreachable, ProviderMisconfigured.

    Of requests at the same time one asks, and a few wait for what it hears (`calling.place`).
    """
    if known := _known(issuer):
        return known
    with place(), _asking:
        return _known(issuer) or _asked(issuer)


def _known(issuer: str) -> dict[str, Any] | None:
    now = time.monotonic()
    told, failed = _documents.get(issuer), _failures.get(issuer)
    if told and now - told[0] < REMEMBERED:
        return told[1]
    if failed and now - failed[0] < FAILURE_REMEMBERED:
        raise ProviderUnreachable(**failed[1])
    return None


def _asked(issuer: str) -> dict[str, Any]:
    try:
        found = read_metadata(issuer)
    except ProviderUnreachable as error:
        _failures[issuer] = time.monotonic(), {**error.details, "private": error.private}
        raise
    _documents[issuer] = time.monotonic(), found
    return found


def forget() -> None:
    """Ask every issuer again: after its settings were changed."""
    _documents.clear()
    _failures.clear()


def read_metadata(issuer: str) -> dict[str, Any]:
    """Ask the issuer now. Raises as `metadata`."""
    url = issuer.rstrip("/") + "/.well-known/openid-configuration"
    answer = call(url, headers={})
    if answer.status != 200:
        raise ProviderMisconfigured(
            why=f"its issuer answered {answer.status} instead of its description"
        )
    found = answer.document()
    _check(found, issuer)
    return found


def keys_of(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the issuer's public keys as they are now. Raises as `metadata`."""
    answer = call(found["jwks_uri"], headers={})
    keys = answer.document().get("keys") if answer.status == 200 else None
    if not isinstance(keys, list):
        raise ProviderMisconfigured(why="it doesn't publish its signing keys")
    return [each for each in keys if isinstance(each, dict)]


def _check(found: Mapping[str, Any], issuer: str) -> None:
    if found.get("issuer") != issuer:
        raise ProviderMisconfigured(
            why="it names a different issuer than the one entered here: both must match exactly, "
            "even the last slash"
        )
    for name in ENDPOINTS:
        try:
            read_webhook_address(str(found.get(name, "")))
        except UsageError:
            raise ProviderMisconfigured(why=f"it gives no https address for {name}") from None
    offered = found.get("id_token_signing_alg_values_supported")
    if isinstance(offered, list) and not set(map(str, offered)) & set(ALGORITHMS):
        raise ProviderMisconfigured(why="it uses no signing algorithm that Rollbook accepts")
