"""A feed's inbox: new columns and codes, decided on, and the last file imported once more."""

import os
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from rollbook.access.scopes import Scope
from rollbook.api.bodies import InboxDecisionIn
from rollbook.api.caller import Caller, caller_of
from rollbook.api.imports import Key, begin_once
from rollbook.api.inbox_schemas import InboxOut
from rollbook.api.rules import needs
from rollbook.api.schemas import Begun
from rollbook.api.views import begun, disclose
from rollbook.core.feed_settings import IGNORE
from rollbook.records.models import Feed
from rollbook.records.operations import inbox
from rollbook.records.queries.feeds import feed_named
from rollbook.records.queries.inbox import dated_inbox
from rollbook.records.queries.inbox_objects import inbox_object

router = Router(tags=["Feeds and health"])


@router.get(
    "/feeds/{str:feed}/inbox",
    **needs(Scope.ADMIN),
    response=InboxOut,
    operation_id="get_inbox",
    summary="Columns and codes of a feed's newest file that aren't known",
    description="Seeing them is on record in the audit log.",
)
def get_inbox(request: HttpRequest, feed: str) -> Any:
    return _inbox(caller_of(request), feed_named(feed))


@router.post(
    "/feeds/{str:feed}/inbox/decide",
    **needs(Scope.ADMIN),
    response=InboxOut,
    operation_id="decide_in_inbox",
    url_name="decide_in_inbox",
    summary="Say what a column or a code of the inbox means",
    description="It applies from the next import. The answer is what is left.",
)
def decide_in_inbox(request: HttpRequest, feed: str, body: InboxDecisionIn) -> Any:
    caller, found = caller_of(request), feed_named(feed)
    _decide(found.name, body, actor=caller.actor)
    return _inbox(caller, feed_named(feed))


@router.post(
    "/feeds/{str:feed}/inbox/import",
    **needs(Scope.ADMIN),
    response={202: Begun},
    operation_id="import_inbox_file",
    summary="Import the feed's last file again, as the inbox was decided",
    description="The stored file where there is one, else the newest of the feed's server. Refused "
    "where neither is there (`no_file_to_import`) or the import is held (`decision_waits`).",
)
def import_inbox_file(
    request: HttpRequest, response: HttpResponse, feed: str, idempotency_key: Key = None
) -> Any:
    caller, name = caller_of(request), feed_named(feed).name
    job = begin_once(
        caller,
        idempotency_key,
        fingerprint=lambda: f"inbox {name}",
        begin=lambda: inbox.import_at_once(name, actor=caller.actor, environ=os.environ),
    )
    return begun(response, job)


def _decide(feed: str, body: InboxDecisionIn, *, actor: str) -> None:
    """Carry out one decision. Raises UsageError."""
    if body.header is not None:
        meaning = IGNORE if body.meaning is None else body.meaning
        inbox.map_column(feed, body.header, meaning, actor=actor)
    elif body.meaning is None:
        inbox.ignore_code(feed, body.field or "", body.text or "", actor=actor)
    else:
        inbox.map_code(feed, body.field or "", body.text or "", body.meaning, actor=actor)


def _inbox(caller: Caller, feed: Feed) -> dict[str, Any]:
    found = dated_inbox(feed)
    if found.count:
        disclose(caller, feed.name, what="new columns and codes")
    return inbox_object(feed.name, found)
