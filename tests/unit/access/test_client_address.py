"""Whose address counts: the peer's, unless proxies that were declared vouch for another."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.access.forwarded import resolved

PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8"), ip_network("127.0.0.1")]


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.7", "203.0.113.9"),
        ("10.0.0.5", "", "10.0.0.5"),
        ("10.0.0.5", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.5", "192.0.2.1, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.5", "192.0.2.1, 198.51.100.7, 10.9.9.9", "198.51.100.7"),
        ("10.0.0.5", "10.1.1.1, 10.2.2.2", "10.1.1.1"),
        ("10.0.0.5", "198.51.100.7:4711", "198.51.100.7"),
        ("10.0.0.5", "[2001:db8::7]:4711", "2001:db8::7"),
        ("10.0.0.5", "2001:DB8::0007", "2001:db8::7"),
        ("10.0.0.5", '"[2001:db8::7]"', "2001:db8::7"),
        ("::ffff:10.0.0.5", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.5", "::ffff:198.51.100.7", "198.51.100.7"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
        ("fe80::1%eth0", "198.51.100.7", "fe80::1"),
        ("10.0.0.5", "198.51.100.7, unknown", "10.0.0.5"),
        ("10.0.0.5", "198.51.100.7, <script>, 10.2.2.2", "10.2.2.2"),
        ("10.0.0.5", "198.51.100.7,", "10.0.0.5"),
        ("10.0.0.5", ",,,,", "10.0.0.5"),
        ("10.0.0.5", "X198.51.100.7", "10.0.0.5"),
        ("", "198.51.100.7", ""),
    ],
)
def test_the_last_address_that_no_proxy_has_counts(
    peer: str, forwarded: str, expected: str
) -> None:
    assert resolved(peer, forwarded, trusted=PROXIES) == expected


@given(st.text(), st.sampled_from(["203.0.113.9", "10.0.0.5", "2001:db8::1"]))
def test_whatever_a_header_says_an_address_comes_out(forwarded: str, peer: str) -> None:
    ip_address(resolved(peer, forwarded, trusted=PROXIES))
    assert resolved(peer, forwarded, trusted=[]) == peer


@given(st.text())
def test_what_a_stranger_claims_in_front_changes_nothing(claimed: str) -> None:
    forwarded = f"{claimed}, 198.51.100.7"
    assert resolved("10.0.0.5", forwarded, trusted=PROXIES) == "198.51.100.7"


@pytest.mark.parametrize(("proxies", "expected"), [(19, "198.51.100.7"), (20, "10.0.0.1")])
def test_twenty_entries_are_looked_at(proxies: int, expected: str) -> None:
    forwarded = ",".join(["192.0.2.1", "198.51.100.7", *["10.0.0.1"] * proxies])
    assert resolved("10.0.0.5", forwarded, trusted=PROXIES) == expected


def test_a_header_without_end_is_read_at_its_end_alone() -> None:
    forwarded = "198.51.100.7," + "10.0.0.1," * 100_000 + "10.0.0.2"
    assert resolved("10.0.0.5", forwarded, trusted=PROXIES) == "10.0.0.1"


@pytest.mark.parametrize(
    ("address", "is_ours"),
    [
        ("/feeds/", True),
        ("/feeds/?next=//evil.example", True),
        ("feeds/", False),
        ("//evil.example/", False),
        ("/\\evil.example", False),
        ("/feeds\\1/", False),
        ("/feeds\n/", False),
        ("https://evil.example/", False),
        ("", False),
    ],
)
def test_only_a_path_is_a_place_to_go_on_to(
    django_ready: None, address: str, is_ours: bool
) -> None:
    from rollbook.access.adapter import AccountAdapter

    assert AccountAdapter().is_safe_url(address) is is_ours
