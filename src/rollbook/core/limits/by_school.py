"""What a file does to single schools, and the classes with which school starts and ends."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from rollbook.core.catalogue.grades import GRADES
from rollbook.core.catalogue.school_year import SchoolYear, are_classes_ending, is_turning
from rollbook.core.loading.school_counts import Move, SchoolCounts
from rollbook.core.loading.school_names import school_key
from rollbook.core.measure import Measure

STARTING: Final = frozenset({"PK", "TK", "K"})
"""Grades with which school starts everywhere."""
ENDING: Final = frozenset({"PK", "TK", "12"})
"""Grades after which students leave everywhere; many of the youngest, to another district."""
OF_A_CLASS: Final = 40
"""A grade of a part of 1/40 of the students is one of the district's classes."""
MOST_KEPT: Final = 1_000
"""Schools whose numbers are kept with a held import."""
DAYS_AROUND: Final = 14
"""So many days before and after the announced day a promotion is expected."""

NumbersOfSchools = Mapping[str, Sequence[int]]
"""School -> students before and now, missing, new, rejected, and in another school or grade."""

Measures = Mapping[str, Mapping[str, Measure]]
"""Kind of `limits.LIMITS` -> school -> what was found."""


@dataclass(slots=True)
class School:
    """Numbers of students of one school: by what is stored, and by what would be."""

    name: str
    before: int = 0
    """In the last file."""
    now: int = 0
    """In this one."""
    missing: int = 0
    new: int = 0
    rejected: int = 0
    """Of those in the last file, named by rejected rows alone."""
    moved: int = 0
    """Of those in the last file, with another school, or a grade that is not the next."""
    promoted: int = 0
    """Of those in the last file, with the next grade."""
    ended: Counter[str] = field(default_factory=Counter)
    """Of those in a class that ends: `before` and `missing`."""
    started: Counter[str] = field(default_factory=Counter)
    """Of those in a class that starts: `now` and `new`; of the others, those who come with the next
    grade: `promoted`."""

    def numbers(self) -> Sequence[int]:
        """Return what people see of it, as NumbersOfSchools says."""
        moved = self.moved + self.promoted
        return self.before, self.now, self.missing, self.new, self.rejected, moved

    def measures(self, *, is_promotion: bool) -> dict[str, Measure]:
        """Return what is found of the school; it counts under one kind where it is gone or new.

        `is_promotion`: students may go up to their next grades.
        """
        leaving = self.ended["missing"] + (self.promoted if is_promotion else 0)
        staying, here = self.before - self.ended["before"], self.now - self.started["now"]
        arrived = here - (self.started["promoted"] if is_promotion else 0)
        found = {"schools_rejected": Measure(self.rejected, self.before)}
        if self.before and not self.now:
            found["schools_gone"] = _all(self.before - leaving)
        elif self.before:
            missing = self.missing - self.ended["missing"]
            known = self.before - self.missing - self.rejected
            found["schools_missing"] = Measure(missing, staying)
            moved = self.moved + (0 if is_promotion else self.promoted)
            kind = "schools_moved" if is_promotion or 2 * self.moved > moved else "schools_promoted"
            found[kind] = Measure(moved, known)
            found["schools_new"] = Measure(self.new - self.started["new"], here)
        elif not is_promotion or 2 * arrived > here:  # otherwise it opens with the promotion
            found["schools_opened"] = _all(arrived)
        return found


@dataclass(frozen=True, slots=True)
class Comparison:
    """The schools of two files, and how many new students are not in a class that starts."""

    schools: Sequence[School]
    new: int
    is_promotion: bool
    """Students may go up to their next grades."""

    @property
    def leavers(self) -> int:
        """How many of the missing students are in a class that ends."""
        return sum(each.ended["missing"] for each in self.schools)

    def measures(self) -> Measures:
        """Return what is compared with the limits of one school; {} where few schools are known.

        Students without a school are of none.
        """
        named = [each for each in self.schools if school_key(each.name)]
        known, all_before = (sum(each.before for each in of) for of in (named, self.schools))
        found: dict[str, dict[str, Measure]] = {}
        if known * 2 > all_before:
            for school in named:
                for kind, measure in school.measures(is_promotion=self.is_promotion).items():
                    found.setdefault(kind, {})[school_key(school.name)] = measure
        return found

    def numbers(self) -> NumbersOfSchools:
        """Return what people see of the largest schools."""
        largest = sorted(self.schools, key=lambda each: -max(each.before, each.now))
        return {each.name: each.numbers() for each in largest[:MOST_KEPT]}


def expects_promotion(promotion_on: str, today: date, year: SchoolYear | None) -> bool:
    """Tell whether students may go up to their next grades, all at once.

    Around the day that was announced, and before it not; without one that is not long past, while
    school years turn.
    """
    if promotion_on:
        days = (date.fromisoformat(promotion_on) - today).days
        if days >= -DAYS_AROUND:
            return days <= DAYS_AROUND
    return is_turning(today, year)


def is_between_years(promotion_on: str, today: date, year: SchoolYear | None) -> bool:
    """Tell whether classes end and others start: in other months a class comes and goes with its
    school, as all others."""
    is_turn = is_turning(today, year) or are_classes_ending(today, year)
    return is_turn or expects_promotion(promotion_on, today, year)


def compare_schools(
    counts: SchoolCounts, *, new: int, is_promotion: bool, is_turn: bool
) -> Comparison:
    """Compare the last file with this one, of which `new` students are new.

    `is_turn`: classes may end and start, as `is_between_years` says.
    """
    schools: dict[str, School] = {}

    def of(name: str) -> School:
        return schools.setdefault(school_key(name), School(name))

    starting = _starting(counts) if is_turn else frozenset()
    ending = _ending(counts) if is_turn else frozenset()
    for group in counts.there:
        school, is_ending = of(group.school), group.grade in ending
        school.before += group.before
        school.missing += group.missing
        school.rejected += group.rejected
        school.ended.update({"before": group.before, "missing": group.missing} if is_ending else {})
        _come(school, group.grade, group.now, starting)
    for move in counts.moves:
        _move(of(move.school), of(move.to_school), move, starting)
    for each in counts.newcomers:
        school = of(each.school)
        school.new += each.students
        school.started["new"] += each.students if each.grade in starting else 0
        _come(school, each.grade, each.students, starting)
    in_starting = sum(each.students for each in counts.newcomers if each.grade in starting)
    return Comparison(list(schools.values()), new - in_starting, is_promotion)


def _come(school: School, grade: str, students: int, starting: frozenset[str]) -> None:
    school.now += students
    school.started["now"] += students if grade in starting else 0


def _move(before: School, after: School, move: Move, starting: frozenset[str]) -> None:
    _come(before, move.grade, -move.students, starting)
    _come(after, move.to_grade, move.students, starting)
    if move.is_step:
        before.promoted += move.before
        after.started["promoted"] += move.students if move.to_grade not in starting else 0
    elif move.is_other:
        before.moved += move.before


def _starting(counts: SchoolCounts) -> frozenset[str]:
    """Return the grades of this file in which new students are expected."""
    now: Counter[str] = Counter()
    for group in counts.there:
        now[group.grade] += group.now
    for move in counts.moves:
        now[move.grade] -= move.students
        now[move.to_grade] += move.students
    for each in counts.newcomers:
        now[each.grade] += each.students
    return _classes(now, STARTING, GRADES)


def _ending(counts: SchoolCounts) -> frozenset[str]:
    """Return the grades of the last file whose students are expected to leave."""
    before: Counter[str] = Counter()
    for group in counts.there:
        before[group.grade] += group.before
    return _classes(before, ENDING, reversed(GRADES))


def _classes(
    students: Mapping[str, int], everywhere: frozenset[str], order: Iterable[str]
) -> frozenset[str]:
    """Return the grades `everywhere`, and the first in `order` that is one of the district's.

    None where these are half of all students or more: then they say as much as all.
    """
    everybody = sum(students.values())
    first = [each for each in order if 0 < everybody <= students.get(each, 0) * OF_A_CLASS][:1]
    found = everywhere.union(first)
    return found if 2 * sum(students.get(each, 0) for each in found) < everybody else frozenset()


def _all(students: int) -> Measure:
    return Measure(max(0, students), max(0, students))
