"""How long a sign-in lasts: a fixed time, which its page may ask to begin anew."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

_ENDS_AT = "ends_at"


def begin(request: HttpRequest) -> None:
    """Let the sign-in last its full time from now on; called when somebody has signed in."""
    request.session[_ENDS_AT] = time.time() + settings.SESSION_COOKIE_AGE


def seconds_left(request: HttpRequest) -> int:
    """Return how long the sign-in still lasts, 0 where it is over."""
    ends_at = float(request.session.get(_ENDS_AT, 0))
    return max(0, round(ends_at - time.time()))


class SessionEnd:
    """Signs people out when their time is over, however often a page has asked meanwhile."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and not seconds_left(request):
            if _ENDS_AT in request.session:
                logout(request)
            else:  # signed in before this version, or by a program
                begin(request)
        return self._get_response(request)
