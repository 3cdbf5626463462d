"""Settings of many feeds at once: out and in again, as `rollbook feeds export` and `import`."""

import os
from typing import Annotated, Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from rollbook.access.scopes import Scope
from rollbook.api.caller import caller_of
from rollbook.api.feed_file_schemas import FeedChanges, FeedsFile
from rollbook.api.json_bodies import read_json
from rollbook.api.problems import Problem
from rollbook.api.questions import TrueOrFalse
from rollbook.api.rules import needs
from rollbook.core.feed_file import (
    LARGEST,
    MEDIA_TYPE,
    feed_document,
    feed_tables,
    read_feed_file,
    write_feed_file,
)
from rollbook.records.operations.feed_settings import import_feeds
from rollbook.records.queries.feed_changes import changes_object
from rollbook.records.queries.feed_columns import feeds_as_tables

router = Router(tags=["Feeds and health"])

JSON: Final = "application/json"
TEXT: Final = {"schema": {"type": "string", "description": "The same as TOML."}}
ANSWERED: Final = {"responses": {200: {"content": {MEDIA_TYPE: TEXT}}}}
SENT: Final = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {"schema": {"$ref": "#/components/schemas/FeedsFile"}},
            MEDIA_TYPE: TEXT,
        },
    }
}


@router.get(
    "/feeds-file",
    **needs(Scope.ADMIN, extra=ANSWERED),
    response=FeedsFile,
    operation_id="export_feeds",
    summary="Settings and mappings of feeds, without secrets",
    description="JSON, or with `Accept: application/toml` the file that `rollbook feeds export` "
    "writes. No password, no private key and no address of a webhook is in it.",
)
def export_feeds(
    request: HttpRequest,
    feed: Annotated[str | None, Query(None, max_length=100, description="This feed alone.")] = None,
) -> Any:
    tables = feeds_as_tables(None if feed is None else [feed])
    if request.get_preferred_type([JSON, MEDIA_TYPE]) == MEDIA_TYPE:
        return HttpResponse(write_feed_file(tables), content_type=MEDIA_TYPE)
    return feed_document(tables)


@router.post(
    "/feeds-file/import",
    **needs(Scope.ADMIN, extra=SENT),
    response=FeedChanges,
    by_alias=True,
    operation_id="import_feeds",
    url_name="import_feeds",
    summary="Add and change feeds as a file says, all or none",
    description="The body is what `export_feeds` answers, as JSON or TOML. What it doesn't name "
    "stays; no feed is removed. The same file again changes nothing. A new feed has no password "
    "until an administrator sets one. A `host_key` that differs from the confirmed one is refused: "
    "leave it out, and have an administrator test the connection.",
)
def import_them(
    request: HttpRequest,
    dry_run: Annotated[
        TrueOrFalse, Query(False, description="Say what would change, and change nothing.")
    ] = False,
) -> Any:
    tables = _tables(request)
    found = import_feeds(
        tables,
        dry_run=dry_run,
        environ=os.environ,
        actor=caller_of(request).actor,
        vouches=False,
    )
    return changes_object(found, dry_run=dry_run)


def _tables(request: HttpRequest) -> dict[str, dict[str, Any]]:
    """Return what the body says. Raises FeedFileRefused, Problem."""
    data = request.read(LARGEST + 1)  # `body` is for small ones
    if request.content_type == MEDIA_TYPE:
        return read_feed_file(data)
    try:
        return feed_tables(read_json(data))
    except (ValueError, RecursionError):
        raise Problem(400) from None
