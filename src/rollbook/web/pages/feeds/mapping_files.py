"""A feed's mapping and layout from a file or another feed: first what would be read otherwise."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import UsageError
from rollbook.core.limited_json import LARGEST
from rollbook.records.models import Feed
from rollbook.records.operations.mapping_files import (
    PARTS,
    bring_mapping,
    mapping_document,
    read_mapping_file,
)
from rollbook.records.operations.seen import ChangedMeanwhile, Seen, parts_of, version_of
from rollbook.records.queries.feeds import active_feeds, feed_by_name
from rollbook.transfers.attachments import document_attachment
from rollbook.web.error_texts import add_to_form
from rollbook.web.filled_again import sent_fields, sent_text
from rollbook.web.pages.feeds.shortcuts import any_feed_or_404
from rollbook.web.seen import seen_by


class SourceForm(forms.Form):
    """Where a mapping comes from: a file, or another feed."""

    file = forms.FileField(
        required=False, label="File", help_text="A mapping file you downloaded from a feed."
    )
    source = forms.ChoiceField(required=False, label="Or copy from another feed")

    def __init__(self, request: HttpRequest, feed: Feed) -> None:
        is_looked_at = request.method != "POST" and sent_text(request, "document") != ""
        super().__init__(None if is_looked_at else sent_fields(request), request.FILES or None)
        others = [each.name for each in active_feeds() if each.name != feed.name]
        choices = [("", "none"), *((name, name) for name in others)]
        self.fields["source"].choices = choices  # type: ignore[attr-defined]


@require_safe
@for_administrators
def mapping_file(request: HttpRequest, name: str) -> HttpResponse:
    return document_attachment(mapping_document(any_feed_or_404(name)), f"mapping-{name}.json")


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def mapping_bring(request: HttpRequest, name: str) -> HttpResponse:
    """Ask for a mapping, show what would be read otherwise, then take it."""
    feed = any_feed_or_404(name)
    form = SourceForm(request, feed)
    shown: dict[str, Any] = {"feed": feed, "form": form}
    if request.method == "POST" and form.is_valid():
        is_decided = "document" in request.POST
        try:
            document = _document(request, form)
            if is_decided:
                seen = seen_by(request, PARTS)
                bring_mapping(name, document, actor=str(request.user), seen=seen)
                messages.success(request, "Saved. It applies from the next import.")
                return redirect("mapping", name)
            shown |= _tried(name, document, actor=str(request.user))
        except ChangedMeanwhile as error:
            add_to_form(form, error)
            shown |= _tried(name, document, actor=str(request.user))
        except UsageError as error:
            add_to_form(form, error, names={"headers": "file"})
    return render(request, "feeds/bring.html", shown)


def _tried(feed: str, document: Any, *, actor: str) -> dict[str, Any]:
    """Return what the page shows of a trial: what of the mapping of now would be read otherwise."""
    seen = version_of(parts_of(any_feed_or_404(feed), PARTS))
    found = bring_mapping(feed, document, actor=actor, dry_run=True, seen=Seen(PARTS, seen))
    return {"is_tried": True, "found": found, "document": json.dumps(document), "seen": seen}


def _document(request: HttpRequest, form: SourceForm) -> Any:
    """Return the mapping that was chosen, or was looked at before. Raises UsageError."""
    if "document" in request.POST:
        return read_mapping_file(request.POST["document"].encode())
    file, source = form.cleaned_data["file"], form.cleaned_data["source"]
    if file is not None:
        return read_mapping_file(file.read(LARGEST + 1))
    if source:
        return mapping_document(feed_by_name(source))
    raise UsageError(what="Choose a file or another feed.", field="file")
