"""How long a sign-in lasts: until nothing has been done for a while, or to its end."""

import time
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from rollbook.access.unfinished import remember_ended

_BEGAN_AT = "began_at"
_SEEN_AT = "seen_at"

SAVE_EVERY: Final = 30
"""Seconds between two times at which activity is saved."""


def begin(request: HttpRequest) -> None:
    """Let the sign-in last its full time from now on; called when a person has signed in."""
    # Not its end: a shorter time, once set, must reach those who are signed in already.
    request.session[_BEGAN_AT] = request.session[_SEEN_AT] = time.time()


def stay(request: HttpRequest) -> None:
    """Count the person who asks as active. The end of the sign-in remains."""
    request.session[_SEEN_AT] = time.time()


def seconds_left(request: HttpRequest) -> int:
    """Return how long the sign-in lasts if nothing is done any more, 0 where it is over."""
    idle = _seconds(request, _SEEN_AT, settings.IDLE_SECONDS)
    return min(idle, seconds_to_end(request))


def seconds_to_end(request: HttpRequest) -> int:
    """Return how long the sign-in can last at most, whatever is done."""
    return _seconds(request, _BEGAN_AT, settings.SESSION_COOKIE_AGE)


def in_background(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view that a page asks for on its own: it does not keep people signed in."""
    view.is_in_background = True  # type: ignore[attr-defined]
    return view


class SessionEnd:
    """Signs people out when their time is over, however often a page has asked meanwhile."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and not seconds_left(request):
            if {_BEGAN_AT, _SEEN_AT} <= set(request.session.keys()):
                person = request.user.pk
                logout(request)
                remember_ended(request, person)
            else:  # signed in before this version, or by a program
                begin(request)
        return self._get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *_: Any) -> None:
        if not request.user.is_authenticated or getattr(view, "is_in_background", False):
            return
        if time.time() - request.session[_SEEN_AT] >= SAVE_EVERY:
            stay(request)


def _seconds(request: HttpRequest, since: str, lasts: int) -> int:
    return max(0, round(float(request.session.get(since, 0)) + lasts - time.time()))
