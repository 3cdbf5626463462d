"""A feed's webhook: its signing secret, another one, and what became of the last message."""

import os
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from rollbook.access.permissions import for_administrators
from rollbook.records.operations.webhooks import newest_message, show_signing_secret
from rollbook.web.pages.feeds.shortcuts import feed_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def webhook(request: HttpRequest, name: str) -> HttpResponse:
    """POST shows the secret, or makes another one and shows it; both are on record."""
    feed = feed_or_404(name)
    if not feed.webhook:
        return redirect("feed", name)
    shown: dict[str, Any] = {"feed": feed, "last": newest_message(feed)}
    if request.method == "POST":
        shown["secret"] = show_signing_secret(
            name,
            renewed=request.POST.get("do") == "renew",
            environ=os.environ,
            actor=str(request.user),
        )
    return render(request, "feeds/webhook.html", shown)
