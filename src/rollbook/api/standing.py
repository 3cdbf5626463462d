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
from rollbook.api.views import disclose
from rollbook.records.queries.feed_objects import feed_object, feed_objects
from rollbook.records.queries.feeds import feed_named
from rollbook.records.queries.health import health
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
