"""Which of several enrollments of one student counts; no student's value is kept."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import groupby, islice, pairwise
from typing import Final, NamedTuple

from rollbook.core.duplicate_texts import NAMED_ROWS

NOBODY: Final = 0
"""As a student's digest: the row names none."""

UNKNOWN: Final = -1
"""As a rank: what the row says of its enrollment is not certain."""

_DAYS: Final = 1 << 22
"""Above any day's number."""


def numbers() -> "array[int]":
    """Return an array for whole numbers of 8 bytes each."""
    return array("q")


class Standing(IntEnum):
    """What an enrollment is on the day of the import; the higher counts."""

    LATER = 1
    """It has not begun."""
    ENDED = 2
    CURRENT = 3


def rank_of(standing: Standing, *, is_primary: bool, start: int) -> int:
    """Return what is known of an enrollment as one number. `start`: a day's number, 0: none."""
    return (standing * 2 + is_primary) * _DAYS + start


TOLD_SINGLY: Final = 20
"""So many students without a current enrollment get a warning each, however few others the
file has."""

SHARE_TOLD_SINGLY: Final = 10
"""Percent of the file's students up to which they are. Beyond that it is the whole district:
between two school years all enrollments have ended, or have not begun."""

MOST_TOLD_SINGLY: Final = 10_000

_BY_START: Final = (Standing.ENDED * 2, Standing.ENDED * 2 + 1, Standing.CURRENT * 2)
"""Standings, each with whether it is primary, of which the latest start counts: not of two that are
primary at one time, and not of two that have not begun."""


class Digests(NamedTuple):
    """Of what a row says: of its student, of the person, of what a school counts, and in all."""

    student: int
    person: int
    counted: int
    """0 where all of it is blank."""
    whole: int


@dataclass(slots=True)
class NotCurrent:
    """The students whose enrollments have all ended, or have all not begun."""

    count: int = 0
    rows: list[int] = field(default_factory=list)
    """Their rows; the first ones where there are too many to tell of each."""


@dataclass(slots=True)
class EnrollmentChoice:
    """Remembers of every row its number, its rank and digests: 48 bytes."""

    rows: "array[int]" = field(default_factory=numbers)
    ranks: "array[int]" = field(default_factory=numbers)
    students: "array[int]" = field(default_factory=numbers)
    persons: "array[int]" = field(default_factory=numbers)
    counted: "array[int]" = field(default_factory=numbers)
    wholes: "array[int]" = field(default_factory=numbers)
    passed_over: set[int] = field(default_factory=set)
    """The rows of enrollments that do not count; known after `choose`."""
    differing: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """Row that counts -> the first rows that do not, of which a school counts something else."""
    not_current: dict[Standing, NotCurrent] = field(default_factory=dict)
    """By what the enrollments are instead."""
    people: int = 0
    """How many students the rows name; known after `choose`."""
    _open: set[int] = field(default_factory=set)
    """The rows of students where it is open which one counts."""
    _repeats: set[int] = field(default_factory=set)
    """The rows that say the same as an earlier one that counts."""

    def add(self, row: int, rank: int, says: Digests) -> None:
        """Take in a row; one that names nobody is of no student."""
        if says.student == NOBODY:
            return
        self.rows.append(row)
        self.ranks.append(rank)
        self.students.append(says.student)
        self.persons.append(says.person)
        self.counted.append(says.counted)
        self.wholes.append(says.whole)

    def doubt(self, rows: Iterable[int]) -> None:
        """Take what these rows say of their enrollments as not certain."""
        for row in rows:
            if row in self.rows:
                self.ranks[self.rows.index(row)] = UNKNOWN

    def choose(self) -> None:
        """Find which rows do not count, once all are there."""
        self.people = len(self.rows)
        for alike in self._repeated():
            self.people -= len(alike) - 1
            taken = self._taken(alike)
            if not taken:
                self._open.update(self.rows[at] for at in alike)
                continue
            others = sorted({*alike}.difference(taken))
            self.passed_over.update(self.rows[at] for at in others)
            self._repeats.update(self.rows[at] for at in taken[1:])
            alike_counted = (NOBODY, self.counted[taken[0]])
            differing = (self.rows[at] for at in others if self.counted[at] not in alike_counted)
            if named := tuple(islice(differing, NAMED_ROWS + 1)):
                self.differing[self.rows[taken[0]]] = named
        self._find_not_current()

    def _find_not_current(self) -> None:
        untold = self.passed_over | self._open | self._repeats
        found = {standing: NotCurrent() for standing in (Standing.ENDED, Standing.LATER)}
        for row, rank in zip(self.rows, self.ranks, strict=True):
            if rank == UNKNOWN or rank >= Standing.CURRENT * 2 * _DAYS or row in untold:
                continue
            each = found[Standing(rank // (2 * _DAYS))]
            each.count += 1
            if each.count <= MOST_TOLD_SINGLY:
                each.rows.append(row)
        most = max(TOLD_SINGLY, self.people * SHARE_TOLD_SINGLY // 100)
        for each in found.values():
            if each.count > min(most, MOST_TOLD_SINGLY):
                del each.rows[NAMED_ROWS:]
        self.not_current = {standing: each for standing, each in found.items() if each.count}

    def _repeated(self) -> Iterator[list[int]]:
        """Yield the places of each student's rows, where there are several."""
        students = self.students
        ordered = array("q", sorted(students))
        repeated = {before for before, after in pairwise(ordered) if before == after}
        del ordered
        places = [at for at, student in enumerate(students) if student in repeated]
        places.sort(key=students.__getitem__)
        for _, alike in groupby(places, key=students.__getitem__):
            yield list(alike)

    def _taken(self, alike: Sequence[int]) -> list[int]:
        """Return the places of the rows that count; [] where nothing tells which they are.

        Then all rows are left for judging, which rejects what contradicts itself. Several count
        where they say the same.
        """
        if len({self.persons[at] for at in alike}) > 1:
            return []  # one number, and perhaps two people
        ranks = [self.ranks[at] for at in alike]
        if UNKNOWN in ranks:
            return []
        parts = [divmod(rank, _DAYS) for rank in ranks]
        # Of those of the best standing, the primary ones.
        best = max(kind for kind, _ in parts)
        among = [at for at, (kind, _) in zip(alike, parts, strict=True) if kind == best]
        if len(among) > 1 and best in _BY_START:
            starts = [self.ranks[at] % _DAYS for at in among]
            latest = max(starts)
            if 0 not in starts:
                among = [at for at, start in zip(among, starts, strict=True) if start == latest]
        return among if len({self.wholes[at] for at in among}) == 1 else []
