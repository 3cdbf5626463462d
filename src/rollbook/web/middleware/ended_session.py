"""After a session that ended in the middle: a page that can be read, with what was typed."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.functional import lazystr

from rollbook.access import unfinished
from rollbook.access.permissions import lacks_factor
from rollbook.web.filled_again import fill_again, is_filled_again, unfinished_of

NOTHING_DONE: Final = "Your session had ended. Nothing was done."
FILLED_AGAIN: Final = (
    "Your session had ended, so nothing was saved. We filled in what you typed: check it, then "
    "save."
)
ENTER_AGAIN: Final = "If you typed something, enter it again."
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
        found = unfinished_of(request)
        if response.status_code != 405 or not _is_of_a_person(request):
            if found is not None:
                unfinished.forget(request, found.path)
            return response
        page = _nearest(request.path)
        is_ours = _take_off(request)
        if found is not None:
            unfinished.lead(request, found.path, page=page)
        elif request.user.is_authenticated:
            messages.warning(request, NOTHING_DONE if is_ours else NO_PAGE)
        return redirect(page)

    def process_view(self, request: HttpRequest, view: Any, *_: Any) -> None:
        """Fill in what was sent, before the page of the same address is made. What is said of it
        is known when the page is: not every page shows all that was sent to it."""
        if request.method != "GET" or not request.user.is_authenticated:
            return
        if not unfinished.is_there(request) or getattr(view, "is_in_background", False):
            return
        if _name(request).startswith(_NOT_OF_THE_PAGES) or lacks_factor(request.user):
            return
        found = unfinished.find(request)
        is_news = unfinished.is_news(request)
        if found is not None:
            fill_again(request, found)
            messages.warning(request, lazystr(_Said(request, found)))
        elif is_news:
            messages.warning(request, NOTHING_DONE)


class _Said:
    """What a page says of what was sent; it is known once the page is made."""

    def __init__(self, request: HttpRequest, found: unfinished.Unfinished) -> None:
        self._request = request
        self._found = found

    def __str__(self) -> str:
        if not is_filled_again(self._request):
            return f"{NOTHING_DONE} {ENTER_AGAIN}"
        return FILLED_AGAIN if self._found.is_whole else f"{FILLED_AGAIN} {GIVE_AGAIN}"


def _is_of_a_person(request: HttpRequest) -> bool:
    """Tell whether a browser asked for this as a page of its own."""
    is_page = "text/html" in request.headers.get("Accept", "")
    is_read = request.method == "GET" and "HX-Request" not in request.headers
    return is_page and is_read and not _name(request).startswith(_NOT_OF_THE_PAGES)


def _take_off(request: HttpRequest) -> bool:
    """Take off what was to be said on the page that there is not; tell whether anything was."""
    said = list(messages.get_messages(request))
    ours = [each for each in said if str(each).startswith((NOTHING_DONE, FILLED_AGAIN))]
    for each in said:
        if each not in ours:
            messages.add_message(request, each.level, each.message)
    return bool(ours)


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
