"""What a job has found: its issues, and the rejected rows for the fix-it file."""

import json
from collections.abc import Iterable
from typing import Any

from rollbook.core import cells
from rollbook.core.issues import LONGEST_DETAIL, Issue
from rollbook.records.operations.jobs import Connection

ISSUES_AT_ONCE = 2_000
LONGEST_VALUE = 1_000
"""Characters kept of a cell; an issue about the whole file is kept in full."""


class IssueTable:
    """An IssueSink: issues go to the table in batches, visible at once."""

    def __init__(self, connection: Connection, job: int) -> None:
        self._connection = connection
        self._job = job
        self._waiting: list[Issue] = []

    def add(self, issues: Iterable[Issue]) -> None:
        self._waiting += issues
        if len(self._waiting) >= ISSUES_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        if not self._waiting:
            return
        with self._connection.cursor().copy(
            "copy rollbook.issues (job_id, row_number, student_id, column_header, field, code,"
            " severity, value, message) from stdin"
        ) as copy:
            for issue in self._waiting:
                copy.write_row(
                    (
                        self._job,
                        issue.row,
                        _storable(issue.student_id),
                        issue.column,
                        issue.field,
                        issue.code,
                        issue.severity.value,
                        _value(issue),
                        issue.message,
                    )
                )
        self._waiting.clear()


def save_rejected_rows(
    connection: Connection, job: int, rows: Iterable[tuple[int, list[str]]]
) -> None:
    """Keep the rejected rows for the fix-it file."""
    with connection.cursor().copy(
        "copy rollbook.rejected_rows (job_id, row_number, cells) from stdin"
    ) as copy:
        for row, written in rows:
            copy.write_row((job, row, json.dumps(written)))


def forget_findings(cursor: Any, job: int) -> None:
    """Delete what an earlier run of the job found: it is found again, or is no longer true."""
    cursor.execute("delete from rollbook.issues where job_id = %s", [job])
    cursor.execute("delete from rollbook.rejected_rows where job_id = %s", [job])
    cursor.execute("delete from rollbook.job_progress where job_id = %s", [job])


def _value(issue: Issue) -> str | None:
    limit = LONGEST_VALUE if issue.row is not None else LONGEST_DETAIL + 1
    return _storable(issue.value, limit=limit)


def _storable(value: str | None, *, limit: int = LONGEST_VALUE) -> str | None:
    if value is None:
        return None
    shown = cells.shown(value)
    return shown if len(shown) <= limit else f"{shown[:limit]}…"
