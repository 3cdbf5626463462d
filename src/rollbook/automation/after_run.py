"""What follows when runs have ended: another attempt, a mail, a call of the uptime service."""

import logging
import random
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db import transaction

from rollbook.automation.announcements import announce_end
from rollbook.automation.notices import mail_end, mail_missed_run
from rollbook.automation.rehearsal_notices import tell_of_rehearsal
from rollbook.core.errors import RollbookError
from rollbook.environ import read
from rollbook.logs import JOBS
from rollbook.notify.uptime_ping import ALL, call_heartbeat, heartbeats
from rollbook.records.database import translated
from rollbook.records.district import district_zone
from rollbook.records.models import Feed
from rollbook.records.operations.decisions import retire_overtaken
from rollbook.records.operations.scheduling import Queued, queue_planned, record_end
from rollbook.records.outcome import GOOD
from rollbook.records.queries.standings import standings
from rollbook.records.standing import GRACE


@translated()
def finish_run(job: int, environ: Mapping[str, str]) -> str | None:
    """Record a run's end and queue what is told of it, exactly once.

    Returns its feed where it was good, so that the feed is as fresh as it can be.
    """
    with transaction.atomic():
        ended = record_end(job, random=random.random())  # noqa: S311 - spreads the load, no secret
        if ended is None:
            return None
        mail_end(ended, environ)
        tell_of_rehearsal(ended, environ)
        announce_end(ended, environ)
        if ended.job.report.stored:
            retire_overtaken(ended.job.feed_id)
    is_good = ended.job.outcome in GOOD and not ended.job.report.dry_run
    return ended.job.feed if is_good else None


@translated()
def all_well(good: Iterable[str], now: datetime) -> frozenset[str]:
    """Return of what the uptime service may hear that all is well, after good runs of these feeds.

    Of each of them that is well itself; and of ALL, if every feed is: one hides no other.
    """
    well = {each.feed: each.is_well for each in standings(now)}
    everything = {ALL} if all(well.values()) else set()
    return frozenset({feed for feed in good if well.get(feed)} | everything)


def call_uptime_service(well: Collection[str], environ: Mapping[str, str]) -> None:
    """Call the addresses of what is well, where there are any."""
    for feed, url in heartbeats(read(environ, "ROLLBOOK_HEARTBEAT_URL")):
        if feed in well:
            try:
                call_heartbeat(url)
            except RollbookError as error:
                logging.getLogger(JOBS).warning("%s", error)


def begin_planned(feed: Feed, now: datetime, environ: Mapping[str, str]) -> int | None:
    """Queue the feed's planned run, and mail about it where it begins far too late."""

    def mail_if_late(queued: Queued) -> None:
        if now - queued.planned > GRACE:
            planned = queued.planned.astimezone(district_zone())
            mail_missed_run(queued.feed, queued.job, planned=planned, environ=environ)

    return queue_planned(feed, now, on_queued=mail_if_late)
