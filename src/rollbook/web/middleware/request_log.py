"""One line of log per request: which page, for which client, how it was answered, how fast.

Never its own address.
"""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from rollbook.access.client_address import client_address
from rollbook.logs import REQUESTS

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

_log = logging.getLogger(REQUESTS)


class RequestLog:
    """Nearly the outermost: it sees every answer, and the time until it begins.

    A path may hold a token and a query string what a person has searched for; so a line has the
    name of the page instead.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.monotonic()
        response = self._get_response(request)
        if _log.isEnabledFor(logging.INFO):
            _log_request(
                request, response.status_code, milliseconds=1000 * (time.monotonic() - begun)
            )
        return response


def _log_request(request: HttpRequest, status: int, *, milliseconds: float) -> None:
    # The method is whatever a stranger has sent.
    method = request.method if request.method in METHODS else "OTHER"
    facts = {
        "method": method,
        "route": _route(request),
        "status": status,
        "milliseconds": round(milliseconds, 1),
        "client": client_address(request),
    } | _job(request, status)
    _log.info("%s %s %s %.1f ms from %s", *list(facts.values())[:5], extra=facts)


def _route(request: HttpRequest) -> str:
    if request.resolver_match is not None:
        return request.resolver_match.view_name or "unnamed"
    return "static" if request.path.startswith(settings.STATIC_URL) else "unknown"


def _job(request: HttpRequest, status: int) -> dict[str, int]:
    """The import that a page is about; the number of one that there is not is anything."""
    match = request.resolver_match
    if match is None or status >= 400 or not (match.view_name or "").startswith("job"):
        return {}
    return {"job": match.kwargs["number"]}
