"""Pages for what goes wrong. They need neither a database nor a sign-in."""

import sys
from typing import Any, Final

import psycopg
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import Error as DjangoError
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, resolve_url
from django.template.loader import render_to_string

from rollbook.access.permissions import fill_in_again, for_everyone
from rollbook.core.errors import RollbookError
from rollbook.core.quantities import size_text
from rollbook.core.upload_bucket import UploadsUnavailable
from rollbook.records.database import translate
from rollbook.transfers.large_downloads import FileTooLargeHere
from rollbook.web.context_processors import theme_of

_TOO_LARGE: Final = (
    f"Nothing was saved. A form can have at most {settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:,} fields "
    f"and {size_text(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)} of text. Go back and save it in "
    "smaller parts."
)
_SIGNED_IN_AS: Final = {
    "viewer": "You are signed in as a viewer: you can see imports and their quality, but not "
    "students' values or settings. ",
    "staff": "You are signed in as staff: you can see the students of your schools, but not "
    "imports or settings. ",
}


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return _page(request, 413, title="That's too much to save at once", advice=_TOO_LARGE)
    return _page(
        request,
        400,
        title="We couldn't understand that request",
        advice="Nothing was changed. Go back and try again. If you typed the address, check it.",
    )


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    role = getattr(getattr(request, "user", None), "role", "")
    return _page(
        request,
        403,
        title="This page is for administrators",
        advice=f"{_SIGNED_IN_AS.get(role, '')}An administrator at your district can give you "
        "access.",
    )


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _page(
        request,
        404,
        title="Page not found",
        advice="The address may be mistyped, or the page was removed.",
    )


def failed(request: HttpRequest) -> HttpResponse:
    error = sys.exc_info()[1]
    if isinstance(error, FileTooLargeHere | UploadsUnavailable):
        return _page(request, 503, title="The file can't be downloaded", advice=str(error))
    known = _fault_of_database(error)
    if known is not None:
        return _page(
            request,
            503,
            title="The database has a problem",
            advice=f"{known.message.what} Nothing was changed. Tell the person who runs Rollbook "
            "at your district.",
        )
    return _page(
        request,
        500,
        title="Something went wrong on our side",
        advice="Your last change may not have been saved; imports keep running. Try again in a "
        "minute. If that doesn't help, tell the person who runs Rollbook at your district.",
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Fill in a form of before another sign-in again, on its page; others are to be reloaded."""
    is_from_here = not reason.startswith(("Origin", "Referer"))
    view = request.resolver_match.view_name if request.resolver_match else ""
    if is_from_here and view == "account_login" and request.user.is_authenticated:
        return redirect(request.get_full_path())  # signed in in another tab: it leads on
    is_of_a_page = is_from_here and not view.startswith(("account_", "mfa_"))
    if is_of_a_page and (page := fill_in_again(request)) is not None:
        return page
    return _page(
        request,
        403,
        title="This form has expired",
        advice="Nothing was changed. Go back, reload the page, and send it again.",
    )


def factor_unreadable(request: HttpRequest) -> HttpResponse:
    """Say how recovery codes that open with no key are replaced, which needs none of them."""
    return _page(
        request,
        409,
        title="Your recovery codes can't be read",
        advice="They were saved with another key or are damaged, so they don't work. Nothing was "
        "changed. Make new ones here. If you can't, ask an administrator to reset your sign-in.",
        action=("Make new recovery codes", resolve_url("mfa_generate_recovery_codes")),
    )


def _fault_of_database(error: BaseException | None) -> RollbookError | None:
    """Return what the database is at fault for, in words for everybody; None for other faults."""
    if isinstance(error, RollbookError):
        return error if error.reason.startswith(("database_", "tables_")) else None
    cause = error.__cause__ if isinstance(error, DjangoError) else error
    return translate(cause) if isinstance(cause, psycopg.Error) else None


@for_everyone
def nowhere(request: HttpRequest) -> HttpResponse:
    raise Http404


def _page(
    request: HttpRequest,
    status: int,
    *,
    title: str,
    advice: str,
    action: tuple[str, str] | None = None,
) -> HttpResponse:
    # Without the request's context: that asks the database, which may be what has failed.
    context: dict[str, Any] = {
        "title": title,
        "advice": advice,
        "status": status,
        "theme": theme_of(request),
        "is_demo": settings.IS_DEMO,
    }
    if action is not None:
        context |= {"action": action, "csrf_token": get_token(request)}
    text = render_to_string("error.html", context)
    return HttpResponse(text, status=status)
