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
from rollbook.records.operations.mails import queue_mail
from rollbook.records.operations.promises import DuePromise, judge_promise
from rollbook.records.queries.standings import feed_standings
from rollbook.records.standing import Standing


@translated()
@transaction.atomic
def keep_promise(due: DuePromise, now: datetime, environ: Mapping[str, str]) -> None:
    """Judge the promise, once; where it is broken, queue the mail and the webhook's message.

    Of several that passed while no worker ran, the newest is told.
    """
    if judge_promise(due, now) is not False or not due.is_newest:
        return
    standing = next(each.standing for each in feed_standings(now) if each.feed.pk == due.feed.pk)
    _mail(due, standing, environ)
    announce_broken_promise(due.feed, standing, at=due.at, now=now, environ=environ)


def _mail(due: DuePromise, standing: Standing, environ: Mapping[str, str]) -> None:
    """At once: it waits for no other feed's, and each school day is told for itself."""
    local, job = due.at.astimezone(district_zone()), standing.job
    notice = promise_broken(
        due.feed.name,
        by=clock_text(local),
        on=f"{local:%A}, {local:%b} {local.day}",
        why=standing.why,
        job=job,
        link=page_link(environ, f"imports/{job}/" if job else ""),
    )
    for news in news_of(due.feed, job or 0, [(notice, f"{local:%Y-%m-%d}")]):
        told = recipients(level_of(news), due.feed.recipients)
        queue_mail(news.kind, words_of(news), recipients=told, feed=due.feed, job=job)
