"""The monthly mail about the data's quality, to those who want it, written once a month."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction

from rollbook.automation.mailing import words_of
from rollbook.notify.messages import Kind
from rollbook.notify.outbox import page_link
from rollbook.notify.quality_report import quality_report
from rollbook.records.addresses import addresses
from rollbook.records.database import translated
from rollbook.records.district import REPORT, district_zone, value_of
from rollbook.records.operations.mails import queue_mail
from rollbook.records.operations.told import (
    causes_told,
    note_told_of_installation,
    over_of_installation,
)
from rollbook.records.queries.quality import quality

FROM_HOUR: Final = 7
"""Of the district's clock, on the first day of a month: the night's imports have ended."""

LAST_DAY: Final = 7
"""Where no worker ran before, it is written until this day of the month."""


@translated()
@transaction.atomic
def mail_quality_report(now: datetime, environ: Mapping[str, str]) -> None:
    """Queue the report of this month where it is time and it was not queued yet."""
    local = now.astimezone(district_zone())
    is_time = local.day <= LAST_DAY and (local.day, local.hour) >= (1, FROM_HOUR)
    if not is_time or not (told := addresses(value_of(REPORT))):
        return
    this_month = f"{local:%Y-%m}"
    before = causes_told(Kind.QUALITY_REPORT)
    if this_month in before or not note_told_of_installation(Kind.QUALITY_REPORT, this_month):
        return
    for month in before:
        over_of_installation(Kind.QUALITY_REPORT, month)
    found = quality(now, schools=False)
    notice = quality_report(found, day=local.date(), link=page_link(environ, "quality/"))
    queue_mail(notice.kind, words_of(notice), recipients=told)
