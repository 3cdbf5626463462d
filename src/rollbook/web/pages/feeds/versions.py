"""What a feed's settings were, who changed them and why, and the way back."""

import os
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import RollbookError
from rollbook.records.operations.feed_returns import return_to_version, what_would_return
from rollbook.records.queries.feed_versions import versions_of
from rollbook.web.error_texts import add_to_form, error_text
from rollbook.web.pages.feeds.shortcuts import feed_or_404
from rollbook.web.pages.feeds.version_words import change_lines
from rollbook.web.pages.imports.decisions import ReasonForm


@require_safe
@for_administrators
def versions(request: HttpRequest, name: str) -> HttpResponse:
    feed = feed_or_404(name)
    lines = [(each, change_lines(each.changes)) for each in versions_of(feed)]
    return render(request, "feeds/versions.html", {"feed": feed, "versions": lines})


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def version(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Name what would change and ask for a reason; then do it."""
    feed = feed_or_404(name)
    if not 1 <= number <= feed.version:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    about: dict[str, Any] = {"environ": os.environ, "actor": str(request.user)}
    if request.method == "POST" and form.is_valid():
        try:
            return_to_version(name, number, reason=form.cleaned_data["reason"], **about)
        except RollbookError as refused:
            add_to_form(form, refused)
        else:
            messages.success(request, f"The settings are those of version {number} again.")
            return redirect("feed_versions", name)
    context: dict[str, Any] = {"feed": feed, "number": number, "form": form}
    try:
        context["changes"] = change_lines(what_would_return(name, number, **about))
    except RollbookError as refused:
        context["error"] = error_text(refused)
    return render(request, "feeds/version.html", context)
