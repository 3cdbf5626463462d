"""Tokens for programs: the list, a new one with a page of its own, and revoking."""

import shlex
from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from rollbook.access import operations, queries
from rollbook.access.permissions import confirm, for_administrators
from rollbook.access.scopes import Scope
from rollbook.core.errors import RollbookError
from rollbook.web.error_texts import add_to_form, error_text
from rollbook.web.filled_again import sent_fields
from rollbook.web.pages.settings.token_form import TokenForm
from rollbook.web.pages.settings.token_lines import leading_words, token_lines
from rollbook.web.shown_briefly import GONE, show_on, shown_on


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_administrators
def tokens(request: HttpRequest) -> HttpResponse:
    """Show the tokens; make one, shown on a page of its own: only its digest is kept for longer."""
    form = TokenForm(sent_fields(request))
    if request.method == "POST" and form.is_valid():
        confirm(request)
        try:
            token = _made(request, form)
        except RollbookError as error:
            add_to_form(form, error)
        else:
            given = form.cleaned_data
            shown = {"token": token, "name": given["name"], "scopes": ",".join(given["scopes"])}
            return show_on(request, "token_made", shown)
    lines = token_lines(queries.tokens(), timezone.now())
    shown = {"form": form, "lines": lines, "leading": leading_words(lines)}
    return render(request, "settings/tokens.html", shown)


@require_safe
@never_cache
@for_administrators
def token_made(request: HttpRequest, token: str) -> HttpResponse:
    """Show the new one; `token` is the number under which it is kept for a few minutes."""
    shown = shown_on(request, "token_made", token)
    if shown is None:
        messages.warning(request, GONE)
        return redirect("tokens")
    example = _example(request, shown["token"], shown.get("scopes", "").split(","))
    return render(request, "settings/token_made.html", shown | {"example": example})


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def token_revoke(request: HttpRequest, number: int) -> HttpResponse:
    """Ask first, naming the effect; then do it."""
    found = next((each for each in queries.tokens() if each.pk == number), None)
    if found is None:
        raise Http404
    if request.method != "POST":
        return render(request, "settings/token_revoke.html", {"token": found})
    try:
        operations.revoke_token(found.name, actor=str(request.user))
    except RollbookError as error:  # it was revoked in the meantime
        messages.error(request, error_text(error))
    else:
        messages.success(request, f"The token {found.name} was revoked.")
    return redirect("tokens")


def _example(request: HttpRequest, token: str, scopes: Sequence[str]) -> str:
    """Return a first request that such a token may make, and that changes nothing."""
    of_students = "/api/students?limit=1"
    path = of_students if scopes == [Scope.STUDENTS] else "/api/admin/import/jobs?limit=1"
    address = request.build_absolute_uri(path)
    return shlex.join(["curl", "-H", f"Authorization: Bearer {token}", address])


def _made(request: HttpRequest, form: TokenForm) -> str:
    given = form.cleaned_data
    return operations.make_token(
        given["name"],
        [Scope(each) for each in given["scopes"]],
        owner=request.user,  # type: ignore[arg-type]  # the rule of the page has seen to it
        days=given["days"],
        actor=str(request.user),
    )
