"""A district whose attendance, incidents and tests change from night to night as real ones do.

Only the columns are made, not the files: 60 nights of 30,000 students take seconds. Everything is
drawn from one generator, so that a seed is the same district on every machine.
"""

import random
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

Column = list[float | str | None]
Columns = Mapping[str, Column]
"""Field -> the value of each student; None: blank."""

NIGHTS: Final = 60
BREAKS: Final = (
    (date(2025, 5, 24), date(2025, 8, 24)),
    (date(2025, 11, 26), date(2025, 11, 30)),
    (date(2025, 12, 20), date(2026, 1, 4)),
    (date(2026, 3, 14), date(2026, 3, 22)),
    (date(2026, 6, 6), date(2026, 8, 24)),
)
SCHOOL_STARTS: Final = (date(2024, 8, 26), date(2025, 8, 25), date(2026, 8, 24))
BEGINNINGS: Final = {
    "a new school year": date(2025, 7, 20),
    "fall tests": date(2025, 9, 12),
    "winter break": date(2025, 12, 1),
    "spring": date(2026, 3, 1),
    "the end of school": date(2025, 5, 10),
}
"""What a run of 60 nights goes through, and its first night."""

TESTED: Final = {"fall_2025": date(2025, 9, 8), "winter_2026": date(2026, 1, 6)}
"""Term -> the first day of its window of five weeks."""

RECENT: Final = 30
KINDS: Final = ("unexcused", "excused", "tardy", "incident")
_MEANS: Final = {"unexcused": 0.02, "excused": 0.035, "tardy": 0.03, "incident": 0.003}


def is_school_day(day: date) -> bool:
    return day.weekday() < 5 and not any(first <= day <= last for first, last in BREAKS)


@dataclass(slots=True)
class _Kind:
    """What is counted of one kind: by student in the year, in 30 days, and who on which day."""

    chances: list[float]
    year: list[int]
    recent: list[int]
    days: deque[tuple[date, list[int]]]

    def forget(self, today: date) -> None:
        """Take what is longer ago than 30 days out of `recent`."""
        while self.days and self.days[0][0] <= today - timedelta(RECENT):
            for at in self.days.popleft()[1]:
                self.recent[at] -= 1


class District:
    """Its students on one day after the other."""

    def __init__(self, students: int, seed: int, first: date) -> None:
        self._chance = random.Random(f"{students} {seed}")  # noqa: S311 - nothing is a secret
        self._count = students
        self._year_starts = max(start for start in SCHOOL_STARTS if start <= first)
        self._days_of = [0] * students
        self._grades = [self._chance.randrange(13) for _ in range(students)]
        self._abilities = [self._chance.gauss(0, 1) for _ in range(students)]
        self._kinds = {kind: self._kind(kind) for kind in KINDS}
        self._has_blank_start = seed % 2 == 0
        self._tests: dict[str, list[dict[str, float | str | None]]] = {
            term: [{} for _ in range(students)] for term in TESTED
        }
        day = self._year_starts
        while day < first:
            self.pass_day(day)
            day += timedelta(1)

    def _kind(self, kind: str) -> _Kind:
        draw = self._chance.gammavariate
        chances = [min(draw(0.8, _MEANS[kind] / 0.8), 0.6) for _ in range(self._count)]
        return _Kind(chances, [0] * self._count, [0] * self._count, deque())

    def pass_day(self, day: date) -> None:
        """Let a day pass: a school year may begin, students miss school, test, come and go."""
        if day in SCHOOL_STARTS and day != self._year_starts:
            self._turn(day)
        for kind in self._kinds.values():
            kind.forget(day)
        if is_school_day(day):
            self._pass_school_day(day)

    def _pass_school_day(self, day: date) -> None:
        for kind in self._kinds.values():
            met = [at for at, chance in enumerate(kind.chances) if self._chance.random() < chance]
            for at in met:
                kind.year[at] += 1
                kind.recent[at] += 1
            kind.days.append((day, met))
        self._days_of = [days + 1 for days in self._days_of]
        for term, opens in TESTED.items():
            if opens <= day < opens + timedelta(35):
                self._test(term, (day - opens).days)
        for _ in range(self._count // 1_000 + (self._chance.random() < 0.3)):
            self._replace(self._chance.randrange(self._count))

    def _turn(self, day: date) -> None:
        self._year_starts = day
        self._days_of = [0] * self._count
        for kind in self._kinds.values():
            kind.year = [0] * self._count
        for at in range(self._count):
            self._grades[at] += 1
            if self._grades[at] > 12:
                self._replace(at)
                self._grades[at] = 0

    def _replace(self, at: int) -> None:
        """Let another student come in place of this one."""
        for kind in self._kinds.values():
            kind.year[at] = kind.recent[at] = 0
            for _, met in kind.days:
                if at in met:
                    met.remove(at)
        self._days_of[at] = 0
        self._abilities[at] = self._chance.gauss(0, 1)
        for tests in self._tests.values():
            tests[at] = {}

    def _test(self, term: str, since: int) -> None:
        """Each grade has days of its own, and some students are late."""
        grown = 12 if term.startswith("winter") else 0
        draw = self._chance.gauss
        for at, tests in enumerate(self._tests[term]):
            grade = self._grades[at]
            is_day = since == grade * 2 or (since > grade * 2 and self._chance.random() < 0.15)
            if tests or grade > 8 or not is_day:
                continue
            ability = self._abilities[at]
            score = round(370 + 24 * grade + grown + 34 * ability + draw(0, 12))
            tests["iready_reading_score"] = min(max(score, 100), 800)
            math = round(360 + 19 * grade + grown + 26 * ability + draw(0, 12))
            tests["iready_math_score"] = min(max(math, 100), 800)
            words = round(35 + 18 * grade + grown + 28 * ability + draw(0, 9))
            tests["dibels_orf_wc_score"] = min(max(words, 0), 400)
            tests["dibels_orf_acc_score"] = min(max(round(93 + 4 * ability + draw(0, 2)), 2), 100)
            level = ability + draw(0, 0.3)
            tests["iready_reading_level"] = f"level {sum(level > cut for cut in (-1, 0, 0.7))}"
            tests["iready_reading_met_standard"] = "t" if level > 0.3 else "f"

    def columns(self) -> Columns:
        """Return what the night's file has."""
        kinds, days = self._kinds, self._days_of
        unexcused, excused = kinds["unexcused"], kinds["excused"]
        absent = list(map(sum, zip(unexcused.year, excused.year, strict=True)))
        found: dict[str, list[float | str | None]] = {
            "absences_ytd": [*absent],
            "tardies_ytd": [*kinds["tardy"].year],
            "unexcused_absences_ytd": [*unexcused.year],
            "excused_absences_ytd": [*excused.year],
            "absences_last_30_days": [
                *map(sum, zip(unexcused.recent, excused.recent, strict=True))
            ],
            "tardies_last_30_days": [*kinds["tardy"].recent],
            "unexcused_absences_last_30_days": [*unexcused.recent],
            "incident_count_ytd": [*kinds["incident"].year],
            "incident_count_last_30_days": [*kinds["incident"].recent],
            "absence_percentage": [
                self._percentage(part, whole) for part, whole in zip(absent, days, strict=True)
            ],
            "attendance_percentage": [
                self._percentage(whole - part, whole)
                for part, whole in zip(absent, days, strict=True)
            ],
        }
        for term, tests in self._tests.items():
            for name in (
                "iready_reading_score", "iready_math_score", "dibels_orf_wc_score",
                "dibels_orf_acc_score", "iready_reading_level", "iready_reading_met_standard",
            ):  # fmt: skip
                found[f"{term}_{name}"] = [each.get(name) for each in tests]
        return found

    def _percentage(self, part: int, whole: int) -> float | None:
        if whole > 0:
            return round(100 * part / whole, 2)
        return None if self._has_blank_start else 0.0


def nights(students: int, seed: int, first: date) -> Iterator[tuple[date, Columns]]:
    """Yield the nights that a file came: a few fail, and in one district of five some weeks."""
    district = District(students, seed, first)
    fails = random.Random(seed)  # noqa: S311 - nothing is a secret
    gap = range(25, 25 + fails.choice((10, 20))) if fails.random() < 0.2 else range(0)
    for at in range(NIGHTS):
        day = first + timedelta(at)
        district.pass_day(day)
        if at in gap or (at and fails.random() < 0.03):
            continue
        yield day, district.columns()


def counted(column: Column) -> Counter[str]:
    """Return how often each value is there, as a column of a file counts them."""
    found = Counter(column)
    del found[None]
    return Counter({str(value): count for value, count in found.items()})
