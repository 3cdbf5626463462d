"""What an import changed, or would have changed, student by student: the change record for people.

It is read in the order of the file, then those who are missing or back. The record of an import
does not change, so a place in that order stays one.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.db import connection
from psycopg import sql

from rollbook.core.folding import folded_words
from rollbook.core.loading.change_record import OF_STUDENTS
from rollbook.core.quantities import effect_text
from rollbook.core.report import Report
from rollbook.core.statements import Statements
from rollbook.records.queries.change_lines import (
    NO_SCHOOL,
    Change,
    ChangeCounts,
    ChangeFilter,
    Kind,
    Part,
    Place,
)
from rollbook.records.queries.jobs import JobView

AT_ONCE: Final = 5_000
"""Students that are asked for at a time, at most."""

_SQL: Final = Statements(__package__, "changes.sql")

_STORED: Final = {"stored_school": _SQL.compose("stored_school", {})}
_SCHOOL: Final = _SQL.compose("school", _STORED)
_SCHOOL_BEFORE: Final = _SQL.compose("school_before", _STORED)
_KNOWN_HAS_WORDS: Final = _SQL.compose("known_has_words", {})
_HAS_WORDS: Final = _SQL.compose("has_words", {"known": _KNOWN_HAS_WORDS})
_SCHOOL_OF_PRESENCE: Final = _SQL.compose("school_of_presence", _STORED)


class ChangeRecord:
    """The record of one job. A field of `students` and of the snapshots is one for its reader."""

    def __init__(self, job: int, fields: Sequence[str], *, is_stored: bool) -> None:
        self.job = job
        self.is_stored = is_stored
        """False: nothing was changed, it is what would have been."""
        self._fields = fields
        self._new: list[tuple[int, str]] | None = None
        """Row and folded names of each new student, once they were asked for."""
        places = {name: place for place, name in enumerate(fields, start=1)}
        self._places = places
        twins = [places.get(OF_STUDENTS + name) for name in fields]
        last, first, school, grade = map(
            self._place, ("last_name", "first_name", "school", "grade")
        )
        self._values = {
            "job": job,
            "twins": twins,
            "last_name": last,
            "first_name": first,
            "school_place": school,
            "grade_place": grade,
        }

    @property
    def fields(self) -> list[str]:
        """The names of the fields that the import could write."""
        return list(dict.fromkeys(map(_name, self._fields)))

    def after(
        self, place: Place | None, asked: ChangeFilter, *, limit: int
    ) -> list[tuple[Place, Change]]:
        """Return the next lines after `place`, with their places; None is before the first one."""
        found: list[tuple[Place, Change]] = []
        at, at_once = place or Place(), limit
        while at.section == 0 and len(found) < limit:
            rows = self._rows(at.row, asked, limit=at_once)
            lines = [line for row in rows for line in self._lines(row, asked) if line[0] > at]
            found += lines[: limit - len(found)]
            at = Place(0, rows[-1][0] + 1) if len(rows) == at_once else Place(1)
            at_once = min(2 * at_once, AT_ONCE)  # rows may have no line, however many
        if len(found) < limit and at.section == 1:
            found += self._presence(at.row, asked, limit=limit - len(found))
        return found

    def every(self, asked: ChangeFilter) -> Iterator[Change]:
        """Give all lines, however many, without holding them."""
        row = 0
        while rows := self._rows(row, asked, limit=AT_ONCE):
            yield from (line for found in rows for _, line in self._lines(found, asked))
            row = rows[-1][0] + 1
        offset = 0
        while found := list(self._presence(offset, asked, limit=AT_ONCE)):
            yield from (line for _, line in found)
            offset += len(found)

    def counts(self, told: Mapping[str, Any], *, only: str = "") -> ChangeCounts | None:
        """Return how many students change, by field and school, or those of one field.

        They were counted when the record was written; None where an earlier version wrote it.
        Values of another hand are only looked for where the job's outcome (`told`) has some.
        """
        [(kept,)] = self._ask("numbers", parts={})
        if kept is None:
            return None
        counts = ChangeCounts.from_json(json.loads(kept), only=only)
        if told.get("overwritten"):
            counts.by_others = dict(self._ask("count_by_others", parts={"school": _SCHOOL}))
        for school, missing, back in self._ask(
            "count_presence", parts={"school": _SCHOOL_OF_PRESENCE}
        ):
            counts.missing |= {school: missing} if missing else {}
            counts.back |= {school: back} if back else {}
        return counts

    def _place(self, name: str) -> int | None:
        return self._places.get(name) or self._places.get(OF_STUDENTS + name)

    def _rows(self, row: int, asked: ChangeFilter, *, limit: int) -> list[tuple[Any, ...]]:
        if asked.part in (Part.MISSING, Part.BACK) or asked.field not in ("", *self.fields):
            return []
        conditions = {
            "has_by_others": asked.part is Part.BY_OTHERS,
            "field_differs": bool(asked.field),
            "is_known": bool(asked.field) or asked.part in (Part.VALUES, Part.MOVED),
            "is_moved": asked.part is Part.MOVED,
            "is_new": asked.part is Part.NEW,
        }
        return self._ask(
            "some_rows",
            parts={
                "which": _which(
                    conditions,
                    asked,
                    school=_SCHOOL_BEFORE if asked.part is Part.MOVED else _SCHOOL,
                    words=_HAS_WORDS,
                ),
                "values": _SQL.compose("values", {}),
            },
            row=row,
            limit=limit,
            school=_school(asked),
            patterns=_patterns(asked),
            new_rows=self._new_rows(asked),
            in_students=self._places.get(OF_STUDENTS + asked.field),
            in_snapshots=self._places.get(asked.field),
        )

    def _lines(self, found: tuple[Any, ...], asked: ChangeFilter) -> Iterator[tuple[Place, Change]]:
        row, is_new, student_id, last_name, first_name, number, by_others, values = found
        student = (row, student_id, last_name, first_name)
        if is_new:
            yield Place(0, row, 1), Change(Kind.NEW, *student, student=number)
        marked = {_name(self._fields[place - 1]) for place in by_others or ()}
        for place, before, after in json.loads(values or "[]"):
            name = _name(self._fields[place - 1])
            is_marked = name in marked
            if asked.field in ("", name) and _is_part(asked.part, name, is_marked):
                kind = _kind(before, after)
                line = Change(kind, *student, name, before, after, number, is_marked)
                yield Place(0, row, place), line

    def _new_rows(self, asked: ChangeFilter) -> list[int]:
        """The rows of new students who have the words, where the record is not stored."""
        if self.is_stored or not asked.words:
            return []
        if self._new is None:  # once for all lines of a file
            rows = self._ask("new_students", parts={})
            self._new = [(row, " ".join(folded_words(text))) for row, text in rows]
        return [row for row, text in self._new if all(word in text for word in asked.words)]

    def _presence(
        self, offset: int, asked: ChangeFilter, *, limit: int
    ) -> Iterator[tuple[Place, Change]]:
        if asked.field or asked.part not in (None, Part.MISSING, Part.BACK):
            return
        conditions = {
            "is_missing": asked.part is Part.MISSING,
            "is_back": asked.part is Part.BACK,
        }
        found = self._ask(
            "some_presence",
            parts={
                "which": _which(
                    conditions, asked, school=_SCHOOL_OF_PRESENCE, words=_KNOWN_HAS_WORDS
                )
            },
            limit=limit,
            offset=offset,
            school=_school(asked),
            patterns=_patterns(asked),
        )
        for number, row in enumerate(found, start=offset + 1):
            is_missing, student_id, last_name, first_name = row
            kind = Kind.MISSING if is_missing else Kind.BACK
            yield Place(1, number), Change(kind, None, student_id, last_name, first_name)

    def _ask(
        self, name: str, *, parts: dict[str, sql.Composable], **values: object
    ) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            _SQL.run(cursor, name, parts=parts, **self._values, **values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found


def change_record(job: int) -> ChangeRecord | None:
    """Return what the job changed or would have; None where that is not, or no longer, on record.

    What is left of a compacted record says nothing of before.
    """
    with connection.cursor() as cursor:
        _SQL.run(cursor, "head", job=job)
        found = cursor.fetchone()
    if found is None:
        return None
    fields, is_stored, is_compact = found
    return None if is_compact else ChangeRecord(job, fields, is_stored=is_stored)


def newly_missing(job: JobView) -> int:
    """Return how many students a job marked missing, or would have: those who were in the file
    before. 0 where that is not, or no longer, on record."""
    record = change_record(job.number)
    return missing_of(record, job.report)


def missing_of(record: ChangeRecord | None, report: Report) -> int:
    """The same of a record that was read already."""
    counts = record.counts(report.changes) if record is not None else None
    return counts.of_students()["missing"] if counts is not None else 0


def effect_of(job: JobView) -> str:
    """Return in words what a held import would do: `adds 1 and marks 100 students missing`."""
    counts = job.report.counts
    return effect_text(added=counts.inserted, updated=counts.updated, missing=newly_missing(job))


def _which(
    conditions: dict[str, bool],
    asked: ChangeFilter,
    *,
    school: sql.Composable,
    words: sql.Composable,
) -> sql.Composable:
    found: list[sql.Composable] = [
        _SQL.compose(name, {}) for name, is_asked in conditions.items() if is_asked
    ]
    if asked.school:
        found.append(_SQL.compose("in_school", {"school": school}))
    if asked.words:
        found.append(words)
    return sql.SQL(" AND ").join(found or [_SQL.compose("all", {})])


def _school(asked: ChangeFilter) -> str:
    return "" if asked.school == NO_SCHOOL else asked.school


def _is_part(part: Part | None, name: str, is_marked: bool) -> bool:
    """Whether a line of a value is of the part."""
    match part:
        case Part.BY_OTHERS:
            return is_marked
        case Part.MOVED:
            return name in ("school", "grade")
    return True


def _patterns(asked: ChangeFilter) -> list[str]:
    """Letters and digits alone: none of them means anything to LIKE."""
    return [f"%{word}%" for word in asked.words]


def _name(recorded: str) -> str:
    return recorded.removeprefix(OF_STUDENTS)


def _kind(before: str | None, after: str | None) -> Kind:
    if before is None:
        return Kind.FILLED
    return Kind.CLEARED if after is None else Kind.CHANGED
