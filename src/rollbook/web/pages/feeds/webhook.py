"""A feed's webhook: its signing secret, a test message, and what became of the last message."""

import os
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import RollbookError
from rollbook.notify.webhook_test import send_test_message
from rollbook.records.operations.webhooks import newest_message, show_signing_secret
from rollbook.web.error_texts import error_text
from rollbook.web.pages.feeds.shortcuts import feed_or_404, in_inbox


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def webhook(request: HttpRequest, name: str) -> HttpResponse:
    """POST sends a test message, or shows the secret or another one; all are on record."""
    feed = feed_or_404(name)
    if not feed.webhook:
        return redirect("feed_settings", name)
    shown: dict[str, Any] = {
        "feed": feed,
        "in_inbox": in_inbox(feed),
        "last": newest_message(feed),
    }
    if request.method == "POST" and request.POST.get("do") == "try":
        _try(request, name)
        return redirect("webhook", name)
    if request.method == "POST":
        shown["secret"] = show_signing_secret(
            name,
            renewed=request.POST.get("do") == "renew",
            environ=os.environ,
            actor=str(request.user),
        )
    return render(request, "feeds/webhook.html", shown)


def _try(request: HttpRequest, name: str) -> None:
    try:
        send_test_message(name, environ=os.environ, actor=str(request.user))
    except RollbookError as error:
        messages.error(request, error_text(error))
    else:
        messages.success(request, "The test message arrived.")
