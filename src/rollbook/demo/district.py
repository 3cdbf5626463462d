"""The synthetic district: plausible, correlated students, made from the catalogue's declarations.

Every student is drawn from a generator of its own, seeded by the district and the student's
number. So any student of any night can be made without the others, the same each time.
"""

import random
from collections.abc import Iterator

from rollbook.core.catalogue.field import Field, Level, Score, YesNo
from rollbook.core.catalogue.students import Catalogue
from rollbook.demo.people import (
    FAMILY_BEGINNINGS,
    FAMILY_ENDINGS,
    GIVEN,
    SCHOOLS,
    WHOLE_FAMILY,
)

SCHOOL_DAYS = 120
"""School days so far this year."""

JOINING = 4
LEAVING = 4
"""Of 10,000 students, how many join and leave per night."""

IREADY_LEVELS = ("3 or More Grade Levels Below", "2 Grade Levels Below", "1 Grade Level Below",
                 "Early On Grade Level", "Mid or Above Grade Level")  # fmt: skip
DIBELS_LEVELS = ("Well Below Benchmark", "Below Benchmark", "At Benchmark", "Above Benchmark")
LAST_GRADE_OF = {"nwf": 3, "psf": 1, "lnf": 1, "orf": 8}


def students(
    catalogue: Catalogue, *, count: int, seed: int, night: int = 0, changed_percent: float = 5.0
) -> Iterator[list[str]]:
    """Yield one list of cells per student, in the order of the catalogue's fields.

    On each later night a share of the students has new attendance, a few have left, a few came.
    """
    moved = max(1, count * LEAVING // 10_000) if night else 0
    joined = max(1, count * JOINING // 10_000) if night else 0
    for number in range(1 + moved * night, count + joined * night + 1):
        yield student(catalogue, number, seed=seed, night=night, changed_percent=changed_percent)


def student(
    catalogue: Catalogue, number: int, *, seed: int, night: int = 0, changed_percent: float = 5.0
) -> list[str]:
    """Return the cells of one student on one night."""
    # A generator per student, seeded by arithmetic: random.Random(str) would hash a text each time.
    chance = random.Random(seed * 1_000_003 + number)  # noqa: S311 - nothing here is a secret
    values = _person(chance, number)
    ability = chance.gauss(0, 1)
    values |= _attendance(
        chance, _changes(number, seed=seed, nights=night, percent=changed_percent)
    )
    grade = 0 if values["grade"] == "K" else int(values["grade"])
    for field in catalogue.fields:
        if field.term is not None:
            values[field.name] = _assessed(field, values, chance, ability=ability, grade=grade)
    return [values.get(field.name, "") for field in catalogue.fields]


def _changes(number: int, *, seed: int, nights: int, percent: float) -> int:
    """Return on how many nights so far this student's attendance has changed."""
    share = int(percent * 100)
    return sum(
        (number * 7919 + seed * 104_729 + night * 1_299_709) % 10_000 < share
        for night in range(1, nights + 1)
    )


def _person(chance: random.Random, number: int) -> dict[str, str]:
    family = (
        chance.choice(WHOLE_FAMILY)
        if chance.random() < 0.01
        else chance.choice(FAMILY_BEGINNINGS) + chance.choice(FAMILY_ENDINGS)
    )
    school, lowest, highest = chance.choice(SCHOOLS)
    grade = chance.randint(lowest, highest)
    return {
        "student_id": f"{number:07d}",
        "ssid": f"{8_100_000_000 + number * 37:010d}",
        "last_name": family,
        "first_name": chance.choice(GIVEN),
        "preferred_name": chance.choice(GIVEN) if chance.random() < 0.08 else "",
        "school": school,
        "grade": "K" if grade == 0 else str(grade),
    }


def _attendance(chance: random.Random, changes: int) -> dict[str, str]:
    absences = min(int(chance.expovariate(1 / 6)), 60)
    tardies = min(int(chance.expovariate(1 / 4)), 60)
    unexcused = int(absences * chance.random() * 0.6)
    recent_unexcused = int(unexcused * chance.random() * 0.5)
    recent = recent_unexcused + int((absences - unexcused) * chance.random() * 0.5)
    incidents = int(chance.expovariate(1.6))
    absences, recent, unexcused, recent_unexcused = (
        number + changes for number in (absences, recent, unexcused, recent_unexcused)
    )
    absent = round(100 * absences / SCHOOL_DAYS, 2)
    return {
        "absences_ytd": str(absences),
        "tardies_ytd": str(tardies),
        "absences_last_30_days": str(recent),
        "tardies_last_30_days": str(int(tardies * 0.2)),
        "attendance_percentage": f"{100 - absent:.2f}",
        "absence_percentage": f"{absent:.2f}",
        "unexcused_absences_ytd": str(unexcused),
        "excused_absences_ytd": str(absences - unexcused),
        "unexcused_absences_last_30_days": str(recent_unexcused),
        "excused_absences_last_30_days": str(recent - recent_unexcused),
        "incident_count_ytd": str(incidents),
        "incident_count_last_30_days": str(incidents // 3),
    }


def _assessed(
    field: Field,
    values: dict[str, str],
    chance: random.Random,
    *,
    ability: float,
    grade: int,
) -> str:
    """Return one cell of an assessment; its level and "met" follow the score before it."""
    measure = field.name.removeprefix(f"{field.term}_")
    last_grade = 8 if field.area == "iready" else LAST_GRADE_OF[measure.split("_")[1]]
    if grade > last_grade:
        return ""
    stem = field.name.rpartition("_level")[0] or field.name.rpartition("_met_standard")[0]
    match field.type:
        case Score(minimum, maximum):
            if chance.random() < 0.03:
                return ""
            middle = minimum + (maximum - minimum) * _expected(field, grade)
            spread = (maximum - minimum) * 0.09
            score = middle + spread * (0.8 * ability + 0.6 * chance.gauss(0, 1))
            return str(round(min(max(score, minimum), maximum)))
        case Level():
            levels = IREADY_LEVELS if field.area == "iready" else DIBELS_LEVELS
            place = _standing(values.get(f"{stem}_score", ""), field, grade)
            return "" if place is None else levels[min(int(place * len(levels)), len(levels) - 1)]
        case YesNo():
            place = _standing(values.get(f"{stem}_score", ""), field, grade)
            return "" if place is None else "Yes" if place >= 0.6 else "No"
    return ""


def _expected(field: Field, grade: int) -> float:
    """Return where in the instrument's range the middle student of a grade stands."""
    if field.area == "iready":
        return 0.32 + 0.04 * grade
    return 0.9 if "acc" in field.name else 0.08 + 0.03 * grade


def _standing(score: str, field: Field, grade: int) -> float | None:
    """Return a student's standing from 0 to 1 among the grade."""
    if not score:
        return None
    lowest, highest = (
        (100, 800) if field.area == "iready" else (0, 100 if "acc" in field.name else 400)
    )
    away = ((int(score) - lowest) / (highest - lowest) - _expected(field, grade)) / 0.09
    return min(max(0.5 + away / 4, 0.0), 0.999)
