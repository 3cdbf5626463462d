"""Rows that are enrollments: what each says, and whether it is current on a day."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from rollbook.core import cells
from rollbook.core.catalogue.field import Field
from rollbook.core.catalogue.school_days import date_in
from rollbook.core.catalogue.scope_words import boolean_of
from rollbook.core.catalogue.verdict import is_blank
from rollbook.core.feed_settings import IDENTIFIERS, FeedRules
from rollbook.core.layouts.enrollment_choice import NOBODY, UNKNOWN, Digests, Standing, rank_of
from rollbook.core.layouts.layout import ENROLLMENT, Role
from rollbook.core.layouts.recognition import Recognition, layout_of
from rollbook.core.layouts.rows_of_tests import named_by

FURTHER: Final = "further enrollments of the same students"

JOINED_SCHOOL: Final = "School"
"""Header of the column that a OneRoster archive's users get: their school's name."""

_COUNTED: Final = ("attendance", "behavior")
"""Areas of fields that each school counts for itself."""

_OF_ENROLLMENT: Final = (*_COUNTED, "school")
"""Areas of fields in which two enrollments of one student may differ."""

_MOST_REMEMBERED: Final = 10_000


class Enrollments:
    """Reads rows as the layout of their header says; `fields[i]` is what column i means."""

    def __init__(
        self, read: Recognition, fields: Sequence[Field | None], rules: FeedRules, day: date
    ) -> None:
        """`day`: the district's day, of which an enrollment is current or not."""
        named = {field.name: at for at, field in enumerate(fields) if field is not None}
        self._ids = [named[name] for name in IDENTIFIERS if name in named]
        areas = [(at, field.area) for at, field in enumerate(fields) if field is not None]
        self._filled = [at for at, _ in areas]
        self._counted = [at for at, area in areas if area in _COUNTED]
        self._persons = [at for at, area in areas if area not in _OF_ENROLLMENT]
        self._starts, self._ends, self._primary = (
            at if at is not None and fields[at] is None else None
            for at in map(read.column, ENROLLMENT)
        )
        self.columns = [at for at in (self._starts, self._ends, self._primary) if at is not None]
        """What tells which enrollment counts; [] where the file has nothing that does."""
        self._words = read.layout.primary_words
        self._rules = rules
        self._day = day.toordinal()
        self._ranks: dict[tuple[str, ...], int] = {}

    def student(self, record: Sequence[str]) -> str:
        """Return by what a row names its student; "" where it names none."""
        return named_by(record[at] for at in self._ids)

    def column_of(self, standing: Standing) -> int | None:
        """Return the column that tells what an enrollment is that is not current."""
        return self._ends if standing is Standing.ENDED else self._starts

    def says(self, record: Sequence[str]) -> Digests:
        """Return digests of what a row says."""
        counted = tuple(record[at].strip() for at in self._counted)
        student = self.student(record)
        return Digests(
            (hash(student) or 1) if student else NOBODY,
            hash((student, *(record[at].strip() for at in self._persons))),
            (hash(counted) or 1) if any(counted) else NOBODY,
            hash(tuple(record[at].strip() for at in self._filled)),
        )

    def rank(self, record: Sequence[str]) -> int:
        """Return what is known of the row's enrollment; see `enrollment_choice`."""
        asked = tuple(record[at] for at in self.columns)
        found = self._ranks.get(asked)
        if found is None:
            if len(self._ranks) >= _MOST_REMEMBERED:
                self._ranks.clear()
            found = self._ranks[asked] = self._rank(record)
        return found

    def _rank(self, record: Sequence[str]) -> int:
        start, end = self._number(record, self._starts), self._number(record, self._ends)
        is_primary = self._is_primary(record)
        if start is None or end is None or is_primary is None:
            return UNKNOWN
        if start > self._day:
            standing = Standing.LATER
        elif end and end < self._day:
            standing = Standing.ENDED
        else:
            standing = Standing.CURRENT
        return rank_of(standing, is_primary=is_primary, start=start)

    def _number(self, record: Sequence[str], column: int | None) -> int | None:
        """Return a day's number; 0: none is told; None: what is told is no day."""
        text = "" if column is None else _plain(record[column])
        if column is not None and cells.split_mark(record[column])[0] == cells.ERROR:
            return None
        if not text.strip("0/.-") or is_blank(text, self._rules):
            return 0  # PowerSchool writes 0/0/0 where no day is
        day = date_in(text)
        return None if day is None else day.toordinal()

    def _is_primary(self, record: Sequence[str]) -> bool | None:
        """Tell whether it is marked as the primary one; None: the mark is not known."""
        text = "" if self._primary is None else _plain(record[self._primary]).lower()
        if is_blank(text, self._rules):
            return False
        return boolean_of(self._words.get(text, text))


def _plain(cell: str) -> str:
    return cells.shown(cell).strip()


def enrollments_of(
    read: Recognition, fields: Sequence[Field | None], rules: FeedRules, day: date | None
) -> Enrollments | None:
    """Return what reads a file's enrollments; None where it does not tell them apart."""
    if day is None:
        return None
    enrollments = Enrollments(read, fields, rules, day)
    return enrollments if enrollments.columns else None


def is_of_its_day(header: Sequence[str], rules: FeedRules) -> bool:
    """Tell whether the same file may have other enrollments count on another day."""
    read = layout_of(header, rules)
    if read is None:
        return False
    is_joined = read.layout.vendor == "oneroster" and JOINED_SCHOOL in header
    return is_joined or any(role in read.holds for role in (Role.STARTED, Role.ENDED))
