"""Print what a hundred turns of the school year come to.

`python -m scripts.guard.turns --seeds 100`, about ten minutes. Each district runs from May to
September: seniors leave, the SIS turns its roster and its counts, a school opens, the terms in the
headers become others, and a person sets the year's days and switches it. Each night's file is
judged by the guard's own functions, and what would be stored is kept.
"""

import argparse
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from rollbook.core.catalogue.school_year import (
    AREAS,
    SchoolYear,
    fields_of_the_year,
    is_turning,
    over_terms,
    switch_fault,
)
from rollbook.core.limits.older_file import EarlierFiles, older
from rollbook.core.limits.table import LIMITS
from rollbook.core.loading.last_years import LeftOut, compared_fields, left_out
from rollbook.core.measure import Measure
from rollbook.core.profile.filled import Filled, compared, lost_values
from rollbook.core.profile.shifted import least_shifts, swapped_columns
from scripts.guard.roster_counts import Roster
from scripts.guard.rosters import KINDS, RULES, held_by
from scripts.guard.turn_table import Outcome, print_turns
from scripts.guard.turning import (
    BEFORE_JUNE,
    FIRST,
    FIRST_SCHOOL,
    NIGHTS,
    YEAR_ROUND,
    File,
    TurningDistrict,
)

REMEMBERED: Final = 10
_WHEN: Final = ("before the first day", "after it")
LOOKED_AT: Final = timedelta(14)
"""After the first day with school: then June's values are counted where nobody switches."""

Values = dict[str, dict[str, tuple[float, bool]]]
"""Field -> student -> the stored value, and whether it is last year's."""


@dataclass(frozen=True, slots=True)
class Night:
    """One file that was stored."""

    job: int
    digest: int
    filled: Filled


class Guard:
    """A district's installation: what it has stored, and how it judges the next file."""

    def __init__(self, district: TurningDistrict) -> None:
        self._district, self._catalogue = district, district.catalogue
        self._rules = district.rules()
        self._counted = frozenset(each.name for each in fields_of_the_year(self._catalogue))
        self._nights: list[Night] = []
        self._switch: int | None = None
        self._values: Values = {}
        self._unswitched: Values = {}
        self._aside: Mapping[str, Mapping[str, float]] = {}
        self._roster: Roster = {}
        self.outcome = Outcome(district.turns)

    def pass_night(self, day: date) -> None:
        """Import the night's file; before it, a person has done what is due."""
        district, outcome, job = self._district, self.outcome, (day - FIRST).days
        year = district.year if day >= district.set_on else None
        if self._switch is None and year is not None and day >= district.switch_on:
            assert not switch_fault(year, day)
            self._switch = job
            self._aside = {
                name: {student: value for student, (value, _) in held.items()}
                for name, held in self._values.items()
            }
            self._values = {}
        file = district.file(day)
        outcome.nights += 1
        outcome.mapped += sum(
            self._catalogue.find(each, self._rules) is None for each in file.headers
        )
        is_begun = self._switch is not None and day >= district.year.first
        is_early = self._switch is not None and not is_begun
        last = self._last_years(file) if is_begun else {}
        aside = self._counted if is_early else frozenset(last)
        _keep(self._unswitched, file, self._counted & file.columns.keys())
        if not (self._nights and self._nights[-1].digest == file.digest):
            held = self._held(file, day, year, aside)
            outcome.held.update(held)
            if not held:
                self._store(file, job, aside, last)
        outcome.left_out += bool(last and file.old)
        outcome.left_out_wrongly += bool(last and not file.old)
        if day >= district.begins and district.year_round:
            outcome.not_shown[_WHEN[is_begun]] += self._is_year_round_blank(file)
        if is_begun:
            outcome.shown += _of_last_year(self._values, file.roster)
        if day == district.year.first + LOOKED_AT:
            outcome.shown_unswitched = _of_last_year(self._unswitched, file.roster)

    def _store(
        self, file: File, job: int, aside: frozenset[str], last: Mapping[str, LeftOut]
    ) -> None:
        _keep(self._values, file, (self._counted & file.columns.keys()) - aside)
        for name, left in last.items():
            _keep(self._values, file, [name], left)
        self._roster = file.roster
        self._nights.append(Night(job, file.digest, file.filled.without(aside)))

    def _is_year_round_blank(self, file: File) -> bool:
        """Whether most of the school's absences are not shown, though the file has them."""
        name = "absences_ytd"
        there = [
            student
            for student, (school, _) in file.roster.items()
            if school == self._district.year_round and file.columns[name][student] is not None
        ]
        stored = self._values.get(name, {})
        return sum(student in stored for student in there) * 2 < len(there)

    def _last_years(self, file: File) -> dict[str, LeftOut]:
        """Return what is not imported, as `leave_last_years` finds it, by field."""
        found: dict[str, LeftOut] = {}
        for area in AREAS:
            fields = [
                each
                for name in file.columns
                if (each := self._catalogue.by_name[name]).area == area
            ]
            schools: dict[str, dict[str, Measure]] = {}
            for each in compared_fields(fields):
                for school, measure in self._measures(file, each.name).items():
                    schools.setdefault(school, {})[each.name] = measure
            if (left := left_out(schools)) is not None:
                found |= {each.name: left for each in fields}
        return found

    def _measures(self, file: File, name: str) -> dict[str, Measure]:
        """Return what `count_last_years` counts of a field, by school."""
        is_percent = name.endswith("percentage")
        stored, there = self._values.get(name, {}), file.columns[name]
        found: dict[str, Measure] = {}
        for student, before in self._aside.get(name, {}).items():
            if student not in there or student in stored or before <= 0:
                continue
            if is_percent and before >= 100:
                continue
            now = there[student]
            is_last = now is not None and (abs(now - before) < 1 if is_percent else now >= before)
            school, _ = file.roster[student]
            each = found.get(school, Measure(0, 0))
            found[school] = Measure(each.part + is_last, each.whole + 1)
        return found

    def _held(
        self, file: File, day: date, year: SchoolYear | None, aside: frozenset[str]
    ) -> set[str]:
        """Return the kinds of limits that hold the file."""
        if not self._nights:
            return set()
        found = held_by(self._roster, file.roster, day, year=year)
        if older("export.csv", self._earlier(file))[0].part:
            found.add("older")
        is_turn = is_turning(day, year)
        nights = [self._of_this_year(each) for each in self._nights[-REMEMBERED:][::-1]]
        before = compared([(each, False) for each in nights], ())
        over = {term.key for term in over_terms(self._catalogue.terms, day, year)}
        past = {each.name for each in self._catalogue.fields if each.term in over}
        lost = lost_values(
            before.shares, past, file.filled, past=past | (self._counted if is_turn else set())
        )
        found |= _beyond("blanked", lost)
        now = {name: each for name, each in file.filled.spreads().items() if name not in aside}
        spreads = [each.spreads() for each in nights]
        shifts = least_shifts(now, spreads, self._catalogue, is_turn=is_turn)
        found |= _beyond("shifted", {name: each.measure for name, each in shifts.items()})
        swapped = swapped_columns(now, shifts, self._catalogue)
        return found | ({"swapped"} if swapped else set())

    def _earlier(self, file: File) -> EarlierFiles:
        same = [each.job for each in self._nights if each.digest == file.digest]
        if not same:
            return EarlierFiles()
        others = sum(each.job > same[-1] for each in self._nights)
        is_before = self._switch is not None and same[-1] < self._switch
        return EarlierFiles(same[-1], others, is_before_the_year=is_before)

    def _of_this_year(self, night: Night) -> Filled:
        is_before = self._switch is not None and night.job < self._switch
        return night.filled.without(self._counted if is_before else ())


def _keep(values: Values, file: File, names: Iterable[str], left: LeftOut | None = None) -> None:
    """Store what a file brings, but of no school that is left out; a blank overwrites nothing."""
    for name in names:
        held, is_old = values.setdefault(name, {}), name in file.old
        held |= {
            student: (value, is_old and file.roster[student][0] != file.begun)
            for student, value in file.columns[name].items()
            if value is not None and not (left and _is_left_out(file.roster[student][0], left))
        }


def _is_left_out(school: str, left: LeftOut) -> bool:
    return school in left.schools or (left.is_rest and school not in left.others)


def _of_last_year(values: Values, students: Roster) -> int:
    """Return how many of last year's values are shown of these students; a 0 says nothing."""
    return sum(
        is_old and value > 0 and student in students
        for held in values.values()
        for student, (value, is_old) in held.items()
    )


def _beyond(kind: str, measures: Mapping[str, Measure]) -> set[str]:
    return {kind for each in measures.values() if LIMITS[kind].is_beyond(each, RULES)}


def run(kind: str, seed: int, *, nights: int = NIGHTS, turns: str = "") -> Outcome:
    """Go through the nights of one turn; `turns` as TurningDistrict takes it."""
    district = TurningDistrict(kind, seed, turns)
    guard = Guard(district)
    for at in range(nights):
        day = FIRST + timedelta(at)
        district.pass_day(day)
        guard.pass_night(day)
    return guard.outcome


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--turns", choices=(BEFORE_JUNE, YEAR_ROUND, FIRST_SCHOOL), default="")
    kinds, given = [*KINDS], parser.parse_args()
    seeds = range(given.seeds)
    print_turns([run(kinds[seed % len(kinds)], seed, turns=given.turns) for seed in seeds])


if __name__ == "__main__":
    main()
