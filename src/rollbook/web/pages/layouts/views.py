"""Layouts: the list, a layout of one's own made from another, its file, its removal."""

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
from rollbook.records.operations.layouts import (
    SavedLayout,
    read_layout_file,
    remove_layout,
    save_layout,
)
from rollbook.records.queries.layouts import (
    document_to_export,
    feeds_set_to,
    known_layouts,
    layout_by_name,
)
from rollbook.transfers.attachments import document_attachment
from rollbook.web.error_texts import add_to_form, error_text
from rollbook.web.pages.layouts.form import PARTS, LayoutForm


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def layout_list(request: HttpRequest) -> HttpResponse:
    """List the layouts; take one from a file that is sent."""
    file = request.FILES.get("file")
    if request.method == "POST":
        try:
            saved = _from_file(file, actor=str(request.user))
        except UsageError as error:
            messages.error(request, error_text(error))
        else:
            messages.success(request, _said(saved))
        return redirect("layouts")
    return render(request, "layouts/list.html", {"layouts": known_layouts()})


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def layout(request: HttpRequest, layout: str) -> HttpResponse:
    """Change a layout of one's own; of a built-in one, or with `copy`, make a new one from it."""
    document = _document_or_404(layout)
    is_new = layout in BY_NAME or "copy" in request.GET
    if is_new and layout not in BY_NAME:
        document |= {"name": f"{layout}-2"}
    form = LayoutForm(request.POST if request.method == "POST" else None, document, is_new=is_new)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_layout(form.result(), actor=str(request.user), is_new=is_new)
        except UsageError as error:
            add_to_form(form, error, names=PARTS)
        else:
            messages.success(request, _said(saved))
            return redirect("layouts")
    known = layout_by_name(layout)
    context: dict[str, Any] = {
        "layout": known,
        "form": form,
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
    """Ask first; one that a feed is set to stays."""
    _document_or_404(layout)
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


def _from_file(file: Any, *, actor: str) -> SavedLayout:
    if file is None:
        raise UsageError(what="No file was chosen.", advice="Choose the file of a layout.")
    return save_layout(read_layout_file(file.read(LARGEST + 1)), actor=actor)


def _said(saved: SavedLayout) -> str:
    if saved.action == "unchanged":
        return f"The layout {saved.name} is as it was."
    said = f"The layout {saved.name} was {saved.action}."
    if saved.feeds:
        said += f" From the next import, files of {', '.join(saved.feeds)} are read by it."
    return said
