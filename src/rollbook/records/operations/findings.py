"""What a job has found: its issues, and the rejected rows for the fix-it file."""

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Final, TypeVar

from rollbook.core import cells
from rollbook.core.issues import LONGEST_DETAIL, IssueBatch, IssueKind
from rollbook.records.operations.jobs import Connection

ISSUES_AT_ONCE: Final = 4_000
"""Issues of a block: so many that a page is read out of few, and far from where places end."""

BLOCKS_AT_ONCE: Final = 5
"""Blocks that are written together: each writing waits until it is on the disk."""

CHARACTERS_AT_ONCE: Final = 200_000
"""Of the Student IDs of a block, which is sent in one piece."""

MOST_KINDS: Final = 5_000
MOST_CHARACTERS: Final = 5_000_000
"""What is remembered of kinds that may come again; it bounds memory, whatever a file holds."""

LONGEST_VALUE = 1_000
"""Characters kept of a cell; an issue about the whole file is kept in full."""

LOOKED_AT_ONCE: Final = 2_000
"""Issues that are taken before it is asked again whether a block is full."""

T = TypeVar("T", int, str)

_ROW: Final = "(job_id, row_number, cells)"

_Kind = tuple[str | None, str | None, str, str, str | None, str]

_Key = tuple[IssueKind, bool]
"""What is said, as it was found, so that it is made storable once; whether it is about a row."""


class IssueTable:
    """An IssueSink: issues go to the database in blocks, visible at once.

    What several say in the same words is stored once, as long as it is remembered.
    """

    def __init__(self, connection: Connection, job: int) -> None:
        self._connection = connection
        self._job = job
        self._batch: int | None = None
        self._numbers: dict[_Key, int] = {}
        self._new: list[_Kind] = []
        self._characters = 0
        self._blocks = [_Block()]

    def add(self, issues: IssueBatch) -> None:
        at = 0
        while at < len(issues):
            room = max(ISSUES_AT_ONCE - len(self._blocks[-1]), 1)
            some = issues.part(at, at + min(LOOKED_AT_ONCE, room))
            at += len(some)
            is_row = [row is not None for row in some.rows]
            said = list(zip(some.numbers, is_row, strict=True))
            numbers = {
                each: self._number_of((some.kinds[each[0]], each[1]))
                for each in dict.fromkeys(said)
            }
            self._blocks[-1].add([numbers[each] for each in said], some)
            if self._blocks[-1].is_full:
                self._blocks.append(_Block())
            if len(self._blocks) > BLOCKS_AT_ONCE or self._characters >= MOST_CHARACTERS:
                self.flush()

    def flush(self) -> None:
        if not self._blocks[0]:
            return
        if self._batch is None:
            [(self._batch,)] = self._connection.execute(
                "select nextval('rollbook.issue_kinds_id_seq')"
            ).fetchall()
        self._write_kinds()
        with self._connection.cursor().copy(
            "copy rollbook.issue_blocks (job_id, batch, kinds, row_numbers, student_ids) from stdin"
        ) as copy:
            for block in filter(None, self._blocks):
                copy.write_row((self._job, self._batch, *block.arrays()))
        self._blocks = [_Block()]
        if len(self._numbers) >= MOST_KINDS or self._characters >= MOST_CHARACTERS:
            self._batch, self._numbers, self._characters = None, {}, 0

    def _number_of(self, key: _Key) -> int:
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._numbers) + 1
            self._new.append(kind := _stored(key))
            self._characters += sum(len(text) for text in (*kind, key[0].value) if text is not None)
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
        self._kinds: list[int] = []
        self._rows: list[int | None] = []
        self._student_ids: list[str | None] = []
        self._characters = 0

    def add(self, kinds: Sequence[int], issues: IssueBatch) -> None:
        """Take in issues; `kinds` are the numbers under which what they say is stored."""
        storable = {given: _storable(given) for given in set(issues.student_ids)}
        student_ids = [storable[given] for given in issues.student_ids]
        self._kinds += kinds
        self._rows += issues.rows
        self._student_ids += student_ids
        self._characters += sum(map(len, filter(None, student_ids)))

    def __len__(self) -> int:
        return len(self._kinds)

    @property
    def is_full(self) -> bool:
        return len(self) >= ISSUES_AT_ONCE or self._characters >= CHARACTERS_AT_ONCE

    def arrays(self) -> tuple[str, str | None, str | None]:
        """Return the arrays as PostgreSQL reads them: the driver takes ten times as long."""
        return (
            _array(self._kinds, str) or "{}",
            _array(self._rows, str),
            _array(self._student_ids, _quoted),
        )


def _array(elements: Sequence[T | None], written: Callable[[T], str]) -> str | None:
    """Return an array as PostgreSQL reads it; None where no element says anything."""
    known = {each: "null" if each is None else written(each) for each in set(elements)}
    return f"{{{','.join(map(known.__getitem__, elements))}}}" if known.keys() - {None} else None


def _quoted(text: str) -> str:
    """Return an element of an array; in quotes, nothing but these two means anything."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def save_rows(
    connection: Connection,
    job: int,
    rows: Iterable[tuple[int, list[str]]],
    *,
    incomplete: Collection[int] = (),
) -> None:
    """Keep the rejected rows for the fix-it file, and the `incomplete`, imported without a value,
    as long as there is room, to be fixed one by one."""
    aside: list[tuple[int, int, str]] = []
    size = 0
    with connection.cursor().copy(f"copy rollbook.rejected_rows {_ROW} from stdin") as copy:
        for row, written in rows:
            text = json.dumps(written)
            if row not in incomplete:
                copy.write_row((job, row, text))
            elif (size := size + len(text)) <= MOST_CHARACTERS:
                aside.append((job, row, text))
    if not aside:
        return
    with connection.cursor().copy(f"copy rollbook.incomplete_rows {_ROW} from stdin") as copy:
        for each in aside:
            copy.write_row(each)


def forget_findings(cursor: Any, job: int) -> None:
    """Delete what an earlier run of the job found: it is found again, or is no longer true."""
    cursor.execute("delete from rollbook.issue_blocks where job_id = %s", [job])
    cursor.execute("delete from rollbook.issue_kinds where job_id = %s", [job])
    cursor.execute("delete from rollbook.rejected_rows where job_id = %s", [job])
    cursor.execute("delete from rollbook.incomplete_rows where job_id = %s", [job])
    cursor.execute("delete from rollbook.job_progress where job_id = %s", [job])


def _stored(key: _Key) -> _Kind:
    kind, is_row = key
    value = _storable(kind.value, limit=LONGEST_VALUE if is_row else LONGEST_DETAIL + 1)
    return kind.column, kind.field, kind.code, kind.severity.value, value, kind.message


def _storable(value: str | None, *, limit: int = LONGEST_VALUE) -> str | None:
    if value is None:
        return None
    shown = cells.shown(value)
    return shown if len(shown) <= limit else f"{shown[:limit]}…"
