"""A feed's columns, codes and blank markers: what they mean, and how to say otherwise."""

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from rollbook.access.permissions import for_administrators
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.errors import UsageError
from rollbook.core.mapping import header_meanings
from rollbook.core.renamed_columns import Renaming, renamed_columns
from rollbook.records.models import Feed
from rollbook.records.operations import mappings
from rollbook.records.operations.other_columns import ignore_others, other_columns
from rollbook.records.operations.seen import parts_of
from rollbook.records.queries.feed_codes import codes_of
from rollbook.records.queries.feeds import feed_rules, read_catalogue
from rollbook.records.queries.inbox import UNKNOWN_COLUMN
from rollbook.records.queries.issues import examples_of, last_examples
from rollbook.records.queries.jobs import JobView, last_columns, last_header
from rollbook.web.error_texts import error_text
from rollbook.web.filled_again import sent_fields, sent_text
from rollbook.web.pages.feeds.columns_list import columns_shown
from rollbook.web.pages.feeds.columns_sent import (
    Fault,
    Sent,
    faults_in,
    faults_of,
    refused_column,
)
from rollbook.web.pages.feeds.columns_shown import shown_codes
from rollbook.web.pages.feeds.shortcuts import any_feed_or_404, in_inbox
from rollbook.web.query_parameters import page_of, text_of, without_page
from rollbook.web.seen import seen_by, shown_version

SHOWN: Final = ("headers", "layout", "values", "blank_markers")
"""What the meanings that are shown depend on."""


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def mapping(request: HttpRequest, name: str) -> HttpResponse:
    """Show columns, codes and blank markers; save all of it, or refuse it at its field."""
    feed, catalogue = any_feed_or_404(name), read_catalogue()
    is_form = sent_text(request, "change") == "all"
    sent = Sent.of(sent_fields(request) if is_form else None)
    refused: UsageError | None = None
    faults: list[Fault] = []
    if request.method == "POST":
        refused, faults = _changed(request, feed, sent, catalogue)
        if refused is None and not faults:
            is_of_inbox = request.POST.get("from") == "inbox"
            # A part of a very wide file's columns is gone back to.
            return (
                redirect("feed_inbox", name) if is_of_inbox else redirect(request.get_full_path())
            )
    asked = {"text": text_of(request.GET, "q"), "page": page_of(request.GET)}
    context = _context(feed, catalogue, sent, faults, asked)
    context["query"] = without_page(request.GET)
    context["seen"] = shown_version(request, lambda: parts_of(context["feed"], SHOWN), refused)
    return render(request, "feeds/columns.html", context)


def _context(
    feed: Feed, catalogue: Catalogue, sent: Sent, faults: Sequence[Fault], asked: dict[str, Any]
) -> dict[str, Any]:
    header = last_header(feed)
    listed = [*header, *sorted({*feed.headers} - {*header})]
    rules = feed_rules(feed)
    columns = header_meanings(catalogue, rules, listed, last_examples(feed.pk))
    found = codes_of(feed, catalogue)
    refused = refused_column(faults, sent)
    renamed = renamed_columns(last_columns(feed), columns[: len(header)], catalogue, rules)
    return {
        "feed": feed,
        "faults": faults,
        "errors": {fault.place: fault.said for fault in faults}
        | {fault.place.replace("-", "_"): fault.said for fault in faults},
        "refused_header": refused,
        "in_inbox": in_inbox(feed, catalogue),
        "renamed": renamed,
        "others": other_columns(columns[: len(header)], renamed),
        "fields": catalogue.fields,
        "has_header": bool(header),
        "is_typed": refused not in (None, *listed),
        "sent": sent,
        **columns_shown(columns, sent, catalogue.fields, **asked),
        **shown_codes(found, sent, catalogue),
    }


def renamings(feed: Feed, job: JobView | None) -> Sequence[Renaming]:
    """Return the columns of an import's file that were probably renamed."""
    if job is None or UNKNOWN_COLUMN not in job.report.by_code:
        return ()
    catalogue, rules = read_catalogue(), feed_rules(feed)
    columns = header_meanings(catalogue, rules, job.report.header, examples_of(job.number))
    return renamed_columns(last_columns(feed), columns, catalogue, rules)


def _changed(
    request: HttpRequest, feed: Feed, sent: Sent, catalogue: Catalogue
) -> tuple[UsageError | None, list[Fault]]:
    """Change what was asked for; return why not, and at which fields of the form that is said."""
    actor = str(request.user)
    if request.POST.get("change") != "all":
        try:
            _press(request, feed.name, actor=actor)
        except UsageError as error:  # of a page that was open for long
            if request.POST.get("change") == "renamed":
                return error, [Fault("", "", error_text(error))]
            messages.error(request, error_text(error))
            return None, []
    elif (refusal := _save(request, feed, sent, catalogue)) is not None:
        return refusal
    messages.success(request, "Saved. It applies from the next import.")
    return None, []


def _save(
    request: HttpRequest, feed: Feed, sent: Sent, catalogue: Catalogue
) -> tuple[UsageError | None, list[Fault]] | None:
    """Save the whole form, or return why not."""
    found = codes_of(feed, catalogue)
    headers = [header for header, _ in sent.columns]
    meanings = header_meanings(catalogue, feed_rules(feed), headers)
    change = sent.change(meanings, found, mapped=feed.headers)
    if faults := faults_of(change, sent, found, catalogue):
        return None, faults
    try:
        seen = seen_by(request, SHOWN)
        mappings.change_mapping(feed.name, change, actor=str(request.user), seen=seen)
    except UsageError as error:
        return error, faults_in(error, change, sent, found)
    return None


def _press(request: HttpRequest, feed: str, *, actor: str) -> None:
    """Do what a button beside the form is for. Raises UsageError."""
    data = request.POST
    match data.get("change"):
        case "renamed":
            given = (data.get(each, "") for each in ("before", "header", "field"))
            mappings.rename_header(feed, *given, actor=actor, seen=seen_by(request, SHOWN))
        case "ignore-others":
            row = any_feed_or_404(feed)
            ignore_others(feed, last_header(row), last_examples(row.pk), actor=actor)
        case "warn-of-others":
            mappings.change_mapping(feed, mappings.MappingChange(other_columns="warn"), actor=actor)
