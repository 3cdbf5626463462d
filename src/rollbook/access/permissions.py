"""Who may see a page. Every view has one of these rules; the tests walk all addresses."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from urllib.parse import quote, urlsplit

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url

from rollbook.access.factors import has_factor
from rollbook.access.models import Role
from rollbook.access.unfinished import keep, sent_by

View = Callable[..., HttpResponseBase]

_ROLES: Final = {
    "people": frozenset(Role),
    "members": frozenset((Role.ADMINISTRATOR, Role.VIEWER)),
    "student_readers": frozenset((Role.ADMINISTRATOR, Role.STAFF)),
    "administrators": frozenset((Role.ADMINISTRATOR,)),
}
"""Rule -> who may come in. A role that is in none comes in nowhere."""


def for_people(view: View) -> View:
    """Everyone who has signed in, of any role: what tells of no import and of no student."""
    return _guarded(view, "people")


def for_members(view: View) -> View:
    """Administrators and viewers: how imports went. Raises PermissionDenied."""
    return _guarded(view, "members")


def for_student_readers(view: View) -> View:
    """Administrators, and staff within their schools: the view must ask `schools_seen`."""
    return _guarded(view, "student_readers")


def for_administrators(view: View) -> View:
    """Administrators alone; others read who can help. Raises PermissionDenied."""
    return _guarded(view, "administrators")


def for_everyone(view: View) -> View:
    """No sign-in: only what reveals nothing of the district or its students."""
    view.rule = "everyone"  # type: ignore[attr-defined]
    return view


def _guarded(view: View, rule: str) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _sign_in(request)
        if request.user.role not in _ROLES[rule]:
            raise PermissionDenied
        if lacks_factor(request.user):
            return _enroll(request)
        return view(request, *args, **options)

    guarded.rule = rule  # type: ignore[attr-defined]
    return guarded


def schools_seen(request: HttpRequest) -> frozenset[str] | None:
    """Return the schools whose students the reader may see, as `school_key` writes them; None for
    all students."""
    user: Any = request.user
    found: frozenset[str] | None = user.school_keys
    return found


def is_administrator(request: HttpRequest) -> bool:
    """Tell whether the reader may see students' values and names that a file or server gave."""
    user: Any = request.user
    return bool(user.is_authenticated and user.is_administrator)


@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
def confirm(request: HttpRequest) -> None:
    """Have the signed-in person prove it once more, where that is more than five minutes ago.

    Raises ReauthenticationRequired; allauth asks, and then does what was asked for.
    """


def lacks_factor(user: Any) -> bool:
    """Tell whether a person must add a second factor before anything else."""
    wanted = settings.SECOND_FACTOR
    is_asked = wanted == "everyone" or (wanted == "administrators" and user.is_administrator)
    return is_asked and not has_factor(user)


def _enroll(request: HttpRequest) -> HttpResponse:
    """Lead to where a second factor is added; nothing was done of what was asked for."""
    page = resolve_url("mfa_index")
    if request.headers.get("HX-Request"):
        return _as_a_whole(page)
    return redirect(page)


def _sign_in(request: HttpRequest) -> HttpResponse:
    """Never a sign-in page inside a part of a page: that is asked to go there as a whole."""
    keep(request)
    if request.headers.get("HX-Request"):
        page = resolve_url(settings.LOGIN_URL)
        here = _path_of(request.headers.get("HX-Current-URL", ""))
        return _as_a_whole(f"{page}?next={here}" if here else page)
    return redirect_to_login(request.get_full_path())


def fill_in_again(request: HttpRequest) -> HttpResponse | None:
    """After a form was sent whose token is of an earlier sign-in: lead to its page, where it is
    filled in again, by way of a sign-in if there is none. None for a form of another person.

    Its person is signed into it, and no one else has seen it: no other site can send one.
    """
    user: Any = request.user
    person = sent_by(request)
    if person is None:
        return None
    if not user.is_authenticated:
        return _sign_in(request)
    if person != user.pk:
        return None
    keep(request)
    if request.headers.get("HX-Request"):
        return _as_a_whole(_path_of(request.headers.get("HX-Current-URL", "")) or "/")
    return redirect(request.get_full_path())


def _as_a_whole(page: str) -> HttpResponse:
    return HttpResponse(status=401, headers={"HX-Redirect": page})


def _path_of(address: str) -> str:
    """Return the path of the page that asked, '' where there is none that we could go back to."""
    try:
        return quote(urlsplit(address).path or "/") if address else ""
    except ValueError:
        return ""
