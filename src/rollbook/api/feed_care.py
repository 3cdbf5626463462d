"""What ends mails and warnings of a feed: a mute for some days, and the district's own levels."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from rollbook.access.scopes import Scope
from rollbook.api.bodies import MuteIn, OwnLevelsIn
from rollbook.api.caller import Caller, caller_of
from rollbook.api.rules import needs
from rollbook.api.schemas import FeedOut, OwnLevels
from rollbook.api.views import disclose
from rollbook.records.operations.mutes import mute_feed
from rollbook.records.operations.own_levels import take_own_levels
from rollbook.records.queries.feed_objects import feed_object
from rollbook.records.queries.feeds import feed_named
from rollbook.records.queries.jobs import job_by_number
from rollbook.records.queries.own_levels import unknown_levels

feeds_router = Router(tags=["Feeds and health"])
imports_router = Router(tags=["Imports"])


@feeds_router.post(
    "/feeds/{str:feed}/mute",
    **needs(Scope.ADMIN),
    response=FeedOut,
    operation_id="mute_feed",
    url_name="mute_feed",
    summary="Mute a feed's mails for some days, or end that",
    description="Imports that fail, are held or come hours late are told all the same.",
)
def mute(request: HttpRequest, feed: str, body: MuteIn) -> Any:
    now, found = timezone.now(), feed_named(feed)
    mute_feed(found.name, days=body.days, now=now, actor=caller_of(request).actor)
    return feed_object(found, now)


@imports_router.get(
    "/jobs/{int:job}/own-levels",
    **needs(Scope.ADMIN),
    response=OwnLevels,
    operation_id="list_own_levels",
    summary="Words of an import that may be the district's own levels",
    description="Those that no instrument reports and the feed doesn't know. Seeing them is on "
    "record in the audit log.",
)
def list_own_levels(request: HttpRequest, job: int) -> Any:
    return _levels(caller_of(request), job)


@imports_router.post(
    "/jobs/{int:job}/own-levels/take",
    **needs(Scope.ADMIN),
    response=OwnLevels,
    operation_id="take_own_levels",
    url_name="take_own_levels",
    summary="Let words of an import be the district's own levels, all of them or none",
    description="The warnings about them end with the feed's next import. The answer names what is "
    "left.",
)
def take_levels(request: HttpRequest, job: int, body: OwnLevelsIn) -> Any:
    caller = caller_of(request)
    take_own_levels(job_by_number(job), body.levels, actor=caller.actor)
    return _levels(caller, job)


def _levels(caller: Caller, number: int) -> dict[str, Any]:
    job = job_by_number(number)
    found = {each.field.name: list(each.words) for each in unknown_levels(job)}
    if found:
        disclose(caller, f"job {number}", what="words that may be levels")
    return {"job": number, "feed": job.feed, "levels": found}
