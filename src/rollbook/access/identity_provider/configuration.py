"""How the identity provider of the district is kept: whole, in the secret store.

Not in the table of settings: other programs write that too, and who chooses the provider chooses
who can sign in.
"""

import time
from collections.abc import Mapping
from typing import Final

from rollbook.access.identity_provider.kinds import IdentityProvider, Kind
from rollbook.core.errors import RollbookError
from rollbook.core.secrets.store import SecretNotFound
from rollbook.records.operations.secrets import secret_store

NAME: Final = "sign-in/provider"
"""Its name in the secret store."""

REMEMBERED: Final = 60.0
"""Seconds for which an answer of AWS holds, which takes a call for each."""


def identity_provider(environ: Mapping[str, str]) -> IdentityProvider | None:
    """Return the provider as it is set now, None where there is none.

    Raises SecretUnreadable and what else the store raises.
    """
    store = secret_store(environ)
    store.refresh(NAME)
    try:
        kept = store.get(NAME)
    except SecretNotFound:
        return None
    return IdentityProvider(
        Kind(kept["kind"]),
        kept["issuer"],
        kept["client_id"],
        kept["client_secret"],
        tuple(kept["domains"].split()),
    )


_known: dict[str, tuple[float, IdentityProvider | None]] = {}


def provider_to_offer(environ: Mapping[str, str]) -> IdentityProvider | None:
    """The same for pages that anybody asks for often: None where it cannot be read, and of AWS a
    minute old at most."""
    if environ.get("ROLLBOOK_SECRETS") != "aws":
        return _readable(environ)
    read_at, known = _known.get(NAME, (0.0, None))
    if not read_at or time.monotonic() - read_at > REMEMBERED:
        known = _readable(environ)
        _known[NAME] = time.monotonic(), known
    return known


def _readable(environ: Mapping[str, str]) -> IdentityProvider | None:
    try:
        return identity_provider(environ)
    except RollbookError:  # a password still works, and Settings says what is wrong
        return None
