"""A vendor's table in which a row is a student, without the rows that are not meant."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from rollbook.core.catalogue.students import (
    ATTENDANCE,
    BEHAVIOR,
    IDENTIFICATION,
    SCHOOL,
    normalize_header,
)
from rollbook.core.cells import shown
from rollbook.core.duplicate_texts import about_rows
from rollbook.core.feed_settings import IGNORE, FeedRules
from rollbook.core.issues import Issue, Severity
from rollbook.core.layouts.enrollment_choice import EnrollmentChoice, Standing
from rollbook.core.layouts.enrollments import FURTHER, Enrollments
from rollbook.core.layouts.kept import UNDECIDED, Kept, is_meant, kept_rows, look_at
from rollbook.core.layouts.notes import left_out_note
from rollbook.core.layouts.recognition import Recognition, key_of
from rollbook.core.quantities import counted
from rollbook.core.table import Chunk, DamagedRecord, FileFacts, OpenEnd, Table

FIELDS: Final = frozenset(
    field.name for field in (*IDENTIFICATION, *ATTENDANCE, *BEHAVIOR, *SCHOOL)
)

_DIFFER: Final = (
    "Row{s} {rows} of the same student {is_one}, with other attendance or behavior. The values "
    "of this row count, and may be from one school only. For the whole year, have the export add "
    "them up."
)

_NOT_CURRENT: Final = {
    Standing.ENDED: (
        "ENROLLMENT_ENDED",
        "This enrollment has ended, and the file has no current one for the student. The row "
        "still counts, unless it's rejected for another reason, and so the student as present. "
        "If the student has left, leave such rows out of the export.",
        "The enrollments of {count} of the {of} in this file have ended, such as in row{s} {rows}. "
        "Rows not rejected for another reason count, as students who are present. That's "
        "right between two school years. If not, leave students who have left out of the export.",
    ),
    Standing.LATER: (
        "ENROLLMENT_NOT_BEGUN",
        "This enrollment hasn't started, and the file has no current one for the student. The "
        "row still counts, unless it's rejected for another reason, and so the student as "
        "present. If that's too early, leave such rows out of the export until then.",
        "The enrollments of {count} of the {of} in this file haven't started, such as in row{s} "
        "{rows}. Rows not rejected for another reason count, as students who are present. "
        "That's right before a school year starts. If not, check the dates in your SIS.",
    ),
}
"""What enrollments are -> the code, the sentence of one student, and that of many."""


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

    def __init__(
        self, table: Table, read: Recognition, enrollments: Enrollments | None = None
    ) -> None:
        """`enrollments`: reads which of a student's enrollments counts, where the file tells."""
        self._table = table
        self._title = read.layout.title
        self._kept = kept_rows(read)
        self._enrollments = enrollments
        self._choice: EnrollmentChoice | None = None
        self._rows_told: frozenset[int] = frozenset()
        self._told: dict[int, Sequence[str]] = {}
        """Row of which something is told -> its cells."""
        self.header = table.header
        self.facts: FileFacts = table.facts
        self.left_out: Counter[str] = Counter()
        """Rows that were left out in the last pass, by what they are."""

    def chunks(self) -> Iterator[Chunk]:
        """Read all rows; which enrollments count is found out by a first pass of its own."""
        if self._choice is None:
            self._choice = self._choose()
            of_standing = (each.rows for each in self._choice.not_current.values())
            self._rows_told = frozenset(chain(self._choice.differing, *of_standing))
        self.left_out.clear()
        for chunk in self._table.chunks():
            is_whole = not self._kept and self._enrollments is None
            yield chunk if is_whole else self._without_others(chunk, self._choice)

    @property
    def notes(self) -> tuple[str, ...]:
        return (*self._table.notes, *left_out_note(self.left_out, self._title))

    def issues(self) -> Iterator[Issue]:
        """Yield one issue for each student with other attendance in a row that was left out, and
        for each whose enrollment is not current; one in all where they are many."""
        choice = self._choice
        if choice is None or self._enrollments is None:
            return
        for row, others in sorted(choice.differing.items()):
            message = about_rows(_DIFFER, others)
            yield self._issue("ENROLLMENTS_DIFFER", message, row)
        for standing, found in choice.not_current.items():
            code, of_one, of_many = _NOT_CURRENT[standing]
            column = self._enrollments.column_of(standing)
            if len(found.rows) < found.count:
                students = counted(choice.people, "student")
                of_many = of_many.replace("{count}", f"{found.count:,}").replace("{of}", students)
                message = about_rows(of_many, found.rows)
                yield Issue(code, Severity.WARNING, message, column=self._name(column))
                continue
            for row in found.rows:
                yield self._issue(code, of_one, row, column)

    def _issue(self, code: str, message: str, row: int, column: int | None = None) -> Issue:
        cells = self._told.get(row, ())
        return Issue(
            code,
            Severity.WARNING,
            message,
            row=row,
            student_id=self._enrollments.student(cells) if cells and self._enrollments else None,
            column=self._name(column),
            value=None if column is None or not cells else shown(cells[column]),
        )

    def _name(self, column: int | None) -> str | None:
        return None if column is None else self.header[column]

    @property
    def open_end(self) -> OpenEnd | None:
        return self._table.open_end

    @property
    def records_read(self) -> int:
        return self._table.records_read

    @property
    def bytes_read(self) -> int:
        return self._table.bytes_read

    def _choose(self) -> EnrollmentChoice:
        choice, enrollments = EnrollmentChoice(), self._enrollments
        if enrollments is None:
            return choice
        for chunk in self._table.chunks():
            for row, record in zip(chunk.rows, chunk.records, strict=True):
                if is_meant(self._kept, record):
                    choice.add(row, enrollments.rank(record), enrollments.says(record))
        end = self._table.open_end
        ends = () if end is None else (end, *end.others)
        # A date that the file's end has cut is perhaps another day.
        choice.doubt(
            each.row for each in ends if each.looks_cut or each.column in enrollments.columns
        )
        choice.choose()
        return choice

    def _without_others(self, chunk: Chunk, choice: EnrollmentChoice) -> Chunk:
        found = Chunk([], [], [*chunk.damaged])
        for at, (row, record) in enumerate(zip(chunk.rows, chunk.records, strict=True)):
            other = look_at(self._kept, record)
            if isinstance(other, Kept):
                found.damaged.append(self._undecided(row, record, other))
                continue
            if other is None and row in choice.passed_over:
                other = FURTHER
            if other is not None:
                self.left_out[other] += 1
                continue
            found.rows.append(row)
            found.records.append(record)
            found.origins += chunk.origins[at : at + 1]
            if row in self._rows_told:
                self._told[row] = record
        kept = set(found.rows)
        found.stray_quotes = [row for row in chunk.stray_quotes if row in kept]
        return found

    def _undecided(self, row: int, record: list[str], by: Kept) -> DamagedRecord:
        return DamagedRecord(row, UNDECIDED, by.why_undecided, record, self.header[by.column])
