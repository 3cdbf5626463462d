"""What a feed's settings were, who changed them and why, and the way back."""

import os
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import RollbookError
from rollbook.records.operations.feed_returns import (
    SHOWN,
    return_to_version,
    what_would_return,
)
from rollbook.records.queries.feed_versions import MOST_LISTED, versions_of
from rollbook.web.error_texts import add_to_form, error_text
from rollbook.web.filled_again import sent_fields, show_no_form
from rollbook.web.pages.feeds.shortcuts import any_feed_or_404, in_inbox, shown_feed
from rollbook.web.pages.feeds.version_words import change_lines
from rollbook.web.query_parameters import text_of
from rollbook.web.reason_form import ReasonForm
from rollbook.web.seen import seen_by

MOST_CHANGES: Final = 50
"""Changes of each version in the list; one press may ignore a thousand columns."""


@require_safe
@for_administrators
def versions(request: HttpRequest, name: str) -> HttpResponse:
    """Show the newest versions with the first changes of each; of one that is asked for, all."""
    feed, asked = any_feed_or_404(name), text_of(request.GET, "version")
    found = versions_of(feed)
    if asked:
        found = [each for each in found if str(each.number) == asked]
    most = None if asked else MOST_CHANGES
    lines = [(each, change_lines(each.changes[:most])) for each in found]
    context = {
        "is_one": bool(asked),
        "feed": feed,
        "in_inbox": in_inbox(feed),
        "versions": lines,
        "most": MOST_LISTED,
    }
    return render(request, "feeds/versions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def version(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Name what would change and ask for a reason; then do it."""
    feed = any_feed_or_404(name)
    if not 1 <= number <= feed.version:
        raise Http404
    form = ReasonForm(sent_fields(request))
    refused: RollbookError | None = None
    about: dict[str, Any] = {"environ": os.environ, "actor": str(request.user)}
    if request.method == "POST" and form.is_valid():
        try:
            return_to_version(
                name,
                number,
                reason=form.cleaned_data["reason"],
                seen=seen_by(request, SHOWN),
                **about,
            )
        except RollbookError as error:
            refused = error
            add_to_form(form, error)
        else:
            messages.success(request, f"Version {number} is restored.")
            return redirect("feed_versions", name)
    context: dict[str, Any] = {"feed": feed, "number": number, "form": form}
    context["seen"] = shown_feed(request, name, SHOWN, refused)
    try:
        context["changes"] = change_lines(what_would_return(name, number, **about))
    except RollbookError as error:
        context["error"] = error_text(error)
    if not context.get("changes"):
        show_no_form(request)
    return render(request, "feeds/version.html", context)
