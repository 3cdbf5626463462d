"""How vendors' exports are read: the built-in layouts, and the district's own, out and in."""

from typing import Annotated, Any, Final

from django.http import HttpRequest
from ninja import Query, Router

from rollbook.access.scopes import Scope
from rollbook.api.caller import caller_of
from rollbook.api.layout_schemas import (
    FeedLayoutOut,
    LayoutDocument,
    LayoutImported,
    LayoutList,
    LayoutShown,
)
from rollbook.api.questions import TrueOrFalse
from rollbook.api.rules import needs
from rollbook.core.layouts.description import columns_of, sentences_of
from rollbook.core.limited_json import LARGEST
from rollbook.records.operations.layout_trials import try_layout
from rollbook.records.operations.layouts import read_layout_file, remove_layout, save_layout
from rollbook.records.queries.feed_layouts import feed_layout
from rollbook.records.queries.feeds import feed_named
from rollbook.records.queries.layouts import document_to_export, known_layout, layout_objects

router = Router(tags=["Layouts"])

SENT: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/LayoutDocument"}}
        },
    }
}


@router.get(
    "/layouts",
    **needs(Scope.READ),
    response=LayoutList,
    operation_id="list_layouts",
    summary="List the layouts: the built-in ones, then the district's own",
)
def list_layouts(request: HttpRequest) -> Any:
    return {"items": layout_objects()}


@router.post(
    "/layouts/import",
    **needs(Scope.ADMIN, extra=SENT),
    response=LayoutImported,
    by_alias=True,
    operation_id="import_layout",
    url_name="import_layout",
    summary="Add a layout of the district's own, or change the one that has its name",
    description="The body is what `export_layout` answers. A changed one applies from the next "
    "import of the feeds that are set to it, also to the same file; a new one to none until a feed "
    "is set to it.",
)
def import_one(
    request: HttpRequest,
    dry_run: Annotated[
        TrueOrFalse, Query(False, description="Say what would change, and change nothing.")
    ] = False,
) -> Any:
    actor, document = caller_of(request).actor, read_layout_file(request.read(LARGEST + 1))
    saved, found = try_layout(document, actor=actor)
    if not dry_run:
        saved = save_layout(document, actor=actor)
    return {
        "name": saved.name,
        "dry_run": dry_run,
        "action": saved.action,
        "feeds": list(saved.feeds),
        "otherwise": [
            {"where": each.where, "text": each.text, "from": each.before, "to": each.after}
            for each in found
        ],
    }


@router.get(
    "/layouts/{str:layout}",
    **needs(Scope.READ),
    response=LayoutShown,
    operation_id="get_layout",
    summary="How a layout reads its files",
)
def get_layout(request: HttpRequest, layout: str) -> Any:
    found = known_layout(layout)
    columns = [{"holds": holds, "headers": text} for holds, text in columns_of(found.layout)]
    return found.as_object() | {"columns": columns, "rules": list(sentences_of(found.layout))}


@router.get(
    "/layouts/{str:layout}/file",
    **needs(Scope.READ),
    response=LayoutDocument,
    exclude_unset=True,
    operation_id="export_layout",
    summary="A layout as a file, to be changed and imported",
    description="What `rollbook layouts export` writes. A built-in one gets a name of its own.",
)
def export_layout(request: HttpRequest, layout: str) -> Any:
    return document_to_export(layout)


@router.post(
    "/layouts/{str:layout}/remove",
    **needs(Scope.ADMIN),
    response=LayoutList,
    operation_id="remove_layout",
    url_name="remove_layout",
    summary="Remove a layout of the district's own that no feed is set to",
    description="The answer lists those that are left. Built-in layouts stay as they are.",
)
def remove(request: HttpRequest, layout: str) -> Any:
    remove_layout(layout, actor=caller_of(request).actor)
    return {"items": layout_objects()}


@router.get(
    "/feeds/{str:feed}/layout",
    **needs(Scope.READ),
    response=FeedLayoutOut,
    operation_id="get_feed_layout",
    summary="Which layout a feed has, and by which its newest file is read",
    description="It is set with `import_feeds`: the setting `layout`.",
)
def get_feed_layout(request: HttpRequest, feed: str) -> Any:
    return feed_layout(feed_named(feed))
