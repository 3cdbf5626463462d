"""Sign-in with the district's identity provider: set, tested, turned off."""

import os
from urllib.parse import urlencode

from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from rollbook.access.identity_provider.configuration import identity_provider
from rollbook.access.identity_provider.kinds import IdentityProvider, Kind
from rollbook.access.identity_provider.provider_test import Step, tested
from rollbook.access.operations.identity_provider import (
    change_provider,
    checked_provider,
    remove_provider,
)
from rollbook.access.permissions import confirm, for_administrators
from rollbook.access.provider_flow import redirect_address
from rollbook.access.queries import count_with_password
from rollbook.core.errors import RollbookError
from rollbook.web.error_texts import add_to_form, error_text
from rollbook.web.pages.settings.sign_in_form import CHOICES, NAMES, SignInForm
from rollbook.web.seen import sent_version, shown_version


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_administrators
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show what is set; save it, or test what is entered without saving it."""
    try:
        _forget_secret(request)
        confirm(request)
    except ReauthenticationRequired:
        if "HX-Request" not in request.headers:
            raise
        return HttpResponse(status=401, headers={"HX-Redirect": reverse("sign_in")})
    stored, fault = _stored()
    kind = _chosen(request, stored)
    form = SignInForm(request.POST or None, kind=kind, stored=stored)
    steps: list[Step] = []
    refused: RollbookError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            given = checked_provider(form.given, stored)
            steps = tested(given, redirect_address=redirect_address(request))
            if _saves(request, steps):
                is_good = all(step.is_good for step in steps)
                seen = sent_version(request)
                change_provider(given, actor=str(request.user), seen=seen, is_tested=is_good)
                problem = "" if is_good else " The test found a problem, so they may not get in."
                said = f"Saved. People can now continue with {given.title}.{problem}"
                (messages.success if is_good else messages.warning)(request, said)
                return _to_sign_in(request)
        except RollbookError as error:
            refused = error
            add_to_form(form, error)
    context = {
        "form": form,
        "kind": kind,
        "provider_name": NAMES[kind] if kind else "",
        "choices": CHOICES,
        "stored": stored,
        "fault": fault,
        "steps": steps,
        "asks_anyway": bool(steps) and "test" not in request.POST and refused is None,
        "seen": shown_version(request, lambda: stored.told() if stored else None, refused),
        "redirect_address": redirect_address(request),
        "with_password": count_with_password(),
    }
    is_part = "HX-Request" in request.headers
    page = "settings/_sign_in_steps.html" if is_part else "settings/sign_in.html"
    return render(request, page, context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_administrators
def sign_in_off(request: HttpRequest) -> HttpResponse:
    """Ask first, naming the effect; then do it."""
    confirm(request)
    if request.method != "POST":
        return render(request, "settings/sign_in_off.html")
    try:
        remove_provider(actor=str(request.user))
    except RollbookError as error:
        messages.error(request, error_text(error))
    else:
        messages.success(request, "Turned off. People sign in with their passwords.")
    return redirect("sign_in")


def _chosen(request: HttpRequest, stored: IdentityProvider | None) -> Kind | None:
    """Return whose provider the form is for: the one just chosen, or what is set."""
    wanted = request.POST.get("kind", request.GET.get("provider", ""))
    if wanted:
        return Kind(wanted) if wanted in CHOICES else None
    return stored.kind if stored else None


def _saves(request: HttpRequest, steps: list[Step]) -> bool:
    """A provider that does not work is offered to everyone only where that is confirmed."""
    is_fine = all(step.is_good for step in steps) or "untested" in request.POST
    return "test" not in request.POST and is_fine


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if "HX-Request" in request.headers:
        return HttpResponse(headers={"HX-Redirect": reverse("sign_in")})
    return redirect("sign_in")


def _stored() -> tuple[IdentityProvider | None, str]:
    """Return what is set, and what is wrong where it cannot be read."""
    try:
        return identity_provider(os.environ), ""
    except RollbookError as error:
        return None, f"{error.message.what} Until that is fixed, people need their passwords."


def _forget_secret(request: HttpRequest) -> None:
    """Where the person is asked to confirm first, what was sent waits in the session: without the
    secret, which is asked for again."""
    sent = request.POST.get("client_secret")
    if not sent:
        return
    kept = request.POST
    named = [(name, value) for name, values in kept.lists() for value in values]
    others = [(name, value) for name, value in named if name != "client_secret"]
    request.POST = QueryDict(urlencode(others))
    confirm(request)
    request.POST = kept
