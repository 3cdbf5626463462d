"""Who is in the file of a feed, and who is no longer; written only where that changes."""

from dataclasses import dataclass
from typing import Any

import psycopg

from rollbook.core.loading.plan import MergePlan
from rollbook.core.loading.statements import run


@dataclass(frozen=True, slots=True)
class Presence:
    """Students of the feed: `missing` now, since whenever; of those `newly_missing`.

    `present_before` were in the file of the last import.
    """

    missing: int = 0
    newly_missing: int = 0
    present_before: int = 0


@dataclass(frozen=True, slots=True)
class LastFile:
    """Students of the feed until now: `known` ever, `present` in the file of the last import.

    `is_compared`: there is such a file, and this one is a roster as well.
    """

    known: int
    present: int
    is_compared: bool


def find_seen(cursor: psycopg.Cursor[Any], plan: MergePlan) -> LastFile:
    """Find which students the file names, even in a rejected row; before anything is written."""
    run(cursor, "count_known", feed_id=plan.feed_id)
    known, present = cursor.fetchall()[0]
    last = LastFile(known, present, is_compared=plan.is_roster and present > 0)
    run(cursor, "find_seen")
    if plan.is_roster and last.known:
        run(cursor, "index_seen")
        run(cursor, "analyze_seen")
    return last


def write_presence(cursor: psycopg.Cursor[Any], plan: MergePlan, last: LastFile) -> Presence:
    """Note which students the file names, and which it no longer names."""
    ids: dict[str, Any] = {"feed_id": plan.feed_id, "job_id": plan.job_id}
    if not plan.is_roster:
        return Presence()
    if plan.is_of_some:
        run(cursor, "record_named", job_id=plan.job_id)
    if not last.known:  # the feed's first import: no one can be missing, and all are new to it
        run(cursor, "insert_first_presence", **ids)
        return Presence()
    run(cursor, "insert_presence", **ids)
    run(cursor, "record_back", **ids)
    run(cursor, "clear_missing", feed_id=plan.feed_id)
    if not plan.is_partial:
        run(cursor, "mark_missing", feed_id=plan.feed_id, now=plan.now)
        run(cursor, "record_missing", now=plan.now, **ids)
    run(cursor, "forget_deleted", feed_id=plan.feed_id)
    run(cursor, "count_missing", feed_id=plan.feed_id, now=plan.now)
    missing, newly_missing = cursor.fetchall()[0]
    if plan.is_cut:
        run(cursor, "count_unnamed", feed_id=plan.feed_id)
        newly_missing = cursor.fetchall()[0][0]
    return Presence(missing, newly_missing, last.present)
