"""What a job has found: its issues, and the rejected rows for the fix-it file."""

import json
from collections.abc import Iterable
from operator import attrgetter
from typing import Any, Final, TypeVar

from rollbook.core import cells
from rollbook.core.issues import LONGEST_DETAIL, Issue
from rollbook.records.operations.jobs import Connection

ISSUES_AT_ONCE: Final = 4_000
"""Issues of a block: so many that a page is read out of few, and far from where places end."""

CHARACTERS_AT_ONCE: Final = 200_000
"""Of the Student IDs of a block, which is sent in one piece."""

MOST_KINDS: Final = 5_000
MOST_CHARACTERS: Final = 5_000_000
"""What is remembered of kinds that may come again; it bounds memory, whatever a file holds."""

LONGEST_VALUE = 1_000
"""Characters kept of a cell; an issue about the whole file is kept in full."""

T = TypeVar("T")

_SAID: Final = attrgetter("column", "field", "code", "severity", "value", "message")

_Kind = tuple[str | None, str | None, str, str, str | None, str]


class IssueTable:
    """An IssueSink: issues go to the database in blocks, visible at once.

    What several say in the same words is stored once, as long as it is remembered.
    """

    def __init__(self, connection: Connection, job: int) -> None:
        self._connection = connection
        self._job = job
        self._batch: int | None = None
        self._numbers: dict[object, int] = {}
        self._new: list[_Kind] = []
        self._characters = 0
        self._block = _Block()

    def add(self, issues: Iterable[Issue]) -> None:
        for issue in issues:
            self._block.add(self._number_of(issue), issue)
            if self._block.is_full or self._characters >= MOST_CHARACTERS:
                self.flush()

    def flush(self) -> None:
        if not self._block.kinds:
            return
        if self._batch is None:
            [(self._batch,)] = self._connection.execute(
                "select nextval('rollbook.issue_kinds_id_seq')"
            ).fetchall()
        self._write_kinds()
        with self._connection.cursor().copy(
            "copy rollbook.issue_blocks (job_id, batch, kinds, row_numbers, student_ids) from stdin"
        ) as copy:
            copy.write_row((self._job, self._batch, *self._block.arrays()))
        self._block = _Block()
        if len(self._numbers) >= MOST_KINDS or self._characters >= MOST_CHARACTERS:
            self._batch, self._numbers, self._characters = None, {}, 0

    def _number_of(self, issue: Issue) -> int:
        # As it was found, so that the words are made storable once.
        said = _SAID(issue), issue.row is None
        number = self._numbers.get(said)
        if number is None:
            number = self._numbers[said] = len(self._numbers) + 1
            self._new.append(kind := _kind(issue))
            texts = (*kind, issue.value)
            self._characters += sum(len(text) for text in texts if text is not None)
        return number

    def _write_kinds(self) -> None:
        first = len(self._numbers) - len(self._new) + 1
        if not self._new:
            return
        with self._connection.cursor().copy(
            "copy rollbook.issue_kinds (job_id, batch, number, column_header, field, code,"
            " severity, value, message) from stdin"
        ) as copy:
            for number, kind in enumerate(self._new, start=first):
                copy.write_row((self._job, self._batch, number, *kind))
        self._new = []


class _Block:
    """The arrays of a block that is being filled."""

    def __init__(self) -> None:
        self.kinds: list[int] = []
        self._rows: list[int | None] = []
        self._student_ids: list[str | None] = []
        self._characters = 0

    def add(self, kind: int, issue: Issue) -> None:
        student_id = _storable(issue.student_id)
        self.kinds.append(kind)
        self._rows.append(issue.row)
        self._student_ids.append(student_id)
        self._characters += len(student_id or "")

    @property
    def is_full(self) -> bool:
        return len(self.kinds) >= ISSUES_AT_ONCE or self._characters >= CHARACTERS_AT_ONCE

    def arrays(self) -> tuple[list[int], list[int | None] | None, list[str | None] | None]:
        return self.kinds, _any(self._rows), _any(self._student_ids)


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
    cursor.execute("delete from rollbook.issue_blocks where job_id = %s", [job])
    cursor.execute("delete from rollbook.issue_kinds where job_id = %s", [job])
    cursor.execute("delete from rollbook.rejected_rows where job_id = %s", [job])
    cursor.execute("delete from rollbook.job_progress where job_id = %s", [job])


def _kind(issue: Issue) -> _Kind:
    severity, value = issue.severity.value, _value(issue)
    return issue.column, issue.field, issue.code, severity, value, issue.message


def _value(issue: Issue) -> str | None:
    limit = LONGEST_VALUE if issue.row is not None else LONGEST_DETAIL + 1
    return _storable(issue.value, limit=limit)


def _storable(value: str | None, *, limit: int = LONGEST_VALUE) -> str | None:
    if value is None:
        return None
    shown = cells.shown(value)
    return shown if len(shown) <= limit else f"{shown[:limit]}…"


def _any(values: list[T]) -> list[T] | None:
    return None if all(value is None for value in values) else values
