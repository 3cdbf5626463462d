"""A feed's columns: what each header of its newest file means, and how to say otherwise."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import UsageError
from rollbook.core.feed_settings import IGNORE
from rollbook.core.mapping import header_meanings
from rollbook.records.operations import mappings
from rollbook.records.queries.feeds import feed_rules, read_catalogue
from rollbook.records.queries.jobs import last_header
from rollbook.web.pages.feeds.shortcuts import feed_or_404

AS_KNOWN = "="
"""As a choice: what the catalogue says."""
IGNORED = "-"


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def mapping(request: HttpRequest, name: str) -> HttpResponse:
    feed = feed_or_404(name)
    if request.method == "POST":
        try:
            _change(request, feed.name)
        except UsageError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "Saved. It applies from the next import.")
        return redirect("mapping", name)
    catalogue, rules = read_catalogue(), feed_rules(feed)
    header = last_header(feed)
    shown = {*header, *feed.headers}
    columns = header_meanings(catalogue, rules, [*header, *sorted(shown - set(header))])
    context = {
        "feed": feed,
        "attention": [column for column in columns if column.how != "catalogue"],
        "known": [column for column in columns if column.how == "catalogue"],
        "fields": catalogue.fields,
        "values": [
            (catalogue.by_name[field], text, meant)
            for field, texts in feed.values.items()
            if field in catalogue.by_name
            for text, meant in texts.items()
        ],
        "has_header": bool(header),
    }
    return render(request, "feeds/columns.html", context)


def _change(request: HttpRequest, feed: str) -> None:
    """Raises UsageError."""
    actor, data = str(request.user), request.POST
    match data.get("change"):
        case "header":
            target = data.get("field", AS_KNOWN)
            if target == AS_KNOWN:
                mappings.unmap_header(feed, data.get("header", ""), actor=actor)
            else:
                meant = IGNORE if target == IGNORED else target
                mappings.map_header(feed, data.get("header", ""), meant, actor=actor)
        case "value":
            mappings.map_value(
                feed, data.get("field", ""), data.get("text", ""), data.get("meant", ""),
                actor=actor,
            )  # fmt: skip
        case "forget-value":
            mappings.unmap_value(feed, data.get("field", ""), data.get("text", ""), actor=actor)
        case "blank":
            mappings.add_blank_marker(feed, data.get("text", ""), actor=actor)
        case "forget-blank":
            mappings.remove_blank_marker(feed, data.get("text", ""), actor=actor)
