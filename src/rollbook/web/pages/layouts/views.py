"""Layouts: the list, a layout of one's own made from another, its file, its removal."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from rollbook.access.permissions import for_administrators
from rollbook.core.errors import UsageError
from rollbook.core.layouts.builtin import BY_NAME, UnknownLayout
from rollbook.core.layouts.description import columns_of, sentences_of
from rollbook.core.limited_json import LARGEST
from rollbook.records.operations.layout_trials import try_layout
from rollbook.records.operations.layouts import (
    SavedLayout,
    read_layout_file,
    remove_layout,
    save_layout,
    stored_layout,
)
from rollbook.records.operations.seen import ChangedMeanwhile
from rollbook.records.queries.layouts import (
    document_to_export,
    feeds_set_to,
    known_layouts,
    layout_by_name,
)
from rollbook.transfers.attachments import document_attachment
from rollbook.web.error_texts import add_to_form, error_text
from rollbook.web.filled_again import sent_fields
from rollbook.web.pages.layouts.form import PARTS, LayoutForm
from rollbook.web.seen import sent_version, shown_version


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def layout_list(request: HttpRequest) -> HttpResponse:
    """List the layouts; take one from a file that is sent, after a look where it replaces one."""
    if request.method == "POST":
        try:
            return _from_file(request, actor=str(request.user))
        except UsageError as error:
            messages.error(request, error_text(error))
        return redirect("layouts")
    return render(request, "layouts/list.html", {"layouts": known_layouts()})


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def layout(request: HttpRequest, layout: str) -> HttpResponse:
    """Change a layout of one's own; of a built-in one, or with `copy`, make a new one from it."""
    document = _document_or_404(layout)
    refused: UsageError | None = None
    is_new = layout in BY_NAME or "copy" in request.GET
    if is_new and layout not in BY_NAME:
        document |= {"name": f"{layout}-2", "title": f"{document['title'][:90]} (copy)"}
    form = LayoutForm(sent_fields(request), document, is_new=is_new)
    if request.method == "POST" and form.is_valid():
        try:
            seen = "" if is_new else sent_version(request)
            saved = save_layout(form.result(), actor=str(request.user), is_new=is_new, seen=seen)
        except UsageError as error:
            refused = error
            add_to_form(form, error, names=PARTS)
        else:
            messages.success(request, _said(saved))
            return redirect("layouts")
    known = layout_by_name(layout)
    context: dict[str, Any] = {
        "layout": known,
        "form": form,
        "seen": shown_version(request, lambda: stored_layout(layout), refused),
        "is_new": is_new,
        "is_built_in": layout in BY_NAME,
        "feeds": () if is_new else feeds_set_to(layout),
        "columns": columns_of(known),
        "sentences": sentences_of(known),
    }
    return render(request, "layouts/form.html", context)


@require_safe
@for_administrators
def layout_file(request: HttpRequest, layout: str) -> HttpResponse:
    document = _document_or_404(layout)
    return document_attachment(document, f"{document['name']}.json")


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def layout_remove(request: HttpRequest, layout: str) -> HttpResponse:
    """Ask first; one that a feed is set to stays, and so do the built-in ones."""
    _document_or_404(layout)
    if layout in BY_NAME:
        raise Http404
    if request.method != "POST":
        context = {"layout": layout_by_name(layout), "feeds": feeds_set_to(layout)}
        return render(request, "layouts/remove.html", context)
    try:
        remove_layout(layout, actor=str(request.user))
    except UsageError as error:
        messages.error(request, error_text(error))
    else:
        messages.success(request, f"The layout {layout} was removed.")
    return redirect("layouts")


def _document_or_404(name: str) -> dict[str, Any]:
    try:
        return document_to_export(name)
    except UnknownLayout as error:
        raise Http404 from error


def _from_file(request: HttpRequest, *, actor: str) -> HttpResponse:
    """Add the layout of a file; of one that it would replace show first what. Raises UsageError."""
    refused: ChangedMeanwhile | None = None
    if "document" in request.POST:
        document = read_layout_file(request.POST["document"].encode())
        try:
            saved = save_layout(document, actor=actor, seen=sent_version(request))
        except ChangedMeanwhile as error:
            refused = error
        else:
            messages.success(request, _said(saved))
            return redirect("layouts")
    else:
        file = request.FILES.get("file")
        if file is None:
            raise UsageError(what="No file was chosen.", advice="Choose the file of a layout.")
        document = read_layout_file(file.read(LARGEST + 1))
    saved, found = try_layout(document, actor=actor)
    if saved.action != "changed":
        is_new = saved.action == "added"
        messages.success(request, _said(save_layout(document, actor=actor, is_new=is_new)))
        return redirect("layouts")
    shown = {
        "saved": saved,
        "found": found,
        "document": json.dumps(document),
        "seen": shown_version(request, lambda: stored_layout(saved.name), refused),
        "error": "" if refused is None else error_text(refused),
    }
    return render(request, "layouts/trial.html", shown)


def _said(saved: SavedLayout) -> str:
    if saved.action == "unchanged":
        return f"The layout {saved.name} is unchanged."
    said = f"The layout {saved.name} was {saved.action}."
    if saved.feeds:
        said += f" From the next import, files of {', '.join(saved.feeds)} are read by it."
    return said
