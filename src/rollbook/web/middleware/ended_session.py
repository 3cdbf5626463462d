"""After a session that ended in the middle: a page that can be read, with what was typed."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse

from rollbook.access import unfinished
from rollbook.access.permissions import lacks_factor
from rollbook.web.filled_again import fill_again

NOTHING_DONE: Final = "Your session had ended. Nothing was done."
FILLED_AGAIN: Final = (
    "Your session had ended, so nothing was saved. We filled in what you typed: check it, then "
    "save."
)
GIVE_AGAIN: Final = "Enter passwords and keys and choose files again."
NO_PAGE: Final = "Nothing was done. To do it, use the button on this page."

_NOT_OF_THE_PAGES: Final = ("account_", "mfa_", "api:")
"""How the names of addresses begin that are on the way to a page, or for programs."""


class EndedSession:
    """Fills in the form of before a sign-in, and leads from addresses that cannot be read to the
    nearest page that can."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if response.status_code != 405 or not _is_of_a_person(request):
            return response
        _say_that_nothing_was_done(request)
        return redirect(_nearest(request.path))

    def process_view(self, request: HttpRequest, view: Any, *_: Any) -> None:
        """Fill in what was sent, before the page of the same address is made."""
        if request.method != "GET" or not request.user.is_authenticated:
            return
        if not unfinished.is_there(request) or getattr(view, "is_in_background", False):
            return
        if _name(request).startswith(_NOT_OF_THE_PAGES) or lacks_factor(request.user):
            return
        found = unfinished.take(request)
        if found is None:
            return
        words = NOTHING_DONE
        if found.fields and found.path == request.path:
            fill_again(request, found.fields)
            words = FILLED_AGAIN if found.is_whole else f"{FILLED_AGAIN} {GIVE_AGAIN}"
        messages.warning(request, words)


def _is_of_a_person(request: HttpRequest) -> bool:
    """Tell whether a browser asked for this as a page of its own."""
    is_page = "text/html" in request.headers.get("Accept", "")
    is_read = request.method == "GET" and "HX-Request" not in request.headers
    return is_page and is_read and not _name(request).startswith(_NOT_OF_THE_PAGES)


def _say_that_nothing_was_done(request: HttpRequest) -> None:
    """Replace what was to be said on the page that there is not."""
    said = list(messages.get_messages(request))
    ours = [each for each in said if each.message.startswith((NOTHING_DONE, FILLED_AGAIN))]
    for each in said:
        if each not in ours:
            messages.add_message(request, each.level, each.message)
    if request.user.is_authenticated:
        messages.warning(request, NOTHING_DONE if ours else NO_PAGE)


def _nearest(path: str) -> str:
    """Return the page above an address: /imports/33/ for /imports/33/again/."""
    parts = path.strip("/").split("/")
    for count in range(len(parts) - 1, 0, -1):
        above = f"/{'/'.join(parts[:count])}/"
        try:
            resolve(above)
        except Resolver404:
            continue
        return above
    return reverse("dashboard")


def _name(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.view_name or "" if match else ""
