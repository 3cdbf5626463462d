"""Where a request comes from: the one place that decides which of its headers to believe."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from rollbook.access.forwarded import address_of, is_in, resolved
from rollbook.records.operations.audit import from_where

FORWARDED_FOR, FORWARDED_PROTO = "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO"

_log = logging.getLogger("rollbook.serve")


def client_address(request: HttpRequest) -> str:
    """Return the address that asks, as far as declared proxies vouch for it; '' for none."""
    return resolved(
        request.META.get("REMOTE_ADDR", ""),
        request.META.get(FORWARDED_FOR, ""),
        trusted=settings.TRUSTED_PROXIES,
    )


class Origin:
    """The outermost of all: says where a request comes from, and what its peer may not say."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._has_warned = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self._is_from_proxy(request):
            # A browser that asks directly could claim that TLS was spoken.
            request.META.pop(FORWARDED_PROTO, None)
        with from_where(client_address(request)):
            return self._get_response(request)

    def _is_from_proxy(self, request: HttpRequest) -> bool:
        peer = address_of(request.META.get("REMOTE_ADDR", ""))
        is_known = peer is not None and is_in(peer, settings.TRUSTED_PROXIES)
        is_forwarded = FORWARDED_FOR in request.META or FORWARDED_PROTO in request.META
        if is_forwarded and not is_known and not self._has_warned and settings.IS_BEHIND_PROXY:
            self._has_warned = True
            _log.warning(
                "A request came from %s with headers that only a proxy may set. They are ignored: "
                "ROLLBOOK_TRUSTED_PROXIES doesn't name it. This is logged once.",
                peer,
            )
        return is_known
