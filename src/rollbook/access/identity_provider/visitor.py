"""Who comes from the identity provider, and whether the district's rules let that person try.

Only an address that the provider vouches for counts. Google says `email_verified`, and in `hd` that
it is an account of the district's organization. Of Microsoft, `email` is whatever was written
into a directory (“nOAuth”, Descope 2023): it counts where the tenant is the district's own, the
person is no guest, and `xms_edov` says that the domain's owner vouches for the address.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from rollbook.access.identity_provider.errors import NotSignedIn
from rollbook.access.identity_provider.kinds import IdentityProvider, Kind
from rollbook.core.folding import address_folded

LONGEST_ADDRESS: Final = 200
_TRUE: Final = (True, 1, "1", "true")
"""Microsoft has written `xms_edov` in each of these ways."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Issuer and subject say who it is and never change; the address, in lower case, may."""

    issuer: str
    subject: str
    email: str


def visitor_of(claims: Mapping[str, Any], provider: IdentityProvider) -> Visitor:
    """Return who the claims are about. Raises NotSignedIn where the rules keep them out."""
    _check_organization(claims, provider)
    email = claims.get("email")
    if not isinstance(email, str) or not _is_address(email):
        raise NotSignedIn(
            "no_email",
            why="Your district's sign-in didn't send your email address.",
            advice="Ask your administrator to check Settings, Sign-in.",
        )
    address = address_folded(email)
    if address.rpartition("@")[2] not in provider.domains:
        raise _other_domain(provider)
    if not _is_verified(claims, provider):
        raise NotSignedIn(
            "email_not_verified",
            why="Your district's sign-in doesn't vouch for your email address.",
            advice="Sign in with your password, or ask your administrator to check Settings, "
            "Sign-in.",
        )
    return Visitor(provider.issuer, claims["sub"], address)


def _check_organization(claims: Mapping[str, Any], provider: IdentityProvider) -> None:
    """The account must be the district's own, whatever its address is."""
    if provider.kind is Kind.GOOGLE:
        if address_folded(str(claims.get("hd", ""))) not in provider.domains:
            raise _other_domain(provider)
    elif provider.kind is Kind.MICROSOFT:
        home = claims.get("idp", provider.issuer)
        if claims.get("tid") != provider.tenant or home != provider.issuer or _is_guest(claims):
            raise _other_domain(provider)


def _is_guest(claims: Mapping[str, Any]) -> bool:
    return claims.get("acct") in (1, "1")


def _is_verified(claims: Mapping[str, Any], provider: IdentityProvider) -> bool:
    if provider.kind is Kind.MICROSOFT:
        return claims.get("xms_edov") in _TRUE
    return claims.get("email_verified") is True


def _is_address(text: str) -> bool:
    name, _, domain = text.strip().rpartition("@")
    is_plain = text.isascii() and text.isprintable()  # no letter that only looks like another
    return bool(name and domain) and len(text) <= LONGEST_ADDRESS and is_plain


def _other_domain(provider: IdentityProvider) -> NotSignedIn:
    return NotSignedIn(
        "other_domain",
        why="That account isn't one of your district's.",
        advice=f"Start again, and choose your account at {' or '.join(provider.domains)}.",
    )
