"""What follows when the time of a promise has passed: it is on record, and a broken one is told."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from rollbook.automation.announcements import announce_broken_promise
from rollbook.automation.mailing import level_of, words_of
from rollbook.automation.problems import news_of
from rollbook.core.quantities import clock_text
from rollbook.notify.outbox import page_link
from rollbook.notify.promise import promise_broken
from rollbook.records.database import translated
from rollbook.records.district import district_zone, recipients
from rollbook.records.models import Feed
from rollbook.records.operations.mails import queue_mail
from rollbook.records.operations.promises import DuePromises, record_promises
from rollbook.records.queries.standings import feed_standings
from rollbook.records.standing import Standing


@translated()
@transaction.atomic
def judge_promises(due: DuePromises, now: datetime, environ: Mapping[str, str]) -> None:
    """Judge a feed's promises, once; where one is broken, queue the mail and the webhook's message.

    Of several that passed while no worker ran, the newest that was broken is told.
    """
    broken = record_promises(due, now)
    if broken is None:
        return
    for each in feed_standings(now, of=due.feed):
        _mail(due.feed, broken, each.standing, environ)
        announce_broken_promise(due.feed, each.standing, at=broken, now=now, environ=environ)


def _mail(feed: Feed, at: datetime, standing: Standing, environ: Mapping[str, str]) -> None:
    """At once: it waits for no other feed's, and each school day is told for itself."""
    local, job = at.astimezone(district_zone()), standing.job
    is_made_up = standing.late_since is None
    notice = promise_broken(
        feed.name,
        by=clock_text(local),
        on=f"{local:%A}, {local:%b} {local.day}",
        why=standing.why,
        is_made_up=is_made_up,
        job=job,
        link=page_link(environ, f"imports/{job}/" if job else ""),
    )
    # What is made up already is no open problem: no later import would end it.
    found = [(notice, f"{local:%Y-%m-%d}")]
    for news in [notice] if is_made_up else news_of(feed, job or 0, found):
        told = recipients(level_of(news), feed.recipients)
        queue_mail(news.kind, words_of(news), recipients=told, feed=feed, job=job)
