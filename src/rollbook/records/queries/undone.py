"""Imports that were undone: why, and which of them still want a person."""

from collections.abc import Iterable
from typing import Final

from rollbook.records.models import Feed, Job
from rollbook.records.outcome import Outcome
from rollbook.records.queries.decisions import last_event, said_in
from rollbook.records.queries.jobs import JobView, job_view

MOST_LOOKED_AT: Final = 100


def undone_with_schedule_off(feeds: Iterable[Feed]) -> list[JobView]:
    """Return the newest undone import of each of the feeds whose schedule an undo has left off."""
    off = [feed.pk for feed in feeds if feed.host and not feed.schedule.get("is_on")]
    undone = Job.imports.with_outcome(Outcome.UNDONE).filter(index__feed_id__in=off)
    newest: dict[int, JobView] = {}
    for row in undone.newest_first()[:MOST_LOOKED_AT]:
        found = job_view(row)
        if _has_paused(found) or not found.is_fix_it:  # which leaves the schedule as it is
            newest.setdefault(found.feed_id, found)
    return [each for each in newest.values() if _has_paused(each)]


def _has_paused(job: JobView) -> bool:
    return bool((job.report.undone or {}).get("paused"))


def why_undone(number: int) -> str:
    """Return the reason that was given for the undo of an import; '' where none is on record."""
    last = last_event(number, "import.undone")
    return "" if last is None else said_in(last.after, "reason")
