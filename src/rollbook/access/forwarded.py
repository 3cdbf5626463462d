"""X-Forwarded-For, read as far as declared proxies vouch for it."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

MOST_PROXIES = 20
"""Entries that are looked at; no chain of proxies is longer."""


def resolved(peer: str, forwarded: str, *, trusted: Sequence[Network]) -> str:
    """Return the last address that no trusted proxy has.

    `forwarded` is read from its end: each proxy appends who asked it, and what is further
    in front than the first stranger's address is that stranger's own words.
    """
    last = address_of(peer)
    if last is None:
        return ""
    for entry in reversed(forwarded.split(",")[-MOST_PROXIES:]):
        if not is_in(last, trusted):
            break
        found = address_of(entry)
        if found is None:
            break
        last = found
    return str(last)


def address_of(text: str) -> Address | None:
    """Return the address that `text` writes, with or without a port; None for anything else."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def is_in(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)
