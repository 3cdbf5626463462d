"""A feed's page: how it is doing, what it is set to, and a test of what is saved."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from rollbook.access.permissions import for_administrators
from rollbook.core.feed_settings import IGNORE
from rollbook.records.models import Feed
from rollbook.records.queries.feed_versions import newest_version
from rollbook.records.queries.field_owners import field_owners
from rollbook.records.queries.file_names import adopted_name, new_file_names
from rollbook.records.queries.standings import feed_standings
from rollbook.web.pages.feeds.connection_answers import PAGE_WAITS, SCRIPT_WAITS, tested_as_saved
from rollbook.web.pages.feeds.form import AFTER_IMPORT
from rollbook.web.pages.feeds.form_sections import (
    connection_words,
    file_words,
    limits_words,
    reading_words,
)
from rollbook.web.pages.feeds.glance import WORDS, glances
from rollbook.web.pages.feeds.shortcuts import any_feed_or_404, feed_or_404, in_inbox

RESULT: Final = "test-result"
"""Where a script puts what a test has found."""


@require_safe
@for_administrators
def feed_overview(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "feeds/overview.html", _about(any_feed_or_404(name)))


@require_POST
@for_administrators
def feed_test(request: HttpRequest, name: str) -> HttpResponse:
    """Test the connection that is saved; nothing changes."""
    feed = feed_or_404(name)
    is_part = request.headers.get("HX-Target") == RESULT
    found = tested_as_saved(
        feed,
        asked=request.POST.get("test", ""),
        seconds=SCRIPT_WAITS if is_part else PAGE_WAITS,
        actor=str(request.user),
    )
    if is_part:
        return render(request, "feeds/_test.html", found)
    return render(
        request, "feeds/overview.html", _about(feed) | {"found": found, "was_tested": True} | found
    )


def _about(feed: Feed) -> dict[str, Any]:
    now = timezone.now()
    found = glances(feed_standings(now, of=feed), now)
    meant = [field for field in feed.headers.values() if field != IGNORE]
    return {
        "feed": feed,
        "glance": found[0] if found else None,
        "kinds": WORDS.items(),
        "new_names": new_file_names(feed),
        "adopted": adopted_name(feed),
        "in_inbox": in_inbox(feed),
        "server": connection_words(feed),
        "file": file_words(feed),
        "reading": reading_words(feed),
        "after": dict(AFTER_IMPORT)[feed.after_import],
        "limits": limits_words(feed),
        "mapped": len(meant),
        "ignored": len(feed.headers) - len(meant),
        "codes": sum(len(texts) for texts in feed.values.values()),
        "owned": sum(owner.feed_id == feed.pk for owner in field_owners().values()),
        "newest": newest_version(feed),
    }
