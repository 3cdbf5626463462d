"""What the page of an import's rows says of each: to be fixed, or fixed by which person."""

from collections.abc import Sequence
from typing import Any, Final

from rollbook.core.issues import Issue
from rollbook.records.queries.jobs import JobView
from rollbook.records.queries.row_fixes import (
    FixState,
    can_be_fixed,
    fixes_of,
    rows_saved,
    rows_to_fix,
)

BADGES: Final[dict[FixState, tuple[str, str, str]]] = {
    FixState.SAVED: ("Fix saved", "info", "pencil-square"),
    FixState.IMPORTING: ("Importing", "info", "arrow-path"),
    FixState.HELD: ("Fix on hold", "warn", "hand-raised"),
    FixState.FIXED: ("Fixed", "ok", "check-circle"),
    FixState.REJECTED: ("Fix not imported", "bad", "x-circle"),
    FixState.INCOMPLETE: ("Fixed in part", "warn", "exclamation-triangle"),
    FixState.LEFT_OUT: ("Fix left out", "warn", "exclamation-triangle"),
    FixState.UNDONE: ("Fix undone", "", "arrow-uturn-left"),
}
"""Words, tone and icon of each state."""


def context_of(job: JobView, issues: Sequence[Issue]) -> dict[str, Any]:
    """Return what the rows on a page have come to, and how many fixes wait to be imported."""
    rows = {issue.row for issue in issues if issue.row is not None}
    fixes = fixes_of(job.number, rows)
    return {
        "fixable": rows_to_fix(job, rows),
        "fixes": {row: {"fix": fix, "badge": BADGES[fix.state]} for row, fix in fixes.items()},
        "is_importing": any(fix.state is FixState.IMPORTING for fix in fixes.values()),
        "saved": rows_saved(job.number) if can_be_fixed(job) else [],
    }
