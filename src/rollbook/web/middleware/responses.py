"""What every answer carries: its headers, and no character that cannot be seen."""

import re
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from rollbook.core.visible import UNSEEN, named

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""Everything comes from this server, nothing is inline, no other site frames us."""

_NOT_SHOWN: Final = r"<textarea\b.*?</textarea>|<[^>]*>"
"""What a form sends back stays as it is. No value ends a tag: `>` in a value is escaped."""
_LABEL: Final = re.compile(r"""\s(?:aria-label|alt|title|placeholder)=("[^"]*"|'[^']*')""")
"""What a tag shows or says to people. No value holds a quotation mark: it is escaped."""
_SHOWN: Final = re.compile(f"{_NOT_SHOWN}|(?P<unseen>{UNSEEN.pattern})", re.DOTALL)


class SecurityHeaders:
    """Adds the policies, and keeps signed-in pages out of every cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        response["Content-Security-Policy"] = _policy(getattr(response, "connects_to", ""))
        response["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response


class NothingUnseen:
    """Writes out, in the text of every page, the invisible characters (`[U+202E]`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if not response.streaming and response.get("Content-Type", "").startswith("text/html"):
            page = response.content.decode(response.charset)
            if UNSEEN.search(page):
                response.content = _SHOWN.sub(_written_out, page)
        return response


def _policy(connects_to: str) -> str:
    """Return the policy of a page whose script may connect to one more address."""
    return CONTENT_POLICY.replace(
        "connect-src 'self'", f"connect-src 'self' {connects_to}".rstrip()
    )


def _written_out(found: re.Match[str]) -> str:
    if found["unseen"]:
        return named(found)
    kept = found[0]
    if kept.startswith("<textarea") or not UNSEEN.search(kept):
        return kept
    return _LABEL.sub(lambda label: UNSEEN.sub(named, label[0]), kept)
