"""What follows when runs have ended: another attempt, a mail, a word to the dead-man service."""

import logging
import random
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from rollbook.automation.notices import tell_missed, tell_of
from rollbook.core.errors import RollbookError
from rollbook.environ import read
from rollbook.logs import JOBS
from rollbook.notify.uptime_ping import call_heartbeat
from rollbook.records.database import translated
from rollbook.records.district import district_zone
from rollbook.records.models import Feed
from rollbook.records.operations.scheduling import Queued, queue_planned, see_to
from rollbook.records.outcome import Outcome
from rollbook.records.queries.schedules import GRACE

GOOD = (Outcome.SUCCEEDED, Outcome.WITH_WARNINGS, Outcome.NO_NEW_FILE)


@translated()
def see_to_end(job: int, environ: Mapping[str, str]) -> bool:
    """See to a run that has ended, exactly once, whichever worker asks; tell whether it was good.

    Good is a run whose feed is as fresh as it can be, which is worth a word to a dead-man service.
    """
    with transaction.atomic():
        ended = see_to(job, random=random.random())  # noqa: S311 - spreads the load, no secret
        if ended is None:
            return False
        tell_of(ended, environ)
    return ended.job.outcome in GOOD and not ended.job.report.dry_run


def tell_alive(environ: Mapping[str, str]) -> None:
    """Call the dead-man service, where there is one."""
    if url := read(environ, "ROLLBOOK_HEARTBEAT_URL"):
        try:
            call_heartbeat(url)
        except RollbookError as error:
            logging.getLogger(JOBS).warning("%s", error)


def begin_planned(feed: Feed, now: datetime, environ: Mapping[str, str]) -> int | None:
    """Queue the feed's planned run, and tell of it where it begins far too late."""

    def tell(queued: Queued) -> None:
        if now - queued.planned > GRACE:
            planned = queued.planned.astimezone(district_zone())
            tell_missed(queued.feed, queued.job, planned=planned, environ=environ)

    return queue_planned(feed, now, told=tell)
