"""What follows when runs have ended: another attempt, a mail, a word to the dead-man service."""

import logging
import random
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from rollbook.automation.notices import tell_missed, tell_of
from rollbook.core.errors import RollbookError
from rollbook.logs import JOBS
from rollbook.notify.heartbeat import call_heartbeat
from rollbook.records.database import translated
from rollbook.records.district import district_zone
from rollbook.records.environ import read
from rollbook.records.operations.planned import Queued, queue_due, see_to_ended
from rollbook.records.outcome import Outcome
from rollbook.records.schedules import GRACE

GOOD = (Outcome.SUCCEEDED, Outcome.WITH_WARNINGS, Outcome.NO_NEW_FILE)


@translated()
def follow_up(environ: Mapping[str, str]) -> None:
    """See to every run that has ended, each exactly once, whichever worker asks."""
    has_good = False
    while True:
        with transaction.atomic():
            ended = see_to_ended(random=random.random())  # noqa: S311 - spreads the load, no secret
            for each in ended:
                tell_of(each, environ)
        if not ended:
            break
        has_good = has_good or any(
            each.job.outcome in GOOD and not each.job.report["dry_run"] for each in ended
        )
    if has_good and (url := read(environ, "ROLLBOOK_HEARTBEAT_URL")):
        try:
            call_heartbeat(url)
        except RollbookError as error:
            logging.getLogger(JOBS).warning("%s", error)


def begin_due(now: datetime, environ: Mapping[str, str]) -> list[int]:
    """Queue the planned runs that are due, and tell of those that begin far too late."""
    zone = district_zone()

    def tell(queued: Queued) -> None:
        if now - queued.planned > GRACE:
            planned = queued.planned.astimezone(zone)
            tell_missed(queued.feed, queued.job, planned=planned, environ=environ)

    return queue_due(now, told=tell)
