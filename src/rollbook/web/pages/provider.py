"""Signing in with the district's identity provider: out to it, and back."""

from collections.abc import Callable
from functools import wraps

from allauth.account import views
from allauth.account.decorators import reauthentication_required
from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from rollbook.access.identity_provider.errors import NotSignedIn
from rollbook.access.permissions import for_everyone
from rollbook.access.provider_flow import NOT_ON_RECORD, address_of_sign_in, come_back
from rollbook.core.errors import RollbookError
from rollbook.records.operations import audit
from rollbook.web.error_texts import error_text

set_password = reauthentication_required(views.password_set)
"""allauth would let anyone who finds an open session choose a password."""

View = Callable[[HttpRequest], HttpResponse]


def _in_our_words(view: View) -> View:
    """Show on a page of ours why it did not work; it is on record, with the person where known."""

    @wraps(view)
    def shown(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except NotSignedIn as error:
            if error.code not in NOT_ON_RECORD:
                after = {"with": "identity provider", "why": error.code}
                subject = error.subject[:200] or "unknown"
                audit.record("nobody", "sign_in.failed", subject=subject, after=after)
            return _failed(request, {"why": error.message}, status=403)
        except RollbookError as error:
            return _failed(request, {"text": error_text(error)}, status=503)

    return shown


def _failed(request: HttpRequest, context: dict[str, object], *, status: int) -> HttpResponse:
    return render(request, "account/provider_failed.html", context, status=status)


@never_cache
@require_POST
@for_everyone
@_in_our_words
def provider(request: HttpRequest) -> HttpResponse:
    """Go to the provider, by a page: a form's answer that leads elsewhere is against our policy,
    and the provider may lead to another one."""
    refused: HttpResponse | None = ratelimit.consume_or_429(request, action="login")
    if refused is not None:
        return refused
    confirms = request.user.is_authenticated
    next_url = get_next_redirect_url(request) or ""
    address = address_of_sign_in(request, confirms=confirms, next_url=next_url)
    return render(request, "account/provider_goes.html", {"address": address})


@never_cache
@require_safe
@for_everyone
@_in_our_words
def provider_return(request: HttpRequest) -> HttpResponse:
    """Where the provider sends people back."""
    return come_back(request)
