"""Undoing what an import said of who is in its feed's file, and who is missing from it."""

from collections.abc import Mapping
from typing import Any, Final

from rollbook.core.loading.statements import run

PASSING_ON: Final = (
    "find_following",
    "find_passed_on",
    "restore_presence",
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
    is present or missing stays true, and undoing that one too is right. A file of some students
    finds nothing of the others.
    """
    for name in PASSING_ON:
        run(cursor, name, **ids)
