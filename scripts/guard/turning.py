"""A district from May to September: its students, what its SIS counts, and what its export has.

Everything is drawn from one generator, so that a seed is the same turn on every machine.
"""

import random
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from rollbook.core.catalogue.school_year import EARLIEST_SWITCH, SchoolYear
from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.catalogue.terms import Term
from rollbook.core.feed_settings import FeedRules
from rollbook.core.profile.filled import Filled
from rollbook.core.profile.spread import Spread, spread_of_numbers
from scripts.guard.district import counted
from scripts.guard.rosters import KINDS, District

FIRST: Final = date(2026, 5, 1)
NIGHTS: Final = 153
"""Until the end of September."""
BLANKS: Final = ("zeros", "blank", "blank for a week")
"""What an export has of a student without absences: 0; nothing; nothing for anybody at first."""
TURNS: Final = ("in summer", "on the first day", "a week late", "seven weeks late")
"""When the SIS sets its counts back."""
BEFORE_JUNE: Final = "before June"
"""Beside TURNS: the SIS turns its roster and its counts in May."""
YEAR_ROUND: Final = "a year-round school"
"""Beside TURNS: the largest school has begun its year, and its counts, before the switch."""
FIRST_SCHOOL: Final = "a year-round school, its first day set"
"""The same school, where the year's first day is that of the school that begins first."""
STYLES: Final[Mapping[str, str]] = {
    "season and year in front": "{season} {year} i-Ready {test} Score",
    "season and year behind": "i-Ready {test} Score {season} {year}",
    "names of a database": "{season}_{year}_iready_{test}_score",
    "mapped": "IR {test} Scale {season} {short}-{next}",
}
"""How headers name their terms."""
TESTS: Final = ("Reading", "Math")
OLD_TERMS: Final = (Term("Fall 2025"), Term("Winter 2026"), Term("Spring 2026"))

_CHANCES: Final = {"unexcused": 0.02, "excused": 0.035, "tardy": 0.03, "incident": 0.003}
_DAYS_BEFORE: Final = 158
"""School days from the first one of last year until the run begins."""
_RECENT: Final = timedelta(days=30)

Column = dict[str, float | None]
"""Student -> what the file has; None: blank."""


@dataclass(frozen=True, slots=True)
class File:
    """One night's file."""

    roster: Mapping[str, tuple[str, str]]
    columns: Mapping[str, Column]
    headers: tuple[str, ...]
    """Of the scores: they name terms."""
    old: frozenset[str]
    """Fields that have last year's values, but for the school `begun`."""
    filled: Filled
    digest: int
    begun: str
    """The school that has begun its year apart; "" where none has."""


@dataclass(slots=True)
class _Counts:
    """Of one student: chances, last year's counts, this year's, and the last 30 days'."""

    chances: Mapping[str, float]
    before: Counter[str] = field(default_factory=Counter)
    now: Counter[str] = field(default_factory=Counter)
    recent: Counter[str] = field(default_factory=Counter)


class TurningDistrict:
    """Its students on one day after the other, and the days on which things turn."""

    def __init__(self, kind: str, seed: int, turns: str = "") -> None:
        """`turns`: BEFORE_JUNE, YEAR_ROUND or FIRST_SCHOOL; otherwise one of TURNS is drawn."""
        chance = self._chance = random.Random(f"{kind} {seed}")  # noqa: S311 - nothing is a secret
        self._district = District(KINDS[kind], seed)
        self.last = _weekday(date(2026, 5, 18) + timedelta(chance.randrange(38)))
        first = _weekday(date(2026, 8, 3) + timedelta(chance.randrange(36)))
        self.year = SchoolYear(first, _weekday(first + timedelta(290)))
        summer = (first - self.last).days
        begins = max(self.last + timedelta(1), date(2026, 6, 1))
        self._district.turns_on = begins + timedelta(chance.randrange((first - begins).days))
        self.set_on = FIRST + timedelta(chance.randrange(30))
        """When a person sets the days of the year."""
        after = self.last + timedelta(1 + chance.randrange(summer))
        self.switch_on = max(after, first - EARLIEST_SWITCH)
        self.blanks = BLANKS[seed % len(BLANKS)]
        self.turns = TURNS[chance.choices(range(4), (6, 6, 6, 2))[0]]
        self.turns_on = {
            "in summer": self._district.turns_on,
            "on the first day": first,
            "a week late": first + timedelta(7),
            "seven weeks late": first + timedelta(49),
        }[self.turns]
        self.begins = self._others_begin = first
        """When the year-round school begins, and the others."""
        if turns:
            self.turns = turns
        if turns == BEFORE_JUNE:
            early = date(2026, 5, 8) + timedelta(chance.randrange(20))
            self.turns_on = self._district.turns_on = early
        elif turns:
            self.turns_on = first
            self.begins = _weekday(first - timedelta(20 + chance.randrange(15)))
            self.switch_on = self.begins + timedelta(3 + chance.randrange(14))
        if turns == FIRST_SCHOOL:
            self.year = SchoolYear(self.begins, self.year.last)
            self.switch_on = max(self.last + timedelta(1), self.begins - timedelta(5))
        self.year_round = self._largest() if turns in (YEAR_ROUND, FIRST_SCHOOL) else ""
        self.style = [*STYLES][seed % len(STYLES)]
        self.opens = chance.random() < 1 / 3
        self.terms = (*OLD_TERMS, *(Term(name) for name in self.year.terms))
        self.catalogue = student_catalogue(self.terms)
        self._students: dict[str, _Counts] = {}
        self._days: deque[tuple[date, list[tuple[str, str]]]] = deque()
        self._days_now = self._days_of_year_round = 0
        self._meet(_DAYS_BEFORE)
        self._first = {*self._district.roster}
        self._scored: dict[tuple[str, str], tuple[int, float]] = {}
        self._keeps_old = chance.random() < 0.5
        self._rules = self.rules()

    def pass_day(self, day: date) -> None:
        """Let a day pass: students come, go and go up, and miss school."""
        is_turn = day == self._district.turns_on
        self._district.pass_day(day)
        if is_turn and self.opens:
            self._open()
        self._meet(0)
        while self._days and self._days[0][0] <= day - _RECENT:
            for student, what in self._days.popleft()[1]:
                self._students[student].recent[what] -= 1
        if self.is_school_day(day):
            self._pass_school_day(day)

    def is_school_day(self, day: date) -> bool:
        return day.weekday() < 5 and not self.last < day < self.begins

    def _open(self) -> None:
        """Let a school open, with half of the students of the grades of another one."""
        roster, largest = self._district.roster, self._largest()
        for student, (school, grade) in [*roster.items()]:
            if school == largest and self._chance.random() < 0.5:
                roster[student] = ("New School", grade)

    def _largest(self) -> str:
        names = Counter(school for school, _ in self._district.roster.values())
        return names.most_common(1)[0][0]

    def _is_year_round(self, student: str) -> bool:
        return self._district.roster[student][0] == self.year_round

    def _meet(self, days: int) -> None:
        """Let students who are not known yet have their chances, and `days` of last year."""
        for student in sorted(self._district.roster.keys() - self._students.keys()):
            chances = {
                what: min(self._chance.gammavariate(0.8, mean / 0.8), 0.6)
                for what, mean in _CHANCES.items()
            }
            before = Counter({
                what: sum(self._chance.random() < each for _ in range(days)) if each * days > 0.5
                else int(self._chance.random() < each * days)
                for what, each in chances.items()
            })  # fmt: skip
            self._students[student] = _Counts(chances, before)

    def _pass_school_day(self, day: date) -> None:
        is_new = day >= self._others_begin
        self._days_now += is_new
        self._days_of_year_round += day >= self.begins
        met = []
        for student in self._district.roster:
            is_its_year = is_new or (day >= self.begins and self._is_year_round(student))
            if day >= self.begins and not is_its_year:
                continue
            counts = self._students[student]
            for what, chance in counts.chances.items():
                if self._chance.random() < chance:
                    (counts.now if is_its_year else counts.before)[what] += 1
                    counts.recent[what] += 1
                    met.append((student, what))
        self._days.append((day, met))

    def file(self, day: date) -> File:
        """Return what the export has on a night."""
        roster = dict(self._district.roster)
        is_turned = day >= self.turns_on
        columns: dict[str, Column] = {}
        is_blank = self.blanks == "blank for a week" and is_turned and self._days_now < 5
        days = self._days_now if is_turned else _DAYS_BEFORE + self._days_now
        for student in roster:
            each = self._students[student]
            is_own = day >= self.begins and self._is_year_round(student)
            year = each.now if is_turned or is_own else each.before + each.now
            passed = self._days_of_year_round if is_own else days
            for name, value in _values(year, each.recent, passed).items():
                gone = is_blank or (self.blanks != "zeros" and not value)
                columns.setdefault(name, {})[student] = None if gone else value
        recent = {name for name in columns if "30" in name}
        is_new = day >= self._others_begin
        old = frozenset() if is_turned else frozenset(columns.keys() - (recent if is_new else ()))
        headers = self._headers(is_new=day >= self._district.turns_on)
        for header in headers:
            found = self.catalogue.find(header, self._rules)
            if found is not None:
                columns[found.name] = self._scores(found.name, day)
        filled = Filled(
            len(roster),
            {name: _there(column) for name, column in columns.items()},
            {name: name for name in columns},
            {name: _spread(column).groups for name, column in columns.items()},
        )
        digest = hash((frozenset(roster.items()), headers, _digest(columns)))
        begun = self.year_round if day >= self.begins else ""
        return File(roster, columns, headers, old, filled, digest, begun)

    def _headers(self, *, is_new: bool) -> tuple[str, ...]:
        """Return the headers of scores: those of the year; in every second district all."""
        terms = [term for term in self.terms if is_new is (term not in OLD_TERMS)]
        if is_new and self._keeps_old:
            terms = [*self.terms]
        return tuple(
            STYLES[self.style].format(
                season=term.name.split()[0],
                year=term.name.split()[1],
                test=test,
                short=term.school_year % 100,
                next=term.school_year % 100 + 1,
            )
            for term in terms
            for test in TESTS
        )

    def rules(self) -> FeedRules:
        """Return the feed's rules, with a mapping of last year's headers where these need one."""
        headers = self._headers(is_new=False)
        names = [f"{term.key}_iready_{test.lower()}_score" for term in OLD_TERMS for test in TESTS]
        is_mapped = any(self.catalogue.find(each) is None for each in headers)
        return FeedRules(headers=dict(zip(headers, names, strict=True)) if is_mapped else {})

    def _scores(self, name: str, day: date) -> Column:
        """Return scores of a term: of those that are over, and of fall from four weeks on."""
        is_over = any(name.startswith(term.key) for term in OLD_TERMS)
        weeks = (day - self.year.first).days / 7 - 4
        is_fall = name.startswith(f"fall_{self.year.first.year}")
        share = 0.9 if is_over else 0.3 * max(0.0, weeks) if is_fall else 0.0
        found: dict[str, float | None] = {}
        for student in self._district.roster:
            score, order = self._scored.setdefault(
                (student, name), (round(self._chance.gauss(500, 40)), self._chance.random())
            )
            is_known = student in self._first or not is_over
            found[student] = float(score) if is_known and order < share else None
        return found


def _weekday(day: date) -> date:
    return day + timedelta(max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def _values(year: Mapping[str, int], recent: Mapping[str, int], days: int) -> dict[str, float]:
    absent = year["unexcused"] + year["excused"]
    return {
        "absences_ytd": absent,
        "unexcused_absences_ytd": year["unexcused"],
        "excused_absences_ytd": year["excused"],
        "tardies_ytd": year["tardy"],
        "incident_count_ytd": year["incident"],
        "absences_last_30_days": recent["unexcused"] + recent["excused"],
        "tardies_last_30_days": recent["tardy"],
        "incident_count_last_30_days": recent["incident"],
        "attendance_percentage": round(100 * (1 - absent / days), 2) if days else 0,
    }


def _there(column: Column) -> int:
    return sum(each is not None for each in column.values())


def _spread(column: Column) -> Spread:
    return spread_of_numbers(counted([*column.values()]))


def _digest(columns: Mapping[str, Column]) -> int:
    return hash(tuple((name, tuple(column.values())) for name, column in columns.items()))
