"""Which addresses a webhook may have, and which machines it may lead to."""

from ipaddress import ip_address, ip_network

import pytest

from rollbook.core.webhook_address import (
    WebhookAddress,
    WebhookAddressRefused,
    may_be_called,
    read_webhook_address,
)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://example.org", WebhookAddress("example.org", 443, "/")),
        ("https://Example.org:8443/a/b?c=1#d", WebhookAddress("example.org", 8443, "/a/b?c=1")),
        ("https://[2001:db8::1]/x", WebhookAddress("2001:db8::1", 443, "/x")),
    ],
)
def test_an_https_address_is_taken_apart(text: str, address: WebhookAddress) -> None:
    assert read_webhook_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "http://example.org/", "ftp://example.org/", "example.org", "https://", "https:///x",
        "https://ada:secret@example.org/", "https://example.org:0/", "https://example.org:x/",
        "https://example.org:70000/", "https://exa mple.org/", "https://example.org/\r\nHost: x",
        "https://example.org/ä", "https://[::1", f"https://example.org/{'x' * 2000}", "",
    ],
)  # fmt: skip
def test_any_other_is_refused_and_the_refusal_repeats_nothing_of_it(text: str) -> None:
    with pytest.raises(WebhookAddressRefused) as caught:
        read_webhook_address(text)
    assert set(caught.value.faults) == {"webhook"}
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "192.0.0.192", "192.88.99.1", "192.0.2.1",
        "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "fe80::1", "fec0::1", "3fff::1", "fd00::1", "fd00:ec2::254", "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::", "2002:a9fe:a9fe::1",
    ],
)  # fmt: skip
def test_no_address_within_a_network_is_called(address: str) -> None:
    assert not may_be_called(ip_address(address), ())


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111", "::ffff:93.184.216.34"])
def test_an_address_of_the_public_network_is_called(address: str) -> None:
    assert may_be_called(ip_address(address), ())


def test_a_private_network_is_called_where_the_operator_allows_it_and_no_other() -> None:
    allowed = (ip_network("10.20.0.0/16"), ip_network("fd00::/64"))
    called = {
        text: may_be_called(ip_address(text), allowed)
        for text in ("10.20.3.4", "10.21.0.1", "::ffff:10.20.3.4", "fd00::5", "fd01::5")
    }
    assert called == {
        "10.20.3.4": True,
        "10.21.0.1": False,
        "::ffff:10.20.3.4": True,
        "fd00::5": True,
        "fd01::5": False,
    }
