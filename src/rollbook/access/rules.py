"""Who may see a page. Every view has one of these rules; the tests walk all addresses."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url

View = Callable[..., HttpResponseBase]


def for_members(view: View) -> View:
    """Administrators and viewers; everybody else is sent to sign in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _sign_in(request)
        return view(request, *args, **options)

    guarded.rule = "members"  # type: ignore[attr-defined]
    return guarded


def for_administrators(view: View) -> View:
    """Administrators alone; a viewer is told who can help. Raises PermissionDenied."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _sign_in(request)
        if not is_administrator(request):
            raise PermissionDenied
        return view(request, *args, **options)

    guarded.rule = "administrators"  # type: ignore[attr-defined]
    return guarded


def for_everyone(view: View) -> View:
    """No sign-in: only what tells nothing of the district or its students."""
    view.rule = "everyone"  # type: ignore[attr-defined]
    return view


def is_administrator(request: HttpRequest) -> bool:
    """Tell whether the reader may see students' values and names that a file or server gave."""
    user: Any = request.user
    return bool(user.is_authenticated and user.is_administrator)


def _sign_in(request: HttpRequest) -> HttpResponse:
    """Never a sign-in page inside a part of a page: that is asked to go there as a whole."""
    if request.headers.get("HX-Request"):
        here = request.headers.get("HX-Current-URL", "")
        answer = HttpResponse(status=401)
        answer["HX-Redirect"] = resolve_url(settings.LOGIN_URL)
        if here:
            answer["HX-Redirect"] += "?next=" + _path_of(here)
        return answer
    return redirect_to_login(request.get_full_path())


def _path_of(address: str) -> str:
    return quote(urlsplit(address).path or "/")
