"""A feed's inbox: new columns and codes, each decided on with one press."""

import os
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import RollbookError, UsageError
from rollbook.core.feed_settings import IGNORE
from rollbook.records.operations import inbox
from rollbook.records.operations.inbox import NotInInbox
from rollbook.records.operations.seen import parts_of, version_of
from rollbook.records.queries.feeds import read_catalogue
from rollbook.records.queries.file_names import adopted_name, new_file_names
from rollbook.records.queries.inbox import MOST_TEXTS, dated_inbox, inbox_of
from rollbook.web.error_texts import error_text
from rollbook.web.pages.feeds.columns import SHOWN, renamings
from rollbook.web.pages.feeds.shortcuts import any_feed_or_404

MOST_COLUMNS: Final = 50
"""Shown at once: each has a list of all fields."""
IGNORED = "-"
"""As a choice: the column is ignored, the code stays as it is."""
BLANK = "="
"""As a choice: the code means "not known"."""
KEPT = "+"
"""As a choice: the code is a value of the district's own."""


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def feed_inbox(request: HttpRequest, name: str) -> HttpResponse:
    """Show what waits; carry out one decision, and import the last file at once if that is asked
    for."""
    feed = any_feed_or_404(name)
    if request.method == "POST":
        job = _decided(request, feed.name)
        return redirect("feed_inbox", name) if job is None else redirect("job", job)
    found = dated_inbox(feed)
    context = {
        "feed": feed,
        "inbox": found,
        "columns": found.columns[:MOST_COLUMNS],
        "more_columns": len(found.columns[MOST_COLUMNS:]),
        "new_names": new_file_names(feed),
        "adopted": adopted_name(feed),
        "renamed": renamings(feed, found.job),
        "seen": version_of(parts_of(feed, SHOWN)),
        "at_once": inbox.at_once(feed, found).value,
        "fields": read_catalogue().fields,
        "most_texts": MOST_TEXTS,
    }
    return render(request, "feeds/inbox.html", context)


def _decided(request: HttpRequest, feed: str) -> int | None:
    """Save the decision; return the import that was begun, if one was asked for."""
    actor, given = str(request.user), request.POST
    try:
        said = _decide(request, feed)
    except UsageError as refused:
        messages.error(request, error_text(refused))
        return None
    if "now" not in given:
        messages.success(request, said)
        return None
    try:
        job = inbox.import_at_once(feed, actor=actor, environ=os.environ)
    except RollbookError as refused:
        messages.warning(request, f"{said} No import was begun. {error_text(refused)}")
        return None
    messages.success(request, said)
    return job


def _decide(request: HttpRequest, feed: str) -> str:
    """Return what was saved. Raises UsageError."""
    given, actor = request.POST, str(request.user)
    meaning = given.get("meaning", "")
    if not meaning:
        raise UsageError(what="Nothing was chosen.", advice="Choose what it means.")
    waiting, key = inbox_of(any_feed_or_404(feed)), given.get("key", "")
    if "field" not in given:
        header = next((each.column.header for each in waiting.columns if each.key == key), None)
        if header is None:
            raise NotInInbox
        meant = IGNORE if meaning == IGNORED else meaning
        inbox.map_column(feed, header, meant, actor=actor)
        return "Saved. It applies from the next import."
    field = given["field"]
    codes = [each.text for each in waiting.codes if (each.field.name, each.key) == (field, key)]
    if not codes:
        raise NotInInbox
    (text,) = codes
    if meaning == IGNORED:
        inbox.ignore_code(feed, field, text, actor=actor)
        return "It is not shown here again."
    meant = {BLANK: "", KEPT: text}.get(meaning, meaning)
    inbox.map_code(feed, field, text, meant, actor=actor)
    return "Saved. It applies from the next import."
