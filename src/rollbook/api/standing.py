"""How things stand: feeds with their next run, health, and the students' values."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from rollbook.access.scopes import Scope
from rollbook.api.caller import caller_of
from rollbook.api.cursors import cursor_after, place_of
from rollbook.api.questions import Cursor, Limit
from rollbook.api.rules import needs
from rollbook.api.schemas import FeedList, FeedOut, HealthOut, StudentPage
from rollbook.api.views import disclose, feed_object
from rollbook.core.errors import UsageError
from rollbook.records.models import Feed
from rollbook.records.queries.feeds import active_feeds, feed_by_name
from rollbook.records.queries.health import health
from rollbook.records.queries.standings import standings
from rollbook.records.queries.students import students_after

router = Router(tags=["Feeds and health"])
students_router = Router(tags=["Students"])


@router.get(
    "/feeds",
    **needs(Scope.READ),
    response=FeedList,
    operation_id="list_feeds",
    summary="List the feeds, without secrets",
)
def list_feeds(request: HttpRequest) -> Any:
    return {"items": _objects(active_feeds())}


@router.get(
    "/feeds/{str:feed}",
    **needs(Scope.READ),
    response=FeedOut,
    operation_id="get_feed",
    summary="One feed by its name or number, with its next run",
)
def get_feed(request: HttpRequest, feed: str) -> Any:
    return _objects([_named(feed)])[0]


@router.get(
    "/health",
    **needs(Scope.READ, for_viewers=True),
    response=HealthOut,
    operation_id="get_health",
    summary="Is the data fresh, did the night run",
)
def get_health(request: HttpRequest) -> Any:
    return health(timezone.now()).as_object(names_others=caller_of(request).sees_values)


@students_router.get(
    "/students",
    **needs(Scope.STUDENTS),
    response=StudentPage,
    operation_id="list_students",
    summary="Students with their values",
    description="Seeing values of students is on record in the audit log.",
)
def list_students(request: HttpRequest, limit: Limit = 25, cursor: Cursor = "") -> Any:
    place = place_of(cursor, parts=1)
    found = students_after(place[0] if place else 0, limit=limit + 1)
    more = cursor_after(found[limit - 1].number) if len(found) > limit else None
    if found:
        # Who goes on to a second page takes more than a look: that has a line of its own.
        what = "students' values, page after page" if place else "students' values"
        disclose(caller_of(request), "students", what=what)
    items = [{"student_id": each.student_id, "values": each.values} for each in found[:limit]]
    return {"items": items, "next_cursor": more}


def _named(text: str) -> Feed:
    """Return the feed of this name, else of this number. Raises NoSuchFeed."""
    try:
        return feed_by_name(text)
    except UsageError:
        numbered = [feed for feed in active_feeds() if str(feed.pk) == text]
        if not numbered:
            raise
        return numbered[0]


def _objects(feeds: list[Feed]) -> list[dict[str, Any]]:
    now = timezone.now()
    fresh = {each.feed: each for each in standings(now)}
    return [feed_object(feed, fresh.get(feed.name), now) for feed in feeds]
