"""A file came under another name: one press adopts it, another one ignores it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import UsageError
from rollbook.records.operations.file_names import adopt_name, ignore_name
from rollbook.web.error_texts import error_text
from rollbook.web.pages.feeds.shortcuts import feed_or_404


@require_POST
@for_administrators
def file_name(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Carry out the decision about one name."""
    feed, actor = feed_or_404(name), str(request.user)
    try:
        if request.POST.get("decision") == "adopt":
            pattern = adopt_name(feed.name, number, actor=actor).pattern
            done = f"Saved. Starting with the next import, we look for {pattern}."
        else:
            ignore_name(feed.name, number, actor=actor)
            done = "We won't suggest this name again."
    except UsageError as refused:
        messages.error(request, error_text(refused))
    else:
        messages.success(request, done)
    return redirect("feed", feed.name)
