"""Headers that every answer carries."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""Everything comes from this server, nothing is inline, nobody frames us."""


class SecurityHeaders:
    """Adds the policies, and keeps signed-in pages out of every cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        response["Content-Security-Policy"] = CONTENT_POLICY
        response["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response
