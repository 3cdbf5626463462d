"""Several tables of one export as one table: the same columns, row after row, file after file."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from rollbook.core import cells
from rollbook.core.catalogue.students import normalize_header
from rollbook.core.errors import FileRefused
from rollbook.core.file_set import ROWS_OF_A_FILE, Place, number_of, safe_name
from rollbook.core.reading.errors import FilesDisagree, FileTooLarge
from rollbook.core.table import Chunk, DamagedRecord, FileFacts, OpenEnd, Table

NAMED_COLUMNS: Final = 20
"""Columns that a refusal names, to administrators alone."""

HEADER_ALONE: Final = "it has a header and no rows, so no student is imported from it."


class JoinedTable:
    """A Table of all rows of `tables`, with the columns in the order of the first one."""

    def __init__(self, tables: Sequence[Table], *, name: str, size: int) -> None:
        """Raises FilesDisagree where one has a column that another one lacks."""
        self._tables = tables
        first = tables[0]
        self.header = first.header
        self._orders = [
            _order(first.header, table.header, number=number)
            for number, table in enumerate(tables, 1)
        ]
        self._spelled = _spelled(
            [
                table.header if order is None else [table.header[at] for at in order]
                for table, order in zip(tables, self._orders, strict=True)
            ]
        )
        self.facts: FileFacts = replace(
            first.facts,
            name=name,
            size=size,
            files=tuple(safe_name(table.facts.name) for table in tables),
            notes=_told([table.facts.notes for table in tables]),
            other_worksheets=_each(table.facts.other_worksheets for table in tables),
            doubtful_words=_each(table.facts.doubtful_words for table in tables),
        )
        self._rows = [0] * len(tables)
        """Of each file, below its header."""
        self._before = (0, 0)
        """Records and bytes of the files that were read to their end."""
        self._now: Table | None = None

    def chunks(self) -> Iterator[Chunk]:
        self._before, self._rows = (0, 0), [0] * len(self._tables)
        for number, (table, order) in enumerate(zip(self._tables, self._orders, strict=True), 1):
            self._now = table
            with refused_as(number, table.facts.name):
                for chunk in table.chunks():
                    self._rows[number - 1] += len(chunk.rows) + len(chunk.damaged)
                    yield self._numbered(chunk, number, order)
            records, size = self._before
            self._before = (records + table.records_read, size + table.facts.size)
        self._now = None

    @property
    def notes(self) -> tuple[str, ...]:
        return _told(
            [
                table.notes if rows else (*table.notes, HEADER_ALONE)
                for table, rows in zip(self._tables, self._rows, strict=True)
            ]
        )

    @property
    def open_end(self) -> OpenEnd | None:
        ends = [
            self._moved(table.open_end, number, order)
            for number, (table, order) in enumerate(zip(self._tables, self._orders, strict=True), 1)
            if table.open_end is not None
        ]
        return replace(ends[-1], others=tuple(ends[:-1])) if ends else None

    @property
    def records_read(self) -> int:
        return self._before[0] + (self._now.records_read if self._now else 0)

    @property
    def bytes_read(self) -> int:
        now = self._now
        return self._before[1] + (min(now.bytes_read, now.facts.size) if now else 0)

    def _numbered(self, chunk: Chunk, number: int, order: Sequence[int] | None) -> Chunk:
        rows = [_number(row, number) for row in chunk.rows]
        records, damaged = chunk.records, chunk.damaged
        if order is not None:
            records = [[record[at] for at in order] for record in records]
            damaged = [self._ordered(each, order) for each in damaged]
        spelled = self._spelled[number - 1]
        return Chunk(
            rows,
            records,
            [replace(each, row=_number(each.row, number)) for each in damaged],
            [_number(row, number) for row in chunk.stray_quotes],
            [spelled] * len(rows) if spelled else [],
        )

    def _ordered(self, damaged: DamagedRecord, order: Sequence[int]) -> DamagedRecord:
        """Return a damaged record in the first file's order; of another width it is made so much
        too wide that an identifier may be in each of its cells."""
        given, width = damaged.cells, len(order)
        placed = [given[at] if at < len(given) else cells.LACKING for at in order]
        placed += given[width:]
        if len(given) == width:
            return replace(damaged, cells=placed)
        wide = given if len(given) == 1 else [*given, *[""] * width]
        return replace(damaged, cells=wide, placed=placed)

    def _moved(self, end: OpenEnd, number: int, order: Sequence[int] | None) -> OpenEnd:
        column = end.column
        if order is not None and column >= 0:
            column = list(order).index(column) if column in order else -1
        return replace(end, row=_number(end.row, number), column=column)


@contextmanager
def refused_as(number: int, name: str) -> Iterator[None]:
    """Say of a refusal which file it is about, to administrators alone."""
    try:
        yield
    except FileRefused as error:
        error.private = f"This is about file {number}, {safe_name(name)}. {error.private}".rstrip()
        raise


def _number(row: int, number: int) -> int:
    if row >= ROWS_OF_A_FILE:
        raise FileTooLarge(what=f"one of its files has more than {ROWS_OF_A_FILE:,} rows")
    return number_of(Place(number, row))


def _order(header: Sequence[str], other: Sequence[str], *, number: int) -> list[int] | None:
    """Return where the columns of `header` are in `other`; None where they are in that order.

    Raises FilesDisagree.
    """
    wanted, given = list(map(normalize_header, header)), list(map(normalize_header, other))
    if wanted == given:
        return None
    lacking, further = Counter(wanted) - Counter(given), Counter(given) - Counter(wanted)
    if lacking or further:
        named = [text for text, key in zip(header, wanted, strict=True) if key in lacking]
        more = [text for text, key in zip(other, given, strict=True) if key in further]
        raise FilesDisagree(number=number, private=f"{_listed(named, 1)} {_listed(more, number)}")
    places = defaultdict[str, list[int]](list)
    for at, key in enumerate(given):
        places[key].append(at)
    return [places[key].pop(0) for key in wanted]


def _spelled(headers: Sequence[Sequence[str]]) -> list[Mapping[int, str]]:
    """Return of each file the headers of those columns that not all files write in one way."""
    varying = [at for at, texts in enumerate(zip(*headers, strict=True)) if len({*texts}) > 1]
    return [{at: header[at] for at in varying} for header in headers]


def _listed(headers: Sequence[str], number: int) -> str:
    some = ", ".join(f"“{text}”" for text in headers[:NAMED_COLUMNS]) or "none"
    return f"Only in file {number}: {some}{' and others' if len(headers) > NAMED_COLUMNS else ''}."


def _told(notes: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the notes of all files; one that each of them has is told once."""
    common = [note for note in notes[0] if all(note in each for each in notes)]
    return (
        *common,
        *(
            f"File {number}: {note}"
            for number, each in enumerate(notes, 1)
            for note in each
            if note not in common
        ),
    )


def _each(texts: Iterator[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for each in texts for text in each))
