"""Headers that only a proxy may set: believed, taken away, and told of once."""

from ipaddress import ip_network
from typing import Any

import pytest

PROXY, STRANGER = "10.0.0.5", "203.0.113.9"
FORWARDED = {"HTTP_X_FORWARDED_FOR": "198.51.100.7"}
OVER_TLS = {"HTTP_X_FORWARDED_PROTO": "https"}


def tell(requests: list[dict[str, Any]], *, is_behind_proxy: bool = True) -> list[bool]:
    """Return for each request whether it still claims that TLS was spoken."""
    from django.http import HttpResponse
    from django.test import RequestFactory, override_settings

    from rollbook.access.client_address import FORWARDED_PROTO, Origin

    def answer(request: Any) -> HttpResponse:
        return HttpResponse("yes" if FORWARDED_PROTO in request.META else "")

    settings = {"TRUSTED_PROXIES": [ip_network(PROXY)], "IS_BEHIND_PROXY": is_behind_proxy}
    with override_settings(**settings):
        origin = Origin(answer)
        return [bool(origin(RequestFactory().get("/", **each)).content) for each in requests]


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(
    ("peer", "headers", "is_told"),
    [
        (STRANGER, FORWARDED, True),
        (STRANGER, OVER_TLS, True),
        (STRANGER, FORWARDED | OVER_TLS, True),
        (STRANGER, {}, False),
        (PROXY, FORWARDED | OVER_TLS, False),
        (PROXY, {}, False),
        ("", FORWARDED, True),
    ],
)
def test_a_stranger_who_sets_a_proxys_headers_is_told_of_once(
    peer: str, headers: dict[str, str], is_told: bool, caplog: pytest.LogCaptureFixture
) -> None:
    claims = tell([{"REMOTE_ADDR": peer} | headers] * 3)
    assert claims == [peer == PROXY and OVER_TLS.items() <= headers.items()] * 3
    told = [each for each in caplog.records if "only a proxy may set" in each.message]
    assert len(told) == is_told


@pytest.mark.usefixtures("records")
def test_nothing_is_told_where_no_proxy_is_declared(caplog: pytest.LogCaptureFixture) -> None:
    assert tell([{"REMOTE_ADDR": STRANGER} | FORWARDED], is_behind_proxy=False) == [False]
    assert not caplog.records
