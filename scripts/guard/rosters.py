"""Print how often single schools alarm for nothing in a year, and which disasters are caught.

`python -m scripts.guard.rosters --seeds 20`: districts of each kind. Only students, schools and
grades are made. Students come and go each day, programs of a few weeks take some of them,
and the SIS turns its year in one night: graduates leave, everybody goes up, feeder schools fill the
next ones, part of the new classes and families is there, and the rest comes until September.
"""

import argparse
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from rollbook.core.catalogue.grades import GRADES
from rollbook.core.catalogue.school_year import SchoolYear
from rollbook.core.feed_settings import FeedRules
from rollbook.core.limits.by_school import compare_schools, expects_promotion, is_between_years
from rollbook.core.limits.table import LIMITS
from rollbook.core.loading.identities import STEPS_DOWN
from rollbook.core.measure import Measure
from scripts.guard.roster_counts import Roster, counts_of, newcomers

FIRST: Final = date(2025, 9, 20)
NIGHTS: Final = 365
RULES: Final = FeedRules(missing_limit=20)
PLANTED_AFTER: Final = (30, 120, 200, 300, 330)
MOVES_A_DAY: Final = 0.0012
"""Part of the students who come, go, or change school in the district on a school day."""
MOVE_IN_SUMMER: Final = 0.07
"""Part of the students who come, and leave, between two school years."""


@dataclass(frozen=True)
class Kind:
    """A kind of district: its schools with their grades, and programs of a few weeks."""

    schools: Mapping[str, Sequence[str]]
    programs: Sequence[str] = ()
    of_a_grade: int = 35
    """Students of a grade in each school that has it."""


def _grades(first: str, last: str) -> Sequence[str]:
    return GRADES[GRADES.index(first) : GRADES.index(last) + 1]


def _elementary(count: int, first: str, last: str) -> dict[str, Sequence[str]]:
    return {f"Elementary {at}": _grades(first, last) for at in range(count)}


KINDS: Final = {
    "K-12, 12 schools": Kind(
        {
            **_elementary(8, "K", "5"),
            "Preschool": ("PK",),
            "Middle 1": _grades("6", "8"),
            "Middle 2": _grades("6", "8"),
            "High": _grades("9", "12"),
        },
        ("Alternative", "Day Program"),
    ),
    "K-8, 5 schools": Kind(
        {**_elementary(4, "K", "6"), "Junior": ("7", "8")}, ("Home Instruction",)
    ),
    "9-12, 3 schools": Kind(
        {f"High {at}": _grades("9", "12") for at in range(3)}, ("Continuation",), 120
    ),
    "K-12, 3 schools": Kind(
        {"Primary": ("K", "1", "2"), "Middle": _grades("3", "7"), "High": _grades("8", "12")},
        (),
        30,
    ),
    "a building for each two grades": Kind(
        {
            "Kindergarten": ("PK", "K"),
            **{f"Grades {at}-{at + 1}": (str(at), str(at + 1)) for at in range(1, 12, 2)},
        },
        (),
        90,
    ),
}


class District:
    """Who is in which school and grade."""

    def __init__(self, kind: Kind, seed: int) -> None:
        self._kind = kind
        self._chance = random.Random(seed)  # noqa: S311 - nothing is a secret
        self._numbers = 0
        self.roster: dict[str, tuple[str, str]] = {}
        self._home: dict[str, str] = {}
        self._coming: list[tuple[date, str, str]] = []
        for school, grades in kind.schools.items():
            for grade in grades:
                for _ in range(round(kind.of_a_grade * self._chance.uniform(0.85, 1.15))):
                    self._add(school, grade)
        self.turns_on = date(2026, 7, 1) + timedelta(self._chance.randrange(50))

    def _add(self, school: str, grade: str) -> None:
        self._numbers += 1
        self.roster[f"{self._numbers:06}"] = (school, grade)

    def _schools_with(self, grade: str) -> list[str]:
        return [school for school, grades in self._kind.schools.items() if grade in grades]

    def pass_day(self, day: date) -> None:
        """Let students come and go, and the year turn."""
        for _, school, grade in [each for each in self._coming if each[0] <= day]:
            self._add(school, grade)
        self._coming = [each for each in self._coming if each[0] > day]
        if day == self.turns_on:
            self._turn(day)
        elif day.weekday() < 5 and day.month not in (7, 8):
            self._pass_school_day()

    def _pass_school_day(self) -> None:
        draw, rate = self._chance.random, MOVES_A_DAY
        for student, (school, grade) in list(self.roster.items()):
            if school in self._kind.programs:
                if draw() < 1 / 45:  # back after some weeks
                    self.roster[student] = (self._home.pop(student), grade)
            elif (number := draw()) < rate:
                del self.roster[student]
            elif number < 2 * rate:
                self.roster[student] = (self._chance.choice(self._schools_with(grade)), grade)
            elif number < 2.5 * rate and self._kind.programs and grade not in ("PK", "K", "1"):
                self._home[student] = school
                self.roster[student] = (self._chance.choice(self._kind.programs), grade)
        for _ in range(round(len(self.roster) * rate + draw())):
            school, grades = self._chance.choice([*self._kind.schools.items()])
            self._add(school, self._chance.choice(grades))

    def _turn(self, day: date) -> None:
        everybody, draw = len(self.roster), self._chance.random
        before, self.roster = self.roster, {}
        last = max((GRADES.index(grade) for _, grade in before.values()), default=0)
        for student, (school, grade) in before.items():
            at = GRADES.index(grade)
            if at == last or draw() < MOVE_IN_SUMMER:
                continue
            up = "K" if grade == "PK" else GRADES[at + 1]
            school = self._home.pop(student, school)
            if draw() < 0.01:
                up = grade  # retained
            schools = self._schools_with(up)
            self.roster[student] = (
                school if school in schools else self._chance.choice(schools),
                up,
            )
        self._home = {}
        lowest = min(GRADES.index(grade) for _, grade in before.values())
        is_all_there = draw() < 0.5
        starting = [each for each in ("PK", "K") if self._schools_with(each)] or [GRADES[lowest]]
        for grade in starting:
            for school in self._schools_with(grade):
                for _ in range(
                    self._kind.of_a_grade if grade != "K" else self._kind.of_a_grade - 8
                ):
                    self._come(day, school, grade, is_now=is_all_there)
        for _ in range(round(everybody * MOVE_IN_SUMMER)):
            school, grades = self._chance.choice([*self._kind.schools.items()])
            self._come(day, school, self._chance.choice(grades), is_now=is_all_there)

    def _come(self, day: date, school: str, grade: str, *, is_now: bool) -> None:
        until = (date(2026, 9, 5) - day).days
        later = 0 if is_now else self._chance.randrange(max(until, 1))
        self._coming.append((day + timedelta(later), school, grade))
        if not later:
            self._add(*self._coming.pop()[1:])


def held_by(before: Roster, now: Roster, day: date, *, year: SchoolYear | None = None) -> set[str]:
    """Return the kinds of limits that hold the file; `year`: as the district has set it."""
    counts = counts_of(before, now)
    new = newcomers(counts)
    compared = compare_schools(
        counts,
        new=new,
        is_promotion=expects_promotion("", day, year),
        is_turn=is_between_years("", day, year),
    )
    found = {
        kind
        for kind, schools in compared.measures().items()
        if any(LIMITS[kind].is_beyond(each, RULES) for each in schools.values())
    }
    known = before.keys() & now.keys()
    steps = [(before[each][1], now[each][1]) for each in known]
    of_all = {
        "last_year": Measure(sum(step in STEPS_DOWN for step in steps), len(known)),
        "new": Measure(compared.new, len(before) + new),
        "missing": Measure(len(before.keys() - now.keys()) - compared.leavers, len(before)),
    }
    return found | {kind for kind, each in of_all.items() if LIMITS[kind].is_beyond(each, RULES)}


def disasters(roster: Roster, chance: random.Random) -> Iterator[tuple[str, Roster]]:
    """Yield what may become of a night's file; of one school unless it says otherwise."""
    sizes = Counter(school for school, _ in roster.values())
    one = chance.choice(sorted(school for school, size in sizes.items() if size >= 20))
    of_it = [student for student, (school, _) in roster.items() if school == one]
    most = {*chance.sample(of_it, round(len(of_it) * 0.7))}
    everybody = set(roster)
    yield "a school is left out", _without(roster, set(of_it))
    yield "seven of ten of a school are left out", _without(roster, most)
    yield "other Student IDs in a school", _renumbered(roster, set(of_it))
    yield "other Student IDs everywhere", _renumbered(roster, everybody)
    yield (
        "a school under another name",
        {
            student: ("Lincoln" if school == one else school, grade)
            for student, (school, grade) in roster.items()
        },
    )
    yield (
        "a school's students in another school",
        {
            student: (min(sizes.keys() - {one}) if student in most | set(of_it) else school, grade)
            for student, (school, grade) in roster.items()
        },
    )
    yield "the school year before", _regraded(roster, -1)
    graduated = {student for student, (_, grade) in roster.items() if grade == "12"}
    yield "the year is turned too early", _regraded(_without(roster, graduated), 1)


def _regraded(roster: Roster, step: int) -> Roster:
    return {
        student: (school, GRADES[max(0, GRADES.index(grade) + step)])
        for student, (school, grade) in roster.items()
    }


def _without(roster: Roster, students: set[str]) -> Roster:
    return {student: place for student, place in roster.items() if student not in students}


def _renumbered(roster: Roster, students: set[str]) -> Roster:
    return {
        f"x{student}" if student in students else student: place
        for student, place in roster.items()
    }


class Tallies:
    """What was counted."""

    def __init__(self) -> None:
        self.alarms: Counter[tuple[str, str]] = Counter()
        self.planted: Counter[tuple[str, bool]] = Counter()
        self.caught: Counter[tuple[str, bool]] = Counter()


def run(name: str, seed: int, tallies: Tallies, *, nights: int = NIGHTS) -> None:
    """Go through the nights of a year; on some of them every disaster is tried, too."""
    district = District(KINDS[name], seed)
    chance = random.Random(seed)  # noqa: S311 - nothing is a secret
    for at in range(nights):
        day = FIRST + timedelta(at)
        before = dict(district.roster)
        district.pass_day(day)
        for kind in held_by(before, district.roster, day):
            tallies.alarms[name, kind] += 1
        if at not in PLANTED_AFTER:
            continue
        is_turn = expects_promotion("", day, None)
        for what, roster in disasters(district.roster, chance):
            tallies.planted[what, is_turn] += 1
            tallies.caught[what, is_turn] += bool(held_by(district.roster, roster, day))


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    seeds = parser.parse_args().seeds
    tallies = Tallies()
    for name in KINDS:
        for seed in range(seeds):
            run(name, seed, tallies)
    print("| district | alarms a year | of these |\n| --- | --- | --- |")
    for name in KINDS:
        found = {kind: count for (of, kind), count in sorted(tallies.alarms.items()) if of == name}
        kinds = ", ".join(f"{kind} {count}" for kind, count in found.items())
        print(f"| {name} | {sum(found.values()) / seeds:.2f} | {kinds} |")
    print("\n| what is wrong | October to May | June to September |\n| --- | --- | --- |")
    for what in dict.fromkeys(each for each, _ in tallies.planted):
        cells = [
            f"{tallies.caught[what, turn]} of {tallies.planted[what, turn]}"
            for turn in (False, True)
        ]
        print(f"| {what} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
