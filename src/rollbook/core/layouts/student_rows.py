"""A vendor's table in which a row is a student, without the rows that are not meant."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from rollbook.core.catalogue.students import (
    ATTENDANCE,
    BEHAVIOR,
    IDENTIFICATION,
    SCHOOL,
    normalize_header,
)
from rollbook.core.feed_settings import IGNORE, FeedRules
from rollbook.core.layouts.kept import kept_rows, why_left_out
from rollbook.core.layouts.notes import left_out_note
from rollbook.core.layouts.recognition import Recognition, key_of
from rollbook.core.table import Chunk, FileFacts, OpenEnd, Table

FIELDS: Final = frozenset(
    field.name for field in (*IDENTIFICATION, *ATTENDANCE, *BEHAVIOR, *SCHOOL)
)


def rules_of_students(rules: FeedRules, read: Recognition, header: Sequence[str]) -> FeedRules:
    """Return the feed's rules with what the layout says of headers and codes.

    What the feed itself says counts before it. Of the required identifiers those are left that the
    vendor's export has.
    """
    own = {normalize_header(each) for each in rules.headers}
    headers = {
        text: holds if holds in FIELDS else IGNORE
        for text, holds in zip(header, read.holds, strict=True)
        if normalize_header(text) not in own
        if holds is not None or read.layout.ignores(key_of(text))
    }
    values = dict(rules.values)
    for field, meanings in read.layout.values.items():
        values[field] = {**meanings, **rules.values.get(field, {})}
    found = {*headers.values(), *rules.headers.values()}
    required = tuple(name for name in rules.required if name in found)
    return replace(
        rules,
        headers={**headers, **rules.headers},
        values=values,
        required=required or rules.required,
    )


class StudentRows:
    """A Table with the columns of the file, and only the rows that the layout means."""

    def __init__(self, table: Table, read: Recognition) -> None:
        self._table = table
        self._title = read.layout.title
        self._kept = kept_rows(read)
        self.header = table.header
        self.facts: FileFacts = table.facts
        self.left_out: Counter[str] = Counter()
        """Rows that were left out in the last pass, by what they are."""

    def chunks(self) -> Iterator[Chunk]:
        self.left_out.clear()
        for chunk in self._table.chunks():
            yield self._without_others(chunk) if self._kept else chunk

    @property
    def notes(self) -> tuple[str, ...]:
        return (*self._table.notes, *left_out_note(self.left_out, self._title))

    @property
    def open_end(self) -> OpenEnd | None:
        return self._table.open_end

    @property
    def records_read(self) -> int:
        return self._table.records_read

    @property
    def bytes_read(self) -> int:
        return self._table.bytes_read

    def _without_others(self, chunk: Chunk) -> Chunk:
        rows: list[int] = []
        records: list[list[str]] = []
        for row, record in zip(chunk.rows, chunk.records, strict=True):
            other = why_left_out(self._kept, record)
            if other is None:
                rows.append(row)
                records.append(record)
            else:
                self.left_out[other] += 1
        kept = set(rows)
        strays = [row for row in chunk.stray_quotes if row in kept]
        return Chunk(rows, records, chunk.damaged, strays)
