"""How long a sign-in lasts: a fixed time, which its page may ask to begin anew."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

_BEGAN_AT = "began_at"


def begin(request: HttpRequest) -> None:
    """Let the sign-in last its full time from now on; called when somebody has signed in."""
    # Not its end: a shorter time, once set, must reach those who are signed in already.
    request.session[_BEGAN_AT] = time.time()


def seconds_left(request: HttpRequest) -> int:
    """Return how long the sign-in still lasts, 0 where it is over."""
    began_at = float(request.session.get(_BEGAN_AT, 0))
    return max(0, round(began_at + settings.SESSION_COOKIE_AGE - time.time()))


class SessionEnd:
    """Signs people out when their time is over, however often a page has asked meanwhile."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and not seconds_left(request):
            if _BEGAN_AT in request.session:
                logout(request)
            else:  # signed in before this version, or by a program
                begin(request)
        return self._get_response(request)
