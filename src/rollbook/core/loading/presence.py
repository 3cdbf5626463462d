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


def write_presence(cursor: psycopg.Cursor[Any], plan: MergePlan) -> Presence:
    """Note which students the file names, even in a rejected row, and which it no longer names."""
    ids: dict[str, Any] = {"feed_id": plan.feed_id, "job_id": plan.job_id}
    run(cursor, "count_known", feed_id=plan.feed_id)
    known, present_before = cursor.fetchall()[0]
    run(cursor, "find_seen")
    if not plan.is_roster:
        return Presence()
    if plan.is_of_some:
        run(cursor, "record_named", job_id=plan.job_id)
    if not known:  # the feed's first import: no one can be missing, and all are new to it
        run(cursor, "insert_first_presence", **ids)
        return Presence()
    run(cursor, "index_seen")
    run(cursor, "analyze_seen")
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
    return Presence(missing, newly_missing, present_before)
