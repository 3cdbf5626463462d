"""The synthetic district: plausible, correlated students, made from the catalogue's declarations.

Every student is drawn from a generator of its own, seeded by the district and the student's
number. So any student of any night can be made without the others, the same each time.
"""

import random
from collections.abc import Iterator

from rollbook.core.catalogue.students import Catalogue
from rollbook.demo.assessments import Measure, measures_of_district
from rollbook.demo.people import (
    FAMILY_BEGINNINGS,
    FAMILY_ENDINGS,
    GIVEN,
    SCHOOLS,
    WHOLE_FAMILY,
)

SCHOOL_DAYS = 120
"""School days so far this year."""

MOST_MISSED = 60
MOST_RECENT = 9
"""Excused or unexcused in the last 30 days, in which there are some 20 school days."""

MOVING = 4
"""Of 10,000 students, how many join and how many leave per night."""


def students(
    catalogue: Catalogue, *, count: int, seed: int, night: int = 0, changed_percent: float = 5.0
) -> Iterator[list[str]]:
    """Yield one list of cells per student, in the order of the catalogue's fields.

    On each later night a share of the students has new attendance and incidents, a few have left
    and as many have come.
    """
    district = _District(catalogue, seed=seed, changed_percent=changed_percent)
    moved = _moved(count) * night
    for number in range(1 + moved, count + moved + 1):
        yield district.student(number, night=night)


class Nights:
    """The district night after night: only who has changed or come is made again."""

    def __init__(
        self, catalogue: Catalogue, *, count: int, seed: int, changed_percent: float
    ) -> None:
        self._district = _District(catalogue, seed=seed, changed_percent=changed_percent)
        self._count = count
        self._night = -1
        self._made: dict[int, list[str]] = {}

    def next(self) -> list[list[str]]:
        """Return what `students` yields on the next night, beginning with night 0."""
        self._night += 1
        gone = _moved(self._count) * self._night
        numbers = range(1 + gone, self._count + gone + 1)
        for number in numbers:
            if number not in self._made or self._district.has_changed(number, self._night):
                self._made[number] = self._district.student(number, night=self._night)
        return [self._made[number] for number in numbers]


def _moved(count: int) -> int:
    """Return how many students of a district of `count` join and how many leave per night."""
    return max(1, count * MOVING // 10_000)


class _District:
    def __init__(self, catalogue: Catalogue, *, seed: int, changed_percent: float) -> None:
        self._seed = seed
        self._changed = int(changed_percent * 100)
        """Of 10,000 students."""
        self._names = [field.name for field in catalogue.fields]
        self._blank = [""] * len(self._names)
        self._place = {name: index for index, name in enumerate(self._names)}
        self._measures: tuple[Measure, ...] = measures_of_district(catalogue)
        self._chance = random.Random()  # noqa: S311 - nothing here is a secret

    def student(self, number: int, *, night: int) -> list[str]:
        """Return the cells of one student on one night."""
        chance = self._chance
        chance.seed(self._seed * 1_000_003 + number)
        row = self._blank.copy()
        grade = self._identify(row, number)
        ability = chance.gauss(0, 1)
        changes = sum(self.has_changed(number, past) for past in range(1, night + 1))
        self._fill_attendance(row, changes)
        for measure in self._measures:
            measure.fill(row, chance, ability=ability, grade=grade)
        return row

    def has_changed(self, number: int, night: int) -> bool:
        """Tell whether the student's attendance is another than on the night before."""
        drawn = number * 7919 + self._seed * 104_729 + night * 1_299_709
        return drawn % 10_000 < self._changed

    def _identify(self, row: list[str], number: int) -> int:
        """Fill in who it is; return the grade, 0 for kindergarten."""
        place, draw = self._place, self._chance.random
        school, lowest, highest = SCHOOLS[int(draw() * len(SCHOOLS))]
        grade = lowest + int(draw() * (highest - lowest + 1))
        row[place["student_id"]] = f"{number:07d}"
        row[place["ssid"]] = f"{8_100_000_000 + number * 37:010d}"
        row[place["last_name"]] = self._family_name()
        row[place["first_name"]] = GIVEN[int(draw() * len(GIVEN))]
        if draw() < 0.08:
            row[place["preferred_name"]] = GIVEN[int(draw() * len(GIVEN))]
        row[place["school"]] = school
        row[place["grade"]] = str(grade or "K")
        return grade

    def _family_name(self) -> str:
        draw = self._chance.random
        rare = draw()
        if rare < 0.01:
            return WHOLE_FAMILY[int(draw() * len(WHOLE_FAMILY))]
        name = FAMILY_BEGINNINGS[int(draw() * len(FAMILY_BEGINNINGS))]
        name += FAMILY_ENDINGS[int(draw() * len(FAMILY_ENDINGS))]
        return f"{name}-{self._family_name()}" if rare > 0.97 else name

    def _fill_attendance(self, row: list[str], changes: int) -> None:
        place, chance = self._place, self._chance
        absences = min(int(chance.expovariate(1 / 6)), MOST_MISSED)
        tardies = min(int(chance.expovariate(1 / 4)), MOST_MISSED)
        incidents = int(chance.expovariate(1.6))
        unexcused = int(absences * chance.random() * 0.6)
        excused = absences - unexcused
        recent_unexcused = min(int(unexcused * chance.random() * 0.5), MOST_RECENT)
        recent_excused = min(int(excused * chance.random() * 0.5), MOST_RECENT)
        # A change is one more day missed without excuse, and every other time an incident.
        changes = min(changes, SCHOOL_DAYS - MOST_MISSED)
        unexcused, recent_unexcused = unexcused + changes, recent_unexcused + changes
        incidents += changes // 2
        hundredths = round(10_000 * (excused + unexcused) / SCHOOL_DAYS)
        row[place["absences_ytd"]] = str(excused + unexcused)
        row[place["tardies_ytd"]] = str(tardies)
        row[place["absences_last_30_days"]] = str(recent_excused + recent_unexcused)
        row[place["tardies_last_30_days"]] = str(tardies // 5)
        row[place["attendance_percentage"]] = _percentage(10_000 - hundredths)
        row[place["absence_percentage"]] = _percentage(hundredths)
        row[place["unexcused_absences_ytd"]] = str(unexcused)
        row[place["excused_absences_ytd"]] = str(excused)
        row[place["unexcused_absences_last_30_days"]] = str(recent_unexcused)
        row[place["excused_absences_last_30_days"]] = str(recent_excused)
        row[place["incident_count_ytd"]] = str(incidents)
        row[place["incident_count_last_30_days"]] = str(incidents // 3)


def _percentage(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"
