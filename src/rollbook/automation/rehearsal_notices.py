"""Which rehearsals are told, by mail and webhook: those whose run would be held, or would fail."""

from collections.abc import Mapping

from django.utils import timezone

from rollbook.automation.announcements import announce_rehearsal
from rollbook.automation.notices import queue_of_import
from rollbook.core.quantities import clock_text
from rollbook.notify.messages import Notice
from rollbook.notify.outbox import page_link
from rollbook.notify.rehearsal_messages import would_be_held, would_fail
from rollbook.records.district import district_zone
from rollbook.records.models import Feed, Job
from rollbook.records.models.job_input import SCHEDULE
from rollbook.records.operations.scheduling import Ended
from rollbook.records.outcome import Outcome
from rollbook.records.queries.jobs import JobView, job_view


def tell_of_rehearsal(ended: Ended, environ: Mapping[str, str]) -> None:
    """Queue the mail that an ended rehearsal is worth, and the message for the feed's webhook, in
    the transaction that records its end.

    None for a file that is not there or the same as the last, for a server that does not answer
    (the run may find it), nor for a file of which people know already.
    """
    job = ended.job
    if job.rehearses is None or job.started_by != SCHEDULE:  # who asks for one looks at it
        return
    if not _is_in_the_way(job) or _is_known(job):
        return
    feed = Feed.objects.filter(pk=job.feed_id, removed_at=None).first()
    if feed is None:
        return
    announce_rehearsal(ended, feed, environ)
    if not feed.muted_at(timezone.now()):
        queue_of_import(feed, _notice(job, environ), environ, job=job.number, gathers=True)


def _is_in_the_way(job: JobView) -> bool:
    """Whether the file itself would keep the run from storing it."""
    if job.outcome is Outcome.NEEDS_REVIEW:
        return True
    is_fetched = bool(job.report.file.get("sha256"))
    return job.outcome is Outcome.FAILED and is_fetched and not job.report.is_transient


def _is_known(job: JobView) -> bool:
    """Whether the last run or rehearsal had the same file, with the same end: that was told."""
    before = Job.imports.of_feed(job.feed_id).before(job.number).ended()
    row = before.by_schedule().newest()
    last = job_view(row) if row is not None else None
    if last is None or last.report.file.get("sha256") != job.report.file.get("sha256"):
        return False
    return (last.outcome, last.report.message) == (job.outcome, job.report.message)


def _notice(job: JobView, environ: Mapping[str, str]) -> Notice:
    assert job.rehearses is not None
    run = job.rehearses.astimezone(district_zone())
    planned = f"{run:%A}, {run:%b} {run.day} at {clock_text(run)}"
    number, what, todo = job.number, job.message.what, job.message.advice
    link = page_link(environ, f"imports/{number}/")
    if job.outcome is Outcome.NEEDS_REVIEW:
        return would_be_held(job.feed, planned=planned, what=what, job=number, link=link)
    return would_fail(job.feed, planned=planned, what=what, todo=todo, job=number, link=link)
