"""A feed's columns: what each header of its newest file means, and how to say otherwise."""

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from rollbook.access.permissions import for_administrators
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.errors import UsageError
from rollbook.core.feed_settings import IGNORE
from rollbook.core.mapping import HeaderMeaning, header_meanings
from rollbook.core.renamed_columns import Renaming, renamed_columns
from rollbook.records.models import Feed
from rollbook.records.operations import mappings
from rollbook.records.operations.seen import parts_of
from rollbook.records.queries.feeds import feed_rules, read_catalogue
from rollbook.records.queries.inbox import UNKNOWN_COLUMN
from rollbook.records.queries.issues import examples_of, last_examples
from rollbook.records.queries.jobs import JobView, last_columns, last_header
from rollbook.web.error_texts import add_to_form, error_text
from rollbook.web.filled_again import sent_fields, sent_text
from rollbook.web.pages.feeds.columns_form import BlankForm, Forms, HeaderForm, ValueForm
from rollbook.web.pages.feeds.shortcuts import any_feed_or_404, in_inbox
from rollbook.web.seen import seen_by, shown_version

AS_KNOWN = "="
"""As a choice: what the catalogue says."""
IGNORED = "-"
SHOWN: Final = ("headers", "layout")
"""What the meanings that are shown depend on."""

TYPED: Final = ("header", "headers", "renamed", "value", "blank")
"""Changes of a form, and not of a button alone."""

KNOWN: Final = ("catalogue", "layout", "passed over")


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def mapping(request: HttpRequest, name: str) -> HttpResponse:
    """Show the columns; change what one of them means, or refuse it beside what was typed."""
    feed, catalogue = any_feed_or_404(name), read_catalogue()
    sent = sent_text(request, "change")
    fields = sent_fields(request) if sent in TYPED else None
    shown = Forms(
        HeaderForm(fields if sent in ("header", "headers", "renamed") else None),
        ValueForm(fields if sent == "value" else None, catalogue),
        BlankForm(fields if sent == "blank" else None, auto_id="blank-%s"),
    )
    refused = _changed(request, feed.name, shown) if request.method == "POST" else None
    if request.method == "POST" and refused is None:
        is_of_inbox = request.POST.get("from") == "inbox"
        return redirect("feed_inbox" if is_of_inbox else "mapping", name)
    context = _context(feed, catalogue, shown)
    context["seen"] = shown_version(request, lambda: parts_of(context["feed"], SHOWN), refused)
    return render(request, "feeds/columns.html", context)


def _context(feed: Feed, catalogue: Catalogue, shown: Forms) -> dict[str, Any]:
    header = last_header(feed)
    listed = [*header, *sorted({*feed.headers} - {*header})]
    rules = feed_rules(feed)
    columns = header_meanings(catalogue, rules, listed, last_examples(feed.pk))
    return {
        "feed": feed,
        "forms": shown,
        "in_inbox": in_inbox(feed, catalogue),
        "attention": [column for column in columns if column.how not in KNOWN],
        "renamed": renamed_columns(last_columns(feed), columns[: len(header)], catalogue, rules),
        "others": len(mappings.other_columns(columns)),
        "known": [column for column in columns if column.how in KNOWN],
        "fields": catalogue.fields,
        "values": [
            (catalogue.by_name[field], text, meant)
            for field, texts in feed.values.items()
            if field in catalogue.by_name
            for text, meant in texts.items()
        ],
        "has_header": bool(header),
        "is_typed": shown.refused_header not in (None, *listed),
        "selected": {each.header: _choice(each) for each in columns} | shown.chosen,
    }


def renamings(feed: Feed, job: JobView | None) -> Sequence[Renaming]:
    """Return the columns of an import's file that were probably renamed."""
    if job is None or UNKNOWN_COLUMN not in job.report.by_code:
        return ()
    catalogue, rules = read_catalogue(), feed_rules(feed)
    columns = header_meanings(catalogue, rules, job.report.header, examples_of(job.number))
    return renamed_columns(last_columns(feed), columns, catalogue, rules)


def _chosen(name: str, data: QueryDict) -> dict[str, str | None]:
    """Return the headers whose meaning was chosen otherwise than it is."""
    feed, catalogue = any_feed_or_404(name), read_catalogue()
    sent = list(zip(data.getlist("header"), data.getlist("field"), strict=False))
    columns = header_meanings(catalogue, feed_rules(feed), [header for header, _ in sent])
    now = {column.header: _choice(column) for column in columns}
    return {
        header: None if field == AS_KNOWN else IGNORE if field == IGNORED else field
        for header, field in sent
        if field != now[header]
    }


def _choice(column: HeaderMeaning) -> str:
    """Return what is chosen for a column as the page shows it."""
    if column.how == "mapping" and column.field is not None:
        return column.field.name
    return IGNORED if column.how == "ignored" else AS_KNOWN


def _changed(request: HttpRequest, feed: str, shown: Forms) -> UsageError | None:
    """Change what was asked for; return what a form says, where it says why not."""
    try:
        _change(request, feed)
    except UsageError as error:
        match request.POST.get("change"):
            case "header" | "headers" | "renamed":
                add_to_form(
                    shown.header, error, names={"header": "field", "forgotten_header": "field"}
                )
            case "value":
                add_to_form(shown.value, error, names={"value": "text"})
            case "blank":
                add_to_form(shown.blank, error, names={"blank_marker": "text"})
            case _:  # a button without a field, of a page that was open for long
                messages.error(request, error_text(error))
                return None
        return error
    messages.success(request, "Saved. It applies from the next import.")
    return None


def _change(request: HttpRequest, feed: str) -> None:
    """Raises UsageError."""
    actor, data = str(request.user), request.POST
    match data.get("change"):
        case "header":
            _change_header(feed, data.get("header", ""), data.get("field", AS_KNOWN), actor=actor)
        case "renamed":
            given = (data.get(each, "") for each in ("before", "header", "field"))
            mappings.rename_header(feed, *given, actor=actor, seen=seen_by(request, SHOWN))
        case "headers":
            seen = seen_by(request, SHOWN)
            mappings.save_headers(feed, _chosen(feed, data), actor=actor, seen=seen)
        case "ignore-others":
            mappings.ignore_others(feed, last_header(any_feed_or_404(feed)), actor=actor)
        case "warn-of-others":
            mappings.change_mapping(feed, mappings.MappingChange(other_columns="warn"), actor=actor)
        case "value":
            mappings.map_value(
                feed,
                data.get("field", ""),
                data.get("text", ""),
                data.get("meant", ""),
                actor=actor,
            )
        case "forget-value":
            mappings.unmap_value(feed, data.get("field", ""), data.get("text", ""), actor=actor)
        case "blank":
            mappings.add_blank_marker(feed, data.get("text", ""), actor=actor)
        case "forget-blank":
            mappings.remove_blank_marker(feed, data.get("text", ""), actor=actor)


def _change_header(feed: str, header: str, target: str, *, actor: str) -> None:
    if target == AS_KNOWN:
        mappings.unmap_header(feed, header, actor=actor)
    else:
        meant = IGNORE if target == IGNORED else target
        mappings.map_header(feed, header, meant, actor=actor)
