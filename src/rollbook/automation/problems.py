"""What is news of a feed's problems: each is told once, and its end once, however long it lasts."""

from collections.abc import Collection, Sequence
from typing import Final

from django.utils import timezone

from rollbook.notify.messages import Kind, Notice
from rollbook.records.models import Feed, Job, JobQuerySet, ToldProblem
from rollbook.records.operations.mails import is_mail_lost
from rollbook.records.operations.told import LONGEST_CAUSE, note_over, note_told, told_problems
from rollbook.records.outcome import Outcome
from rollbook.records.queries.jobs import JobView
from rollbook.records.standing import GRACE

Found = tuple[Notice, str]
"""A problem of a run, and what makes it another one of its kind."""

OF_FILES: Final = frozenset(
    {
        Kind.COLUMN_SET_ASIDE,
        Kind.SEVERAL_FILES,
        Kind.FILE_UNCHANGED,
        Kind.FILE_PASSED_OVER,
        Kind.FILE_RENAMED,
        Kind.UNKNOWN_LEVELS,
        Kind.UNUSUAL,
    }
)
"""Problems that last until another file is stored without them."""


def news_of(feed: Feed, job: int, found: Sequence[Found]) -> list[Notice]:
    """Return the problems that were not told yet; now they are.

    Of a feed that is muted only what loses a night; what lasts longer than that is told after it.
    """
    if feed.muted_at(timezone.now()):
        quiet = OF_FILES | {Kind.NEW_IN_FILE}
        found = [(notice, cause) for notice, cause in found if notice.kind not in quiet]
    told = {(each.kind, each.cause): each for each in told_problems(feed)}
    news = []
    for notice, cause in found:
        before = told.get((notice.kind, cause[:LONGEST_CAUSE]))
        waits_for_itself = notice.kind is Kind.HELD and not feed.host  # each file is another one
        if before is None or waits_for_itself or _is_to_be_told_again(before):
            note_told(feed, notice.kind, cause, job=job)
            if notice not in news:  # some have several causes
                news.append(notice)
    return news


def ended_by(feed: Feed, job: JobView, *, lasting: Collection[Kind]) -> frozenset[Kind]:
    """Return the kinds of problems that were told and that this good run has ended; now they are
    over. `lasting`: those that it has itself."""
    told = told_problems(feed)
    kinds = _kinds_ended_by(feed, job, told) - frozenset(lasting)
    over = [each for each in told if each.kind in kinds]
    note_over(feed, over)
    return frozenset(Kind(each.kind) for each in over)


def _kinds_ended_by(feed: Feed, job: JobView, told: Sequence[ToldProblem]) -> frozenset[Kind]:
    if job.report.is_outdated:
        return frozenset()  # it brings the feed up to no later day than it was
    is_stored = job.outcome is not Outcome.NO_NEW_FILE
    undecided = _undecided(feed)
    waits = any(each.kind == Kind.HELD and each.job_id in undecided for each in told)
    if waits and not is_stored:
        return frozenset()  # the feed's newest file still waits for a decision
    # A newer file of a server takes a held one's place. Of files by hand each waits for itself.
    lasts = undecided and not feed.host
    kinds = frozenset({Kind.FAILED, Kind.PROMISE_BROKEN} | (set() if lasts else {Kind.HELD}))
    kinds |= {Kind.RUN_MISSED} if _has_begun_in_time(job) else frozenset()
    return kinds | OF_FILES if is_stored else kinds


def _is_to_be_told_again(before: ToldProblem) -> bool:
    """Whether its mail never left, or its import was decided on and the next one is held too."""
    is_decided = before.kind == Kind.HELD and not _held().filter(pk=before.job_id).exists()
    return is_decided or is_mail_lost(before.kind, before.job_id)


def _undecided(feed: Feed) -> frozenset[int]:
    return frozenset(_held().of_feed(feed.pk).writing().values_list("pk", flat=True))


def _held() -> JobQuerySet:
    return Job.imports.with_outcome(Outcome.NEEDS_REVIEW)


def _has_begun_in_time(job: JobView) -> bool:
    """Whether it is a planned run for which Rollbook was running, and not one made up."""
    row = Job.objects.get(pk=job.number)
    planned = row.asked.planned_at
    return planned is not None and row.created_at - planned <= GRACE
