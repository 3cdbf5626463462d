"""How things stand: feeds with their next run, and health."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from rollbook.access.scopes import Scope
from rollbook.api.caller import caller_of
from rollbook.api.health_schemas import HealthOut
from rollbook.api.rules import needs
from rollbook.api.schemas import FeedList, FeedOut, FieldOwners
from rollbook.records.queries.feed_objects import feed_object, feed_objects
from rollbook.records.queries.feeds import feed_named
from rollbook.records.queries.field_owners import owner_objects
from rollbook.records.queries.health import health

router = Router(tags=["Feeds and health"])


@router.get(
    "/feeds",
    **needs(Scope.READ),
    response=FeedList,
    operation_id="list_feeds",
    summary="List the feeds, without secrets",
)
def list_feeds(request: HttpRequest) -> Any:
    return {"items": feed_objects(timezone.now())}


@router.get(
    "/feeds/{str:feed}",
    **needs(Scope.READ),
    response=FeedOut,
    operation_id="get_feed",
    summary="One feed by its name or number, with its next run",
)
def get_feed(request: HttpRequest, feed: str) -> Any:
    return feed_object(feed_named(feed), timezone.now())


@router.get(
    "/field-owners",
    **needs(Scope.READ),
    response=FieldOwners,
    operation_id="list_field_owners",
    summary="Which feed writes which field",
    description="A field without an owner isn't listed: the feed that stores it first owns it.",
)
def list_field_owners(request: HttpRequest) -> Any:
    return {"items": owner_objects()}


@router.get(
    "/health",
    **needs(Scope.READ, for_viewers=True),
    response=HealthOut,
    operation_id="get_health",
    summary="Is the data fresh, did the night run",
)
def get_health(request: HttpRequest) -> Any:
    return health(timezone.now()).as_object(names_others=caller_of(request).sees_values)
