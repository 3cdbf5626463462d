"""Which runs are worth a mail, and who gets it; part of the transaction that records their end."""

import re
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import quote

from django.utils import timezone

from rollbook.automation.mailing import recipients_of, words_of
from rollbook.automation.problems import Found, ended_by, news_of
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.catalogue.text_types import UNKNOWN_LEVEL
from rollbook.core.quantities import clock_text
from rollbook.core.sources.freshness import PASSED_OVER
from rollbook.core.sources.renamed_files import RENAMED
from rollbook.notify import decision_messages, file_messages, messages
from rollbook.notify.digest import (
    MOST_NAMED,
    OF_ALL_SERVERS,
    digest,
    is_told_for_each,
    topic_of,
)
from rollbook.notify.messages import Item, Kind, Notice
from rollbook.notify.outbox import page_link
from rollbook.records.district import FILES_DAYS, UNCHANGED_DAYS, days_of, district_zone
from rollbook.records.models import Feed
from rollbook.records.models.job_input import SCHEDULE
from rollbook.records.operations.mails import gather, gathering_mail, queue_mail
from rollbook.records.operations.scheduling import Ended
from rollbook.records.outcome import Outcome
from rollbook.records.queries.changes import effect_of
from rollbook.records.queries.comparison import import_before
from rollbook.records.queries.feeds import read_catalogue
from rollbook.records.queries.inbox_items import digest_of
from rollbook.records.queries.jobs import JobView
from rollbook.records.queries.new_in_inbox import new_in_inbox
from rollbook.records.queries.own_levels import has_many_unknown
from rollbook.records.queries.row_fixes import has_fixed_rows
from rollbook.records.queries.standings import feed_standings

MOST_UNUSUAL: Final = 10
"""Fields that a mail names."""

MOST_TOLD_ONCE: Final = 100
"""New columns and codes of a file that are remembered as told."""


def mail_end(ended: Ended, environ: Mapping[str, str]) -> None:
    """Queue the mails that an ended run is worth; none for a check."""
    job = ended.job
    if job.report.dry_run or ended.retry_at is not None:
        return
    feed = Feed.objects.filter(pk=job.feed_id).first()
    if feed is None or feed.removed_at is not None:
        return
    if job.outcome is Outcome.FAILED and has_fixed_rows(job.number):
        return  # who has fixed them sees there why
    # Who started it by hand waits for its mail; those of the night may become one.
    is_of_night = job.started_by == SCHEDULE
    for notice in _notices(ended, feed, environ):
        queue_of_import(feed, notice, environ, job=job.number, gathers=is_of_night)


def mail_missed_run(feed: Feed, job: int, *, planned: datetime, environ: Mapping[str, str]) -> None:
    """Queue the mail about a planned run that begins far too late. `planned` is local."""
    words = f"{planned:%A}, {planned:%b} {planned.day} at {clock_text(planned)}"
    link = page_link(environ, f"imports/{job}/")
    missed = messages.run_missed(feed.name, planned=words, job=job, link=link)
    for notice in news_of(feed, job, [(missed, "")]):
        queue_of_import(feed, notice, environ, job=job, gathers=True)


def _notices(ended: Ended, feed: Feed, environ: Mapping[str, str]) -> list[Notice]:
    job, number = ended.job, ended.job.number
    link = page_link(environ, f"imports/{number}/")
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
                since=_since(job),
            )
            return news_of(feed, number, [(failed, job.report.reason or "")])
        case Outcome.NEEDS_REVIEW:
            held = decision_messages.import_held(
                feed.name,
                what=what,
                job=number,
                link=link,
                since=_since(job),
                effect=effect_of(job),
                until=_until(job),
            )
            return news_of(feed, number, [(held, _without_numbers(what))])
        case Outcome.NO_NEW_FILE:
            found = [*_renamed(feed, job, link), *_passed_over(feed, job, link)]
            found += _unchanged(feed, job, link)
        case Outcome.SUCCEEDED | Outcome.WITH_WARNINGS:
            found = [*_set_aside(feed, job, link), *_several(feed, job, link)]
            found += [*_own_levels(feed, job, link), *_unusual(feed, job, link)]
            found += [*_renamed(feed, job, link), *_new_in_file(feed, job, environ)]
        case _:
            return []
    over = ended_by(feed, job, lasting=[notice.kind for notice, _ in found])
    return [*_recovered(feed, job, over, link), *news_of(feed, number, found)]


def _since(job: JobView) -> date | None:
    """Return the district's day of the import whose data is there; None before the first one."""
    before = import_before(job)
    if before is None or before.started_at is None:
        return None
    return before.started_at.astimezone(district_zone()).date()


def _until(job: JobView) -> date | None:
    """Return the district's day until which a held import's file is kept."""
    if job.ended_at is None:
        return None
    return (job.ended_at + timedelta(days=days_of(FILES_DAYS))).astimezone(district_zone()).date()


def _without_numbers(text: str) -> str:
    """What is beyond the same limits is the same problem, however far."""
    return re.sub(r"[\d.,]+", "", text)


def _recovered(
    feed: Feed, job: JobView, over: Collection[Kind], link: str | None
) -> Sequence[Notice]:
    if not over:
        return ()
    is_new = job.outcome is not Outcome.NO_NEW_FILE
    students = job.report.counts.total if is_new else None
    rejected = job.report.counts.rejected if is_new else 0
    return [
        messages.recovered(
            feed.name, over=over, job=job.number, students=students, link=link, rejected=rejected
        )
    ]


def _set_aside(feed: Feed, job: JobView, link: str | None) -> Sequence[Found]:
    columns = job.report.columns_set_aside
    if not columns:
        return ()
    catalogue: Catalogue = read_catalogue()
    headers = [catalogue.by_name[name].header for name in columns if name in catalogue.by_name]
    notice = messages.column_set_aside(feed.name, columns=headers, job=job.number, link=link)
    return [(notice, " ".join(sorted(columns)))]


def _several(feed: Feed, job: JobView, link: str | None) -> Sequence[Found]:
    served = job.report.served
    if served is None or served.fresh < 2:
        return ()
    return [
        (file_messages.several_files(feed.name, count=served.fresh, job=job.number, link=link), "")
    ]


def _own_levels(feed: Feed, job: JobView, link: str | None) -> Sequence[Found]:
    if not has_many_unknown(job.report):
        return ()
    count = job.report.by_code[UNKNOWN_LEVEL]
    return [(messages.unknown_levels(feed.name, count=count, job=job.number, link=link), "")]


def _new_in_file(feed: Feed, job: JobView, environ: Mapping[str, str]) -> Sequence[Found]:
    """One mail for all; each new column or code is told once. Levels have a mail of their own where
    they are many."""
    found = new_in_inbox(feed, job.number)
    has_levels = has_many_unknown(job.report)
    codes = [each for each in found.codes if not (has_levels and each.is_kept)]
    texts = [*(f"{each.field.name} {each.text}" for each in codes)]
    texts += [each.column.header for each in found.columns]
    notice = decision_messages.new_in_file(
        feed.name,
        codes=len(codes),
        columns=len(found.columns),
        job=job.number,
        link=page_link(environ, f"feeds/{quote(feed.name)}/inbox/"),
    )
    return [(notice, digest_of(text)) for text in texts[:MOST_TOLD_ONCE]]


def _unusual(feed: Feed, job: JobView, link: str | None) -> Sequence[Found]:
    """By field. A school's name is a text of the file, so schools are only counted."""
    fields, schools = job.unusual.fields, len(job.unusual.schools)
    if not fields:
        return ()
    catalogue: Catalogue = read_catalogue()
    lines = [
        (catalogue.by_name[each.name].header, each.count, each.least, each.most)
        for each in fields[:MOST_UNUSUAL]
        if each.name in catalogue.by_name
    ]
    notice = messages.unusual_changes(
        feed.name, lines=lines, schools=schools, job=job.number, link=link
    )
    return [(notice, " ".join(sorted(each.name for each in fields)))] if lines else ()


def _renamed(feed: Feed, job: JobView, link: str | None) -> Sequence[Found]:
    if not job.report.by_code.get(RENAMED):
        return ()
    is_new = job.outcome is not Outcome.NO_NEW_FILE
    return [(file_messages.file_renamed(feed.name, is_new=is_new, job=job.number, link=link), "")]


def _passed_over(feed: Feed, job: JobView, link: str | None) -> Sequence[Found]:
    if not job.report.by_code.get(PASSED_OVER):
        return ()
    return [(file_messages.file_passed_over(feed.name, job=job.number, link=link), "")]


def _unchanged(feed: Feed, job: JobView, link: str | None) -> Sequence[Found]:
    """From the day on which the limit is reached."""
    limit = days_of(UNCHANGED_DAYS)
    known = feed_standings(timezone.now(), of=feed)  # none where it was removed meanwhile
    days = sum(each.standing.unchanged_days for each in known)
    if not limit or days < limit:
        return ()
    is_renamed = bool(job.report.by_code.get(RENAMED))
    notice = file_messages.file_unchanged(
        feed.name, days=days, is_renamed=is_renamed, job=job.number, link=link
    )
    return [(notice, "")]


def queue_of_import(
    feed: Feed, notice: Notice, environ: Mapping[str, str], *, job: int, gathers: bool
) -> None:
    """Queue a mail about an import; with `gathers` it becomes one with those of the same topic."""
    told, now = recipients_of(notice, feed), timezone.now()
    topic = topic_of(notice, server=feed.host) if gathers and _is_one_of_many(feed, notice) else ""
    has_words = is_told_for_each(notice)
    item = Item(feed.name, job, notice.what if has_words else "", notice.link)
    most = MOST_NAMED if has_words else sys.maxsize
    row = gathering_mail(topic, feed, told, most=most, now=now) if topic else None
    if row is None:
        words, kept = words_of(notice), [asdict(item)] if topic else []
        queue_mail(notice.kind, words, recipients=told, feed=feed, job=job, topic=topic, items=kept)
        return
    items = [*(Item(**each) for each in row.items), item]
    all_ = digest(notice, items, server=feed.host, link=page_link(environ, ""))
    gather(row, feed, asdict(item), words_of(all_), now=now)


def _is_one_of_many(feed: Feed, notice: Notice) -> bool:
    """Whether other feeds may have the same to tell."""
    others = Feed.objects.filter(removed_at=None).exclude(host="").exclude(pk=feed.pk)
    return (others if notice.kind in OF_ALL_SERVERS else others.filter(host=feed.host)).exists()
