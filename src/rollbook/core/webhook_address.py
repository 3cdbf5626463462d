"""An address that is told of imports: what it may look like, and which machines it may lead to.

An administrator chooses it, and the server calls it: without limits, it could be made to call
machines that only the server reaches, such as the metadata service of a cloud (server-side request
forgery, OWASP).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from urllib.parse import urlsplit

from rollbook.core.errors import UsageError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

LONGEST = 2000
NAT64 = ip_network("64:ff9b::/96")
"""Addresses of IPv4 within IPv6 (RFC 6052): they lead to whatever IPv4 address they end with."""

NOT_GLOBAL = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")))
"""What Python's older tables take for public: protocol assignments (RFC 6890; one cloud keeps its
metadata at 192.0.0.192), relays of 6to4 (RFC 7526), documentation (RFC 9637)."""


class WebhookAddressRefused(UsageError):
    """The webhook's address can't be used: {why}

    Nothing was changed.

    Use an address such as https://example.org/rollbook."""

    reason = "webhook_address_refused"


@dataclass(frozen=True, slots=True)
class WebhookAddress:
    """The parts of an address. `target` is path and query, as they are sent."""

    host: str
    port: int
    target: str


def read_webhook_address(text: str) -> WebhookAddress:
    """Return the parts of an https address. Raises WebhookAddressRefused, with the field's name."""
    if len(text) > LONGEST or not re.fullmatch(r"[!-~]+", text):
        raise _refused("it is too long, or has blanks or characters that addresses don't have.")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _refused("it isn't an address.") from None
    if parts.scheme != "https" or not host:
        raise _refused("it must start with https:// and a server's name.")
    if "@" in parts.netloc or port == 0:
        raise _refused("it can't have a user name, a password or port 0.")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return WebhookAddress(host, port or 443, target)


def may_be_called(address: Address, allowed: Iterable[Network]) -> bool:
    """Tell whether `address` is on the public network, or in a network that is `allowed`."""
    inner = _within(address)
    if any(inner in network for network in allowed if network.version == inner.version):
        return True
    if any(inner in network for network in NOT_GLOBAL if network.version == inner.version):
        return False
    # Site-local addresses (RFC 3879) were private once, and some networks have them still.
    is_local = isinstance(inner, IPv6Address) and inner.is_site_local
    return inner.is_global and not (inner.is_multicast or inner.is_reserved or is_local)


def _within(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address leads to, or the address."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _refused(why: str) -> WebhookAddressRefused:
    return WebhookAddressRefused(why=why, field="webhook")
