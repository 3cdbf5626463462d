"""Which runs are worth a mail, and who gets it; part of the transaction that records their end."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from rollbook.automation.worker_log import log_fault
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.catalogue.text_types import UNKNOWN_LEVEL
from rollbook.core.quantities import clock_text
from rollbook.core.sources.freshness import PASSED_OVER
from rollbook.notify import messages
from rollbook.notify.layout import mail_of
from rollbook.notify.messages import Kind, Notice
from rollbook.notify.outbox import page_link
from rollbook.records.database import translated
from rollbook.records.district import UNCHANGED_DAYS, days_of, unusable
from rollbook.records.models import Feed
from rollbook.records.operations.mails import is_mailed_since, last_mail, queue_mail, recipients_of
from rollbook.records.operations.scheduling import Ended
from rollbook.records.outcome import Outcome
from rollbook.records.queries.clocks import CLOCK_OFF, clock_difference, difference_text
from rollbook.records.queries.comparison import report_before
from rollbook.records.queries.feeds import read_catalogue
from rollbook.records.queries.jobs import JobView
from rollbook.records.queries.own_levels import has_many_unknown
from rollbook.records.queries.schedules import unchanged_days

REMINDED_AFTER: Final = timedelta(days=30)
ONCE_A_NIGHT: Final = timedelta(hours=20)


def mail_end(ended: Ended, environ: Mapping[str, str]) -> None:
    """Queue the mails that an ended run is worth; none for a check."""
    job = ended.job
    if job.report.dry_run or ended.retry_at is not None:
        return
    feed = Feed.objects.filter(pk=job.feed_id).first()
    if feed is None or feed.removed_at is not None:
        return
    for notice in _notices(ended, feed, link=page_link(environ, f"imports/{job.number}/")):
        _queue(notice, feed, job=job.number)


def mail_missed_run(feed: Feed, job: int, *, planned: datetime, environ: Mapping[str, str]) -> None:
    """Queue the mail about a planned run that begins far too late. `planned` is local."""
    words = f"{planned:%A}, {planned:%b} {planned.day} at {clock_text(planned)}"
    link = page_link(environ, f"imports/{job}/")
    _queue(messages.run_missed(feed.name, planned=words, job=job, link=link), feed, job=job)


def mail_failed_clean_up(times: int, environ: Mapping[str, str]) -> None:
    """Queue the mail about a clean-up that fails again and again."""
    notice = messages.clean_up_failed(times, link=page_link(environ, "settings/"))
    _queue(notice, None, job=None)


@translated()
def mail_unusable_settings(now: datetime, environ: Mapping[str, str]) -> None:
    """Queue a mail about each setting that cannot be used, once a month while that lasts."""
    for setting in unusable():
        notice = messages.setting_unusable(setting.title, link=page_link(environ, "settings/"))
        if not is_mailed_since(notice.kind, mail_of(notice).subject, now - REMINDED_AFTER):
            _queue(notice, None, job=None)


@translated()
def mail_clock_off(now: datetime, environ: Mapping[str, str]) -> None:
    """Queue a mail about a database's clock that is off, and log it, once a night."""
    off = clock_difference()
    if abs(off) < CLOCK_OFF:
        return
    told = difference_text(off)
    notice = messages.clock_off(told, link=page_link(environ, "settings/doctor/"))
    if not is_mailed_since(notice.kind, mail_of(notice).subject, now - ONCE_A_NIGHT):
        log_fault(f"the clock of the database is {told} this machine's")
        _queue(notice, None, job=None)


def _notices(ended: Ended, feed: Feed, *, link: str | None) -> list[Notice]:
    job, number = ended.job, ended.job.number
    what, todo = job.message.what, job.message.advice
    match job.outcome:
        case Outcome.FAILED:
            failed = messages.import_failed(
                feed.name,
                what=what,
                todo=todo,
                attempts=ended.attempt,
                job=number,
                link=link,
            )
            return [failed]
        case Outcome.NEEDS_REVIEW:
            return [messages.import_held(feed.name, what=what, job=number, link=link)]
        case Outcome.NO_NEW_FILE:
            return [
                *_recovered(feed, job, link),
                *_passed_over(feed, job, link),
                *_unchanged(feed, job, link),
            ]
        case Outcome.SUCCEEDED | Outcome.WITH_WARNINGS:
            return [
                *_recovered(feed, job, link),
                *_set_aside(feed, job, link),
                *_several(feed, job, link),
                *_own_levels(feed, job, link),
            ]
    return []


def _recovered(feed: Feed, job: JobView, link: str | None) -> list[Notice]:
    last = last_mail(feed, [*messages.TROUBLE, Kind.RECOVERED])
    if last is None or last.kind == Kind.RECOVERED:
        return []
    is_new = job.outcome is not Outcome.NO_NEW_FILE
    students = job.report.counts.total if is_new else None
    return [messages.recovered(feed.name, job=job.number, students=students, link=link)]


def _set_aside(feed: Feed, job: JobView, link: str | None) -> list[Notice]:
    columns = job.report.columns_set_aside
    if not columns:
        return []
    catalogue: Catalogue = read_catalogue()
    headers = [catalogue.by_name[name].header for name in columns if name in catalogue.by_name]
    return [messages.column_set_aside(feed.name, columns=headers, job=job.number, link=link)]


def _several(feed: Feed, job: JobView, link: str | None) -> list[Notice]:
    served = job.report.served
    if served is None or served.fresh < 2:
        return []
    return [messages.several_files(feed.name, count=served.fresh, job=job.number, link=link)]


def _own_levels(feed: Feed, job: JobView, link: str | None) -> list[Notice]:
    """Mail it once: not again after an import that had as many."""
    before = report_before(job)
    if not has_many_unknown(job.report) or (before is not None and has_many_unknown(before)):
        return []
    count = job.report.by_code[UNKNOWN_LEVEL]
    return [messages.unknown_levels(feed.name, count=count, job=job.number, link=link)]


def _passed_over(feed: Feed, job: JobView, link: str | None) -> list[Notice]:
    """Mail it once for each stored file."""
    stored, _ = unchanged_days(feed, job)
    last = last_mail(feed, [Kind.FILE_PASSED_OVER])
    is_told = last is not None and (last.job_id or 0) > stored
    if is_told or not job.report.by_code.get(PASSED_OVER):
        return []
    return [messages.file_passed_over(feed.name, job=job.number, link=link)]


def _unchanged(feed: Feed, job: JobView, link: str | None) -> list[Notice]:
    """Mail it once for each file: on the day on which the limit is reached."""
    limit = days_of(UNCHANGED_DAYS)
    stored, days = unchanged_days(feed, job)
    last = last_mail(feed, [Kind.FILE_UNCHANGED])
    if not limit or days < limit or (last is not None and (last.job_id or 0) > stored):
        return []
    return [messages.file_unchanged(feed.name, days=days, job=job.number, link=link)]


def _queue(notice: Notice, feed: Feed | None, *, job: int | None) -> None:
    mail: Any = mail_of(notice)
    words = (mail.subject, mail.text, mail.html)
    queue_mail(notice.kind, words, recipients=recipients_of(feed), feed=feed, job=job)
