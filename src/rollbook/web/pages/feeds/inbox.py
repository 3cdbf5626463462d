"""A feed's inbox: new columns and codes, decided on with one press."""

import os
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any, Final, NamedTuple, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import RollbookError, UsageError
from rollbook.core.feed_settings import IGNORE
from rollbook.records.models import Feed
from rollbook.records.operations import inbox
from rollbook.records.operations.inbox import NotInInbox
from rollbook.records.operations.seen import parts_of, version_of
from rollbook.records.queries.feeds import read_catalogue
from rollbook.records.queries.file_names import adopted_name, new_file_names
from rollbook.records.queries.inbox import MOST_TEXTS, dated_inbox, inbox_of
from rollbook.records.queries.inbox_items import Inbox, NewCode, NewColumn
from rollbook.web.error_texts import error_text
from rollbook.web.filled_again import sent_fields, show_no_form
from rollbook.web.pages.feeds.columns import SHOWN, renamings
from rollbook.web.pages.feeds.columns_list import FieldOptions
from rollbook.web.pages.feeds.shortcuts import any_feed_or_404

Item = TypeVar("Item", NewCode, NewColumn)

MOST_COLUMNS: Final = 50
MOST_CODES: Final = 200
"""Shown at once: each has a list of what may be chosen."""
IGNORED = "-"
"""As a choice: the column is ignored, the code stays as it is."""
BLANK = "="
"""As a choice: the code means "not known"."""
KEPT = "+"
"""As a choice: the code is a value of the district's own."""


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def feed_inbox(request: HttpRequest, name: str) -> HttpResponse:
    """Show what waits; carry out what was chosen, all or nothing, and import the last file at once
    if that is asked for."""
    feed = any_feed_or_404(name)
    lines = _lines(sent_fields(request))
    if request.method == "POST":
        try:
            said = _decided(feed, lines, actor=str(request.user))
        except UsageError as refused:
            messages.error(request, error_text(refused))
        else:
            job = _imported(request, feed.name, said)
            return redirect("feed_inbox", name) if job is None else redirect("job", job)
    context = _context(feed, {f"{each.field} {each.key}": each.meaning for each in lines})
    if context["chosen"].keys().isdisjoint(each.line for each in context["lines"]):
        show_no_form(request)
    return render(request, "feeds/inbox.html", context)


def _context(feed: Feed, chosen: Mapping[str, str]) -> dict[str, Any]:
    """`chosen`: what was chosen for a line of the page and is not saved."""
    found, names = dated_inbox(feed), new_file_names(feed)
    columns = _first(found.columns, chosen, most=MOST_COLUMNS)
    codes = _first(found.codes, chosen, most=MOST_CODES)
    return {
        "feed": feed,
        "inbox": found,
        "in_inbox": found.count + len(names),
        "lines": [*columns, *codes],
        "columns": columns,
        "more_columns": len(found.columns) - len(columns),
        "codes": codes,
        "more_codes": len(found.codes) - len(codes),
        "new_names": names,
        "adopted": adopted_name(feed),
        "renamed": renamings(feed, found.job),
        "seen": version_of(parts_of(feed, SHOWN)),
        "at_once": inbox.at_once(feed, found).value,
        "field_options": FieldOptions.of(read_catalogue().fields),
        "most_texts": MOST_TEXTS,
        "chosen": chosen,
    }


def _first(items: Sequence[Item], chosen: Mapping[str, str], *, most: int) -> list[Item]:
    """Return the first lines, and of the others those for which something is chosen."""
    return [each for at, each in enumerate(items) if at < most or each.line in chosen]


class _Line(NamedTuple):
    """A line of the page as it was sent: of a code of `field`, of a column where that is blank."""

    field: str
    key: str
    """In place of the text itself: a browser changes the ends of its lines."""
    meaning: str


def _lines(sent: QueryDict | None) -> list[_Line]:
    """Return the lines for which something was chosen."""
    parts = ((sent or QueryDict()).getlist(name) for name in _Line._fields)
    lines = [_Line(*each) for each in zip_longest(*parts, fillvalue="")]
    return [each for each in lines if each.meaning]


def _decided(feed: Feed, lines: Sequence[_Line], *, actor: str) -> str:
    """Save what was chosen; return what is said of it. Raises UsageError."""
    if not lines:
        raise UsageError(what="Nothing was chosen.", advice="Choose what it means.")
    waiting = inbox_of(feed)
    inbox.decide(feed.name, [_decision(each, waiting) for each in lines], actor=actor)
    if all(each.meaning == IGNORED and each.field for each in lines):
        return "Ignored. We won't ask about it again."
    return "Saved. It applies from the next import."


def _decision(line: _Line, waiting: Inbox) -> inbox.Decision:
    meant = line.meaning
    if not line.field:
        headers = [each.column.header for each in waiting.columns if each.key == line.key]
        if not headers:
            raise NotInInbox
        return inbox.Decision(IGNORE if meant == IGNORED else meant, header=headers[0])
    place = (line.field, line.key)
    texts = [each.text for each in waiting.codes if (each.field.name, each.key) == place]
    if not texts:
        raise NotInInbox
    known: dict[str, str | None] = {BLANK: "", KEPT: texts[0], IGNORED: None}
    return inbox.Decision(known.get(meant, meant), field=line.field, text=texts[0])


def _imported(request: HttpRequest, feed: str, said: str) -> int | None:
    """Return the import that was started, if one was asked for."""
    job: int | None = None
    if "now" in request.POST:
        try:
            job = inbox.import_at_once(feed, actor=str(request.user), environ=os.environ)
        except RollbookError as refused:
            messages.warning(request, f"{said} No import was started. {error_text(refused)}")
            return None
    messages.success(request, said)
    return job
