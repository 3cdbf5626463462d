"""Undoing what an import said of who is in its feed's file, and who is missing from it."""

from collections.abc import Mapping
from typing import Any, Final

from rollbook.core.loading.statements import run

PASSING_ON: Final = (
    "find_passed_on",
    "drop_cancelled",
    "pass_on",
    "move_missing_since",
    "move_back_from",
    "find_named_first",
    "drop_first_back",
    "move_first",
    "forget_unnamed",
    "forget_passed_on",
)


def undo_presence(cursor: Any, ids: Mapping[str, Any]) -> None:
    """Let presence be as if the import had never been: the other imports of the feed tell it.

    A change that a later import found unchanged passes on to that one, so that since when a student
    is present or missing stays true, and undoing that one too is right.
    """
    run(cursor, "next_of_feed", **ids)
    following = cursor.fetchall()
    if not following:
        run(cursor, "restore_presence", **ids)
        run(cursor, "forget_presence", **ids)
        return
    [(next_id, next_at)] = following
    for name in PASSING_ON:
        run(cursor, name, next_id=next_id, next_at=next_at, **ids)
