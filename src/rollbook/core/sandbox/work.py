"""What is done with a file in the limited process: open it, find its header, judge its rows."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import BinaryIO, Final

from rollbook.core import cells
from rollbook.core.catalogue.field import Field
from rollbook.core.catalogue.students import is_fix_it_file
from rollbook.core.csv_lines import original
from rollbook.core.issues import Findings, IssueBatch
from rollbook.core.layouts.resemblance import HeaderKnown, header_known
from rollbook.core.reading.doubts import doubtful_encoding
from rollbook.core.reading.headers import unread_worksheets
from rollbook.core.reading.open import open_table
from rollbook.core.report import correctable
from rollbook.core.sandbox.answers import Finished, JudgedRows
from rollbook.core.sandbox.columns import opened, read_columns, values_of_columns
from rollbook.core.sandbox.frames import Kind, write_frame
from rollbook.core.sandbox.limits import TimeAllowance
from rollbook.core.sandbox.messages import (
    pack_cells,
    pack_finished,
    pack_issues,
    pack_judged,
    pack_opened,
    pack_texts,
)
from rollbook.core.sandbox.task import Task
from rollbook.core.table import Chunk, CutEnd, DamagedRecord, FileFacts, OpenEnd, Table
from rollbook.core.validation.made_on import MadeOn
from rollbook.core.validation.scale import decide_scale
from rollbook.core.validation.scopes import Scopes
from rollbook.core.validation.validator import Judged, Validator

ISSUES_AT_ONCE, DIFFERENT_AT_ONCE = 10_000, 500
"""Issues of a frame; so many where most of them say something of their own, which is long."""

REJECTED_AT_ONCE: Final = 400
CHARACTERS_AT_ONCE: Final = 1 << 20


class Work:
    """One task with one file. Each method writes what it finds as frames to `answers`.

    Raises FileRefused.
    """

    def __init__(self, task: Task, file: BinaryIO, *, scratch: BinaryIO, answers: int) -> None:
        self._task = task
        self._file = file
        self._scratch = scratch
        self._answers = answers
        self._allowance = TimeAllowance()

    def write_columns(self) -> None:
        """Write what the columns mean, then whether an import would take them so, with issues."""
        columns = read_columns(*self._open(), self._task.catalogue, self._task.rules)
        Findings(_IssuesOut(self._answers)).add(columns.issues)
        self._write_finished(Finished())

    def write_judged(self) -> None:
        """Judge every row."""
        task = self._task
        findings = Findings(_IssuesOut(self._answers))
        read, known = self._open()
        columns = read_columns(read, known, task.catalogue, task.rules, day=task.day)
        table, rules = columns.table, columns.rules
        findings.add([*columns.issues, *unread_worksheets(table.facts.other_worksheets)])
        findings.add(doubtful_encoding(table.facts))
        for note in columns.notes:
            findings.note(note)
        scale = decide_scale(table, columns.fields, rules, of_first=task.first_factor)
        validator = Validator(
            columns.fields,
            table.header,
            catalogue=task.catalogue,
            rules=rules,
            findings=findings,
            percent_scale=scale,
            sets_aside=not is_fix_it_file(read.header),
        )
        scopes = Scopes(table.header, columns.fields, rules=rules)
        made_on = MadeOn(table.header, columns.fields)
        write_frame(self._answers, Kind.READY)
        for chunk in table.chunks():
            scopes.add(chunk.records)
            made_on.add(chunk.records)
            self._write_rows(validator.judge(chunk), done=table.bytes_read)
        self._write_rows(validator.rest(), done=table.bytes_read)
        late = chain(columns.late_issues(), scopes.issues())
        while some := list(islice(late, ISSUES_AT_ONCE)):
            findings.add(some)
        set_aside = tuple(field.name for field in validator.columns_set_aside())
        notes = [*filter(None, [scale.note]), *table.notes, *findings.notes]
        write_frame(self._answers, Kind.NOTES, pack_texts(notes))
        self._write_finished(
            Finished(
                validator.records,
                table.records_read,
                set_aside,
                tuple(sorted(validator.uneven)),
                columns.left_out(),
                validator.filled,
                _cut_ends(table.open_end, columns.fields),
                validator.spreads,
                validator.headers,
                str(made_on.day or ""),
                validator.mapped,
            )
        )

    def write_rejected(self, rows: set[int]) -> None:
        """Write the cells of `rows`, as the fix-it file has them."""
        task = self._task
        table, known = self._open()
        values = values_of_columns(table.header, known.read, task.catalogue, task.rules)
        last = max(rows, default=0)
        waiting: list[tuple[int, list[str]]] = []
        size = 0
        for chunk in table.chunks():
            for row, record in _cells_of(chunk, rows, len(table.header)):
                waiting.append((row, correctable(record, values)))
                size += sum(map(len, record))
                if size > CHARACTERS_AT_ONCE or len(waiting) == REJECTED_AT_ONCE:
                    write_frame(self._answers, Kind.ROWS, pack_cells(waiting))
                    waiting, size = [], 0
            if chunk.rows and chunk.rows[-1] > last:
                break
        write_frame(self._answers, Kind.ROWS, pack_cells(waiting))
        self._write_finished(Finished())

    def _open(self) -> tuple[Table, HeaderKnown]:
        task = self._task
        table = open_table(
            self._file,
            name=task.name,
            size=task.size,
            catalogue=task.catalogue,
            rules=task.rules,
            names=frozenset(task.names),
            scratch=lambda: self._scratch,
            earn=self._allowance.add,
            day=task.day,
        )
        known = header_known(table.header, task.rules)
        found = opened(table, known, task.catalogue, task.rules)
        write_frame(self._answers, Kind.OPENED, pack_opened(found))
        return _Timed(table, self._allowance), known

    def _write_rows(self, judged: Judged, *, done: int) -> None:
        rejected = judged.rejected
        text = judged.copy_text.encode()
        judged_rows = JudgedRows(text, judged.accepted, rejected[:REJECTED_AT_ONCE], done)
        write_frame(self._answers, Kind.CHUNK, pack_judged(judged_rows))
        for start in range(REJECTED_AT_ONCE, len(rejected), REJECTED_AT_ONCE):
            more = JudgedRows(b"", 0, rejected[start : start + REJECTED_AT_ONCE], done)
            write_frame(self._answers, Kind.CHUNK, pack_judged(more))

    def _write_finished(self, finished: Finished) -> None:
        write_frame(self._answers, Kind.FINISHED, pack_finished(finished))


def _cut_ends(last: OpenEnd | None, fields: Sequence[Field | None]) -> tuple[CutEnd, ...]:
    """Return the rows after which no line ends, in the order of their files."""
    ends = () if last is None else (*last.others, last)
    return tuple(
        CutEnd(end.row, _name_at(end.column, fields), end.looks_cut, end.header) for end in ends
    )


def _name_at(column: int, fields: Sequence[Field | None]) -> str | None:
    field = fields[column] if 0 <= column < len(fields) else None
    return None if field is None else field.name


class _IssuesOut:
    """An IssueSink that writes them as frames."""

    def __init__(self, answers: int) -> None:
        self._answers = answers

    def add(self, issues: IssueBatch) -> None:
        is_alike = len(issues.kinds) <= DIFFERENT_AT_ONCE
        for some in issues.parts(ISSUES_AT_ONCE if is_alike else DIFFERENT_AT_ONCE):
            write_frame(self._answers, Kind.ISSUES, pack_issues(some))


class _Timed:
    """A table whose rows earn the time that they take, in each pass over the file.

    Those of a fix-it file are given as they were before they were made harmless.
    """

    def __init__(self, table: Table, allowance: TimeAllowance) -> None:
        self._table = table
        self._allowance = allowance
        self.facts: FileFacts = table.facts
        self.header = table.header

    def chunks(self) -> Iterator[Chunk]:
        is_fix_it = is_fix_it_file(self.header)
        for chunk in self._table.chunks():
            if is_fix_it:
                chunk.records = [list(map(_read_back, record)) for record in chunk.records]
                chunk.damaged = [_original(damaged) for damaged in chunk.damaged]
            # Damaged rows earn nothing: a few bytes make one, and millions of them are no export.
            self._allowance.add(len(chunk.rows), len(chunk.rows) * len(self.header))
            yield chunk

    @property
    def notes(self) -> tuple[str, ...]:
        return self._table.notes

    @property
    def open_end(self) -> OpenEnd | None:
        return self._table.open_end

    @property
    def records_read(self) -> int:
        return self._table.records_read

    @property
    def bytes_read(self) -> int:
        return self._table.bytes_read


def _original(damaged: DamagedRecord) -> DamagedRecord:
    placed = None if damaged.placed is None else list(map(_read_back, damaged.placed))
    return replace(damaged, cells=list(map(_read_back, damaged.cells)), placed=placed)


def _read_back(cell: str) -> str:
    """Return a cell of a fix-it file as it was before it was made harmless, or lost."""
    return cells.ERROR + cell if cell.strip() == cells.FIX_IT_CELL else original(cell)


def _cells_of(chunk: Chunk, rows: set[int], width: int) -> Iterator[tuple[int, list[str]]]:
    """Return the cells of these rows below the header; which ones a damaged row lacks is not
    known, so none of them is blank."""
    found = {
        damaged.row: [*written, *[cells.LACKING] * (width - len(written))]
        for damaged in chunk.damaged
        for written in [damaged.cells if damaged.placed is None else damaged.placed]
    }
    found |= zip(chunk.rows, chunk.records, strict=True)
    for row in sorted(found.keys() & rows):
        yield row, found[row]
