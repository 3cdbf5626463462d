"""Held imports on which nobody decides: a mail before the time of a file is over, and one after."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from rollbook.automation.mailing import queue_notice
from rollbook.notify.decision_messages import ended_undecided, waits_still
from rollbook.notify.messages import Kind, Notice
from rollbook.notify.outbox import page_link
from rollbook.records.database import translated
from rollbook.records.district import FILES_DAYS, days_of
from rollbook.records.models import Feed, Mail
from rollbook.records.operations.decisions import end_undecided
from rollbook.records.queries.jobs import JobView, job_by_number
from rollbook.records.queries.open_imports import undecided

DAYS_BEFORE: Final = 2
"""Days before the time of a file is over that people are told."""


def end_undecided_imports(now: datetime, environ: Mapping[str, str]) -> None:
    """Give up held imports whose file is gone, and tell of each, in one transaction."""
    end_undecided(now, on_end=lambda number: _tell_end(number, environ))


@translated()
@transaction.atomic
def remind_of_undecided(now: datetime, environ: Mapping[str, str]) -> None:
    """Queue a mail about each held import whose file will soon be gone, once."""
    kept = days_of(FILES_DAYS)
    since = now - timedelta(days=max(kept - DAYS_BEFORE, kept / 2))
    for job in undecided(ended_by=since):
        if job.ended_at is not None and not _is_told(job.number):
            left = job.ended_at + timedelta(days=kept) - now
            days = max(1, round(left / timedelta(days=1)))
            link = page_link(environ, f"imports/{job.number}/")
            _queue(job, waits_still(job.feed, job=job.number, days=days, link=link))


def _tell_end(number: int, environ: Mapping[str, str]) -> None:
    job = job_by_number(number)
    link = page_link(environ, f"imports/{number}/")
    _queue(job, ended_undecided(job.feed, job=number, link=link))


def _is_told(job: int) -> bool:
    return Mail.objects.filter(kind=Kind.UNDECIDED, job_ids__contains=[job]).exists()


def _queue(job: JobView, notice: Notice) -> None:
    queue_notice(notice, Feed.objects.filter(pk=job.feed_id).first(), job.number)
