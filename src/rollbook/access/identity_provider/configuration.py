"""Which identity provider the district signs in with, and how it is kept: in the secret store.

Not in the table of settings: other programs write that too, and who chooses the provider chooses
who can sign in.
"""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from rollbook.core.secrets.store import SecretNotFound
from rollbook.records.operations.secrets import secret_store

NAME: Final = "sign-in/provider"
"""Its name in the secret store."""

REMEMBERED: Final = 60.0
"""Seconds for which an answer of AWS holds, which takes a call for each."""

GOOGLE_ISSUER: Final = "https://accounts.google.com"
_OF_TENANT: Final = "https://login.microsoftonline.com/{}/v2.0"
_TENANT: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A tenant's identifier. Its names and `common` are none: their issuer is not known in advance."""


class Kind(StrEnum):
    """Whose provider it is."""

    GOOGLE = "google"
    MICROSOFT = "microsoft"
    OTHER = "other"


TITLES: Final[Mapping[Kind, str]] = {
    Kind.GOOGLE: "Google",
    Kind.MICROSOFT: "Microsoft",
    Kind.OTHER: "your district account",
}


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """One issuer, our name and secret with it, and the domains whose people may come in."""

    kind: Kind
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    domains: tuple[str, ...]

    @property
    def title(self) -> str:
        """What the button says after “Continue with”."""
        return TITLES[self.kind]

    @property
    def tenant(self) -> str:
        """Of Microsoft, the directory's identifier; '' of others."""
        return self.issuer.split("/")[3] if self.kind is Kind.MICROSOFT else ""

    def told(self) -> dict[str, object]:
        """Return what pages and the audit log may say of it: all but the secret."""
        return {
            "provider": self.kind.value,
            "issuer": self.issuer,
            "client_id": self.client_id,
            "domains": list(self.domains),
        }

    def kept(self) -> dict[str, str]:
        """Return it as the secret store keeps it."""
        return {
            "kind": self.kind.value,
            "issuer": self.issuer,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "domains": " ".join(self.domains),
        }


def issuer_of(kind: Kind, *, tenant: str = "", issuer: str = "") -> str:
    """Return the issuer of a provider; '' where what it takes is missing or is no tenant."""
    if kind is Kind.GOOGLE:
        return GOOGLE_ISSUER
    if kind is Kind.MICROSOFT:
        known = tenant.strip().lower()
        return _OF_TENANT.format(known) if _TENANT.fullmatch(known) else ""
    return issuer.strip()


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
    """The same for pages that anybody asks for often: of AWS it is a minute old at most."""
    if environ.get("ROLLBOOK_SECRETS") != "aws":
        return identity_provider(environ)
    read_at, known = _known.get(NAME, (0.0, None))
    if not read_at or time.monotonic() - read_at > REMEMBERED:
        known = identity_provider(environ)
        _known[NAME] = time.monotonic(), known
    return known
