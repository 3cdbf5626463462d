"""An identity provider: one issuer, and what differs between Google, Microsoft and others."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

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
